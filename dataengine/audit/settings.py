"""How each kind is read and where its verdicts part: data, from `templates/audit/witness.yaml`."""

from __future__ import annotations

import functools
from typing import Literal

import yaml
from pydantic import Field

from dataengine.resources import bundled
from dataengine.settings import Settings

FILE = "witness.yaml"
ANY = "any"


class Look(Settings):
    """One reading of a picture."""

    of: Literal["page", "sheet"] = Field("page", description="the whole picture, or its boxes")
    segmentation: int = Field(3, ge=0, le=13, description="Tesseract's page segmentation mode")
    line_px: int = Field(32, ge=8, le=200, description="height to which lines are scaled")
    most_scale: float = Field(2.0, ge=1, le=4, description="largest scale of the whole picture")
    dpi: int = Field(150, ge=70, le=600, description="resolution that Tesseract is told")
    models: str = Field("", description="in the place of the language's own")
    always: bool = Field(False, description="look even where the looks before were enough")


class Bounds(Settings):
    """Where verdicts part."""

    agrees: float = Field(description="coverage from which a row agrees")
    contradicts: float = Field(description="coverage below which a row contradicts")
    pairs: float = Field(0.0, description="share of pairs below which it contradicts")
    gap: float = Field(1.1, description="gap from which a row is doubtful; above 1 for never")
    strokes: int = Field(3, ge=1, description="strokes and words at one edge that make it a cut")
    bare_strokes: int = Field(
        1000, ge=1, description="strokes at one edge that are a cut even without texts there"
    )
    lost: int = Field(2, ge=1, description="words in no box and not read, from which it is a cut")
    min_tokens: int = Field(5, ge=1, description="fewest tokens that are compared")


class Reader(Settings):
    """How the rows of one kind are read."""

    models: str = "eng"
    anywhere: bool = Field(False, description="texts have no order")
    looks: tuple[Look, ...]
    enough: float = Field(0.97, description="coverage that needs no further look")
    small_gap: float = Field(0.25, description="and the largest gap")
    bounds: Bounds


class Witness(Settings):
    """Everything that the audit goes by."""

    languages: dict[str, str] = Field(description="language -> Tesseract models")
    readers: dict[str, dict[str, Reader]] = Field(description="kind -> language -> reader")

    def reader(self, kind: str, language: str) -> Reader:
        """Return how rows of a kind and language are read; "any" stands for those not named."""
        by_language = self.readers.get(kind) or self.readers[ANY]
        reader = by_language.get(language) or by_language[ANY]
        models = self.languages.get(language) or self.languages[ANY]
        return reader.model_copy(update={"models": models})


@functools.cache
def witness() -> Witness:
    """Return the settings that come with the package."""
    text = bundled("templates", f"audit/{FILE}").read_text("utf-8")
    return Witness.model_validate(yaml.safe_load(text))
