"""Tokens that metrics compare: words of Latin and Chinese text, characters, Treebank tokens."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from dataengine.errors import ToolMissing
from trainers.evaluation.metrics.libraries import chinese_segmenter, require
from trainers.evaluation.metrics.modes import Mode, Units

_FIRST, _LAST = "\u4e00", "\u9fa5"
"""The range that Fox and GOT test for; rarer ideographs lie outside of it."""


MAX_LINES = 5000
"""Most lines that `treebank` splits, some 0.2 ms each."""


def has_chinese(text: str) -> bool:
    """Say whether a character lies in U+4E00 to U+9FA5."""
    return any(_FIRST <= character <= _LAST for character in text)


def split(prediction: str, target: str, units: Units, mode: Mode) -> tuple[list[str], list[str]]:
    """Split a pair alike.

    * `words`: by jieba if either side has Chinese, else at white space (Fox eval_ocr_test.py).
    * `spaces`: at white space (nougat).
    * `characters`: each by itself (GOT eval_ocr_scene.py).

    `correct` drops tokens of white space; `paper` keeps those that jieba and `list` give, so that
    a page has " " and "\\n" among its words.
    """
    if units == "characters":
        pair = list(prediction), list(target)
    elif units == "words" and (has_chinese(prediction) or has_chinese(target)):
        pair = list(_chinese(prediction)), list(_chinese(target))
    else:
        return prediction.split(), target.split()
    if mode == "paper":
        return pair
    return [one for one in pair[0] if one.strip()], [one for one in pair[1] if one.strip()]


@lru_cache(maxsize=8)
def _chinese(text: str) -> tuple[str, ...]:
    """Return words by jieba, kept for the metrics that ask for those of the same page."""
    return tuple(chinese_segmenter().lcut(text))


def treebank(prediction: str, target: str, mode: Mode) -> tuple[list[str], list[str]]:
    """Split a pair by nltk's tokeniser, as docling-eval does for its edit distance.

    `paper` is `nltk.word_tokenize`, which first finds sentences by the data package punkt_tab.
    `correct` needs no data: the same tokeniser line by line, so that only a line's last full stop
    is split off; and Chinese, of which it would make one token per clause, goes to jieba.

    Raises:
        ToolMissing: nltk is not installed, or in `paper` mode punkt_tab is not.
    """
    tokenize: Any = require("nltk.tokenize")
    if mode == "paper":
        try:
            return tokenize.word_tokenize(prediction), tokenize.word_tokenize(target)
        except LookupError as error:
            raise ToolMissing(
                "token distance in paper mode needs data of nltk "
                "(python -m nltk.downloader punkt_tab)"
            ) from error
    if has_chinese(prediction) or has_chinese(target):
        return split(prediction, target, "words", mode)
    tokenizer = tokenize.NLTKWordTokenizer()
    known: dict[str, list[str]] = {"": []}  # lines repeat where a model goes in circles
    tokens: tuple[list[str], list[str]] = ([], [])
    for text, found in zip((prediction, target), tokens, strict=True):
        for line in map(str.strip, text.splitlines()):
            if line not in known:
                known[line] = tokenizer.tokenize(line)
            found += known[line]
    return tokens
