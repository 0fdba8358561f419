"""A material file of the bundled corpora, for tests of charts."""

from __future__ import annotations

import functools
from collections import defaultdict
from pathlib import Path

from dataengine.material import Piece, Row
from dataengine.pipeline import Item
from dataengine.resources import bundled
from pipelines.charts.content.harvest import harvest, probe
from pipelines.charts.content.stock import Stock


class ListedMaterial:
    """Material that lies in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = defaultdict(list)

    @property
    def groups(self) -> dict[str, int]:
        """Group -> number of its pieces."""
        return {group: len(rows) for group, rows in self.rows.items()}

    def read(self, group: str, start: int, count: int) -> list[Row]:
        """Return neighbouring pieces."""
        return self.rows[group][start : start + count]

    def add(self, item: Item, data: bytes) -> None:
        """Harvest a file into it."""
        if not probe(item, data).units:
            return
        for piece in harvest(item, data):
            if isinstance(piece, Piece):
                row = Row(piece.body, item.corpus, item.name, item.licence, item.url)
                self.rows[piece.group].append(row)


def stock_of(files: dict[str, str], language: str = "en") -> Stock:
    """Return a stock of files given as name -> text."""
    material = ListedMaterial()
    for name, text in files.items():
        material.add(Item("toy", name, language=language, sha256=name), text.encode())
    return Stock(material, language)  # type: ignore[arg-type]


@functools.cache
def bundled_stock(language: str) -> Stock:
    """Return the stock of a bundled corpus."""
    material = ListedMaterial()
    root = bundled("corpora", f"charts/{language}")
    for path in sorted(Path(root).rglob("*")):
        if path.suffix in (".txt", ".csv"):
            item = Item(
                "bundled", str(path), language=language, sha256=path.name, licence="CC0-1.0"
            )
            material.add(item, path.read_bytes())
    return Stock(material, language)  # type: ignore[arg-type]
