"""The page of a mixture: its examples by split and dimension, its members, what was left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dataengine.mixture.record import Record
from dataengine.report.page import Page, Section, Table, tally
from dataengine.report.plots import shown


def mixture_page(record: Record) -> Page:
    """Return the page of a finished mixture, from its record alone."""
    sections = [
        Section("Splits", [_splits(record)]),
        *_by_split(record),
        Section("Members", [_members(record)]),
        _left_out(record),
        _datasets(record),
        _overlap(record.overlap),
    ]
    return Page(
        f"Statistics of the mixture {record.name}",
        f"{len(record.members)} members of {len(record.datasets)} datasets, seed {record.seed}.",
        list(_tiles(record)),
        [section for section in sections if section.figures],
    )


def _tiles(record: Record) -> Iterator[tuple[str, str]]:
    for name, split in record.splits.items():
        yield shown(split.examples), f"examples of {name}"
    yield shown(sum(split.samples for split in record.splits.values())), "different samples"


def _splits(record: Record) -> Table:
    rows = [
        [name, shown(one.examples), shown(one.samples), shown(one.windows), shown(one.bytes)]
        for name, one in record.splits.items()
    ]
    return Table("Splits", ["split", "examples", "samples", "windows", "bytes of its list"], rows)


def _by_split(record: Record) -> Iterator[Section]:
    for split, dimensions in record.report.items():
        tallies = [
            tally(dimension.capitalize(), counts) for dimension, counts in dimensions.items()
        ]
        yield Section(f"Examples of {split}", tallies)


def _members(record: Record) -> Table:
    keys = ("wanted", "available", "drawn", "repeated")
    rows = [[name, *(_cell(one.get(key)) for key in keys)] for name, one in record.members.items()]
    return Table("Samples of members", ["member", *keys], rows)


def _left_out(record: Record) -> Section:
    tallies = [
        tally(name, one["left_out"]) for name, one in record.members.items() if one.get("left_out")
    ]
    return Section("Left out", tallies, "Samples that a member might not draw, by reason.")


def _datasets(record: Record) -> Section:
    rows = [[name, shown(one.samples), one.recipe] for name, one in record.datasets.items()]
    return Section("Datasets", [Table("Datasets", ["dataset", "samples", "recipe"], rows)])


def _overlap(found: Mapping[str, Any]) -> Section:
    tables = []
    if duplicates := found.get("duplicate"):
        rows = [
            [f"{one['dataset']} as in {one['of_dataset']}", one["form"], shown(one["count"])]
            for one in duplicates["pairs"]
        ]
        title = f"{duplicates['duplicates']:,} of {duplicates['samples']:,} repeat an earlier one"
        tables.append(Table(title, ["datasets", "form", "samples"], rows))
    if benchmarks := found.get("benchmark"):
        rows = [
            [f"{one['dataset']} in {one['file']}", one["form"], shown(one["count"])]
            for one in benchmarks["hits"]
        ]
        title = f"{benchmarks['samples']:,} share n-grams or a picture with a benchmark"
        tables.append(Table(title, ["dataset and benchmark", "form", "samples"], rows))
    return Section("Duplicates and benchmarks", tables)


def _cell(value: Any) -> str:
    return shown(value) if isinstance(value, int | float) else str(value if value else "")
