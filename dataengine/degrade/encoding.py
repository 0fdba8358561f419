"""Worn pictures to bytes: JPEG at the quality that was drawn, else PNG."""

from __future__ import annotations

import cv2
import numpy as np

from dataengine.degrade.effect import Params, rng_of
from dataengine.imaging import Encoding, Pixels, encode_image

_SAMPLINGS = (cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444)
_COLOUR_SHARED = 0.7
"""Share of JPEG files that store colour at half the resolution."""


def jpeg(pixels: Pixels, params: Params) -> bytes:
    """Return a JPEG of a quality; whether colours are subsampled hangs on the seed."""
    shared = rng_of(params).random() < _COLOUR_SHARED
    options = [
        cv2.IMWRITE_JPEG_QUALITY,
        round(params["quality"]),
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        _SAMPLINGS[0 if shared else 1],
    ]
    ordered = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR) if pixels.ndim == 3 else pixels
    done, data = cv2.imencode(".jpg", ordered, options)
    if not done:
        raise ValueError(f"a picture of shape {pixels.shape} cannot be written as JPEG")
    return data.tobytes()


def unpacked(data: bytes) -> Pixels:
    """Return the pixels of a JPEG that `jpeg` wrote."""
    found = _decoded(data, cv2.IMREAD_UNCHANGED)
    return (
        np.asarray(cv2.cvtColor(found, cv2.COLOR_BGR2RGB), np.uint8) if found.ndim == 3 else found
    )


def unpacked_grey(data: bytes) -> Pixels:
    """Return the brightness that a JPEG holds; takes half the time."""
    return _decoded(data, cv2.IMREAD_GRAYSCALE)


def _decoded(data: bytes, mode: int) -> Pixels:
    found = cv2.imdecode(np.frombuffer(data, np.uint8), mode)
    if found is None:
        raise ValueError("not a picture")
    return np.asarray(found, np.uint8)


def png(pixels: Pixels) -> bytes:
    """Return a PNG."""
    return encode_image(np.ascontiguousarray(pixels), Encoding(format="png"))
