"""Hand-made pieces and a stock of them, for the tests of pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipelines.latex_pages.content.nodes import (
    Block,
    Cell,
    Column,
    Display,
    Footnote,
    Heading,
    Item,
    ItemList,
    Paragraph,
    Rule,
    Symbol,
    Table,
    Text,
    Theorem,
)
from pipelines.latex_pages.forms.write import table_forms, write_block
from pipelines.latex_pages.page.pieces import Piece

EN = (
    "We consider the behaviour of the estimator when the number of observations grows without "
    "bound, and show that under mild conditions the limit exists and is the same for all starts."
)
ZH = "在实际问题中，观测数据往往受到各种噪声的影响，因此需要对模型的稳健性作进一步的讨论。"
HEIGHTS = {"paragraph": 40.0, "display": 30.0, "list": 60.0, "theorem": 60.0, "table": 70.0}


def piece(block: Block, width: float = 0.0) -> Piece:
    """Return a stored piece of one block."""
    kind = type(block).__name__.lower().replace("itemlist", "list")
    height = HEIGHTS.get(kind, 20.0)
    if isinstance(block, Table):
        return Piece("table", table=table_forms(block), width_pt=width, height_pt=height)
    level = block.level if isinstance(block, Heading) else 0
    continued = isinstance(block, Paragraph) and block.continued
    return Piece(
        kind,  # type: ignore[arg-type]
        write_block(block),
        level=level,
        width_pt=width,
        height_pt=height,
        continued=continued,
    )


def heading(level: int = 1, title: str = "Main results") -> Piece:
    return piece(Heading(level, (Text(title),)))  # type: ignore[arg-type]


def paragraph(text: str = EN, *, note: str = "") -> Piece:
    notes = (Footnote((Text(note),)),) if note else ()
    return piece(Paragraph((Text(text), *notes)))


def display(*, numbered: bool = True, width: float = 60.0) -> Piece:
    formula = (Symbol("a"), Symbol("="), Symbol("b"))
    return piece(Display("equation", ((formula,),), (numbered,), ("",)), width)


def table(*, caption: str = "Results", width: float = 90.0, note: str = "") -> Piece:
    def cell(text: str) -> Cell:
        return Cell((Text(text),))

    first = Cell((Text("Method"), Footnote((Text(note),)))) if note else cell("Method")
    rows = ((first, cell("Score")), (cell("A"), cell("17")), (cell("B"), cell("42")))
    rules = ((Rule("toprule"),), (Rule("midrule"),), (), (Rule("bottomrule"),))
    said = (Text(caption),) if caption else None
    return piece(Table((Column("l"), Column("r")), 0, rows, rules, said), width)


def enumeration(count: int = 3) -> Piece:
    items = tuple(Item((Paragraph((Text(f"Step {n}"),)),)) for n in range(count))
    return piece(ItemList("enumerate", items))


def theorem() -> Piece:
    return piece(Theorem("Theorem", (Paragraph((Text(EN),)),)))


def mixture(text: str = EN) -> list[Piece]:
    """Return one piece of every kind, the heading first."""
    return [
        heading(),
        paragraph(text),
        display(),
        paragraph(text, note="A note."),
        heading(2, "Details"),
        theorem(),
        enumeration(),
        table(),
        display(numbered=False),
    ]


class Shelf:
    """A stock in memory."""

    def __init__(self, groups: Mapping[str, Sequence[Piece]]) -> None:
        self.groups = groups
        self.read_pieces = 0

    def count(self, group: str) -> int:
        return len(self.groups.get(group, ()))

    def read(self, group: str, start: int, count: int) -> Sequence[Piece]:
        found = self.groups[group][start : start + count]
        self.read_pieces += len(found)
        return found


def stock() -> Shelf:
    """Return a stock with every group."""
    return Shelf(
        {
            "en/flow": mixture() * 30,
            "zh/flow": mixture(ZH) * 30,
            "en/display": [display(width=40.0 + n) for n in range(50)],
            "zh/display": [display(width=40.0 + n) for n in range(50)],
            "en/table": [table(width=60.0 + n) for n in range(50)],
            "zh/table": [table(caption="结果", width=60.0 + n) for n in range(50)],
        }
    )
