"""Reads items' bytes from where they lie, with a bound on size and a check against the index.

The last item and the last archive are kept open, because units of one item come one after another.
"""

from __future__ import annotations

import hashlib
import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from typing import BinaryIO, cast

import fsspec

from dataengine.corpus.places import Place, find_place
from dataengine.errors import CorpusChanged, CorpusError
from dataengine.pipeline import Item

_MIB = 1 << 20


class ItemTooLarge(CorpusError):
    """An item has more bytes than the recipe's `limits.item_mb` allows."""


class ItemReader:
    """Reads items of named corpora.

    Args:
        corpora: corpus name -> path, as in `CorpusSpec.path`.
        max_mb: largest item, MiB, measured while reading (a declared size may lie).
    """

    def __init__(self, corpora: Mapping[str, str], max_mb: int) -> None:
        self._paths = corpora
        self._max_bytes = max_mb * _MIB
        self._places: dict[str, Place] = {}
        self._item: Item | None = None
        self._data = b""
        self._archive_key: tuple[str, str] | None = None
        self._archive: zipfile.ZipFile | BinaryIO | None = None
        self._stream: BinaryIO | None = None

    def read(self, item: Item) -> bytes:
        """Return an item's bytes, checked against its sha256.

        Raises:
            CorpusChanged: the bytes are not those that were indexed, or are gone.
        """
        if item is self._item or item == self._item:
            return self._data
        try:
            data = self.read_unchecked(item)
        except CorpusError as error:
            raise CorpusChanged(
                f"{item.name} of corpus {item.corpus} was there when the plan was made and cannot "
                f"be read now ({error}); put it back, or plan again into a new folder"
            ) from error
        if hashlib.sha256(data).hexdigest() != item.sha256:
            raise CorpusChanged(
                f"{item.name} of corpus {item.corpus} is not the file that the plan was made from "
                f"({len(data)} bytes now, {item.size} then); put it back, or plan again into a "
                "new folder"
            )
        self._item, self._data = item, data
        return data

    def read_unchecked(self, item: Item) -> bytes:
        """Return an item's bytes as they are now.

        Raises:
            ItemTooLarge: it has more than `max_mb`.
            CorpusError: it is gone, or its archive is broken.
        """
        try:
            data = self._read_member(item) if item.member else self._read_file(item)
        except (OSError, EOFError, RuntimeError, zlib.error) as error:
            raise CorpusError(f"cannot read {item.name}: {error}") from error
        except (zipfile.BadZipFile, tarfile.TarError, KeyError, NotImplementedError) as error:
            self.close()
            raise CorpusError(f"cannot read {item.name}: {error}") from error
        if len(data) > self._max_bytes:
            raise ItemTooLarge(
                f"{item.name} has more than {self._max_bytes // _MIB} MiB; raise limits.item_mb "
                "if it is wanted"
            )
        return data

    def close(self) -> None:
        """Close the archive that was kept open."""
        for opened in (self._archive, self._stream):
            if opened is not None:
                with suppress(OSError):
                    opened.close()
        self._archive_key = self._archive = self._stream = None

    def _place(self, corpus: str) -> Place:
        if corpus not in self._places:
            self._places[corpus] = find_place(self._paths[corpus])
        return self._places[corpus]

    def _open_file(self, item: Item) -> BinaryIO:
        place = self._place(item.corpus)
        path = item.path if item.path.startswith("/") else f"{place.root}/{item.path}"
        return cast(BinaryIO, place.fs.open(path, "rb")) if place.fs else open(path, "rb")

    def _read_file(self, item: Item) -> bytes:
        with self._open_file(item) as stream:
            return stream.read(self._max_bytes + 1)

    def _read_member(self, item: Item) -> bytes:
        key = (item.corpus, item.path)
        if key != self._archive_key:
            self.close()
            self._stream = self._open_file(item)
            self._archive = _open_archive(item.path, self._stream)
            self._archive_key = key
        if isinstance(self._archive, zipfile.ZipFile):
            return self._read_zip_member(self._archive, item)
        assert self._archive is not None
        self._archive.seek(item.offset)
        wanted = min(item.size, self._max_bytes + 1)
        data = self._archive.read(wanted)
        if len(data) < wanted:
            raise CorpusError(f"the archive ends inside {item.name}; fetch it again")
        return data

    def _read_zip_member(self, archive: zipfile.ZipFile, item: Item) -> bytes:
        info = archive.NameToInfo.get(item.member)
        if info is None or info.header_offset != item.offset:  # two members may share a name
            info = next((one for one in archive.infolist() if _is(one, item)), None)
        if info is None:
            raise CorpusError(f"{item.name} is no longer in the archive")
        with archive.open(info) as stream:
            return stream.read(self._max_bytes + 1)


def _is(info: zipfile.ZipInfo, item: Item) -> bool:
    return info.filename == item.member and info.header_offset == item.offset


def _open_archive(path: str, stream: BinaryIO) -> zipfile.ZipFile | BinaryIO:
    """Open a zip by its directory; for a tar return the stream that its offsets count in."""
    name = path.lower()
    if name.endswith(".zip"):
        return zipfile.ZipFile(stream)
    compression = {".gz": "gzip", ".tgz": "gzip", ".bz2": "bz2", ".xz": "xz"}
    for suffix, method in compression.items():
        if name.endswith(suffix):
            return cast(BinaryIO, fsspec.compression.compr[method](stream, mode="rb"))
    return stream
