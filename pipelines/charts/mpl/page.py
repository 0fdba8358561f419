"""What stands around the plot: titles above, legend, source and notes below."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.charts.drawing import CannotDraw, TextRole
from pipelines.charts.mpl.label import Label, block
from pipelines.charts.mpl.legend import Entry, Legend
from pipelines.charts.mpl.scene import Scene
from pipelines.charts.mpl.wrapping import must_wrap
from pipelines.charts.spec.model import Spec
from pipelines.charts.style.model import LegendPlace

_LEAST_WIDTH, _LEAST_HEIGHT = 120, 90


@dataclass(slots=True)
class Page:
    """The free part of the picture (pixels, y upwards), smaller with everything that is set."""

    scene: Scene
    left: float = 0.0
    bottom: float = 0.0
    right: float = 0.0
    top: float = 0.0

    def __post_init__(self) -> None:
        frame = self.scene.frame
        self.left = self.bottom = float(frame.margin_px)
        self.right = float(frame.width - frame.margin_px)
        self.top = float(frame.height - frame.margin_px)

    def set_words(self, spec: Spec) -> None:
        """Set title and subtitle at the top, source and notes at the bottom.

        Raises:
            CannotDraw: they do not fit.
        """
        frame = self.scene.frame
        if spec.title:
            self._head(spec.title, "title", frame.title_px, frame.title_bold, frame.text_colour)
        if spec.subtitle:
            self._head(spec.subtitle, "subtitle", frame.subtitle_px, False, frame.muted_colour)
        if spec.title or spec.subtitle:
            self.top -= 0.5 * frame.tick_px
        foot: list[tuple[str, TextRole]] = [(text, "note") for text in spec.notes if text]
        if spec.source:
            foot.append((spec.source, "source"))
        made = [self._foot(text, role) for text, role in reversed(foot)]
        self.scene.labels += reversed(made)
        if foot:
            self.bottom += 0.4 * frame.tick_px

    def set_legend(self, entries: list[Entry], place: LegendPlace) -> None:
        """Set a legend at one of the four sides.

        Raises:
            CannotDraw: it does not fit.
        """
        if not entries:
            return
        legend = Legend(self.scene, entries)
        gap = 0.7 * self.scene.frame.tick_px
        if place in ("left", "right"):
            width, height = legend.column(0.35 * (self.right - self.left))
            if height > self.top - self.bottom:
                raise CannotDraw("no-room", "the legend is higher than the picture")
            x = self.left if place == "left" else self.right - width
            legend.emit(x, (self.top + self.bottom + height) / 2)
            if place == "left":
                self.left += width + 1.5 * gap
            else:
                self.right -= width + 1.5 * gap
        else:
            width, height = legend.rows(self.right - self.left)
            x = (self.left + self.right - width) / 2
            if place == "bottom":
                legend.emit(x, self.bottom + height)
                self.bottom += height + gap
            else:
                legend.emit(x, self.top)
                self.top -= height + gap
        self.check()

    def check(self) -> None:
        """Raise `CannotDraw` if no room is left for a plot."""
        if self.right - self.left < _LEAST_WIDTH or self.top - self.bottom < _LEAST_HEIGHT:
            raise CannotDraw("no-room", "titles, legend and notes leave no room for a plot")

    def _head(self, text: str, role: TextRole, size: int, bold: bool, colour: str) -> None:
        setter = self.scene.setter(size, bold)
        if setter.lacks_weight(text):
            # Strokes of two weights in one line look like a mistake.
            setter = self.scene.setter(size)
        text = must_wrap(setter, text, self.right - self.left, 3, "the title")
        centred = self.scene.frame.title_place == "centre"
        x = (self.left + self.right) / 2 if centred else self.left
        ha = "center" if centred else "left"
        self.scene.labels.append(Label(setter, text, x, self.top, role, colour, ha=ha, va="top"))
        self.top -= block(setter, text)[1] + 0.3 * size

    def _foot(self, text: str, role: TextRole) -> Label:
        frame = self.scene.frame
        setter = self.scene.setter(frame.note_px)
        text = must_wrap(setter, text, self.right - self.left, 3, "a note")
        label = Label(setter, text, self.left, self.bottom, role, frame.muted_colour)
        self.bottom += block(setter, text)[1] + 0.25 * frame.note_px
        return label
