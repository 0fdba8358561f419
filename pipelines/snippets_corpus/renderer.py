"""Harvests phrases from text files, and renders snippets of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dataengine.material import Material, Piece, Refusal
from dataengine.pipeline import Context, Item, Probe
from pipelines.charts.content.harvest import harvest, probe
from pipelines.snippets.options import CorpusOptions
from pipelines.snippets.renderer import SnippetRenderer
from pipelines.snippets.texts import NoText, Phrase

_TRIES = 200


class CorpusRenderer(SnippetRenderer):
    """Renders snippets of phrases that it harvests as charts do."""

    def __init__(self, options: CorpusOptions, context: Context) -> None:
        material = context.material
        phrases = MaterialPhrases(material, options) if material else _no_phrases
        super().__init__(options, phrases, context)

    def probe(self, item: Item, data: bytes) -> Probe:
        """Say whether a file holds anything."""
        return probe(item, data)

    def harvest(self, item: Item, data: bytes) -> Iterator[Piece | Refusal]:
        """Yield the phrases of a text file."""
        yield from harvest(item, data)


class MaterialPhrases:
    """Phrases of one language and of a length, drawn evenly from material."""

    def __init__(self, material: Material, options: CorpusOptions) -> None:
        self._material = material
        self._options = options

    def __call__(self, rng: np.random.Generator) -> Phrase:
        """Draw one.

        Raises:
            NoText: many draws gave none of that length.
        """
        least, most = self._options.chars
        prefix = f"{self._options.language}/phrase/"
        groups = {
            name: size for name, size in self._material.groups.items() if name.startswith(prefix)
        }
        names, ends = list(groups), np.cumsum(list(groups.values()))
        for _ in range(_TRIES if names else 0):
            at = int(rng.integers(ends[-1]))
            group = int(np.searchsorted(ends, at, side="right"))
            start = at - int(ends[group]) + groups[names[group]]
            row = self._material.read(names[group], start, 1)[0]
            text = " ".join(row.body["text"].split())
            if least <= len(text) <= most:
                work = {
                    "corpus": row.corpus,
                    "item": row.item,
                    "licence": row.licence,
                    "url": row.url,
                }
                return Phrase(text, work)
        raise NoText(
            f"{_TRIES} draws of {sum(groups.values())} phrases in {self._options.language!r} gave "
            f"none of {least} to {most} characters"
        )


def _no_phrases(rng: np.random.Generator) -> Phrase:
    raise NoText("there is no material to draw from")
