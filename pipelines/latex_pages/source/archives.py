"""What an archive of one paper holds, in memory and bounded: gzip, tar, zip, or a plain file."""

from __future__ import annotations

import io
import posixpath
import tarfile
import zipfile
import zlib
from collections.abc import Iterator

MAX_BYTES = 64 << 20
"""Of all files of one work together, unpacked."""
MAX_FILE = 16 << 20
MAX_FILES = 4_000
_KEPT = (".tex", ".ltx", ".latex", ".sty", ".cls", ".def", ".clo", ".cfg", ".bbl", ".tikz", ".txt")


class SourceError(ValueError):
    """A source cannot be read; `reason` is a short code, the message says more."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def unpack_files(data: bytes, name: str) -> dict[str, bytes]:
    """Return the text files of an archive by their clean names; one file if it is no archive.

    Raises:
        SourceError: the archive is broken or too big ("archive"), or the work has no sources
            ("pdf_only", "withdrawn").
    """
    name = posixpath.basename(name.replace("\\", "/")) or "source.tex"
    if data[:2] == b"\x1f\x8b":
        data = _gunzip(data)
        name = name.removesuffix(".gz")
        if name.endswith(".tgz"):
            name = name.removesuffix(".tgz") + ".tar"
    if _is_tar(data):
        return _collect(_tar_members(data))
    if data[:4] == b"PK\x03\x04":
        return _collect(_zip_members(data))
    if data[:5] == b"%PDF-":
        raise SourceError("pdf_only", f"{name} is a PDF: the authors gave no sources")
    if data[:4] in (b"%!PS", b"\xc5\xd0\xd3\xc6"):
        raise SourceError("pdf_only", f"{name} is PostScript: the authors gave no sources")
    if len(data) > MAX_FILE:
        raise SourceError("archive", f"{name} has more than {MAX_FILE} bytes")
    if len(data) < 4_096 and b"withdrawn" in data.lower() and b"\\document" not in data:
        raise SourceError("withdrawn", f"{name}: the paper was withdrawn")
    if not name.endswith(_KEPT):
        name += ".tex"
    return {name: data}


def clean_name(*parts: str) -> str:
    """Join parts of a path inside a work; "" if it leads out of it."""
    joined = posixpath.normpath("/".join(part.replace("\\", "/").strip() for part in parts if part))
    if "\x00" in joined or len(joined) > 240 or ":" in joined:
        return ""
    return "" if joined.startswith(("/", "..", "~")) or joined == "." else joined


def _gunzip(data: bytes) -> bytes:
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        plain = unpacker.decompress(data, MAX_BYTES + 1)
    except zlib.error as error:
        raise SourceError("archive", f"broken gzip: {error}") from error
    if len(plain) > MAX_BYTES:
        raise SourceError("archive", f"more than {MAX_BYTES} bytes when unpacked")
    return plain


def _is_tar(data: bytes) -> bool:
    if len(data) < 512 or not data[0]:
        return False
    try:
        tarfile.TarInfo.frombuf(data[:512], "utf-8", "replace")  # old tars have no magic word
    except tarfile.HeaderError:
        return False
    return True


def _tar_members(data: bytes) -> Iterator[tuple[str, int, bytes]]:
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for member in archive:
                if not member.isfile() or not _is_wanted(member.name, member.size):
                    yield member.name, -1, b""
                    continue
                stream = archive.extractfile(member)
                yield member.name, member.size, stream.read() if stream else b""
    except (tarfile.TarError, EOFError, ValueError, OverflowError) as error:
        raise SourceError("archive", f"broken tar: {error}") from error


def _zip_members(data: bytes) -> Iterator[tuple[str, int, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                if member.is_dir() or not _is_wanted(member.filename, member.file_size):
                    yield member.filename, -1, b""
                    continue
                with archive.open(member) as stream:
                    yield member.filename, member.file_size, stream.read(MAX_FILE + 1)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError) as error:
        raise SourceError("archive", f"broken zip: {error}") from error
    except (EOFError, ValueError) as error:
        raise SourceError("archive", f"broken zip: {error}") from error


def _is_wanted(name: str, size: int) -> bool:
    lower = name.lower()
    # Names without an ending happen: the oldest papers are called "paper" or by their number.
    known = lower.endswith(_KEPT) or "." not in posixpath.basename(lower)
    return known and 0 < size <= MAX_FILE


def _collect(members: Iterator[tuple[str, int, bytes]]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    total = pdfs = 0
    for count, (name, size, content) in enumerate(members, 1):
        if count > MAX_FILES:
            raise SourceError("archive", f"more than {MAX_FILES} members")
        pdfs += name.lower().endswith((".pdf", ".ps", ".docx"))
        clean = clean_name(name)
        if size < 0 or not clean:
            continue
        total += len(content)
        if total > MAX_BYTES:
            raise SourceError("archive", f"more than {MAX_BYTES} bytes when unpacked")
        files[clean] = content
    if not files and pdfs:
        raise SourceError("pdf_only", "the archive holds finished pages and no sources")
    return files
