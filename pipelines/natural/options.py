"""Options of the pipeline `natural`, as they stand in a recipe, with the measured defaults."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dataengine.imaging import Encoding
from dataengine.settings import Settings, Weights
from pipelines.natural.captions import Language


class Storing(Settings):
    """How pictures are stored."""

    format: Literal["keep", "png", "webp", "jpeg"] = Field(
        "keep",
        description="keep: the file's own bytes where its picture is stored as it is (JPEG, PNG, "
        "WebP), else as jpeg; the others encode every picture anew",
    )
    quality: int = Field(90, ge=1, le=100, description="of JPEG and lossy WebP")
    lossless: bool = Field(True, description="WebP only: keep every pixel as it is")
    metadata: Literal["strip", "keep"] = Field(
        "strip",
        description="format keep: strip takes out what is not the picture (Exif with its place and "
        "camera, XMP, IPTC, comments, thumbnails, whatever follows the end); colour profiles stay",
    )

    def encoding(self) -> Encoding:
        """Return how a picture is encoded whose own bytes are not stored."""
        kind: Literal["png", "webp", "jpeg"] = "jpeg" if self.format == "keep" else self.format
        return Encoding(format=kind, quality=self.quality, lossless=self.lossless)


class Photo(Settings):
    """Thresholds: a picture beyond one of them is rejected with that check's reason."""

    max_pixels: int = Field(64_000_000, ge=1, description="most pixels that a header may claim")
    min_px: int = Field(96, ge=1, description="fewest pixels of the shorter side")
    max_aspect: float = Field(5.0, ge=1, description="longest side against shortest")
    max_transparent: float = Field(
        0.1, ge=0, le=1, description="share of pixels that are not opaque"
    )
    max_cut_tail: float = Field(
        0.06,
        ge=0,
        le=1,
        description="share of the height, from below, in one colour (and none from above): missing",
    )
    min_contrast: float = Field(
        4.0, ge=0, description="standard deviation of the brightness, 0 to 127"
    )
    min_gentle: float = Field(
        0.25,
        ge=0,
        le=1,
        description="share of neighbouring pixels that differ by 1 to 12 grey levels: drawings "
        "have equal ones and edges",
    )
    min_tones: float = Field(
        5.0, ge=0, le=8, description="entropy of the brightnesses in bits: drawings use few"
    )
    max_flat: float = Field(
        0.6, ge=0, le=1, description="share of blocks of 8 x 8 pixels that show one tone"
    )
    min_broad: float = Field(
        0.42,
        ge=0,
        le=1,
        description="share of the contrast that stays when strokes are closed up: on a page of "
        "text it is little",
    )


class Options(Settings):
    """Options of the pipeline `natural`."""

    languages: Weights[Language] = Field(
        {"en": 1.0, "zh": 1.0},
        min_length=1,
        description="languages of the caption, drawn by these weights",
    )
    fit: Literal["keep", "squash", "pad", "crop"] = Field(
        "keep",
        description="keep: only scaled down where the longer side exceeds `size`; squash, pad, "
        "crop: to `size` x `size`, stretched, with grey bars, or the middle square",
    )
    size: int = Field(1024, ge=32, le=8192, description="pixels; what it limits is said by `fit`")
    min_visible: float = Field(
        0.25, ge=0, le=1, description="crop: objects of which less is left are dropped"
    )
    image: Storing = Field(default_factory=Storing, description="format of the picture")
    captions: tuple[str, ...] = Field(
        (
            "captions.json",
            "captions_{folder}.json",
            "annotations/captions.json",
            "annotations/captions_{folder}.json",
        ),
        description="COCO caption files, by name from the picture's folder or the corpus's root; "
        "{folder}: name of the picture's folder; all that are there are read",
    )
    instances: tuple[str, ...] = Field(
        (
            "instances.json",
            "instances_{folder}.json",
            "annotations/instances.json",
            "annotations/instances_{folder}.json",
        ),
        description="COCO instance files, likewise",
    )
    require: tuple[Literal["captions", "objects"], ...] = Field(
        (), description="reject pictures of which these annotations say nothing"
    )
    photo: Photo = Field(default_factory=Photo, description="what counts as a photograph")
