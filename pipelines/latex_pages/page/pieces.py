"""`Piece`: a stored piece of content as the page sees it, and the stock that pieces come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from pipelines.latex_pages.forms.form import Form

if TYPE_CHECKING:
    from pipelines.latex_pages.forms.tables import TableForms

Kind = Literal["heading", "paragraph", "display", "list", "theorem", "quote", "table"]

MEASURED_WIDTH = 345.0
"""Points: the column that heights were measured in, at 10 points on 12."""


EMPTY = Form()


@dataclass(frozen=True)
class Piece:
    """One vetted piece of a source.

    Attributes:
        kind: what it is.
        form: all its forms, with slots; of a heading the title alone, of a table nothing.
        level: of a heading, 1 to 4.
        table: cells and caption of a table.
        width_pt: natural width of a table or display at 10 points, without its number; 0 of others.
        height_pt: height at 10 points in a column of `MEASURED_WIDTH`.
        continued: a paragraph that goes on after a display.
        source: where it comes from, as recorded in the sample.
        rendered: the table in the styles that pages have asked for: (rules, shades) -> form.
    """

    kind: Kind
    form: Form = EMPTY
    level: int = 0
    table: TableForms | None = None
    width_pt: float = 0.0
    height_pt: float = 0.0
    continued: bool = False
    source: Mapping[str, Any] = field(default_factory=dict)
    rendered: dict[tuple[str, str], Form] = field(default_factory=dict, compare=False, repr=False)


class Stock(Protocol):
    """What pieces are drawn from: groups such as "en/flow", "en/display", "zh/table".

    A "flow" group holds all pieces of its works in the order of the sources.
    """

    def count(self, group: str) -> int:
        """Return how many pieces a group holds; 0 for one that is not there."""

    def read(self, group: str, start: int, count: int) -> Sequence[Piece]:
        """Return pieces start … start+count-1 of a group, fewer at its end."""
