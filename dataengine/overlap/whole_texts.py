"""Texts too short for an n-gram, questions above all: compared whole, by letters and digits."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from dataengine.overlap.ngrams import Hashes, normalised

MAX_CHARS = 400
"""Longer texts have n-grams, or say little."""
_MIN_WORDS = 4
_MIN_CHARACTERS = 8
"""Of texts with a script without spaces. Shorter ones ("How many?") are asked everywhere."""

_WORD = re.compile(r"[^\W_]+")
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]")


def whole_hash(text: str) -> int | None:
    """Return the hash of a text's letters and digits; None if it is too short or too long."""
    if len(text) > MAX_CHARS:
        return None
    words = _WORD.findall(normalised(text))
    joined = "".join(words)
    if _IDEOGRAPH.search(joined):
        if len(joined) < _MIN_CHARACTERS:
            return None
    elif len(words) < _MIN_WORDS:
        return None
    digest = hashlib.blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def whole_hashes(texts: Iterable[str]) -> Hashes:
    """Return the hashes of those texts that have one, each once, sorted."""
    found = {one for one in map(whole_hash, texts) if one is not None}
    return np.array(sorted(found), np.uint64)


def whole_texts(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a sample is asked, also line by line: prompts stand on lines of their own."""
    for turn in row.get("turns") or ():
        if turn["role"] == "user":
            text = str(turn["text"])
            yield text
            if "\n" in text and len(text) <= 8 * MAX_CHARS:
                yield from text.splitlines()
