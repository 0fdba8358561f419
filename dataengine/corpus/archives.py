"""Zip and tar archives read in place: nothing is unpacked, so a member's name leads nowhere.

Members are told apart by their offset, since two may share a name. Whatever an archive claims, one
header never takes more than `MAX_HEADER_BYTES` and one member never more than the caller's bound.
A member of a compressed tar is reached by decompressing all that stands before it.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol, cast

MAX_HEADER_BYTES = 1 << 18
"""Long names and extended attributes of a tar member come as a block of any size that it claims."""

MAX_IN_MEMORY_BYTES = 128 << 20
"""Largest archive that is held whole where its server cannot send a part of it."""

BROKEN = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    LookupError,
    ArithmeticError,
    RuntimeError,  # a wrong password, an unknown method, headers nested beyond the recursion limit
)
"""What the standard library raises on archives that are damaged or made to do harm."""

_TAR_MAGIC = slice(257, 262)
_BLOCK = 512


@dataclass(frozen=True, slots=True)
class Member:
    """A member as its archive declares it; with a reason it cannot be read."""

    name: str
    offset: int
    size: int
    reason: str = ""
    detail: str = ""


class Archive(Protocol):
    """An opened archive."""

    def members(self) -> Iterator[Member]:
        """Yield the members in their order; raises one of `BROKEN` where the archive breaks off."""

    def read(self, name: str, offset: int, size: int, max_bytes: int) -> bytes:
        """Return a member's bytes, cut off at `max_bytes`; raises one of `BROKEN`."""

    def close(self) -> None:
        """Let go of the archive; the stream that it came from stays open."""


def open_archive(name: str, stream: BinaryIO) -> Archive:
    """Open an archive by its name's ending: .zip, or any tar; raises one of `BROKEN`."""
    stream = _seekable(stream)
    return _Zip(stream) if name.lower().endswith(".zip") else _Tar(stream)


def read_up_to(stream: BinaryIO, limit: int, expected: int = 1 << 20) -> bytes:
    """Read to the end, but no more than `limit` bytes; a web server's stream gives them in bits."""
    chunks = []
    wanted = min(limit, expected + 1)
    while wanted and (chunk := stream.read(wanted)):
        chunks.append(chunk)
        limit -= len(chunk)
        wanted = min(limit, 1 << 20)
    return b"".join(chunks)


def _seekable(stream: BinaryIO) -> BinaryIO:
    """Return a stream that can be read from any place: a web server may know no ranges."""
    try:
        size = stream.seek(0, io.SEEK_END)
        stream.seek(max(0, size - 1))
        stream.read(1)  # only now does a server say that it cannot
        stream.seek(0)
    except (OSError, ValueError):
        stream.seek(0)
        data = read_up_to(stream, MAX_IN_MEMORY_BYTES + 1, MAX_IN_MEMORY_BYTES)
        if len(data) > MAX_IN_MEMORY_BYTES:
            raise OSError(
                "the server sends it only as a whole, and it is too large to hold; fetch it first"
            ) from None
        return io.BytesIO(data)
    return stream


class _Zip:
    def __init__(self, stream: BinaryIO) -> None:
        self._archive = zipfile.ZipFile(stream)

    def members(self) -> Iterator[Member]:
        for info in self._archive.infolist():
            if info.is_dir():
                continue
            member = Member(info.filename, info.header_offset, info.file_size)
            if info.flag_bits & 1:
                detail = "the archive's members are encrypted; unpack it first"
                member = Member(
                    info.filename,
                    info.header_offset,
                    info.file_size,
                    "encrypted-archive",
                    detail,
                )
            yield member

    def read(self, name: str, offset: int, size: int, max_bytes: int) -> bytes:
        info = self._archive.NameToInfo.get(name)
        if info is None or info.header_offset != offset:  # two members may share a name
            same = (name, offset)
            listed = self._archive.infolist()
            info = next((one for one in listed if (one.filename, one.header_offset) == same), None)
        if info is None:
            raise KeyError("it is no longer in the archive")
        with self._archive.open(info) as stream:
            return read_up_to(cast(BinaryIO, stream), max_bytes, size)

    def close(self) -> None:
        self._archive.close()


class _Tar:
    def __init__(self, stream: BinaryIO) -> None:
        self._plain = _decompressed(stream)
        self._own = self._plain is not stream

    def members(self) -> Iterator[Member]:
        self._plain.seek(0)  # a member may have been read before
        bounded = cast(BinaryIO, _BoundedReads(self._plain))
        end = -1
        with tarfile.open(fileobj=bounded, mode="r:") as archive:
            for info in archive:
                archive.members = []  # type: ignore[attr-defined]  # flat memory over a bulk tar
                # A negative size would send the reader back to a header it has seen.
                if info.size < 0 or info.offset <= end:
                    raise tarfile.ReadError("a member's size leads back into the archive")
                end = info.offset
                if info.sparse is not None:
                    detail = "a sparse file, stored in pieces; unpack the archive first"
                    yield Member(info.name, info.offset_data, info.size, "unreadable", detail)
                elif info.isreg():
                    yield Member(info.name, info.offset_data, info.size)
            self._check_end(archive.offset)

    def _check_end(self, offset: int) -> None:
        """Refuse an archive that stops at something which is no header: tarfile says nothing."""
        self._plain.seek(offset)
        if self._plain.read(_BLOCK).strip(b"\0"):
            raise tarfile.ReadError(f"no header at byte {offset}")

    def read(self, name: str, offset: int, size: int, max_bytes: int) -> bytes:
        self._plain.seek(offset)
        wanted = min(size, max_bytes)
        data = read_up_to(self._plain, wanted, size)
        if len(data) < wanted:
            raise EOFError("the archive ends inside it; fetch it again")
        return data

    def close(self) -> None:
        if self._own:
            self._plain.close()


def _decompressed(stream: BinaryIO) -> BinaryIO:
    """Return the plain tar inside a stream, whatever its name says it is packed with."""
    head = stream.read(_BLOCK)
    stream.seek(0)
    if head[_TAR_MAGIC] == b"ustar":
        return stream
    if head.startswith(b"\x1f\x8b"):
        return cast(BinaryIO, gzip.GzipFile(fileobj=stream, mode="rb"))
    if head.startswith(b"BZh"):
        return cast(BinaryIO, bz2.BZ2File(stream))
    if head.startswith(b"\xfd7zXZ\x00"):
        return cast(BinaryIO, lzma.LZMAFile(stream))
    return stream


class _BoundedReads:
    """A stream for `tarfile`, which takes a header's word for how much to read at once."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.seek = stream.seek
        self.tell = stream.tell

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= MAX_HEADER_BYTES:
            raise tarfile.ReadError(f"a header of {size} bytes")
        return self._stream.read(size)
