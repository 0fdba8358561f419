"""Small copies of held-out pictures, which a run's folder keeps for people to look at."""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path

from PIL import Image

from dataengine.storage import storage_errors
from dataengine.thumbnails import decode, flatten, shrink

PICTURES = "pictures"
"""Their folder in a run's."""

BOX_PX = (640, 800)
MOST_BYTES = 192 << 10
"""Of one copy; a larger one is made smaller."""

_SMALLEST_PX = 16
_NAME = re.compile(r"[a-z0-9_-]{1,120}")
_FILE = re.compile(r"[a-z0-9_-]{1,120}\.png")


def small(data: bytes, box_px: tuple[int, int] = BOX_PX) -> bytes:
    """Return a stored picture as a PNG within a box and within `MOST_BYTES`.

    Returns:
        no bytes where it cannot be decoded.
    """
    image = decode(data)
    if image is None:
        return b""
    box = box_px
    while True:
        copy = shrink(image, box)
        png = _png(copy)
        if len(png) <= MOST_BYTES or max(copy.size) <= _SMALLEST_PX:
            return png
        box = (max(1, copy.width * 3 // 4), max(1, copy.height * 3 // 4))


def keep(folder: Path, name: str, png: bytes) -> str:
    """Keep a copy under a run's folder; one that is there already stays.

    Args:
        name: the example's id; what cannot be a file's name is replaced by its hash.

    Returns:
        the file's name within `PICTURES`; "" where there are no bytes.

    Raises:
        StorageError: it cannot be written.
    """
    if not png:
        return ""
    stem = name if _NAME.fullmatch(name) else hashlib.sha256(name.encode()).hexdigest()[:32]
    path = folder / PICTURES / f"{stem}.png"
    if not path.exists():
        partial = path.with_name(path.name + ".tmp")
        with storage_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(png)
            partial.replace(path)
    return path.name


def kept(folder: Path, name: object) -> bytes:
    """Return a copy that a run's folder keeps, encoded anew; no bytes where there is none.

    Args:
        name: as a line of the log has it; nothing but a plain file name is looked for.
    """
    if not isinstance(name, str) or not _FILE.fullmatch(name):
        return b""
    path = folder / PICTURES / name
    try:
        data = path.read_bytes() if path.stat().st_size <= 2 * MOST_BYTES else b""
    except OSError:
        return b""
    return small(data)


def opened(png: bytes) -> Image.Image | None:
    """Return a copy as pixels, grey or RGB; None where there are no bytes."""
    image = decode(png) if png else None
    return None if image is None else flatten(image)


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True, exif=b"", icc_profile=None)
    return buffer.getvalue()
