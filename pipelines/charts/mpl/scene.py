"""One chart while it is drawn: its axes, its artists, and what each of them stands for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from pipelines.charts.drawing import Box, MarkRole
from pipelines.charts.mpl.label import Label
from pipelines.charts.mpl.plane import Plane
from pipelines.charts.mpl.stage import Stage
from pipelines.charts.mpl.typeset import Typesetter
from pipelines.charts.spec.model import Spec
from pipelines.charts.style.model import Frame, LegendPlace, Style

AxisScale = Literal["linear", "log", "category", "time"]
Which = Literal["x", "y", "y2", "radius", "colour"]


@dataclass(frozen=True, slots=True)
class Drawn:
    """An artist, or a part of one, that stands for a value.

    Attributes:
        artists: the artist; several where one mark needs them.
        role, series, item, panel: as in `drawing.Mark`.
        index: vertex or cell of the artist.
        horizontal: whether values run along x.
        looks: what the artist itself does not say of its looks.
    """

    artists: tuple[Any, ...]
    role: MarkRole
    series: int
    item: int
    panel: int = 0
    index: int = 0
    horizontal: bool = False
    looks: str = ""


@dataclass(frozen=True, slots=True)
class DrawnAxis:
    """An axis as the artists have it.

    Attributes:
        axes: whose limits they are.
        which, scale, panel: as in `drawing.AxisDrawn`.
        line: for a radius, the line along it, else None.
        values: for a radius, the values at the ends of that line.
        sideways: for a colour scale, whether it runs along x.
    """

    axes: Plane
    which: Which
    scale: AxisScale
    panel: int = 0
    line: Any = None
    values: tuple[float, float] = (0.0, 1.0)
    sideways: bool = False


@dataclass(frozen=True, slots=True)
class Swatch:
    """The artists of a legend entry's swatch."""

    artists: tuple[Any, ...]
    series: int
    item: int


@dataclass(slots=True)
class Scene:
    """What a chart's drawing is read back from."""

    spec: Spec
    style: Style
    stage: Stage
    setters: dict[tuple[str, int, bool], Typesetter]
    labels: list[Label] = field(default_factory=list)
    under: list[Any] = field(default_factory=list)
    marks: list[Drawn] = field(default_factory=list)
    axes: list[DrawnAxis] = field(default_factory=list)
    swatches: list[Swatch] = field(default_factory=list)
    plots: list[Box] = field(default_factory=list)
    panel: int = 0

    @property
    def frame(self) -> Frame:
        """What the chart shares with others."""
        return self.style.frame

    def setter(self, size_px: int, bold: bool = False) -> Typesetter:
        """Return what sets text of a size in the frame's fonts."""
        key = (self.frame.fonts, size_px, bold)
        found = self.setters.get(key)
        if found is None:
            found = self.setters[key] = Typesetter(*key)
        return found

    @property
    def legend_place(self) -> LegendPlace:
        """Where a legend goes; inside a plot there is no place that is free for sure."""
        place = self.frame.legend
        return "top" if place in ("none", "inside") else place

    @property
    def ticks(self) -> Typesetter:
        """What sets ticks."""
        return self.setter(self.frame.tick_px)

    @property
    def label_setter(self) -> Typesetter:
        """What sets values' labels."""
        return self.setter(self.frame.label_px)
