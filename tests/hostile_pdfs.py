"""PDF files that attack whoever reads them, made from code: no binary lies in the repository.

`HOSTILE` lists them. Each is at most a megabyte, however large it becomes when it is unpacked, and
has the same bytes on every call. `note` says what MuPDF 1.26 did with the file alone (one page to
1,024 px and to text, 20 s of CPU, 3 GB of address space), `expect` which outcomes a job may record
for its units: reason codes of the engine, or "sample". None stands for "any, as long as the job
goes on". Folders, archives and file names are in `hostile_trees`.
"""

from __future__ import annotations

from tests.hostile_fonts import FONTS
from tests.hostile_frames import FRAMES
from tests.hostile_pages import PAGES
from tests.hostile_writer import HostileFile

__all__ = ["HOSTILE", "HostileFile", "hostile"]

HOSTILE: tuple[HostileFile, ...] = (*FRAMES, *PAGES, *FONTS)


def hostile(name: str) -> HostileFile:
    """Return one of them by name."""
    return next(item for item in HOSTILE if item.name == name)
