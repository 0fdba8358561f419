"""Which split a sample belongs to, by the documents that it is made of.

Held-out splits take the upper end of the documents' places (`dataengine.documents`), the first
named one the uppermost: with `{test: 0.02, validation: 0.01}` a recipe's part with `documents:
[0.98, 1]` renders test, one with `[0, 0.97]` train.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dataengine.documents import document_of, place_of
from dataengine.mixture.settings import STRADDLING, TRAIN
from dataengine.sample import works_of

_DIGITS = 12
"""Bounds are rounded to so many, so that 1 - (0.02 + 0.01) is the 0.97 that a recipe says."""


class Splits:
    """The held-out splits of a mixture."""

    def __init__(self, shares: Mapping[str, float]) -> None:
        self.names = (TRAIN, *shares)
        self._lows: list[tuple[str, float]] = []
        taken = 0.0
        for name, share in shares.items():
            taken += share
            self._lows.append((name, round(1 - taken, _DIGITS)))

    def of_document(self, document: str) -> str:
        """Return the split of a document's identity."""
        place = place_of(document)
        return next((name for name, low in self._lows if place >= low), TRAIN)

    def of_source(self, source: Mapping[str, Any]) -> str:
        """Return the split of a sample's source, or `STRADDLING` if its works differ."""
        return _only(self.of_document(document_of(work)) for work in works_of(source))


def _only(splits: Iterable[str]) -> str:
    found = set(splits)
    return found.pop() if len(found) == 1 else STRADDLING
