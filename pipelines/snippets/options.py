"""Options of the pipelines `snippets` and `snippets_corpus`, as they stand in a recipe."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from dataengine.imaging import Encoding
from dataengine.settings import Settings

Language = Literal["en", "zh"]
Range = tuple[int, int]
"""Least and greatest, both included."""


class Layout(Settings):
    """What all snippets share, whatever their words."""

    language: Language = Field("en", description="language of the words, and which fonts draw them")
    width: int = Field(256, ge=32, le=4096, description="pixels of the canvas")
    height: int = Field(256, ge=32, le=4096, description="pixels of the canvas")
    margin: int = Field(4, ge=0, le=512, description="pixels at each edge that stay empty")
    chars: Range = Field((4, 12), description="least and most characters of a line")
    lines: Range = Field((1, 1), description="least and most lines")
    size: Range = Field(
        (16, 28),
        description="least and greatest font size in pixels; a text that does not fit at the size "
        "drawn is set in a smaller one, and refused if it does not fit in the smallest",
    )
    fonts: int = Field(
        4, ge=1, le=5, description="the first so many fonts of the language's list; 1: one font"
    )
    jitter: float = Field(
        0.0,
        ge=0,
        le=1,
        description="0: the text begins at one fixed place; 1: anywhere where it fits whole; "
        "between: in that share of the room",
    )
    align: Literal["left", "center", "right"] = Field(
        "left", description="of the lines to each other, and of the fixed place on the canvas"
    )
    colour: bool = Field(
        False, description="draw text and ground in colours of good contrast, not black on white"
    )
    min_contrast: float = Field(
        4.5, ge=1, le=7, description="least contrast of two colours (WCAG 2.1); black on white: 21"
    )
    min_height_px: int = Field(
        5, ge=1, description="fewest pixels from the top to the bottom of a line's ink"
    )
    image: Encoding = Field(default_factory=Encoding, description="format of the picture")

    @field_validator("chars", "lines", "size")
    @classmethod
    def _check_range(cls, value: Range) -> Range:
        least, most = value
        if not 1 <= least <= most <= 512:
            raise ValueError("least and most lie between 1 and 512, the least first")
        return value

    @model_validator(mode="after")
    def _check_room(self) -> Self:
        room = min(self.width, self.height) - 2 * self.margin
        if room < self.size[0]:
            raise ValueError(
                f"margins of {self.margin} px leave {room} px: not even the smallest text fits"
            )
        return self


class Options(Layout):
    """Options of the pipeline `snippets`."""

    text: Literal["digits", "alphanumeric", "words"] = Field(
        "words",
        description="digits or letters and digits at random; words: bundled phrases of `language`",
    )


class CorpusOptions(Layout):
    """Options of the pipeline `snippets_corpus`."""

    text: Literal["corpus"] = Field("corpus", description="phrases of the part's corpora")
    chars: Range = Field((4, 24), description="least and most characters of a line")
