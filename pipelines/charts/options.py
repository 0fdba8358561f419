"""Options of the pipeline `charts`, as they stand in a recipe."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from dataengine.imaging import Encoding
from dataengine.settings import Settings, Weights
from pipelines.charts.spec.kinds import KINDS, Library

Language = Literal["en", "zh"]
Content = Literal["random", "tables", "specs"]
Target = Literal["dict", "dict_vary", "csv", "json", "text"]
Level = Literal["title", "axis", "tick", "legend", "label", "mark"]


class Proof(Settings):
    """Thresholds of the proof."""

    training_px: int = Field(
        1024, ge=32, description="side of the square that the trainer squashes pictures to"
    )
    min_text_px: float = Field(
        8.0, ge=0, description="smallest legible font size in pixels at the training size"
    )


class Options(Settings):
    """Options of the pipeline `charts`."""

    language: Language = Field("en", description="language of all words in the picture")
    library: Library = Field("matplotlib", description="what draws: matplotlib or pyecharts")
    content: Content = Field(
        "random",
        description="random: phrases and numbers drawn at random; tables: columns of CSV or "
        "Parquet tables; specs: charts written by a language model or by you (JSON lines)",
    )
    kinds: Weights[str] = Field(
        default_factory=dict,
        description="mixture of kinds: kind -> weight; empty: all that the library draws, alike",
    )
    themes: Weights[str] = Field(
        default_factory=dict, description="theme -> weight; empty: all themes alike"
    )
    labelled_share: float = Field(
        0.6,
        ge=0,
        le=1,
        description="share of charts whose values are printed at the marks; those of the others "
        "are read from the axes and rounded to what these can show",
    )
    charts_per_frame: int = Field(
        32,
        ge=1,
        le=512,
        description="so many indices in a row share theme, fonts and size of the picture: fewer "
        "mix better, more are faster",
    )
    tries: int = Field(
        3, ge=1, le=10, description="how often a chart is laid out before it is refused"
    )
    image: Encoding = Field(default_factory=Encoding, description="format of the picture")
    targets: tuple[Target, ...] = Field(
        ("dict", "dict_vary", "csv", "json", "text"),
        description="forms of the ground truth stored",
    )
    regions: tuple[Level, ...] = Field(
        ("title", "axis", "tick", "legend", "label", "mark"), description="levels of boxes stored"
    )
    proof: Proof = Field(default_factory=Proof, description="thresholds of the proof")

    @field_validator("kinds")
    @classmethod
    def _check_kinds(cls, value: dict[str, float]) -> dict[str, float]:
        for name in value:
            if name not in KINDS:
                raise ValueError(f"there is no kind {name!r}; there are {', '.join(KINDS)}")
        return value
