"""Sets composed pages with a template's format and hands each back as an open PDF page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pymupdf

from dataengine.corpus.index import cache_folder
from dataengine.errors import ToolMissing
from pipelines.latex_pages.options import Options
from pipelines.latex_pages.page.templates import Template
from pipelines.latex_pages.proof.geometry import check_fonts
from pipelines.latex_pages.tex.formats import Format, get_format
from pipelines.latex_pages.tex.results import Fault
from pipelines.latex_pages.tex.runs import typeset
from pipelines.latex_pages.tex.sandbox import sandbox_note

FORMATS_KEPT = 40
_PAGE_REASONS = {"timeout": "tex-timeout", "crash": "tex-crash"}
"""TeX's faults that the engine's own reasons of the same name must not be taken for."""


@dataclass(frozen=True, slots=True)
class SetPage:
    """A page that TeX set, or why it did not.

    Attributes:
        page: of an open document, valid until the next page is asked for; None with a fault.
        log: TeX's lines "@@…" about this page.
        fault: reason and detail.
    """

    page: pymupdf.Page | None = None
    log: tuple[str, ...] = ()
    fault: tuple[str, str] | None = None


class Setter:
    """Sets pages; keeps the formats that it has seen.

    Args:
        cache: folder of dumped formats.
    """

    def __init__(self, cache: Path | None = None) -> None:
        # The sandbox shows TeX real paths only.
        self._cache = (cache or formats_folder()).resolve()
        self._formats: dict[tuple[str, str], Format] = {}

    def set_pages(
        self, template: Template, fontset: str, pages: Sequence[str]
    ) -> Iterator[SetPage]:
        """Set pages in one run and yield each, in order.

        Args:
            pages: TeX of one page each, as `ComposedPage.tex`.
        """
        if not pages:
            return
        format = self.format(template, fontset)
        document: pymupdf.Document | None = None
        data: bytes | None = None
        problem: tuple[str, str] | None = None
        for result in typeset(format, template.prelude(fontset), pages):
            if isinstance(result, Fault):
                reason = _PAGE_REASONS.get(result.reason, result.reason)
                yield SetPage(fault=(reason, result.detail))
                continue
            if result.pdf is not data:
                if document is not None:
                    document.close()
                document, data = pymupdf.open("pdf", result.pdf), result.pdf
                if template.about.engine == "pdflatex":
                    _drop_widths(document)
                unembedded = check_fonts(document, data)
                problem = (unembedded.reason, unembedded.detail) if unembedded else None
            if problem:
                yield SetPage(log=result.log, fault=problem)
            elif len(result.pages) != 1:
                yield SetPage(log=result.log, fault=("pages", f"{len(result.pages)} pages set"))
            else:
                assert document is not None
                yield SetPage(document.load_page(result.pages[0]), result.log)
        if document is not None:
            document.close()

    def format(self, template: Template, fontset: str) -> Format:
        """Return the format of a template and a font set, dumped if need be."""
        key = (template.name, fontset)
        if key not in self._formats:
            if len(self._formats) >= FORMATS_KEPT:
                self._formats.pop(next(iter(self._formats)))
            self._formats[key] = get_format(
                template.about.engine, template.preamble(fontset), self._cache
            )
        return self._formats[key]


def _drop_widths(document: pymupdf.Document) -> None:
    """Let letters advance by the widths of their embedded fonts.

    pdfTeX lists a font's widths as rounded at the size of its first use in the run, so a page's
    glyphs would stand a little elsewhere beside other neighbours.
    """
    for xref in range(1, document.xref_length()):
        if document.xref_get_key(xref, "Widths")[0] != "null":
            document.xref_set_key(xref, "Widths", "null")


def formats_folder() -> Path:
    """Return the folder of dumped formats in the user's cache."""
    return cache_folder() / "tex"


def check_sandbox(options: Options) -> None:
    """Raise `ToolMissing` where the options demand a sandbox that this machine lacks."""
    if lacking := missing_sandbox(options):
        raise ToolMissing(lacking)


def missing_sandbox(options: Options) -> str:
    """Say that the options demand a sandbox which this machine lacks, or return ""."""
    works, words = sandbox_note()
    lacks = options.sandbox == "required" and not works
    return f"options.sandbox is required: {words}" if lacks else ""
