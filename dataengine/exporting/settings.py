"""What every format can be told; formats add their own."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from dataengine.settings import Settings

IMAGE_MARK = "<image>"


class FormatOptions(Settings):
    """Options of all formats."""

    shard_examples: int = Field(
        1000, ge=1, le=1_000_000, description="examples of a shard: what is made in one piece"
    )
    images: Literal["stored", "png"] = Field(
        "stored", description="pictures as they are stored, or WebP ones as PNG of the same pixels"
    )


class MarkedOptions(FormatOptions):
    """Options of formats in which a mark in the first request stands for the picture."""

    mark: str = Field(f"{IMAGE_MARK}\n", description="what stands before the first request")
    reserved: tuple[str, ...] = Field(
        (), description="strings that the trainer reads as marks; examples with one are left out"
    )

    @field_validator("mark")
    @classmethod
    def _check(cls, value: str) -> str:
        if value.count(IMAGE_MARK) != 1:
            raise ValueError(f"the mark holds {IMAGE_MARK} once")
        return value
