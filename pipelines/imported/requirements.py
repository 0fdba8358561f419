"""Versions that can change what is read from a picture or a record."""

from __future__ import annotations

from importlib.metadata import version

from PIL import features

from dataengine.pipeline import Requirements

_PACKAGES = ("pillow", "pyarrow", "orjson", "numpy", "isal")
_DECODERS = ("libjpeg_turbo", "webp", "zlib")


def find_requirements() -> Requirements:
    """Look up what reads and writes pictures."""
    versions = {name: version(name) for name in _PACKAGES}
    missing = []
    for name in _DECODERS:
        if found := features.version(name):
            versions[f"pillow's {name}"] = found
    for codec, what in (("jpg", "JPEG"), ("zlib", "PNG"), ("webp", "WebP")):
        if not features.check(codec):
            missing.append(f"Pillow was built without {what}: pip install --force-reinstall pillow")
    return Requirements(versions, tuple(missing))
