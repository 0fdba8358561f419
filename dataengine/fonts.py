"""The font of captions on contact sheets: one that has Chinese characters, if this machine has one.

The usual font folders are searched for the file names in `PREFERRED`, best first, and in a
collection the face for simplified Chinese is taken. Where none is found, Pillow's own font draws
what it can: captions stay readable in English and no sheet fails for want of a font. Fonts of
people's captions never change a dataset; those of rendered samples are the pipelines' business.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

from PIL import ImageFont

from dataengine.errors import ToolMissing

Font = ImageFont.FreeTypeFont

FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path.home() / ".fonts",
    Path("/Library/Fonts"),
    Path("/System/Library/Fonts"),
)
PREFERRED = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "NotoSansSC-Regular.otf",
    "NotoSansSC-Regular.ttf",
    "SourceHanSansSC-Regular.otf",
    "SourceHanSans.ttc",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc",
    "DejaVuSans.ttf",
    "LiberationSans-Regular.ttf",
)
MAX_FACES = 16


def caption_font(size_px: int, folders: Sequence[Path] = FOLDERS) -> Font:
    """Return the best caption font of this machine at a size."""
    found = _find(tuple(folders))
    if found is None:
        fallback = ImageFont.load_default(size_px)
        if not isinstance(fallback, ImageFont.FreeTypeFont):
            raise ToolMissing("this Pillow has no FreeType; install the pillow wheel from PyPI")
        return fallback
    path, face = found
    return ImageFont.truetype(path, size_px, index=face, layout_engine=ImageFont.Layout.BASIC)


@functools.cache
def _find(folders: tuple[Path, ...]) -> tuple[Path, int] | None:
    files: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*.[to]t[fc]")):
            files.setdefault(path.name, path)
    for name in PREFERRED:
        if name in files and (face := _simplified_face(files[name])) is not None:
            return files[name], face
    return None


def _simplified_face(path: Path) -> int | None:
    """Return the index of the face for simplified Chinese, else the first; None if unreadable."""
    for index in range(MAX_FACES if path.suffix == ".ttc" else 1):
        try:
            family = ImageFont.truetype(path, 12, index=index).getname()[0] or ""
        except OSError:
            return 0 if index else None
        if family.endswith((" SC", " GB")):
            return index
    return 0
