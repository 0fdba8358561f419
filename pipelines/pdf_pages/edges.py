"""Read a page's text within its edges and clips, and tell how much of its lines they cut away.

MuPDF leaves out characters that lie wholly outside of the page's box or of a clip. A line that runs
off the paper, or out of its table cell, then seems to end there, while the picture breaks it off
in mid-word. So the page is read without bounds too: where that finds no more, as on nearly every
page, nothing is cut. Lines wholly outside, as crop marks and printers' notes, are no part of the
page and are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pymupdf
from pymupdf import mupdf

_SLACK_EM = 0.1  # boxes are as wide as the advance, so ink may end this far inside of them
_SLACK_SELF = 0.25  # of a character's own side, for narrow ones
_EVERYWHERE = mupdf.FzRect(mupdf.FzRect.Fixed_INFINITE)
_AS_IT_IS = mupdf.FzMatrix()
_BLANKS = frozenset(" \t\xa0\u3000")

Block = dict[str, Any]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class SeenText:
    """The text of a page that can be seen.

    Attributes:
        blocks: of MuPDF's `extractDICT`.
        words: of MuPDF's `extractWORDS`.
        cut: share of characters over an edge, or clipped away, among those of the lines that can
            be seen at least in part; blanks do not count.
    """

    blocks: list[Block]
    words: list[Any]
    cut: float


def read_seen(display_list: pymupdf.DisplayList, flags: int) -> SeenText:
    """Read what the page's box and clips leave of its text (`flags` must ask for clipping)."""
    box = _page_box(display_list)
    unbounded = _read_unbounded(display_list, flags & ~pymupdf.TEXT_MEDIABOX_CLIP)
    clipped = _has_clips(display_list)
    if not clipped:
        blocks = unbounded.extractDICT()["blocks"]
        inside = _uncut(blocks, box)
        if inside is not None:
            return SeenText(inside, _words_of(unbounded, blocks, inside), 0.0)
    bounded = pymupdf.TextPage(display_list.get_textpage(flags))
    blocks, words = bounded.extractDICT()["blocks"], bounded.extractWORDS()
    all_seen = clipped and _texts(words) == _texts(unbounded.extractWORDS())
    if all_seen and _uncut(blocks, box) is not None:
        return SeenText(blocks, words, 0.0)
    return SeenText(blocks, words, _share_cut(unbounded, bounded, box))


class _ClipSeeker(mupdf.FzDevice2):  # type: ignore[misc]
    """Stops at the first clip of a display list: a fifth of what a second reading costs."""

    def __init__(self, cookie: mupdf.FzCookie) -> None:
        super().__init__()
        self.use_virtual_clip_path()
        self._cookie = cookie
        self.found = False

    def clip_path(self, *_arguments: object) -> None:
        self.found = True
        self._cookie.m_internal.abort = 1


def _has_clips(display_list: pymupdf.DisplayList) -> bool:
    cookie = mupdf.FzCookie()
    seeker = _ClipSeeker(cookie)
    _run(display_list, seeker, cookie)
    return seeker.found


def _read_unbounded(display_list: pymupdf.DisplayList, flags: int) -> pymupdf.TextPage:
    options = mupdf.FzStextOptions()
    options.flags = flags
    text_page = mupdf.FzStextPage(_EVERYWHERE)
    _run(display_list, mupdf.fz_new_stext_device(text_page, options), mupdf.FzCookie())
    return pymupdf.TextPage(text_page)


def _run(display_list: pymupdf.DisplayList, device: mupdf.FzDevice, cookie: mupdf.FzCookie) -> None:
    mupdf.fz_run_display_list(display_list.this, device, _AS_IT_IS, _EVERYWHERE, cookie)
    mupdf.fz_close_device(device)


def _page_box(display_list: pymupdf.DisplayList) -> Box:
    box = mupdf.ll_fz_bound_display_list(display_list.this.m_internal)
    return box.x0, box.y0, box.x1, box.y1


def _uncut(blocks: list[Block], box: Box) -> list[Block] | None:
    """Return the blocks that lie inside, those outside left out; None if one reaches over."""
    left, top, right, bottom = box
    inside = []
    for block in blocks:
        x0, y0, x1, y1 = block["bbox"]
        if x0 >= left and y0 >= top and x1 <= right and y1 <= bottom:
            inside.append(block)
        elif x0 < right and x1 > left and y0 < bottom and y1 > top:
            return None
    return inside


def _words_of(text_page: pymupdf.TextPage, blocks: list[Block], kept: list[Block]) -> list[Any]:
    words: list[Any] = text_page.extractWORDS()
    if len(kept) == len(blocks):
        return words
    numbers = {block["number"] for block in kept}
    return [word for word in words if word[5] in numbers]


def _texts(words: list[Any]) -> list[str]:
    return [word[4] for word in words]


def _share_cut(unbounded: pymupdf.TextPage, bounded: pymupdf.TextPage, box: Box) -> float:
    kept = {_key(char) for line in _raw_lines(bounded) for _, char in _solid(line)}
    cut = total = 0
    for line in _raw_lines(unbounded):
        chars = _solid(line)
        seen = [(size, char) for size, char in chars if _key(char) in kept]
        if seen:
            total += len(chars)
            cut += len(chars) - len(seen)
            cut += sum(_reaches_over(char["bbox"], size, box) for size, char in seen)
    return cut / total if total else 0.0


def _raw_lines(text_page: pymupdf.TextPage) -> list[Block]:
    blocks = text_page.extractRAWDICT()["blocks"]
    return [line for block in blocks for line in block.get("lines", ())]


def _solid(line: Block) -> list[tuple[float, Block]]:
    """Return the characters of a line that are no blanks, each with its font size."""
    return [
        (span["size"], char)
        for span in line["spans"]
        for char in span["chars"]
        if char["c"] not in _BLANKS
    ]


def _key(char: Block) -> tuple[str, tuple[float, float]]:
    """What tells a character from every other that is not drawn over it."""
    return char["c"], char["origin"]


def _reaches_over(bbox: Box, size: float, box: Box) -> bool:
    """Whether an edge may take of a character's ink what a reader needs."""
    x0, y0, x1, y1 = bbox
    left, top, right, bottom = box
    most = _SLACK_EM * size
    across, down = min(most, _SLACK_SELF * (x1 - x0)), min(most, _SLACK_SELF * (y1 - y0))
    return x0 < left - across or x1 > right + across or y0 < top - down or y1 > bottom + down
