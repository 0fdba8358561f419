"""The legend: swatches and names in rows or in a column, at a place that was measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from pipelines.charts.drawing import CannotDraw, TextRole
from pipelines.charts.mpl.label import Label, block
from pipelines.charts.mpl.looks import DASHES, MARKERS
from pipelines.charts.mpl.scene import Scene, Swatch
from pipelines.charts.mpl.wrapping import must_wrap

_GAP = 6


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry: a name and how its swatch is drawn.

    Attributes:
        text: as drawn.
        kind: a filled patch, a line (with its marker), a marker alone, or a hollow circle that
            says what sizes mean (no entry of the data).
        colour: of the swatch.
        series, item: which it stands for.
        hatch, edge, hatch_tone: of a patch.
        dash, marker: words as in `Style`.
        alpha: opacity of a patch.
    """

    text: str
    kind: Literal["patch", "line", "marker", "size"]
    colour: str
    series: int = -1
    item: int = -1
    hatch: str = ""
    hatch_tone: str = ""
    edge: str = ""
    dash: str = "solid"
    marker: str = ""
    alpha: float = 1.0


class Legend:
    """Entries with the places that they have in a block."""

    def __init__(self, scene: Scene, entries: list[Entry]) -> None:
        self._scene = scene
        self._entries = entries
        self._setter = scene.setter(scene.frame.legend_px)
        self._swatch = round(1.7 * scene.frame.legend_px)
        self._pad = 6 if scene.frame.legend_box else 0
        self._texts: list[str] = []
        self._places: list[tuple[float, float]] = []
        self._size = (0.0, 0.0)

    def rows(self, width: float) -> tuple[float, float]:
        """Lay it out in centred rows; return its width and height."""
        space = width - 2 * self._pad
        lead, between = self._swatch + _GAP, 1.3 * self._scene.frame.legend_px
        self._texts = [
            must_wrap(self._setter, one.text, space - lead, 2, "the name of a series")
            for one in self._entries
        ]
        rows: list[list[int]] = [[]]
        used = 0.0
        for number, text in enumerate(self._texts):
            need = lead + block(self._setter, text)[0]
            if rows[-1] and used + between + need > space:
                rows.append([])
                used = 0.0
            used += need + (between if rows[-1] else 0)
            rows[-1].append(number)
        if len(rows) > 4:
            raise CannotDraw("no-room", "the legend needs more than four rows")
        wide = [
            sum(lead + block(self._setter, self._texts[one])[0] for one in row)
            + between * (len(row) - 1)
            for row in rows
        ]
        y = float(self._pad)
        self._places = [(0.0, 0.0)] * len(self._entries)
        for row, need in zip(rows, wide, strict=True):
            x = self._pad + (max(wide) - need) / 2
            high = max(block(self._setter, self._texts[one])[1] for one in row)
            for one in row:
                self._places[one] = x, y + high / 2
                x += lead + block(self._setter, self._texts[one])[0] + between
            y += high + 0.4 * self._setter.size_px
        self._size = max(wide) + 2 * self._pad, y - 0.4 * self._setter.size_px + self._pad
        return self._size

    def column(self, width: float) -> tuple[float, float]:
        """Lay it out in a column no wider than asked; return its width and height."""
        lead = self._swatch + _GAP
        self._texts = [
            must_wrap(self._setter, one.text, width - lead - 2 * self._pad, 3, "a legend's name")
            for one in self._entries
        ]
        y, widest = float(self._pad), 0.0
        self._places = []
        for text in self._texts:
            wide, high = block(self._setter, text)
            self._places.append((self._pad, y + high / 2))
            widest = max(widest, wide)
            y += high + 0.5 * self._setter.size_px
        self._size = widest + lead + 2 * self._pad, y - 0.5 * self._setter.size_px + self._pad
        return self._size

    def emit(self, x: float, top: float) -> None:
        """Add it to the scene, its upper left corner at a point (pixels, y upwards)."""
        frame = self._scene.frame
        if frame.legend_box:
            width, height = self._size
            box = Rectangle(
                (x, top - height), width, height,
                facecolor="none", edgecolor=frame.grid_colour, linewidth=1,
            )  # fmt: skip
            self._scene.under.append(box)
        for entry, text, (dx, dy) in zip(self._entries, self._texts, self._places, strict=True):
            self._emit_swatch(entry, x + dx, top - dy)
            role: TextRole = "legend_title" if entry.kind == "size" else "legend"
            self._scene.labels.append(
                Label(
                    self._setter, text, x + dx + self._swatch + _GAP, top - dy, role,
                    frame.text_colour, va="center", series=entry.series, item=entry.item,
                )
            )  # fmt: skip

    def _emit_swatch(self, entry: Entry, x: float, y: float) -> None:
        high = round(0.75 * self._setter.size_px)
        style = self._scene.style
        if entry.kind == "patch":
            artist: Rectangle | Line2D = Rectangle(
                (round(x), round(y - high / 2)), self._swatch, high,
                facecolor=(entry.colour, entry.alpha),
                edgecolor=entry.edge or entry.hatch_tone or "none",
                linewidth=1.0 if entry.edge else 0.0, hatch=entry.hatch or None,
            )  # fmt: skip
            if entry.hatch_tone and isinstance(artist, Rectangle):
                artist.set_hatchcolor(entry.hatch_tone)
        else:
            alone = entry.kind in ("marker", "size")
            middle = x + self._swatch / 2
            artist = Line2D(
                [middle] if alone else [x, middle, x + self._swatch],
                [y] if alone else [y, y, y],
                color=entry.colour, linewidth=style.line_px,
                linestyle="none" if alone else DASHES[entry.dash],
                marker=MARKERS[entry.marker], markersize=style.marker_px,
                markevery=None if alone else [1], markeredgewidth=0, alpha=entry.alpha,
            )  # fmt: skip
            if entry.kind == "size":
                artist.set(markerfacecolor="none", markeredgewidth=1.2, markersize=high)
        self._scene.under.append(artist)
        if entry.kind == "size":
            return
        self._scene.swatches.append(Swatch((artist,), entry.series, entry.item))
