"""Draws looks: a frame per block of charts, and in it the style of each chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from dataengine.errors import ConfigError
from pipelines.charts.fonts import FontSet
from pipelines.charts.options import Options
from pipelines.charts.spec.model import Spec
from pipelines.charts.style.fitting import fit_categories
from pipelines.charts.style.model import Frame, LegendPlace, Style
from pipelines.charts.style.palettes import spread_palette
from pipelines.charts.style.themes import Theme, load_themes

if TYPE_CHECKING:
    import numpy as np

T = TypeVar("T")

_SIZES = ((480, 0.5), (640, 2), (720, 1), (800, 3), (900, 1.5), (1000, 1.5), (1200, 1), (1500, 0.4))
_ASPECTS = ((4 / 3, 4.0), (3 / 2, 3.0), (16 / 9, 2.0), (1.0, 1.0), (5 / 4, 1.5), (2.0, 0.5))
_LEGENDS: Mapping[LegendPlace, float] = {"top": 4, "bottom": 3, "right": 3, "left": 0.5}
_HATCHES = ("/", "\\", "x", ".", "o")
_MARKERS = ("circle", "square", "triangle", "diamond", "cross")
_DASHES = ("solid", "dashed", "dotted")
SMALLEST, LARGEST = 400, 1600
_READING_WIDTH = 1024
"""Pictures wider than this are scaled down to it in training, so their text has to be larger."""


def usable_themes(options: Options) -> dict[str, float]:
    """Return the weights of the themes that a recipe may draw.

    Raises:
        ConfigError: it names one that is not there or does not suit the library, or leaves none.
    """
    themes = load_themes()
    for name in options.themes:
        if name not in themes:
            raise ConfigError(
                f"options.themes: there is no theme {name!r}; there are {', '.join(themes)}"
            )
        if options.library not in themes[name].libraries:
            raise ConfigError(f"options.themes: {name!r} is not for {options.library}")
    weights = {
        name: options.themes.get(name, 0.0) if options.themes else theme.weight
        for name, theme in themes.items()
        if options.library in theme.libraries
    }
    if not sum(weights.values()) > 0:
        raise ConfigError(f"no theme is left for {options.library}")
    return weights


def draw_frame(options: Options, fonts: Sequence[FontSet], rng: np.random.Generator) -> Frame:
    """Draw what the charts of a block share."""
    weights = usable_themes(options)
    name = weighted(weights, rng)
    theme = load_themes()[name]
    width, height = _draw_size(rng)
    base = (11 + 3 * rng.random()) * max(1.0, max(width, height) / _READING_WIDTH)
    base *= 0.92 if width < 560 else 1.0
    size = {part: round(base * factor) for part, factor in _factors(rng).items()}
    background = _one(theme.backgrounds, rng)
    return Frame(
        theme=name,
        fonts=fonts[int(rng.integers(len(fonts)))].name,
        width=width,
        height=height,
        background=background,
        plot_background=_one(theme.plot_backgrounds, rng) if theme.plot_backgrounds else background,
        text_colour=theme.text,
        muted_colour=theme.muted,
        axis_colour=theme.axis,
        grid=_one(theme.grids, rng),
        grid_colour=theme.grid_colour,
        grid_dash=_one(theme.grid_dashes, rng),
        spines=_one(theme.spines, rng),
        ticks=_one(theme.ticks, rng),
        title_bold=bool(rng.random() < theme.bold_titles),
        title_place=_one(theme.title_places, rng),
        legend=weighted(_LEGENDS, rng),
        legend_box=bool(rng.random() < 0.2),
        margin_px=round(base * (0.9 + 0.7 * rng.random())),
        **size,
    )


def draw_style(
    frame: Frame, spec: Spec, fonts: FontSet, rng: np.random.Generator, attempt: int = 0
) -> Style:
    """Draw the look of one chart; later attempts draw what needs less room.

    Args:
        frame: of its block.
        spec: the chart.
        fonts: the frame's font set.
        rng: the chart's generator.
        attempt: 0, or how many layouts of this chart have failed the proof.
    """
    theme = load_themes()[frame.theme]
    frame = _own_places(frame, spec, rng, attempt)
    count = max(spec.about.series[1], spec.about.items[1] if _by_item(spec) else 0, 4)
    turn, wrap = fit_categories(spec, frame, fonts, safe=attempt > 0)
    place = _draw_label_place(spec, rng, attempt)
    hatches = _draw_marks(_HATCHES, 0.12, rng)
    if spec.labels != "none" and place != "outside":
        hatches = ()  # numbers on hatching are hard to read
    dashes = _draw_dashes(rng)
    markers = _draw_marks(_MARKERS, 0.65, rng)
    if "dotted" in dashes and not markers:
        markers = _MARKERS[:1] * len(_MARKERS)  # else points may fall between two dots
    horizontal_or_round = spec.about.horizontal or not spec.about.axes
    return Style(
        frame=frame,
        palette=_draw_palette(theme, count, rng),
        bar_share=round(0.5 + 0.35 * rng.random(), 2),
        bar_radius=int(rng.integers(2, 7)) if rng.random() < 0.2 else 0,
        edge=_draw_edge(frame, rng),
        hatches=hatches,
        markers=markers,
        marker_px=round(4 + 5 * float(rng.random()), 1),
        line_px=round(1.4 + 1.8 * float(rng.random()), 1),
        dashes=dashes,
        smooth=bool(rng.random() < 0.15),
        area_alpha=round(0.25 + 0.5 * float(rng.random()), 2),
        label_place=place,
        category_turn=0 if horizontal_or_round else turn,
        category_wrap=wrap,
        hole=round(0.35 + 0.3 * float(rng.random()), 2),
        start_angle=float(rng.integers(0, 8) * 45),
        value_from_zero=bool(rng.random() < 0.6),
        extra={
            "label_join": _one((": ", " ", "\n"), rng)
            if spec.language == "en"
            else _one(("：", " ", "\n"), rng)
        },
    )


def weighted(weights: Mapping[T, float], rng: np.random.Generator) -> T:
    """Return a key drawn by weight."""
    point = rng.random() * sum(weights.values())
    for key, weight in weights.items():
        point -= weight
        if point < 0:
            return key
    return next(key for key in reversed(list(weights)) if weights[key] > 0)


def _one(choices: Sequence[T], rng: np.random.Generator) -> T:
    return choices[int(rng.integers(len(choices)))]


def _draw_size(rng: np.random.Generator) -> tuple[int, int]:
    width = weighted(dict(_SIZES), rng) * (0.85 + 0.3 * rng.random())
    height = width / weighted(dict(_ASPECTS), rng)
    bounded = [
        min(LARGEST, max(least, round(value)))
        for value, least in ((width, SMALLEST), (height, 340))
    ]
    return bounded[0], bounded[1]


def _factors(rng: np.random.Generator) -> dict[str, float]:
    """Return the sizes of texts, those of ticks being 1."""
    return {
        "title_px": 1.4 + 0.5 * rng.random(),
        "subtitle_px": 1.05 + 0.15 * rng.random(),
        "axis_title_px": 1.0 + 0.2 * rng.random(),
        "tick_px": 1.0,
        "label_px": 0.92 + 0.12 * rng.random(),
        "legend_px": 1.0 + 0.1 * rng.random(),
        "note_px": 0.9 + 0.1 * rng.random(),
    }


def _own_places(frame: Frame, spec: Spec, rng: np.random.Generator, attempt: int) -> Frame:
    if attempt == 0:
        return frame
    legend: LegendPlace = "top" if frame.legend != "none" else "none"
    return frame.model_copy(
        update={
            "legend": legend,
            "label_px": max(round(frame.tick_px * 0.85), 10),
            "title_px": round(frame.tick_px * 1.3),
        }
    )


def _by_item(spec: Spec) -> bool:
    """Whether colours tell items apart rather than series."""
    return spec.kind in ("pie", "donut", "rose", "funnel", "treemap", "sunburst", "sankey")


def _draw_palette(theme: Theme, count: int, rng: np.random.Generator) -> tuple[str, ...]:
    palette = _one(theme.palettes, rng)
    start = int(rng.integers(len(palette))) if rng.random() < 0.7 else 0
    turned = (*palette[start:], *palette[:start])
    return spread_palette(turned)[: max(count, 8)]


def _draw_edge(frame: Frame, rng: np.random.Generator) -> str:
    draw = rng.random()
    if draw < 0.12:
        return frame.text_colour
    return frame.background if draw < 0.25 else ""


def _draw_marks(choices: Sequence[str], share: float, rng: np.random.Generator) -> tuple[str, ...]:
    """Return one choice for all series, a choice of its own for each, or none."""
    draw = rng.random()
    if draw >= share:
        return ()
    start = int(rng.integers(len(choices)))
    turned = (*choices[start:], *choices[:start])
    return turned[:1] * len(turned) if draw < share / 2 else turned


def _draw_dashes(rng: np.random.Generator) -> tuple[str, ...]:
    draw = rng.random()
    if draw < 0.75:
        return ()
    start = int(rng.integers(len(_DASHES)))
    return (*_DASHES[start:], *_DASHES[:start])


def _draw_label_place(spec: Spec, rng: np.random.Generator, attempt: int) -> str:
    if spec.about.stacked:
        return "centre"
    if attempt or spec.about.family != "bar":
        return "outside"
    return weighted({"outside": 4.0, "inside": 1.0, "centre": 1.0}, rng)
