"""The tables of two pages, each held to the one that suits it best."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from trainers.evaluation.metrics.matching import best_pairing
from trainers.evaluation.metrics.scores import ABSENT, TOO_LARGE, Sample
from trainers.evaluation.metrics.table_tree import Node, parse_table
from trainers.evaluation.metrics.tables import trees_alike

MAX_WORK = 1_000_000
"""Most pairs of nodes that are compared to find out which table is which: some ten seconds."""

MAX_PAIRS = 2_500
"""Most pairs of tables."""


def tables_alike(predictions: Sequence[str], targets: Sequence[str]) -> dict[str, Sample]:
    """Return `teds` and `teds_struct` of a page that may have several tables.

    Tables are paired one to one so that their TEDS sum to the most; that sum over the number of
    tables of the page that has more, so that a table that is missing or invented is 0. For a page
    of one table it is its TEDS. Pages of too many or too large tables are paired in their order.
    Without a table on either side there is no value.

    Args:
        predictions, targets: tables in LaTeX, HTML or between bars.
    """
    most = max(len(predictions), len(targets))
    if not most:
        return dict.fromkeys(("teds", "teds_struct"), Sample(None, ABSENT))
    first, second = _trees(predictions), _trees(targets)
    return {
        "teds": _paired(first, second, most, structure_only=False),
        "teds_struct": _paired(first, second, most, structure_only=True),
    }


def _trees(tables: Sequence[str]) -> list[Node]:
    return [parse_table(one) or Node("table") for one in tables]


def _paired(
    first: Sequence[Node], second: Sequence[Node], most: int, *, structure_only: bool
) -> Sample:
    pairs = list(product(range(len(first)), range(len(second))))
    note = ""
    if _work(first) * _work(second) > MAX_WORK or len(pairs) > MAX_PAIRS:
        pairs = [(number, number) for number in range(min(len(first), len(second)))]
        note = TOO_LARGE if most > 1 else ""
    worth = [[0.0] * len(second) for _ in first]
    for one, other in pairs:
        sample = trees_alike(first[one], second[other], structure_only=structure_only)
        if sample.value is None:  # the target by itself is too large
            return sample
        worth[one][other] = sample.value
        note = note or sample.note
    total = sum(worth[one][other] for one, other in best_pairing(worth))
    return Sample(total / most, note)


def _work(trees: Sequence[Node]) -> int:
    return sum(tree.size() for tree in trees)
