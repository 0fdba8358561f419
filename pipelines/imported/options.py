"""Options of the pipeline `imported`, as they stand in a recipe."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, field_validator

from dataengine.registry import near
from dataengine.settings import Settings

AUTO = "auto"


class Options(Settings):
    """Options of the pipeline `imported`."""

    format: str = Field(AUTO, description="how the set is kept; auto: told by each file's content")
    group: Literal["image", "record"] = Field(
        "image",
        description="question sets: all questions of a picture as turns of one sample, or a sample "
        "per question",
    )
    kind: str = Field("", description="kind of the samples; by default that of the format")
    language: Literal["auto", "en", "zh", "mixed", "other"] = Field(
        "auto", description="auto: told by the share of Chinese characters"
    )
    image: str = Field(
        "", description="Parquet: the picture's column; by default the only one that can be it"
    )
    text: str = Field(
        "", description="column (Parquet) or field (img2dataset's JSON) of caption or conversation"
    )
    unmarked: Literal["reject", "accept"] = Field(
        "reject", description="conversations with a picture and no <image> mark"
    )
    min_side: int = Field(16, ge=1, description="pixels of the shorter side, at least")
    max_side: int = Field(
        4096, ge=64, le=16384, description="pixels of the longer side; larger ones are scaled down"
    )
    max_megapixels: int = Field(64, ge=1, le=150, description="larger pictures are not decoded")
    quality: int = Field(95, ge=1, le=100, description="of JPEGs that had to be encoded again")
    max_turns: int = Field(1000, ge=2, description="turns of a conversation")
    max_chars: int = Field(100_000, ge=1, description="characters of a caption or conversation")

    @field_validator("format")
    @classmethod
    def _is_a_format(cls, value: str) -> str:
        from pipelines.imported.formats import format_names  # formats know their options

        known = [AUTO, *format_names()]
        if value not in known:
            raise ValueError(f"no format is called {value!r}{near(value, known)}")
        return value

    @field_validator("kind")
    @classmethod
    def _is_a_kind(cls, value: str) -> str:
        if not re.fullmatch(r"[a-z0-9_]{0,64}", value):
            raise ValueError("a kind is made of a-z, 0-9 and _")
        return value
