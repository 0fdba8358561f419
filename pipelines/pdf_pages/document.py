"""Open PDF bytes safely: what is no PDF, locked, empty or broken is said, never guessed around.

MuPDF sniffs types (an HTML page named .pdf opens as a document) and opens most truncated files
with zero pages and no exception, so the header, the type and the page count are checked here.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import pymupdf

from dataengine.pipeline import Probe

HEADER_WINDOW = 1024  # bytes in which readers look for "%PDF-"
MAX_SIDE_PT = 14400.0  # largest side that the PDF specification allows without UserUnit
MIN_SIDE_PT = 18.0
MAX_ASPECT = 12.0
PDF_ERRORS = (pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError)
"""What pymupdf raises on broken files; MuPDF's own memory error is told apart by `guarded`."""

Result = TypeVar("Result")


class PageProblem(Exception):
    """A document or page that cannot become a sample: a reason code and a sentence."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


@dataclass(slots=True)
class OpenDocument:
    """A document that is open, with what was seen when it was opened."""

    pdf: pymupdf.Document
    repaired: bool
    tagged: bool

    @property
    def changed(self) -> bool:
        """Whether MuPDF repaired the file meanwhile: later pages would depend on earlier ones."""
        return bool(self.pdf.is_repaired) != self.repaired

    def close(self) -> None:
        """Free the document."""
        if not self.pdf.is_closed:
            self.pdf.close()


def quiet() -> None:
    """Keep MuPDF from printing; its messages reach us as exceptions."""
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)


def guarded(what: str, action: Callable[[], Result]) -> Result:
    """Run a MuPDF call; its errors become a `PageProblem`, want of memory a MemoryError."""
    try:
        return action()
    except PDF_ERRORS as error:
        message = " ".join(str(error).split())[:300]
        if is_memory_message(message):
            raise MemoryError(f"MuPDF ran out of memory: {message}") from error
        raise PageProblem("broken-page", f"MuPDF could not {what}: {message}.") from error


def is_memory_message(message: str) -> bool:
    """Whether MuPDF's error text speaks of failed allocation."""
    lowered = message.lower()
    return "malloc" in lowered or "calloc" in lowered or "out of memory" in lowered


def open_document(data: bytes) -> OpenDocument:
    """Open a PDF, or raise `PageProblem` saying why it has no pages to give."""
    if b"%PDF-" not in data[:HEADER_WINDOW]:
        raise PageProblem("not-a-pdf", f"no %PDF- in the first {HEADER_WINDOW} bytes.")
    try:
        pdf = guarded("open the file", lambda: pymupdf.open(stream=data, filetype="pdf"))
    except PageProblem as problem:
        raise PageProblem("broken-file", problem.detail) from problem
    if pdf.needs_pass:
        pdf.close()
        raise PageProblem("encrypted", "the file asks for a password.")
    try:
        pages = guarded("count the pages", lambda: int(pdf.page_count))
    except PageProblem as problem:
        raise PageProblem("broken-file", problem.detail) from problem
    if pages < 1:
        pdf.close()
        raise PageProblem("no-pages", "the file holds no page that can be found.")
    return OpenDocument(pdf, bool(pdf.is_repaired), _is_tagged(pdf))


def _is_tagged(pdf: pymupdf.Document) -> bool:
    """Whether the document has a structure tree."""
    try:
        return bool(
            guarded("read it", lambda: pdf.xref_get_key(pdf.pdf_catalog(), "StructTreeRoot")[0])
            != "null"
        )
    except PageProblem:
        return False


def probe_document(data: bytes) -> Probe:
    """Count the pages of a file."""
    try:
        document = open_document(data)
    except PageProblem as problem:
        return Probe(0, problem.reason, problem.detail)
    pages = int(document.pdf.page_count)
    document.close()
    return Probe(pages)


def check_page_box(width_pt: float, height_pt: float) -> None:
    """Refuse page boxes that no printed page has."""
    sides = sorted((width_pt, height_pt))
    good = (
        math.isfinite(sides[0])
        and math.isfinite(sides[1])
        and sides[0] >= MIN_SIDE_PT
        and sides[1] <= MAX_SIDE_PT
        and sides[1] <= MAX_ASPECT * sides[0]
    )
    if not good:
        raise PageProblem(
            "page-box",
            f"the page is {width_pt:.5g} x {height_pt:.5g} pt; sides from {MIN_SIDE_PT:.0f} to "
            f"{MAX_SIDE_PT:.0f} pt and ratios up to {MAX_ASPECT:.0f} are rendered.",
        )
