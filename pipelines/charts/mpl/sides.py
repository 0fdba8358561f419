"""The sides of a plot: how much room ticks and titles take, and where they go."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from pipelines.charts.drawing import CannotDraw, TextRole
from pipelines.charts.mpl.label import Label, block
from pipelines.charts.mpl.scales import Extent, number_ticks
from pipelines.charts.mpl.scene import AxisScale, Scene
from pipelines.charts.mpl.wrapping import has_orphan, must_wrap, wrap
from pipelines.charts.spec.model import Axis
from pipelines.charts.style.fitting import wrap_name

Place = Literal["left", "bottom", "right"]
Room = Callable[[float, float], tuple[float, float]]
TICK_PX = 4
_PAD = 4
_TURNS = (0, 30, 45, 60, 90)
_MOST_OF_WIDTH = 0.4


@dataclass(slots=True)
class Tick:
    """A tick: its value on the axis, its text, the category it names."""

    value: float
    text: str
    item: int = -1


@dataclass(slots=True)
class Side(ABC):
    """One side of a plot with an axis; `fit` fills in what depends on the plot's size.

    Attributes:
        place: which side.
        title: of the axis; "" for none.
        limits: values at its low end (left or bottom) and its high end.
        ticks: with their texts.
        depth: pixels that it takes beside the plot.
        before, after: pixels that its texts reach beyond its low and its high end.
        turn: degrees that its tick labels are turned by.
    """

    scene: Scene
    place: Place
    title: str
    limits: tuple[float, float] = (0.0, 1.0)
    ticks: list[Tick] = field(default_factory=list)
    depth: float = 0.0
    before: float = 0.0
    after: float = 0.0
    turn: int = 0
    scale: AxisScale = "linear"
    _title_lines: str = ""

    @abstractmethod
    def fit(self, width: float, height: float) -> None:
        """Lay it out for a plot area of a size in pixels."""

    @property
    def upright(self) -> bool:
        """Whether it stands at the left or right."""
        return self.place != "bottom"

    def along(self, value: float, length: float) -> float:
        """Return how far from the low end a value is, pixels."""
        low, high = self.limits
        if self.scale == "log":
            return length * math.log(value / low) / math.log(high / low)
        return length * (value - low) / (high - low)

    def measure(self, length: float) -> None:
        """Set depth and overhang from ticks, turn and title."""
        setter = self.scene.ticks
        self.depth = self.gap + 2
        self.before = self.after = 0.0
        if self.ticks:
            sizes = [block(setter, tick.text) for tick in self.ticks]
            turn = math.radians(self.turn)
            places = [self.along(tick.value, length) for tick in self.ticks]
            if self.upright:
                self.depth += max(width for width, _ in sizes)
                half = [height / 2 for _, height in sizes]
                self.before = max(h - at for h, at in zip(half, places, strict=True))
                self.after = max(at + h - length for h, at in zip(half, places, strict=True))
            elif self.turn:
                # Turned texts hang from their end: they reach to the left.
                self.depth += max(
                    width * math.sin(turn) + (setter.size_px + height) * math.cos(turn) / 2
                    for width, height in sizes
                )
                lead = [w * math.cos(turn) + h * math.sin(turn) / 2 for w, h in sizes]
                self.before = max(w - at for w, at in zip(lead, places, strict=True))
                self.after = max(
                    at + h * math.sin(turn) / 2 - length
                    for (_, h), at in zip(sizes, places, strict=True)
                )
            else:
                self.depth += max(height for _, height in sizes)
                half = [width / 2 for width, _ in sizes]
                self.before = max(w - at for w, at in zip(half, places, strict=True))
                self.after = max(at + w - length for w, at in zip(half, places, strict=True))
        self._title_lines = ""
        if self.title:
            titles = self.scene.setter(self.scene.frame.axis_title_px)
            self._title_lines = must_wrap(titles, self.title, length, 2, "the title of an axis")
            self.depth += block(titles, self._title_lines)[1] + _PAD + 2

    def hide_title(self, hidden: bool) -> None:
        """Leave the title out, or not; its room stays."""
        if hidden:
            self._title_lines = ""

    @property
    def gap(self) -> float:
        """Pixels between plot and tick labels."""
        frame = self.scene.frame
        least = _PAD + (TICK_PX if frame.ticks == "out" else 0)
        # Below the plot, names may reach under the lowest of the texts at its side.
        return least if self.upright else max(least, 0.5 * frame.tick_px + 1)

    def emit(self, box: tuple[float, float, float, float], panel: int = 0) -> list[float]:
        """Add its texts for a plot area; return where its ticks are (x or y, pixels)."""
        x0, y0, x1, y1 = box
        frame, setter = self.scene.frame, self.scene.ticks
        start, length = (y0, y1 - y0) if self.upright else (x0, x1 - x0)
        role, title_role = _ROLES[self.place]
        places = [start + self.along(tick.value, length) for tick in self.ticks]
        for tick, at in zip(self.ticks, places, strict=True):
            value = tick.value if tick.item < 0 else None
            if self.place == "left":
                x, y, ha, va = x0 - self.gap, at, "right", "center"
            elif self.place == "right":
                x, y, ha, va = x1 + self.gap, at, "left", "center"
            elif self.turn:
                x, y, ha, va = at, y0 - self.gap, "right", "center"
                y -= 0.5 * setter.size_px * math.cos(math.radians(self.turn))
            else:
                x, y, ha, va = at, y0 - self.gap, "center", "top"
            self.scene.labels.append(
                Label(
                    setter,
                    tick.text,
                    x,
                    y,
                    role,
                    frame.muted_colour,
                    ha=ha,
                    va=va,
                    angle=self.turn,
                    item=tick.item,
                    panel=panel,
                    at=value,
                )
            )
        if self._title_lines:
            titles = self.scene.setter(frame.axis_title_px)
            if self.place == "left":
                x, y, va, angle = x0 - self.depth, (y0 + y1) / 2, "top", 90
            elif self.place == "right":
                x, y, va, angle = x1 + self.depth, (y0 + y1) / 2, "bottom", 90
            else:
                x, y, va, angle = (x0 + x1) / 2, y0 - self.depth, "bottom", 0
            self.scene.labels.append(
                Label(
                    titles,
                    self._title_lines,
                    x,
                    y,
                    title_role,
                    frame.text_colour,
                    ha="center",
                    va=va,
                    angle=angle,
                    panel=panel,
                )
            )
        return places


_ROLES: dict[Place, tuple[TextRole, TextRole]] = {
    "left": ("y_tick", "y_title"),
    "right": ("y2_tick", "y2_title"),
    "bottom": ("x_tick", "x_title"),
}


@dataclass(slots=True)
class NumberSide(Side):
    """A side along which numbers run.

    Attributes:
        axis: from the specification.
        extent: of the values.
        room: pixels to be free below the least and above the greatest value, for a plot's width and
            height.
        given: values of the ticks, as many of them as fit; () lets a locator choose.
        fixed: limits, whatever the extent; None to compute them.
    """

    axis: Axis = field(default_factory=Axis)
    extent: Extent = field(default_factory=lambda: Extent(0, 1))
    room: Room = lambda width, height: (0.0, 0.0)
    given: Sequence[float] = ()
    fixed: tuple[float, float] | None = None

    def fit(self, width: float, height: float) -> None:
        """Lay it out for a plot area of a size in pixels."""
        length = height if self.upright else width
        setter = self.scene.ticks
        self.scale = "log" if self.extent.log else "linear"
        self.limits = self.fixed or self.extent.limits(length, *self.room(width, height))

        def fits(texts: list[str], share: float) -> bool:
            if self.upright:
                return share * length >= 1.3 * setter.size_px
            widest = max(setter.width(text) for text in texts)
            return share * length >= widest + 0.7 * setter.size_px

        form = self.axis.format
        if self.given:
            self.ticks = _every(
                self.given, [form.tick(value) for value in self.given], fits, self.limits
            )
        else:
            per_tick = (2.6 if self.upright else 4.5) * setter.size_px
            most = max(2, min(8, int(length / per_tick)))
            found = number_ticks(self.extent, self.limits, form, fits, most)
            self.ticks = [Tick(value, text) for value, text in found]
        self.measure(length)


def _every(
    values: Sequence[float],
    texts: list[str],
    fits: Callable[[list[str], float], bool],
    limits: tuple[float, float],
) -> list[Tick]:
    least = min(b - a for a, b in pairwise(values))
    for step in range(1, len(values)):
        if fits(texts[::step], step * least / (limits[1] - limits[0])):
            return [Tick(v, t) for v, t in zip(values[::step], texts[::step], strict=True)]
    raise CannotDraw("no-room", "an axis has no room for two ticks")


@dataclass(slots=True)
class CategorySide(Side):
    """A side along which categories stand, or dates.

    Attributes:
        names: of the categories.
        places: where they stand on the axis; () for 0, 1, 2, …
        pad: free space before the first and after the last, in units of the axis.
        wrap: characters per line; 0: as they fit.
        all_named: whether every name has to be drawn (not so for dates).
    """

    names: tuple[str, ...] = ()
    places: tuple[float, ...] = ()
    pad: float = 0.5
    wanted_turn: int = 0
    wrap: int = 0

    def fit(self, width: float, height: float) -> None:
        """Lay it out for a plot area of a size in pixels."""
        places = self.places or tuple(float(at) for at in range(len(self.names)))
        self.scale = "time" if self.places else "category"
        low, high = places[0] - self.pad, places[-1] + self.pad
        self.limits = (high, low) if self.upright else (low, high)
        length = height if self.upright else width
        near = min((b - a for a, b in pairwise(places)), default=1.0)
        slot = length * near / (high - low)
        if self.upright:
            texts = self._fit_upright(slot)
        elif self.places:
            texts = self._fit_dates(slot)
        else:
            texts = self._fit_below(slot)
        self.ticks = [
            Tick(at, text, item)
            for item, (at, text) in enumerate(zip(places, texts, strict=True))
            if text
        ]
        self.measure(length)

    def _fit_upright(self, slot: float) -> list[str]:
        setter, width = self.scene.ticks, self.scene.frame.width
        lines = int((slot - 2 - setter.ascent - setter.descent) / setter.height) + 1
        if slot < setter.size_px * 1.05 or lines < 1:
            raise CannotDraw("no-room", "the categories stand closer than their names are high")
        texts = [wrap_name(name, self.wrap) for name in self.names]
        low = max(text.count("\n") + 1 for text in texts) <= lines
        narrow = max(block(setter, text)[0] for text in texts) <= _MOST_OF_WIDTH * width
        if self.wrap and low and narrow:
            return texts
        return [
            must_wrap(setter, name, _MOST_OF_WIDTH * width, min(lines, 3), "the name of a category")
            for name in self.names
        ]

    def _fit_dates(self, slot: float) -> list[str]:
        setter = self.scene.ticks
        self.turn = self.wanted_turn
        wide = max(setter.width(name) for name in self.names) + 0.7 * setter.size_px
        if self.turn:
            wide = 1.3 * setter.size_px / math.sin(math.radians(self.turn))
        step = max(1, math.ceil(wide / slot))
        return [name if at % step == 0 else "" for at, name in enumerate(self.names)]

    def _fit_below(self, slot: float) -> list[str]:
        setter = self.scene.ticks
        room, spare = slot - 0.5 * setter.size_px, list[str]()
        for turn in (turn for turn in _TURNS if turn >= self.wanted_turn):
            self.turn = turn
            if turn == 0:
                wrapped = [wrap(setter, name, room, 3) for name in self.names]
                lines = [text for text in wrapped if text]
                if len(lines) < len(self.names):
                    continue
                if not any(has_orphan(text) for text in lines):
                    return lines
                spare = lines
            elif slot * math.sin(math.radians(turn)) >= 1.1 * setter.size_px:
                longest = max(setter.width(name) for name in self.names)
                if longest * math.sin(math.radians(turn)) > 0.4 * self.scene.frame.height:
                    continue
                return list(self.names)
        if spare:
            self.turn = 0
            return spare
        raise CannotDraw("no-room", "there is no room for the names of the categories")
