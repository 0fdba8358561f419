"""Pieces come back from the material file as they were."""

from __future__ import annotations

import json
from pathlib import Path

from dataengine.material import Row
from pipelines.latex_pages.content.nodes import Table
from pipelines.latex_pages.content.parsing import parse_blocks
from pipelines.latex_pages.forms.write import table_forms, write_block
from pipelines.latex_pages.page.pieces import Piece
from pipelines.latex_pages.stock import MaterialStock, StoredPiece, dump_piece
from tests.pipelines.latex_pages.sources import FakeMaterial, material

TABLE = r"\begin{tabular}{|l|r|}\hline a & $x^2$ \\ \hline b & 7 \\ \hline\end{tabular}"


def stored(piece: Piece) -> Row:
    """What comes back from the material file."""
    return Row(json.loads(json.dumps(dump_piece(piece))), "c", "w.tex", "MIT", "http://x")


def test_a_paragraph_comes_back_as_it_was() -> None:
    form = write_block(parse_blocks(r"Let $a_i$ be\footnote{Or not.} \textbf{real}.")[0])
    piece = Piece("paragraph", form, height_pt=24.0, continued=True, source={"place": "w.tex:3"})
    back = StoredPiece(stored(piece))
    assert back.form == form
    assert (back.kind, back.height_pt, back.continued) == ("paragraph", 24.0, True)
    assert back.source == {
        "corpus": "c",
        "item": "w.tex",
        "place": "w.tex:3",
        "licence": "MIT",
        "url": "http://x",
    }


def test_a_table_comes_back_as_it_was() -> None:
    (table,) = parse_blocks(TABLE)
    assert isinstance(table, Table)
    piece = Piece("table", table=table_forms(table), width_pt=50.3, height_pt=36.0)
    back = StoredPiece(stored(piece))
    assert back.table == piece.table
    assert back.width_pt == 50.3


def test_english_pages_get_chinese_works_tables_only_without_chinese(tex: Path) -> None:
    rows = material(tex)
    assert rows.groups["zh/table"] == 1
    assert "zh/plain-table" not in rows.groups
    latin = MaterialStock(rows, latin_only=True)  # type: ignore[arg-type]
    assert latin.count("zh/table") == 0
    assert latin.count("zh/display") == rows.groups["zh/plain-display"] == 1
    assert MaterialStock(rows).count("zh/table") == 1  # type: ignore[arg-type]


def test_reading_stops_at_the_end_of_a_group(tex: Path) -> None:
    stock = MaterialStock(material(tex))  # type: ignore[arg-type]
    total = stock.count("en/flow")
    assert len(stock.read("en/flow", total - 2, 10)) == 2
    assert stock.read("en/flow", total, 10) == ()
    assert MaterialStock(FakeMaterial({})).count("en/flow") == 0  # type: ignore[arg-type]
