"""Glyphs of a display list straight from MuPDF's memory: a tenth of the time of its Python objects.

A page has three thousand glyphs; asking for each costs milliseconds. MuPDF keeps them in arrays of
plain structs (`fz_text_span`, `fz_text_item`: public headers, fixed by the version that the project
pins). They are copied in whole. Before the first use the layout is compared with what MuPDF's own
accessors say; a build that differs is refused, nothing is read from wrong places.
"""

from __future__ import annotations

import ctypes
import struct
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pymupdf
from pymupdf import mupdf

ITEM = np.dtype(
    [("x", "<f4"), ("y", "<f4"), ("adv", "<f4"), ("gid", "<i4"), ("ucs", "<i4"), ("cid", "<i4")]
)
"""One glyph: origin in text space, advance in em, number in its font (-1: a further character of
the glyph before), Unicode, code."""
_SPAN = np.dtype(
    {
        "names": ["font", "matrix", "length", "items", "next"],
        "formats": ["<u8", ("<f4", 4), "<i4", "<u8", "<u8"],
        "offsets": [0, 8, 36, 48, 56],
        "itemsize": 64,
    }
)
_LINKS = struct.Struct("<36xi8xQQ")  # of a span: length, items, next
_POINTER = struct.Struct("<8xQ")  # of a text: its first span
_EVERYWHERE = mupdf.FzRect(-1e6, -1e6, 1e6, 1e6)
_MOST_FONTS = 256  # kept open at a time


@dataclass(slots=True)
class TextSpans:
    """The text of a display list, in the order in which it is drawn.

    Attributes:
        items: all glyphs, of dtype `ITEM`.
        lengths: (n,) number of glyphs of each span.
        fonts: (n,) font of each span, as an address: unique while the process lives.
        matrices: (n, 4): a, b, c, d from each span's font to its text space.
        spaces: (m, 6) matrices of text spaces to the page, in points.
        space_lengths: (m,) number of spans in each.
        invisible: number of glyphs that are drawn fully transparent.
    """

    items: npt.NDArray[np.void]
    lengths: npt.NDArray[np.int64]
    fonts: npt.NDArray[np.uint64]
    matrices: npt.NDArray[np.float64]
    spaces: npt.NDArray[np.float64]
    space_lengths: npt.NDArray[np.int64]
    invisible: int


class LayoutError(RuntimeError):
    """This build of MuPDF keeps text in another way than the headers say."""


@dataclass(slots=True)
class _Found:
    spans: list[bytes] = field(default_factory=list)
    items: list[bytes] = field(default_factory=list)
    spaces: list[tuple[float, ...]] = field(default_factory=list)
    space_lengths: list[int] = field(default_factory=list)
    error: Exception | None = None
    invisible: int = 0


class _Reader(mupdf.FzDevice2):  # type: ignore[misc]
    """A device that copies text and draws nothing."""

    checked = False

    def __init__(self, found: _Found) -> None:
        super().__init__()
        self.use_virtual_fill_text()
        self.use_virtual_stroke_text()
        self.found = found

    def fill_text(self, context: Any, text: Any, matrix: Any, *rest: Any) -> None:
        """Copy the spans of a text object."""
        self._copy(text, matrix, rest[2])

    def stroke_text(self, context: Any, text: Any, stroke: Any, matrix: Any, *rest: Any) -> None:
        """Copy the spans of a text object."""
        self._copy(text, matrix, rest[2])

    def _copy(self, text: Any, matrix: Any, alpha: float) -> None:
        found = self.found
        try:  # an exception must not cross MuPDF's C code
            if not _Reader.checked:
                _check_layout(text)
                _Reader.checked = True
            spans, items = [], []
            copy, item_size, span_size = ctypes.string_at, ITEM.itemsize, _SPAN.itemsize
            (address,) = _POINTER.unpack(copy(int(text.this), _POINTER.size))
            while address:
                span = copy(address, span_size)
                length, first, address = _LINKS.unpack(span)
                spans.append(span)
                items.append(copy(first, item_size * length))
            table = np.frombuffer(b"".join(spans), _SPAN)
            if not _FONTS.keys() >= set(table["font"].tolist()):
                _keep_fonts(text)
        except Exception as error:  # noqa: BLE001
            found.error = error
            return
        found.spans.extend(spans)
        found.items.extend(items)
        found.spaces.append((matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f))
        found.space_lengths.append(len(spans))
        if alpha <= 0:
            found.invisible += int(table["length"].sum())


@dataclass(frozen=True, slots=True)
class Font:
    """A font that is kept open, so that its address stays its own.

    Attributes:
        name: without the tag of the subset.
    """

    name: str
    handle: mupdf.FzFont


_FONTS: dict[int, Font] = {}


def font_at(address: int) -> Font:
    """Return a font by an address of `TextSpans.fonts` (of the last page that was read)."""
    return _FONTS[address]


def forget_fonts() -> bool:
    """Close the kept fonts if they are many; say whether: addresses may then be used again."""
    if len(_FONTS) < _MOST_FONTS:
        return False
    _FONTS.clear()
    return True


def _keep_fonts(text: Any) -> None:
    span = text.head
    while span:
        address = int(span.font.this)
        if address not in _FONTS:
            handle = mupdf.FzFont(mupdf.ll_fz_keep_font(span.font))
            name = mupdf.fz_font_name(handle)
            head, plus, tail = name.partition("+")
            _FONTS[address] = Font(tail if plus and len(head) == 6 else name, handle)
        span = span.next


def _check_layout(text: Any) -> None:
    head = text.head
    (address,) = _POINTER.unpack(ctypes.string_at(int(text.this), _POINTER.size))
    if address != int(head.this):
        raise LayoutError(f"MuPDF {pymupdf.mupdf_version}: fz_text differs")
    span = np.frombuffer(ctypes.string_at(address, _SPAN.itemsize), _SPAN)[0]
    following = int(head.next.this) if head.next else 0
    matrix = [head.trm.a, head.trm.b, head.trm.c, head.trm.d]
    seen = (int(head.font.this), matrix, head.len, following)
    read = (int(span["font"]), span["matrix"].tolist(), int(span["length"]), int(span["next"]))
    if read != seen:
        raise LayoutError(f"MuPDF {pymupdf.mupdf_version}: fz_text_span differs")
    first = head.items
    item = np.frombuffer(ctypes.string_at(int(span["items"]), ITEM.itemsize), ITEM)[0]
    if tuple(item[name].item() for name in ("x", "y", "gid", "ucs")) != (
        first.x,
        first.y,
        first.gid,
        first.ucs,
    ):
        raise LayoutError(f"MuPDF {pymupdf.mupdf_version}: fz_text_item differs")


def read_spans(display_list: pymupdf.DisplayList) -> TextSpans:
    """Return the text of a page.

    Raises:
        LayoutError: MuPDF is another than the project pins.
    """
    found = _Found()
    device = _Reader(found)
    handle = display_list.this if hasattr(display_list, "this") else display_list
    mupdf.fz_run_display_list(handle, device, mupdf.FzMatrix(), _EVERYWHERE, mupdf.FzCookie())
    mupdf.fz_close_device(device)
    if found.error is not None:
        raise found.error
    table = np.frombuffer(b"".join(found.spans), _SPAN)
    return TextSpans(
        items=np.frombuffer(b"".join(found.items), ITEM),
        lengths=table["length"].astype(np.int64),
        fonts=table["font"].copy(),
        matrices=table["matrix"].astype(np.float64),
        spaces=np.array(found.spaces, np.float64).reshape(-1, 6),
        space_lengths=np.array(found.space_lengths, np.int64),
        invisible=found.invisible,
    )
