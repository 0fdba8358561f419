"""Harvests files into material by their endings: phrases, statistical tables, written charts."""

from __future__ import annotations

from collections.abc import Iterator

from dataengine.material import Piece, Refusal
from dataengine.pipeline import Item, Probe
from pipelines.charts.content.phrases import PROMPTS, harvest_phrases, role_of
from pipelines.charts.content.sheets import harvest_tables
from pipelines.charts.content.written import harvest_specs


def probe(item: Item, data: bytes) -> Probe:
    """Say whether a file holds anything that charts are made of."""
    if _ending(item) == "txt" and role_of(item) in PROMPTS:
        return Probe(0, "no-content", "it is for `dataengine write`")
    return Probe(1) if data.strip() else Probe(0, "no-content", "the file is empty")


def harvest(item: Item, data: bytes) -> Iterator[Piece | Refusal]:
    """Yield the pieces of a file."""
    match _ending(item):
        case "txt":
            yield from harvest_phrases(item, data)
        case "jsonl":
            yield from harvest_specs(item, data)
        case _:
            yield from harvest_tables(item, data)


def _ending(item: Item) -> str:
    return (item.member or item.path).rsplit(".", 1)[-1].lower()
