"""The picture as far as it is laid out: titles and notes, the legend, and the room that is left."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.echarts.build.ruler import Ruler
from pipelines.charts.spec.model import Spec
from pipelines.charts.style.model import Frame, Style

Option = dict[str, Any]

LINE_HEIGHT = 1.3
_MAX_TITLE_LINES = 3
_GAP = 8.0
_LEGEND_ICON_GAP = 5.0
_LEGEND_GAP = 12.0


@dataclass(slots=True)
class Board:
    """A picture in the making.

    Attributes:
        left, top, right, bottom: the room that is left, pixels.
        titles: title components; their ids say what they are (see `readback`).
        legend: option of the legend.
        graphics: shapes that belong to no series, as ECharts' graphic component has them.
        inside_legend: height that a legend within the plot takes from the top of it.
    """

    spec: Spec
    style: Style
    ruler: Ruler
    left: float = 0
    top: float = 0
    right: float = 0
    bottom: float = 0
    titles: list[Option] = field(default_factory=list)
    legend: Option = field(default_factory=lambda: {"show": False})
    graphics: list[Option] = field(default_factory=list)
    inside_legend: float = 0

    @property
    def frame(self) -> Frame:
        """The look of the picture."""
        return self.style.frame

    @property
    def width(self) -> float:
        """Width of the room that is left."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height of the room that is left."""
        return self.bottom - self.top

    @property
    def join(self) -> str:
        """What stands between names and values in labels."""
        return str(self.style.extra.get("label_join", ": "))

    def need(self, width: float, height: float) -> None:
        """Refuse a picture whose plot would be too small."""
        if self.width < width or self.height < height:
            raise CannotDraw(
                "no-room", f"{self.width:.0f} x {self.height:.0f} pixels are left for the plot"
            )

    def text_style(self, px: int, colour: str, *, bold: bool = False) -> Option:
        """Return the style of a text whose lines have a known height."""
        return {
            "fontSize": px,
            "color": colour,
            "fontWeight": "bold" if bold else "normal",
            "lineHeight": line_height(px),
        }

    def add_title(
        self, role: str, lines: list[str], px: int, colour: str, x: float, y: float,
        *, align: str = "left", bold: bool = False,
    ) -> None:  # fmt: skip
        """Put a text on the board; `x` is its left edge or centre, `y` its top edge."""
        self.titles.append(
            {
                "id": role,
                "text": "\n".join(lines),
                "left": round(x, 2),
                "top": round(y, 2),
                "padding": 0,
                "textAlign": align,
                "textStyle": self.text_style(px, colour, bold=bold),
            }
        )


def line_height(px: int) -> int:
    """Return the height of a line of text, pixels."""
    return round(px * LINE_HEIGHT)


def open_board(spec: Spec, style: Style, ruler: Ruler) -> Board:
    """Lay out titles at the top, source and notes at the bottom."""
    frame, margin = style.frame, float(style.frame.margin_px)
    board = Board(spec, style, ruler, margin, margin, frame.width - margin, frame.height - margin)
    _put_heads(board)
    _put_feet(board)
    return board


def _put_heads(board: Board) -> None:
    spec, frame = board.spec, board.frame
    centred = frame.title_place == "centre"
    x = frame.width / 2 if centred else board.left
    heads = (
        ("title", spec.title, frame.title_px, frame.text_colour, frame.title_bold),
        ("subtitle", spec.subtitle, frame.subtitle_px, frame.muted_colour, False),
    )
    put = False
    for role, text, px, colour, bold in heads:
        if not text:
            continue
        lines = board.ruler.wrap(text, px, board.width, bold)
        _check_lines(board, lines, px, bold, role)
        align = "center" if centred else "left"
        board.add_title(role, lines, px, colour, x, board.top, align=align, bold=bold)
        board.top += len(lines) * line_height(px) + 2
        put = True
    board.top += _GAP if put else 0


def _put_feet(board: Board) -> None:
    spec, frame = board.spec, board.frame
    px = frame.note_px
    feet = [(f"note:{at}", text) for at, text in enumerate(spec.notes) if text]
    if spec.source:
        feet.append(("source", spec.source))
    for role, text in reversed(feet):
        lines = board.ruler.wrap(text, px, board.width)
        _check_lines(board, lines, px, False, role)
        board.bottom -= len(lines) * line_height(px)
        board.add_title(role, lines, px, frame.muted_colour, board.left, board.bottom)
    board.bottom -= _GAP if feet else 0


def _check_lines(board: Board, lines: list[str], px: int, bold: bool, role: str) -> None:
    if len(lines) > _MAX_TITLE_LINES or board.ruler.widest(lines, px, bold) > board.width:
        raise CannotDraw("no-room", f"the {role.partition(':')[0]} needs too many lines")


def wants_legend(spec: Spec, names: list[str], *, needed: bool) -> bool:
    """Say whether a legend of these names is to be drawn."""
    return any(names) and (needed or spec.legend)


def put_legend(
    board: Board, names: list[str], *, needed: bool, inside: bool = False, icon: str = ""
) -> None:
    """Lay out the legend and take its room off the board.

    Args:
        board: changed.
        names: of the entries.
        needed: whether the chart cannot be read without it.
        inside: whether the plot has room for it.
        icon: shape of the swatches; "": as the series have it.
    """
    place = board.frame.legend
    if not wants_legend(board.spec, names, needed=needed) or (place == "none" and not needed):
        return
    if place == "none" or (place == "inside" and not inside):
        place = "top"
    if place in ("left", "right"):
        if _put_beside(board, names, place, icon):
            return
        place = "top"
    _put_in_rows(board, names, place, icon)


def _legend_option(board: Board, names: list[str], icon: str) -> Option:
    frame = board.frame
    wide = int(board.style.extra.get("legend_width", 22))
    option: Option = {
        "show": True,
        "id": "legend",
        "data": names,
        "itemGap": _LEGEND_GAP,
        "itemWidth": wide,
        "itemHeight": min(14, max(8, frame.legend_px)),
        "padding": 0,
        "selectedMode": False,
        "textStyle": {"fontSize": frame.legend_px, "color": frame.text_colour},
    }
    if icon:
        option["icon"] = icon
    if frame.legend_box:
        option |= {"padding": 6, "borderWidth": 1, "borderColor": frame.axis_colour}
    return option


def _entry_size(board: Board, option: Option, name: str) -> tuple[float, float]:
    px = board.frame.legend_px
    # Outlines count: of a line's swatch the thickness of the line.
    outline = 2.0 if "icon" in option else max(2.0, board.style.line_px)
    swatch = option["itemWidth"] + outline
    wide = swatch + _LEGEND_ICON_GAP + board.ruler.width(name, px)
    return wide, float(max(option["itemHeight"], px))


def _put_in_rows(board: Board, names: list[str], place: str, icon: str) -> None:
    option = _legend_option(board, names, icon)
    padding = option["padding"]
    room = board.width - 2 * padding
    if place == "inside":
        room = min(room, 0.8 * board.width - 60)
    rows, x, widest = 1, 0.0, 0.0
    for name in names:
        wide, _ = _entry_size(board, option, name)
        if wide > room:
            raise CannotDraw("no-room", "a legend entry is wider than the picture")
        if x and x + wide > room:
            rows, x = rows + 1, 0.0
        x += wide + _LEGEND_GAP
        widest = max(widest, x - _LEGEND_GAP)
    _, height = _entry_size(board, option, names[0])
    tall = rows * height + (rows - 1) * _LEGEND_GAP + 2 * padding
    if tall > 0.35 * board.frame.height:
        raise CannotDraw("no-room", f"the legend takes {rows} rows")
    option |= {"orient": "horizontal", "width": round(room, 2)}
    wide = widest + 2 * padding
    if place == "inside":
        board.inside_legend = tall + _GAP
        option["left"] = "inside"
        option["width"] = round(widest + 1, 2)
        board.legend = option
        return
    centred = board.frame.title_place == "centre"
    left = (board.frame.width - wide) / 2 if centred else board.left
    option["left"] = round(max(board.left, left), 2)
    if place == "bottom":
        board.bottom -= tall
        option["top"] = round(board.bottom, 2)
        board.bottom -= _GAP
    else:
        option["top"] = round(board.top, 2)
        board.top += tall + _GAP
    # One pixel of slack: widths are added up in another order there. No more, or lines would
    # break elsewhere.
    option["width"] = round(widest + 1, 2)
    board.legend = option


def _put_beside(board: Board, names: list[str], place: str, icon: str) -> bool:
    option = _legend_option(board, names, icon)
    padding = option["padding"]
    sizes = [_entry_size(board, option, name) for name in names]
    wide = max(size[0] for size in sizes) + 2 * padding
    tall = sum(size[1] + _LEGEND_GAP for size in sizes) - _LEGEND_GAP + 2 * padding
    if wide > 0.33 * board.frame.width or tall > board.height:
        return False
    option |= {"orient": "vertical", "align": "left"}
    option["top"] = round(board.top + max(0.0, min(20.0, (board.height - tall) / 2)), 2)
    if place == "left":
        option["left"] = round(board.left, 2)
        board.left += wide + 2 * _GAP
    else:
        option["left"] = round(board.right - wide, 2)
        board.right -= wide + 2 * _GAP
    board.legend = option
    return True
