"""Keeps MuPDF's store of decoded images and fonts (up to 256 MB) from filling a worker's memory.

The store makes the next page of a document cheaper, so it is emptied when memory has grown, not
when it is large: with a large document in memory, a fixed limit empties it after every page, which
makes a page's interpretation five times as slow. No outcome depends on what the store holds.
"""

from __future__ import annotations

from pathlib import Path
from resource import getpagesize

import pymupdf

_MAX_GROWTH_BYTES = 70 << 20
_PAGES_BETWEEN_CHECKS = 4  # a check takes 0.02 ms, a page may add tens of megabytes
_STATM = Path("/proc/self/statm")
_PAGE_BYTES = getpagesize()


class StoreLimit:
    """Empties the store when resident memory has grown by 70 MB since it was smallest.

    Whatever grew, the store is emptied once for it: a large document costs one emptying. Emptying
    it for each new document takes 7 ms, as fonts that documents share are read again.
    """

    def __init__(self) -> None:
        self._smallest = resident_bytes()
        self._pages = 0

    def page_done(self) -> None:
        """Look at the memory after every few pages."""
        self._pages += 1
        if self._pages % _PAGES_BETWEEN_CHECKS:
            return
        resident = resident_bytes()
        self._smallest = min(self._smallest, resident)
        if resident - self._smallest > _MAX_GROWTH_BYTES:
            pymupdf.TOOLS.store_shrink(100)
            self._smallest = resident_bytes()


def resident_bytes() -> int:
    """Return this process's resident memory (0 where /proc is missing)."""
    try:
        pages = _STATM.read_bytes().split()[1]
    except OSError:
        return 0
    return int(pages) * _PAGE_BYTES
