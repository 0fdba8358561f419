"""What rendering one unit gives: a `Sample` that is proven, or a `Rejection` with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

BOX_DTYPE = np.int32


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """Boxes on the stored image, kept as columns because a page has about a thousand of them.

    Attributes:
        levels: one name per region, such as "word", "line", "block" or "cell".
        boxes: int32 array of shape (n, 4): x0, y0, x1, y1 in pixels of the stored image, x1 and y1
            exclusive, inside the image.
        texts: the text inside each box, as the picture shows it.
    """

    levels: Sequence[str]
    boxes: npt.NDArray[np.int32]
    texts: Sequence[str]

    def __post_init__(self) -> None:
        if self.boxes.shape != (len(self.levels), 4) or len(self.texts) != len(self.levels):
            raise ValueError(
                f"regions do not line up: {len(self.levels)} levels, boxes of shape "
                f"{self.boxes.shape}, {len(self.texts)} texts"
            )
        if self.boxes.dtype != BOX_DTYPE:
            raise ValueError(f"region boxes must be int32, not {self.boxes.dtype}")

    def __len__(self) -> int:
        return len(self.levels)

    @classmethod
    def none(cls) -> Regions:
        """Return an empty set of regions."""
        return cls((), np.zeros((0, 4), BOX_DTYPE), ())


ROLES = ("user", "assistant")


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side of a conversation about the picture says; the picture stands before the first.

    Attributes:
        role: "user" or "assistant".
        text: without any mark for the picture.
    """

    role: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One proven picture and its ground truth; the engine adds id, seed and recipe to the row.

    Attributes:
        image: the encoded picture.
        image_format: "png", "webp" or "jpeg".
        width, height: pixels.
        pixel_hash: `dataengine.imaging.pixel_hash` of the decoded pixels; for lossy formats, of
            the pixels before encoding.
        kind: what sort of picture this is: "page", "latex", "chart", "natural", …
        language: "en", "zh" or "mixed".
        targets: the ground truth in each form that is exact: "text", "markdown", "dict", …
        source: where it came from: corpus, item, page, licence, url, sha256. A sample made of
            several works names them under "works", each with corpus, item, licence and url.
        proof: what was checked: scores by name.
        regions: boxes of words, lines, blocks, …
        turns: a conversation that came with the picture, user and assistant in turns; generated
            samples have none, theirs are made from `targets` (`dataengine.views`).
        template: the template that set it, if any.
        fingerprint: sketch of the content for near-duplicate search
            (`dataengine.fingerprint.sketch`), or empty if the kind has none.
        seconds: CPU seconds by stage ("raster", "text", "proof", "encode", …); not stored in rows.
    """

    image: bytes
    image_format: str
    width: int
    height: int
    pixel_hash: str
    kind: str
    language: str
    targets: Mapping[str, Any]
    source: Mapping[str, Any]
    proof: Mapping[str, Any]
    regions: Regions = field(default_factory=Regions.none)
    turns: Sequence[Turn] = ()
    template: str | None = None
    fingerprint: bytes = b""
    seconds: Mapping[str, float] = field(default_factory=dict)


def works_of(source: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the works that a source names: one, unless it lists several."""
    works = source.get("works")
    return works if isinstance(works, list) and works else [source]


@dataclass(frozen=True, slots=True, eq=False)
class Rejection:
    """A unit that did not become a sample, and why.

    Attributes:
        reason: short code in kebab-case, such as "no-text" or "timeout"; one of
            `Pipeline.reasons` or `dataengine.reasons.ENGINE_REASONS`.
        detail: one sentence with the values seen, for the person who reads the list.
        source, proof: as in `Sample`, as far as the unit got.
        preview: a small JPEG of the page, or empty where nothing could be drawn.
        seconds: as in `Sample`.
    """

    reason: str
    detail: str
    source: Mapping[str, Any] = field(default_factory=dict)
    proof: Mapping[str, Any] = field(default_factory=dict)
    preview: bytes = b""
    seconds: Mapping[str, float] = field(default_factory=dict)


Outcome = Sample | Rejection
