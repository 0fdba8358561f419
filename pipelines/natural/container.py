"""Takes out of a picture file whatever is not the picture, and leaves the picture's bytes alone.

Photographs carry where and when they were taken, with which camera and by whom (Exif, XMP, IPTC),
small uncropped copies of themselves, and sometimes whole other files behind their end. What decides
how the pixels look stays: tables, colour profiles, gamma, resolution. JPEG: ITU T.81 annex B;
PNG: W3C PNG third edition; WebP: RFC 9649.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass

_SCAN_END = re.compile(rb"\xff++[^\x00\xff\xd0-\xd7]")  # else a stuffed byte or a restart
_PNG_CHUNKS = frozenset(b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP bKGD pHYs".split())
_WEBP_CHUNKS = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP"))
_WEBP_EXIF_XMP = 0x0C
_BEHIND = "data behind the end"


@dataclass(frozen=True, slots=True)
class Bare:
    """A picture file without what is not the picture.

    Attributes:
        data: the file; the very one that was given if `removed` is empty.
        removed: what was taken out, sorted.
    """

    data: bytes
    removed: tuple[str, ...]


def bare(data: bytes, format_: str) -> Bare | None:
    """Return a JPEG, PNG or WebP without metadata, or None where its structure is not sound."""
    readers: dict[str, Callable[[bytes], tuple[list[bytes], set[str]]]] = {
        "JPEG": _jpeg,
        "PNG": _png,
        "WEBP": _webp,
    }
    reader = readers.get(format_)
    if reader is None:
        return None
    try:
        kept, removed = reader(data)
    except (IndexError, struct.error, _Unsound):
        return None
    return Bare(b"".join(kept) if removed else data, tuple(sorted(removed)))


class _Unsound(Exception):
    """The file is not built as its format says."""


def _jpeg(data: bytes) -> tuple[list[bytes], set[str]]:
    kept, removed, at = [data[:2]], set[str](), 2
    while True:
        start = at
        if data[at] != 0xFF:
            raise _Unsound
        while data[at] == 0xFF:
            at += 1
        marker, at = data[at], at + 1
        if marker == 0xD9:
            kept.append(b"\xff\xd9")
            if at < len(data):
                removed.add(_BEHIND)
            return kept, removed
        (length,) = struct.unpack_from(">H", data, at)
        body, at = data[at + 2 : at + length], at + length
        if length < 2 or at > len(data):
            raise _Unsound
        if marker == 0xDA:
            found = _SCAN_END.search(data, at)
            if found is None:
                raise _Unsound
            at = found.start()
        name = _jpeg_metadata(marker, body)
        if name:
            removed.add(name)
        elif marker == 0xE0 and len(body) > 14:
            kept.append(b"\xff\xe0\x00\x10" + body[:12] + b"\x00\x00")
            removed.add("thumbnail")
        else:
            kept.append(data[start:at])


def _jpeg_metadata(marker: int, body: bytes) -> str:
    """Name a segment that is not the picture; "" for one that is."""
    if marker == 0xFE:
        return "comment"
    if not 0xE0 <= marker <= 0xEF:
        return ""
    needed = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}.get(marker)
    if needed and body.startswith(needed):
        return ""
    for start, name in (
        (b"Exif\0", "Exif"),
        (b"http://ns.adobe.com/", "XMP"),
        (b"Photosh", "IPTC"),
    ):
        if body.startswith(start):
            return name
    return f"APP{marker - 0xE0}"


def _png(data: bytes) -> tuple[list[bytes], set[str]]:
    kept, removed, at = [data[:8]], set[str](), 8
    while True:
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise _Unsound
        if kind in _PNG_CHUNKS:
            kept.append(data[at:end])
        else:
            removed.add("Exif" if kind == b"eXIf" else f"chunk {kind.decode('latin-1')}")
        at = end
        if kind == b"IEND":
            if at < len(data):
                removed.add(_BEHIND)
            return kept, removed


def _webp(data: bytes) -> tuple[list[bytes], set[str]]:
    (size,) = struct.unpack_from("<I", data, 4)
    end = 8 + size
    if end > len(data):
        raise _Unsound
    kept, removed, at = [], set[str](), 12
    while at + 8 <= end:
        kind, length = struct.unpack_from("<4sI", data, at)
        chunk = data[at : at + 8 + length + length % 2]
        at += 8 + length + length % 2
        if at > end + 1:
            raise _Unsound
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes((chunk[8] & ~_WEBP_EXIF_XMP,)) + chunk[9:]
        if kind in _WEBP_CHUNKS:
            kept.append(chunk)
        else:
            removed.add({b"EXIF": "Exif", b"XMP ": "XMP"}.get(kind, "other chunk"))
    if end < len(data):
        removed.add(_BEHIND)
    body = b"WEBP" + b"".join(kept)
    return [b"RIFF", struct.pack("<I", len(body)), body], removed
