"""Options of the pipeline `latex_pages`, as they stand in a recipe."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dataengine.imaging import Encoding
from dataengine.settings import Settings, Weights

Language = Literal["en", "zh", "mixed"]
Level = Literal["block", "line", "word"]
Target = Literal["text", "markdown", "latex", "html"]
PageKind = Literal[
    "prose",
    "prose_formulas",
    "prose_tables",
    "formulas",
    "tables",
    "table_crop",
    "formula_crop",
]

DEFAULT_KINDS: dict[PageKind, float] = {
    "prose": 2,
    "prose_formulas": 4,
    "prose_tables": 3,
    "formulas": 1.5,
    "tables": 1.5,
    "table_crop": 0.5,
    "formula_crop": 0.5,
}


class Canvas(Settings):
    """How a page becomes a picture; the scale is recorded with each sample."""

    long_edge: int = Field(1024, ge=64, le=8192, description="pixels of a page's longer side")
    crop_dpi: int = Field(
        150, ge=50, le=600, description="pixels per inch of table and formula crops"
    )
    crop_long_edge: int = Field(
        1600, ge=64, le=8192, description="larger crops are scaled down to this"
    )


class Proof(Settings):
    """Thresholds beside the exact equality of glyphs, which has none."""

    training_px: int = Field(
        1024, ge=32, description="side of the square that the trainer squashes pictures to"
    )
    min_em_px: float = Field(
        7.0, ge=0, description="smallest legible font size in pixels at the training size"
    )
    max_tokens: int = Field(
        3840, ge=1, description="longest markdown in tokens (4096 less 256 for the picture)"
    )
    min_chars: int = Field(
        100, ge=1, description="fewest glyphs of a page (crops: a tenth of it); emptier is refused"
    )


class Options(Settings):
    """Options of the pipeline `latex_pages`."""

    language: Language = Field(
        "en", description="language of the pages: templates and prose; mixed: both on a page"
    )
    kinds: Weights[PageKind] = Field(
        default_factory=lambda: dict(DEFAULT_KINDS),
        description="mixture of page kinds: kind -> weight",
    )
    templates: Weights[str] = Field(
        default_factory=dict,
        description="template -> weight; empty: all templates of the language alike",
    )
    pages_per_template: int = Field(
        256,
        ge=1,
        le=512,
        description="so many indices in a row share one template, font set and type size, and "
        "one run of TeX: fewer mix better, more are faster",
    )
    foreign_share: float = Field(
        0.1,
        ge=0,
        le=1,
        description="share of pages whose tables and displays come from the other language",
    )
    canvas: Canvas = Field(default_factory=Canvas, description="size of the picture")
    image: Encoding = Field(default_factory=Encoding, description="format of the picture")
    targets: tuple[Target, ...] = Field(
        ("text", "markdown", "latex", "html"), description="forms of the ground truth stored"
    )
    regions: tuple[Level, ...] = Field(
        ("block", "line", "word"),
        description="levels of boxes stored; block boxes carry their kind (table, display, …)",
    )
    proof: Proof = Field(default_factory=Proof, description="thresholds of the proof")
    sandbox: Literal["auto", "required"] = Field(
        "auto",
        description="required: refuse to run where bubblewrap does not work; auto: rely on the "
        "allow-list, TeX's own settings and resource limits there",
    )
