"""What a search for duplicates found: pairs in order of rows, counts, and a table of them."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dataengine.overlap.row_names import RowNames
from dataengine.overlap.settings import FORMS, Form

PAIRS_SCHEMA = pa.schema(
    [
        ("dataset", pa.string()),
        ("id", pa.string()),
        ("of_dataset", pa.string()),
        ("of", pa.string()),
        ("form", pa.string()),
        ("similarity", pa.float32()),
    ]
)
_ROWS_AT_ONCE = 65_536


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A sample and the nearest earlier one of the same or another dataset.

    Attributes:
        form: in what they are alike (`dataengine.overlap.settings.Form`).
        similarity: 1 for exact forms, else the share of equal bins of their sketches.
    """

    dataset: str
    id: str
    of_dataset: str
    of: str
    form: Form
    similarity: float


class Matches:
    """Numbers of rows that are alike, as columns."""

    def __init__(self) -> None:
        self.rows = array("q")
        self.of = array("q")
        self.forms = array("B")
        self.similarities = array("f")

    def add(self, form: Form, row: int, of: int, similarity: float) -> None:
        """Note one match."""
        self.rows.append(row)
        self.of.append(of)
        self.forms.append(FORMS.index(form))
        self.similarities.append(similarity)

    def add_exact(self, form: Form, first: npt.NDArray[np.int64]) -> None:
        """Note every row that is not the first one with its key."""
        for row in np.flatnonzero(first != np.arange(len(first))):
            self.add(form, int(row), int(first[row]), 1.0)

    def order(self) -> npt.NDArray[np.int64]:
        """Return the places of matches in order of rows, and of forms within a row."""
        return np.lexsort((np.asarray(self.forms), np.asarray(self.rows)))


class DuplicateReport:
    """Every later sample that is like an earlier one; iterates over `Duplicate`s in row order.

    Attributes:
        rows: how many samples were looked at.
        compared: form -> how many of them had what it compares.
    """

    def __init__(self, names: RowNames, matches: Matches, compared: Mapping[Form, int]) -> None:
        self._names = names
        self._matches = matches
        self._order = matches.order()
        self.rows = len(names)
        self.compared = dict(compared)

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[Duplicate]:
        for place in self._order:
            yield self._at(int(place))

    def _at(self, place: int) -> Duplicate:
        matches, names = self._matches, self._names
        row, of = matches.rows[place], matches.of[place]
        return Duplicate(
            names.dataset(row),
            names.id(row),
            names.dataset(of),
            names.id(of),
            FORMS[matches.forms[place]],
            round(float(matches.similarities[place]), 4),
        )

    def removed(self) -> dict[str, set[str]]:
        """Return the ids of samples that an earlier one makes superfluous, by dataset."""
        gone: dict[str, set[str]] = {name: set() for name in self._names.datasets}
        for row in np.unique(np.asarray(self._matches.rows)):
            gone[self._names.dataset(int(row))].add(self._names.id(int(row)))
        return gone

    def counts(self) -> dict[tuple[str, str, Form], int]:
        """Return how many samples of (dataset, earlier dataset, form) there are, sorted."""
        found: Counter[tuple[str, str, Form]] = Counter()
        for one in self:
            found[one.dataset, one.of_dataset, one.form] += 1
        return dict(sorted(found.items()))

    def tables(self) -> Iterator[pa.Table]:
        """Yield the matches as tables of `PAIRS_SCHEMA`, some ten thousands of rows at a time."""
        for start in range(0, len(self._order), _ROWS_AT_ONCE):
            found = [self._at(int(place)) for place in self._order[start : start + _ROWS_AT_ONCE]]
            columns = [[getattr(one, name) for one in found] for name in PAIRS_SCHEMA.names]
            yield pa.table(
                [
                    pa.array(column, field.type)
                    for column, field in zip(columns, PAIRS_SCHEMA, strict=True)
                ],
                schema=PAIRS_SCHEMA,
            )

    def as_data(self) -> dict[str, Any]:
        """Return the counts as plain data for JSON."""
        removed = {name: len(ids) for name, ids in self.removed().items()}
        return {
            "samples": self.rows,
            "compared": self.compared,
            "duplicates": sum(removed.values()),
            "by_dataset": removed,
            "pairs": [
                {"dataset": dataset, "of_dataset": of, "form": form, "count": count}
                for (dataset, of, form), count in self.counts().items()
            ],
        }
