"""Reads items' bytes from where they lie, with a bound on size and a check against the index.

The last item and the last archive are kept open, because units of one item come one after another.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import BinaryIO, cast

from dataengine.corpus.archives import BROKEN, Archive, Member, open_archive, read_up_to
from dataengine.corpus.beside import inside, members_by_path, read_beside, readings
from dataengine.corpus.places import Place, find_place, store_errors
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
        files: corpus name -> folders and archives where files that its items name lie, too.
    """

    def __init__(
        self,
        corpora: Mapping[str, str],
        max_mb: int,
        files: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> None:
        self._paths = corpora
        self._max_mb = max_mb
        self._files = files
        self._elsewhere: dict[str, ItemReader] = {}
        self._max_bytes = max_mb * _MIB
        self._places: dict[str, Place] = {}
        self._item: Item | None = None
        self._data = b""
        self._archive_key: tuple[str, str] | None = None
        self._archive: Archive | None = None
        self._members: dict[str, Member] | None = None
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
        self._item, self._data = None, b""  # never two large items at once
        data = self._read_member(item) if item.member else self._read_file(item)
        if len(data) > self._max_bytes:
            raise ItemTooLarge(
                f"{item.name} has more than {self._max_bytes // _MIB} MiB; raise limits.item_mb "
                "if it is wanted"
            )
        return data

    def beside(self, item: Item, name: str) -> bytes | None:
        """Return another file of an item's work, or None: see `Context.beside`."""
        data = self._beside(item, name)
        for path in self._files.get(item.corpus, ()) if data is None else ():
            if path not in self._elsewhere:
                self._elsewhere[path] = ItemReader({path: path}, self._max_mb)
            if (data := self._elsewhere[path]._below(path, name)) is not None:
                break
        return data

    def _below(self, corpus: str, name: str) -> bytes | None:
        """Return a file of a corpus by its path from the corpus's root or the archive's top."""
        try:
            place = find_place(self._paths[corpus])
        except CorpusError:
            return None
        if place.form == "archive":
            return self._beside(Item(corpus, place.relative(place.path), member="_"), name)
        return self._beside(Item(corpus, "_"), name)

    def _beside(self, item: Item, name: str) -> bytes | None:
        if not item.member:
            return read_beside(self._place(item), item.path, name, self._max_bytes)
        paths = list(readings(posixpath.dirname(inside(item.member)), name))
        if not paths:
            return None
        try:
            archive = self._open_archive(item)
            if self._members is None:
                self._members = members_by_path(archive)
            found = next((self._members[path] for path in paths if path in self._members), None)
            if found is None:
                return None
            data = archive.read(found.name, found.offset, found.size, self._max_bytes + 1)
        except (CorpusError, *BROKEN):
            self.close()
            return None
        return data if len(data) <= self._max_bytes else None

    def close(self) -> None:
        """Close the archive that was kept open."""
        for opened in (self._archive, self._stream):
            if opened is not None:
                with suppress(*BROKEN):
                    opened.close()
        self._archive_key = self._archive = self._stream = self._members = None
        for reader in self._elsewhere.values():
            reader.close()

    def _place(self, item: Item) -> Place:
        if item.corpus not in self._places:
            self._places[item.corpus] = find_place(self._paths[item.corpus])
        return self._places[item.corpus]

    def _open_file(self, item: Item) -> BinaryIO:
        place = self._place(item)
        path = place.absolute(item.path)
        return cast(BinaryIO, place.fs.open(path, "rb")) if place.fs else open(path, "rb")

    def _open_archive(self, item: Item) -> Archive:
        key = (item.corpus, item.path)
        if key != self._archive_key:
            self.close()
            with store_errors(item.path):
                self._stream = self._open_file(item)
            self._archive = open_archive(item.path, self._stream)
            self._archive_key = key
        assert self._archive is not None
        return self._archive

    def _read_file(self, item: Item) -> bytes:
        with store_errors(item.name), self._open_file(item) as stream:
            return read_up_to(stream, self._max_bytes + 1, item.size)

    def _read_member(self, item: Item) -> bytes:
        try:
            archive = self._open_archive(item)
            return archive.read(item.member, item.offset, item.size, self._max_bytes + 1)
        except BROKEN as error:
            self.close()
            words = str(error).strip("'") or type(error).__name__
            raise CorpusError(f"cannot read {item.name}: {words}") from error
