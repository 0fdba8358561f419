"""The look of one chart: everything that both renderers go by, as drawn from the rng."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from dataengine.settings import Settings

LegendPlace = Literal["none", "top", "bottom", "left", "right", "inside"]
LabelPlace = Literal["outside", "inside", "centre"]


class Frame(Settings):
    """What all charts of a block share, so that renderers can keep what is costly to make.

    Attributes:
        theme: name of the theme under `templates/charts/themes/` that it came from.
        fonts: name of a font set in `templates/charts/fonts.yaml`.
        width, height: of the picture, pixels (400-1600).
        background, plot_background: "#rrggbb" (the same, if the plot has none of its own).
        text_colour, muted_colour: of titles, and of ticks and notes.
        axis_colour: of axis lines and tick marks.
        grid: which directions have grid lines, and how they look.
        spines: which sides of the plot have a line.
        ticks: whether tick marks are drawn outside, inside or not at all.
        title_px, subtitle_px, axis_title_px, tick_px, label_px, legend_px, note_px: font sizes.
        title_bold: whether the title is bold.
        title_place: where titles stand.
        legend: where the legend goes if there is one.
        legend_box: whether it has a frame.
        margin_px: free space along the edges of the picture.
    """

    theme: str
    fonts: str
    width: int = Field(ge=400, le=1600)
    height: int = Field(ge=300, le=1600)
    background: str
    plot_background: str
    text_colour: str
    muted_colour: str
    axis_colour: str
    grid: Literal["none", "value", "both"] = "value"
    grid_colour: str = "#dddddd"
    grid_dash: Literal["solid", "dashed", "dotted"] = "solid"
    spines: tuple[Literal["left", "bottom", "right", "top"], ...] = ("left", "bottom")
    ticks: Literal["out", "in", "none"] = "out"
    title_px: int = 20
    subtitle_px: int = 14
    axis_title_px: int = 14
    tick_px: int = 12
    label_px: int = 12
    legend_px: int = 12
    note_px: int = 11
    title_bold: bool = True
    title_place: Literal["left", "centre"] = "centre"
    legend: LegendPlace = "top"
    legend_box: bool = False
    margin_px: int = 16


class Style(Settings):
    """The look of one chart in its frame.

    Attributes:
        palette: "#rrggbb" per series or item, as many as are wanted, all different.
        bar_share: width of the bars of a category, of the room it has.
        bar_radius: rounding of bars' corners, pixels (ECharts only).
        edge: outline of bars and slices: "#rrggbb", or "" for none.
        hatches: per series, "" for none ("/", "\\", "x", ".", "-", "+"; matplotlib only).
        markers: per series: "circle", "square", "triangle", "diamond", "cross", or "" for none.
        marker_px: diameter of markers.
        line_px: width of lines.
        dashes: per series: "solid", "dashed", "dotted".
        smooth: whether lines are smoothed through their points (ECharts only).
        area_alpha: opacity of filled areas.
        label_place: where labels stand on bars and slices.
        label_colour: of labels inside marks; "" chooses black or white by contrast.
        category_turn: degrees that category names are turned by (0, 30, 45, 60 or 90).
        category_wrap: characters per line of category names; 0: not wrapped.
        hole: inner radius of donuts and roses, of the outer one.
        start_angle: of pies, degrees clockwise from twelve o'clock.
        value_from_zero: whether value axes of lines and points start at zero.
        extra: further draws of one renderer, by name.
    """

    frame: Frame
    palette: tuple[str, ...]
    bar_share: float = Field(default=0.7, ge=0.3, le=1.0)
    bar_radius: int = 0
    edge: str = ""
    hatches: tuple[str, ...] = ()
    markers: tuple[str, ...] = ()
    marker_px: float = 6
    line_px: float = 2
    dashes: tuple[str, ...] = ()
    smooth: bool = False
    area_alpha: float = 0.4
    label_place: LabelPlace = "outside"
    label_colour: str = ""
    category_turn: int = Field(default=0, ge=0, le=90)
    category_wrap: int = 0
    hole: float = Field(default=0.5, ge=0, le=0.8)
    start_angle: float = 0
    value_from_zero: bool = True
    extra: Mapping[str, float | int | str | bool] = Field(default_factory=dict)
