"""Glyphs of a display list straight from MuPDF's memory: a tenth of the time of its Python objects.

A page has three thousand glyphs; asking for each costs milliseconds. MuPDF keeps them in arrays of
plain structs (`fz_text_span`, `fz_text_item`: public headers, fixed by the version that the project
pins). They are copied in whole, from a view of the process's memory as words of eight bytes: a call
of `ctypes` for each of the three hundred spans would take half of the time. Before the first use
the layout is compared with what MuPDF's own accessors say; a build that differs is refused, nothing
is read from wrong places.
"""

from __future__ import annotations

import ctypes
from bisect import bisect_right
from collections.abc import Collection, Sequence
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
_MATRIX_BYTES = 6 * 4
_WORD = 8
_WORDS = memoryview((ctypes.c_int64 * (1 << 44)).from_address(_WORD)).cast("B").cast("q")
"""The memory of the process: what is at an address is the word address // 8 - 1, for numpy takes
address 0 for none. Only what the structs point to may be asked for."""
_MEMORY = np.frombuffer(_WORDS, np.int64)
_HEAD, _NEXT = 1 - 1, 7 - 1  # words of a text and of a span that point to a span
_SPAN_WORDS = np.arange(_SPAN.itemsize // _WORD) - 1
_ITEM_WORDS = ITEM.itemsize // _WORD
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
    fonts: list[int]
    matrices: npt.NDArray[np.float64]
    spaces: npt.NDArray[np.float64]
    space_lengths: npt.NDArray[np.int64]
    invisible: int


class LayoutError(RuntimeError):
    """This build of MuPDF keeps text in another way than the headers say."""


@dataclass(slots=True)
class _Found:
    """Texts in the order in which they are drawn: themselves, to where, how opaque."""

    texts: list[Any] = field(default_factory=list)
    spaces: list[bytes] = field(default_factory=list)
    opacities: list[float] = field(default_factory=list)
    error: Exception | None = None


class _Reader(mupdf.FzDevice2):  # type: ignore[misc]
    """A device that notes texts and draws nothing."""

    checked = False

    def __init__(self, found: _Found) -> None:
        super().__init__()
        self.use_virtual_fill_text()
        self.use_virtual_stroke_text()
        self.found = found

    def fill_text(self, context: Any, text: Any, matrix: Any, *rest: Any) -> None:
        """Note a text."""
        self._note(text, matrix, rest[2])

    def stroke_text(self, context: Any, text: Any, stroke: Any, matrix: Any, *rest: Any) -> None:
        """Note a text."""
        self._note(text, matrix, rest[2])

    def _note(self, text: Any, matrix: Any, alpha: float) -> None:
        found = self.found
        try:  # an exception must not cross MuPDF's C code
            if not _Reader.checked and text.head:
                _check_layout(text, matrix)
                _Reader.checked = True
            # The matrix dies with the call; the text lives as long as the display list.
            space = ctypes.string_at(int(matrix.this), _MATRIX_BYTES)
            found.texts.append(text)
            found.spaces.append(space)
            found.opacities.append(alpha)
        except Exception as error:  # noqa: BLE001
            found.error = error


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


def _keep_fonts(text: Any, places: Collection[int]) -> None:
    """Open the fonts of some spans of a text, by their places in it."""
    span = text.head
    for place in range(max(places) + 1):
        if place in places:
            handle = mupdf.FzFont(mupdf.ll_fz_keep_font(span.font))
            name = mupdf.fz_font_name(handle)
            head, plus, tail = name.partition("+")
            font = Font(tail if plus and len(head) == 6 else name, handle)
            _FONTS[int(span.font.this)] = font
        span = span.next


def _check_layout(text: Any, matrix: Any) -> None:
    space = np.frombuffer(ctypes.string_at(int(matrix.this), _MATRIX_BYTES), "<f4")
    if space.tolist() != [matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f]:
        raise LayoutError(f"MuPDF {pymupdf.mupdf_version}: fz_matrix differs")
    head = text.head
    address = _WORDS[int(text.this) // _WORD + _HEAD]
    if address != int(head.this) or address % _WORD:
        raise LayoutError(f"MuPDF {pymupdf.mupdf_version}: fz_text differs")
    span = _table([address])[0]
    following = int(head.next.this) if head.next else 0
    linear = [head.trm.a, head.trm.b, head.trm.c, head.trm.d]
    seen = (int(head.font.this), linear, head.len, following)
    read = (int(span["font"]), span["matrix"].tolist(), int(span["length"]), int(span["next"]))
    if read != seen or _WORDS[address // _WORD + _NEXT] != following:
        raise LayoutError(f"MuPDF {pymupdf.mupdf_version}: fz_text_span differs")
    first = head.items
    item = _items(_table([address])[:1])[0]
    if tuple(item[name].item() for name in ("x", "y", "gid", "ucs")) != (
        first.x,
        first.y,
        first.gid,
        first.ucs,
    ):
        raise LayoutError(f"MuPDF {pymupdf.mupdf_version}: fz_text_item differs")


def _table(spans: Sequence[int]) -> npt.NDArray[np.void]:
    """Copy the structs of spans at addresses: of dtype `_SPAN`."""
    firsts = np.array(spans, np.int64).reshape(-1, 1) // _WORD
    table: npt.NDArray[np.void] = _MEMORY[firsts + _SPAN_WORDS].view(_SPAN)[:, 0]
    return table


def _items(table: npt.NDArray[np.void]) -> npt.NDArray[np.void]:
    """Copy the glyphs of spans: of dtype `ITEM`."""
    firsts = table["items"].astype(np.int64)
    if (firsts % _WORD).any():
        raise LayoutError(f"MuPDF {pymupdf.mupdf_version}: fz_text_item is not aligned")
    counts = table["length"] * np.int64(_ITEM_WORDS)
    ends = np.cumsum(counts)
    shifts = firsts // _WORD - 1 - (ends - counts)
    words = np.repeat(shifts, counts)
    words += np.arange(len(words))
    items: npt.NDArray[np.void] = _MEMORY[words].view(ITEM)
    return items


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
    texts = found.texts
    spans: list[int] = []
    starts = []
    for text in texts:
        starts.append(len(spans))
        span = _WORDS[int(text.this) // _WORD + _HEAD]
        while span:
            spans.append(span)
            span = _WORDS[span // _WORD + _NEXT]
    table = _table(spans)
    fonts = table["font"].tolist()
    if new := set(fonts).difference(_FONTS):
        wanted: dict[int, list[int]] = {}
        for at in map(fonts.index, new):
            text_at = bisect_right(starts, at) - 1
            wanted.setdefault(text_at, []).append(at - starts[text_at])
        for text_at, places in wanted.items():
            _keep_fonts(texts[text_at], places)
    lengths = table["length"].astype(np.int64)
    ends = np.array([*starts[1:], len(spans)], np.int64)
    space_lengths = ends - np.array(starts, np.int64) if starts else ends[:0]
    unseen = np.repeat(np.array(found.opacities) <= 0, space_lengths)
    return TextSpans(
        items=_items(table),
        lengths=lengths,
        fonts=fonts,
        matrices=table["matrix"].astype(np.float64),
        spaces=np.frombuffer(b"".join(found.spaces), "<f4").reshape(-1, 6).astype(np.float64),
        space_lengths=space_lengths,
        invisible=int(lengths[unseen].sum()),
    )
