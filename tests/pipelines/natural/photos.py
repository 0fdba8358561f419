"""Pictures that pass for photographs, for the tests of `natural`, and one call that renders one."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from PIL import Image

from dataengine.imaging import Pixels
from dataengine.pipeline import Context, Item, Unit
from dataengine.sample import Outcome, Rejection, Sample
from dataengine.seeding import unit_rng
from pipelines.natural import PIPELINE


@cache
def clouds(seed: int = 0, width: int = 320, height: int = 240) -> Image.Image:
    """Return a picture whose spectrum falls off as that of photographs does, in colour."""
    rng = np.random.default_rng(seed)
    far = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None]) + 2 / width
    planes = []
    for _ in range(3):
        spectrum = (rng.normal(size=far.shape) + 1j * rng.normal(size=far.shape)) / far**1.3
        planes.append(np.fft.irfft2(spectrum, s=(height, width)))
    mixed = np.stack([planes[0] + 0.4 * one for one in planes], -1)
    mixed = 128 + 45 * (mixed - mixed.mean()) / mixed.std()
    return Image.fromarray(np.clip(mixed, 0, 255).astype(np.uint8))


def encoded(picture: Image.Image, form: str = "JPEG", **how: Any) -> bytes:
    """Return a picture as a file."""
    buffer = io.BytesIO()
    # Saving leaves settings behind on every picture, and another form stumbles over them.
    if "append_images" in how:
        how = {**how, "append_images": [other.copy() for other in how["append_images"]]}
    picture.copy().save(buffer, form, **how)
    return buffer.getvalue()


def decoded(data: bytes) -> Pixels:
    """Return a file's pixels as Pillow sees them."""
    with Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture.convert("RGB") if picture.mode != "L" else picture)


def render(
    data: bytes,
    options: Mapping[str, Any] | None = None,
    beside: Mapping[str, bytes] | None = None,
    *,
    name: str = "photo.jpg",
    index: int = 0,
) -> Outcome:
    """Render one file."""
    files = beside or {}
    item = Item("corpus", name, size=len(data), sha256=hashlib.sha256(data).hexdigest(),
                licence="CC0-1.0")  # fmt: skip
    context = Context(lambda _: data, beside=lambda _, other: files.get(other))
    renderer = PIPELINE.open(PIPELINE.Options.model_validate(options or {}), context)
    return renderer.render(Unit(index, item), unit_rng(1, "natural", index))


def sample(*args: Any, **how: Any) -> Sample:
    """Render one file that must become a sample."""
    outcome = render(*args, **how)
    assert isinstance(outcome, Sample), outcome
    return outcome


def rejection(*args: Any, **how: Any) -> Rejection:
    """Render one file that must be refused."""
    outcome = render(*args, **how)
    assert isinstance(outcome, Rejection), outcome.proof
    assert outcome.reason in PIPELINE.reasons
    assert outcome.detail
    return outcome


def coco(
    boxes: list[list[float]] | None = None,
    captions: list[str] | None = None,
    **image: Any,
) -> bytes:
    """Return a COCO file about one picture of 320 x 240 pixels."""
    entry = {"id": 7, "file_name": "photo.jpg", "width": 320, "height": 240, "license": 3, **image}
    marks: list[dict[str, Any]] = [
        {"id": at, "image_id": 7, "category_id": 5, "iscrowd": 0, "bbox": box,
         "segmentation": [[1.0, 2.5, 3, 4e1]]}
        for at, box in enumerate(boxes or [])
    ]  # fmt: skip
    marks += [
        {"id": 90 + at, "image_id": 7, "caption": one} for at, one in enumerate(captions or [])
    ]
    url = "http://creativecommons.org/licenses/by-nc-sa/2.0/"
    return json.dumps(
        {
            "info": {"description": "test"},
            "images": [entry],
            "licenses": [{"id": 3, "name": "words", "url": url}],
            "annotations": marks,
            "categories": [{"id": 5, "name": "tree", "supercategory": "plant"}],
        }
    ).encode()
