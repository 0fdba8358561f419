"""Versions that can change a photograph's pixels or its stored bytes."""

from __future__ import annotations

from importlib.metadata import version

from PIL import features

from dataengine.pipeline import Requirements

_PACKAGES = ("pillow", "isal", "numpy")
_DECODERS = {"libjpeg": "libjpeg_turbo", "libwebp": "webp", "zlib": "zlib", "libtiff": "libtiff"}


def find_requirements() -> Requirements:
    """Look up the libraries, and the decoders that Pillow brings."""
    versions = {name: version(name) for name in _PACKAGES}
    found = {name: features.version(feature) for name, feature in _DECODERS.items()}
    return Requirements(versions | {name: str(one) for name, one in found.items() if one})
