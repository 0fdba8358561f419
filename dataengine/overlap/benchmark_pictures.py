"""Pictures of benchmarks: which of them a sample shows, pixel by pixel or nearly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dataengine.errors import ConfigError, CorpusError
from dataengine.fingerprint import NUM_BINS, similarities, unpack
from dataengine.imaging import drop_equal_channels, pixel_hash
from dataengine.overlap.photos import is_picture_sketch
from dataengine.picture_sketch import sketch_picture
from dataengine.thumbnails import decode, flatten

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff")


@dataclass(frozen=True, slots=True)
class PictureMatch:
    """A benchmark's picture that is a sample's, or nearly."""

    file: str
    similarity: float
    is_same: bool


class PictureIndex:
    """Hashes and sketches of all pictures below folders; some 300 bytes for each.

    Args:
        folders: walked in sorted order; links that lead out of a folder are not followed.
        threshold: least similarity of two photos' sketches.

    Raises:
        ConfigError: a folder is not there.
        CorpusError: a picture's file cannot be read.
    """

    def __init__(self, folders: Sequence[str], threshold: float) -> None:
        self._threshold = threshold
        self._files: list[str] = []
        self._by_hash: dict[str, int] = {}
        self._sketched: list[int] = []
        self.unreadable: list[str] = []
        packed = bytearray()
        for path in _pictures(folders):
            packed += self._take(path)
        self._sketches = np.frombuffer(packed, "<u4").reshape(-1, NUM_BINS)

    def __len__(self) -> int:
        return len(self._files)

    def match(self, pixels: str, fingerprint: bytes) -> PictureMatch | None:
        """Return the picture of a pixel hash, or else the nearest one of a photo's sketch."""
        same = self._by_hash.get(pixels)
        if same is not None:
            return PictureMatch(self._files[same], 1.0, True)
        if not len(self._sketches) or not is_picture_sketch(fingerprint):
            return None
        near = similarities(self._sketches, unpack(fingerprint))
        best = int(near.argmax())
        if near[best] < self._threshold:
            return None
        return PictureMatch(self._files[self._sketched[best]], float(near[best]), False)

    def _take(self, path: Path) -> bytes:
        """Keep a picture's hashes; returns its sketch."""
        try:
            picture = decode(path.read_bytes())
        except OSError as error:
            raise CorpusError(f"the benchmark picture {path} cannot be read: {error}") from error
        if picture is None:
            self.unreadable.append(str(path))
            return b""
        number = len(self._files)
        self._files.append(str(path))
        pixels = np.asarray(flatten(picture))
        # Pictures are stored grey where they are grey, whatever their file said.
        for one in (pixels, drop_equal_channels(pixels)):
            self._by_hash.setdefault(pixel_hash(one), number)
        sketch = sketch_picture(pixels)
        if sketch:
            self._sketched.append(number)
        return sketch


def _pictures(folders: Sequence[str]) -> Iterator[Path]:
    for name in folders:
        folder = Path(name)
        if not folder.is_dir():
            raise ConfigError(f"{folder} is no folder of benchmark pictures")
        inside = folder.resolve()
        for path in sorted(folder.rglob("*")):
            known = path.suffix.lower() in SUFFIXES and path.is_file()
            if known and path.resolve().is_relative_to(inside):
                yield path
