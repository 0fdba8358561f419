"""Lengths of a dataset's texts: characters, words, ideographs and, if asked for, tokens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from dataengine.canonical import canonical_json
from dataengine.overlap.characters import count_words
from dataengine.report.spread import Spread
from dataengine.report.tokens import CountTokens

MAIN_FORMS = ("text", "caption", "markdown", "latex", "html")
MEASURES = ("characters", "words", "ideographs", "tokens")


class TextFigures:
    """Spreads of the lengths of texts, by what they are.

    Attributes:
        forms: "text", "markdown", "user turns", … -> measure -> spread over samples.
        main: the same of one text per sample: its target `text`, or else the first of `MAIN_FORMS`
            that it has, or else what the assistant says.
    """

    def __init__(self, count_tokens: CountTokens | None) -> None:
        self._count_tokens = count_tokens
        self.forms: defaultdict[str, dict[str, Spread]] = defaultdict(self._spreads)
        self.main = self._spreads()

    def _spreads(self) -> dict[str, Spread]:
        wanted = MEASURES if self._count_tokens else MEASURES[:-1]
        return {measure: Spread() for measure in wanted}

    def add(self, rows: Sequence[tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]]) -> None:
        """Take in the targets and turns of some samples."""
        by_form: defaultdict[str, list[str]] = defaultdict(list)
        main: list[tuple[str, int]] = []
        for targets, turns in rows:
            texts = _texts(targets, turns)
            for form, text in texts.items():
                by_form[form].append(text)
            form = _main_form(texts)
            if form:
                main.append((form, len(by_form[form]) - 1))
        lengths = {form: self._lengths(texts) for form, texts in by_form.items()}
        for form, measures in lengths.items():
            for measure, values in measures.items():
                self.forms[form][measure].add(values)
        for measure, spread in self.main.items():
            spread.add([lengths[form][measure][place] for form, place in main])

    def merge(self, other: TextFigures) -> None:
        """Take in all that another has counted, with the same tokenizer."""
        for form, spreads in other.forms.items():
            for measure, spread in spreads.items():
                self.forms[form][measure].merge(spread)
        for measure, spread in other.main.items():
            self.main[measure].merge(spread)

    def _lengths(self, texts: list[str]) -> dict[str, list[int]]:
        counted = [count_words(text) for text in texts]
        lengths = {
            "characters": [len(text) for text in texts],
            "words": [words for words, _ in counted],
            "ideographs": [ideographs for _, ideographs in counted],
        }
        if self._count_tokens:
            lengths["tokens"] = self._count_tokens(texts)
        return lengths

    def as_data(self) -> dict[str, Any]:
        """Return the figures as plain data for JSON."""
        forms = {"main": self.main, **dict(sorted(self.forms.items()))}
        return {
            form: {measure: spread.as_data() for measure, spread in spreads.items()}
            for form, spreads in forms.items()
        }


def _texts(targets: Mapping[str, Any], turns: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return a sample's texts by form; what is no text as the JSON that it is stored as."""
    texts = {
        form: value if isinstance(value, str) else canonical_json(value)
        for form, value in targets.items()
    }
    for role in ("user", "assistant"):
        said = [str(turn["text"]) for turn in turns if turn["role"] == role]
        if said:
            texts[f"{role} turns"] = "\n".join(said)
    return texts


def _main_form(texts: Mapping[str, str]) -> str:
    wanted = (*MAIN_FORMS, "assistant turns")
    return next((form for form in wanted if form in texts), next(iter(texts), ""))
