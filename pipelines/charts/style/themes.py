"""Themes under `templates/charts/themes/`: one YAML file each, found by looking."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from dataengine.errors import ConfigError
from dataengine.resources import bundled
from dataengine.settings import Settings
from dataengine.yaml_text import parse_yaml
from pipelines.charts.spec.kinds import BOTH, Library

Hex = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
Side = Literal["left", "bottom", "right", "top"]


class Theme(Settings):
    """Colours and habits that charts of a theme draw from; lists are drawn from evenly.

    Attributes:
        title: what people call it.
        libraries: which renderers it suits.
        weight: how often it is drawn where a recipe names no themes.
        backgrounds: of the picture.
        plot_backgrounds: of the plot area; empty: the picture's.
        text, muted, axis, grid_colour: see `Frame`.
        grids, grid_dashes, spines, ticks, title_places: choices of `Frame`.
        palettes: colours of series; each has at least eight, easily told apart.
        bold_titles: share of bold titles.
    """

    title: str
    libraries: tuple[Library, ...] = BOTH
    weight: float = Field(1.0, gt=0)
    backgrounds: tuple[Hex, ...] = ("#ffffff",)
    plot_backgrounds: tuple[Hex, ...] = ()
    text: Hex = "#222222"
    muted: Hex = "#555555"
    axis: Hex = "#666666"
    grid_colour: Hex = "#dddddd"
    grids: tuple[Literal["none", "value", "both"], ...] = ("none", "value", "both")
    grid_dashes: tuple[Literal["solid", "dashed", "dotted"], ...] = ("solid", "dashed")
    spines: tuple[tuple[Side, ...], ...] = (("left", "bottom"), ("left", "bottom", "right", "top"))
    ticks: tuple[Literal["out", "in", "none"], ...] = ("out", "none")
    title_places: tuple[Literal["left", "centre"], ...] = ("left", "centre")
    bold_titles: float = Field(0.5, ge=0, le=1)
    palettes: tuple[Annotated[tuple[Hex, ...], Field(min_length=8)], ...] = Field(min_length=1)


@functools.cache
def load_themes() -> Mapping[str, Theme]:
    """Return all themes by name, sorted.

    Raises:
        ConfigError: a file is not a theme; it is named.
    """
    themes = {}
    for path in sorted(bundled("templates", "charts/themes").glob("*.yaml")):
        try:
            themes[path.stem] = Theme.model_validate(parse_yaml(path.read_text("utf-8")))
        except ValidationError as error:
            raise ConfigError(f"{path.name} is no chart theme: {error}") from error
    return themes


def themes_version() -> str:
    """Return a hash of all files under `templates/charts`."""
    digest = hashlib.sha256()
    folder = bundled("templates", "charts")
    for path in sorted(folder.rglob("*.yaml")):
        digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
