"""TEDS: how near a table is to its target, by the edit distance of trees."""

from __future__ import annotations

from collections.abc import Sequence

from trainers.evaluation.metrics.libraries import require
from trainers.evaluation.metrics.modes import Mode, check_mode
from trainers.evaluation.metrics.scores import (
    ABSENT,
    EMPTY,
    TOO_LARGE,
    Sample,
    Score,
    mean_score,
)
from trainers.evaluation.metrics.table_tree import (
    Headers,
    Node,
    parse_table,
    parse_table_as_pubtabnet,
)
from trainers.evaluation.metrics.text import levenshtein, unfit

MAX_PAIRS = 250_000
"""Most pairs of nodes that are compared: two tables of 500 cells, some three seconds."""


def teds_of(
    prediction: str,
    target: str,
    *,
    structure_only: bool = False,
    headers: Headers = "same",
    mode: Mode = "correct",
) -> Sample:
    """Return 1 - TED / max nodes of two tables, of each text the first; or TEDS-struct.

    Tables may be in HTML or LaTeX, in `correct` mode between bars too.

    TED is the edit distance of ordered trees where to insert or delete a node costs 1, to replace
    one by another tag or other spans 1, and a cell by one of the same spans the normalised edit
    distance of their contents (0 with `structure_only`). Source: Zhong et al. 2020 (PubTabNet)
    `src/metric.py`, distance by `apted`. Modes differ thus:

    * `correct` compares table > tr > td: sections (thead, tbody) and tags within cells are left
      out, white space is collapsed, `th` is `td` (docling-eval, OmniDocBench) unless `headers` is
      `distinct`. `paper` keeps them; text within `th` is not compared at all.
    * Nodes: `correct` counts those of the trees that are compared, the table too; `paper` all
      elements below the table, so that bold words in cells make errors cheaper.
    * `paper` can be below 0 for tables that have little in common; `correct` ends at 0.
    * No table in the prediction: 0. None in either: no value in `correct`, 0 in `paper`.
    * A table without anything in both: 1 in `correct`, division by zero in `paper`: no value.

    Tables beyond `MAX_PAIRS` are not compared, unless they are equal: no value if the target by
    itself is too large, else 0.
    """
    check_mode(mode)
    left_out = unfit(prediction, target, worst=0.0)
    if left_out is not None:
        return left_out
    if mode == "paper":
        return _as_pubtabnet(prediction, target, structure_only)
    first, second = parse_table(prediction, headers), parse_table(target, headers)
    if first is None or second is None:
        return Sample(None if first is second else 0.0, ABSENT)
    return trees_alike(first, second, structure_only=structure_only)


def trees_alike(first: Node, second: Node, *, structure_only: bool) -> Sample:
    """Return `teds_of` in `correct` mode for two tables as trees, the target second."""
    sizes = first.size(), second.size()
    distance = _distance(first, second, sizes, structure_only)
    if isinstance(distance, Sample):
        return distance
    return Sample(max(0.0, 1 - distance / max(sizes)))


def _as_pubtabnet(prediction: str, target: str, structure_only: bool) -> Sample:
    first, second = parse_table_as_pubtabnet(prediction), parse_table_as_pubtabnet(target)
    if first is None or second is None:
        return Sample(0.0, ABSENT)
    count = max(first[1], second[1])
    if not count:
        return Sample(None, EMPTY)
    sizes = first[0].size(), second[0].size()
    distance = _distance(first[0], second[0], sizes, structure_only)
    return distance if isinstance(distance, Sample) else Sample(1 - distance / count)


def _distance(
    first: Node, second: Node, sizes: tuple[int, int], structure_only: bool
) -> float | Sample:
    if first.key() == second.key():
        return 0.0
    if sizes[1] ** 2 > MAX_PAIRS:
        return Sample(None, TOO_LARGE)
    if sizes[0] * sizes[1] > MAX_PAIRS:
        return Sample(0.0, TOO_LARGE)
    costs = _Costs(structure_only)
    return float(require("apted").APTED(first, second, costs).compute_edit_distance())


class _Costs:
    """The costs of `teds_of`, in the form that `apted` asks for."""

    valuecls = float

    def __init__(self, structure_only: bool) -> None:
        self.structure_only = structure_only
        self.known: dict[tuple[tuple[str, ...], tuple[str, ...]], float] = {}

    def delete(self, node: Node) -> float:
        return 1.0

    def insert(self, node: Node) -> float:
        return 1.0

    def children(self, node: Node) -> list[Node]:
        return node.children

    def rename(self, first: Node, second: Node) -> float:
        if (first.tag, first.colspan, first.rowspan) != (
            second.tag,
            second.colspan,
            second.rowspan,
        ):
            return 1.0
        if self.structure_only or first.content == second.content:
            return 0.0
        pair = first.content, second.content
        if pair not in self.known:
            longest = max(len(first.content), len(second.content))
            self.known[pair] = levenshtein(*pair) / longest
        return self.known[pair]


def teds(
    predictions: Sequence[str],
    targets: Sequence[str],
    *,
    structure_only: bool = False,
    headers: Headers = "same",
    mode: Mode = "correct",
) -> Score:
    """Return the mean of `teds_of`."""
    samples = [
        teds_of(prediction, target, structure_only=structure_only, headers=headers, mode=mode)
        for prediction, target in zip(predictions, targets, strict=True)
    ]
    name = "teds_struct" if structure_only else "teds"
    variant = "pubtabnet" if mode == "paper" else f"td/th {headers}"
    return mean_score(samples, name=name, variant=variant, mode=mode)
