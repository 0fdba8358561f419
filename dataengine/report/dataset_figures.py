"""All figures of a dataset, finished or not: from receipts, and from one pass over its columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow.parquet as pq

from dataengine.job import standing
from dataengine.plan import Plan
from dataengine.reader import DUPLICATES_FILE, read_batches
from dataengine.reasons import merged
from dataengine.report.rows import COLUMNS, RowFigures
from dataengine.report.tokens import CountTokens
from dataengine.statistics import PartStats, collect
from dataengine.storage import Storage


@dataclass(frozen=True, slots=True)
class DatasetFigures:
    """What a dataset holds.

    Attributes:
        parts: what became of each part's units, from its receipts.
        rows: figures of each part's rows; `whole` of all of them.
        nouns: what a part's unit is called.
        shards: how many are done, of how many.
        near_duplicates: pairs across shards; None before `finalize`.
        meanings: of the reasons for rejection.
    """

    name: str
    parts: dict[str, PartStats]
    rows: dict[str, RowFigures]
    whole: RowFigures
    nouns: dict[str, str]
    shards: tuple[int, int]
    near_duplicates: int | None
    meanings: dict[str, str]
    tokenizer: str

    def summed(self, key: str) -> Counter[str]:
        """Return a tally over all parts: "language", "kind", "licence" or "template"."""
        total: Counter[str] = Counter()
        for part in self.parts.values():
            total.update(part.tallies.get(key, {}))
        return total

    @property
    def reasons(self) -> Counter[str]:
        """Rejections by reason over all parts."""
        total: Counter[str] = Counter()
        for part in self.parts.values():
            total.update(part.reasons)
        return total

    def total(self, figure: str) -> int:
        """Return the sum of a part's "planned", "units", "samples" or "bytes" over all parts."""
        return sum(getattr(part, figure) for part in self.parts.values())

    def as_data(self) -> dict[str, Any]:
        """Return everything as plain data for JSON."""
        return {
            "name": self.name,
            "shards": {"done": self.shards[0], "planned": self.shards[1]},
            "near_duplicates": self.near_duplicates,
            "tokenizer": self.tokenizer or None,
            "whole": self.whole.as_data(),
            "parts": {
                name: {**part.as_data(), **self.rows[name].as_data()}
                for name, part in self.parts.items()
            },
            "reasons": {
                reason: {"count": count, "meaning": self.meanings.get(reason, "")}
                for reason, count in self.reasons.most_common()
            },
        }


def dataset_figures(
    storage: Storage,
    plan: Plan,
    *,
    count_tokens: CountTokens | None = None,
    tokenizer: str = "",
    by_file: bool = False,
    seen: Callable[[str], None] = lambda shard: None,
) -> DatasetFigures:
    """Read the columns of every finished shard once, a row group at a time.

    Raises:
        ShardError: a shard's file is missing or damaged.
    """
    rows = {name: RowFigures(count_tokens) for name in plan.parts}
    state = standing(storage, plan)
    for receipt in state.done:
        seen(receipt.name)
        for batch in read_batches(storage, receipt.data, COLUMNS):
            rows[receipt.part].add(batch)
    whole = RowFigures(count_tokens)
    for one in rows.values():
        whole.merge(one)
    return DatasetFigures(
        plan.recipe.name,
        collect(storage, plan, by_file=by_file),
        rows,
        whole,
        {name: plan.describer(name).unit_noun for name in plan.parts},
        (len(state.done), len(state.done) + len(state.todo)),
        _near_duplicates(storage),
        merged(plan.describer(name).reasons for name in plan.parts),
        tokenizer,
    )


def _near_duplicates(storage: Storage) -> int | None:
    if not storage.exists(DUPLICATES_FILE):
        return None
    with storage.open(DUPLICATES_FILE) as stream:
        return int(pq.read_metadata(stream).num_rows)
