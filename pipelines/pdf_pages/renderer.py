"""Turns one page into a sample or a rejection; keeps the last document open between pages.

An outcome depends on the document's bytes, the page number and the options alone. So nothing that
MuPDF learns on the way may leak into the next page: a document that it repaired, or that raised an
error, is opened afresh.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pymupdf

from dataengine.fingerprint import sketch
from dataengine.imaging import Pixels, encode_image, pixel_hash, preview_jpeg
from dataengine.measuring import cpu_seconds
from dataengine.pipeline import Context, Item, Probe, Renderer, Unit
from dataengine.sample import Outcome, Rejection, Sample
from pipelines.pdf_pages.canvas import Placement, place
from pipelines.pdf_pages.document import (
    OpenDocument,
    PageProblem,
    check_page_box,
    guarded,
    is_memory_message,
    open_document,
    probe_document,
    quiet,
)
from pipelines.pdf_pages.extract import PageText, painted_fonts, read_text
from pipelines.pdf_pages.furniture import Furniture, find_furniture
from pipelines.pdf_pages.ink import measure
from pipelines.pdf_pages.markup import to_html, to_markdown
from pipelines.pdf_pages.options import Canvas, Options
from pipelines.pdf_pages.proof import PageFacts, check_ink, check_text
from pipelines.pdf_pages.raster import Rasteriser
from pipelines.pdf_pages.raster_mupdf import MupdfRasteriser, draw_display_list
from pipelines.pdf_pages.reading import Block, join_lines, read_blocks, whole_text
from pipelines.pdf_pages.regions import page_regions, to_pixels
from pipelines.pdf_pages.store import StoreLimit
from pipelines.pdf_pages.tagged import structured
from pipelines.pdf_pages.tokens import token_counter

_PREVIEW_PX = 480
_DRAWN_STRUCTURE = 0.02  # grey levels per pixel: an empty page is below
_PREVIEW_CANVAS = Canvas(rule="long_edge", size=_PREVIEW_PX)


@dataclass(slots=True)
class _Job:
    """One page while it is being worked on; also what a rasteriser may see of it."""

    data: bytes
    number: int
    source: dict[str, Any]
    proof: dict[str, object]
    clock: Callable[[], float] = time.process_time
    seconds: dict[str, float] = field(default_factory=dict)
    page: pymupdf.Page | None = None
    display_list: pymupdf.DisplayList | None = None
    width_pt: float = 0.0
    height_pt: float = 0.0
    pixels: Pixels | None = None

    def stage(self, name: str) -> _Stage:
        """Add the CPU time of the block to a stage."""
        return _Stage(self, name)


class _Stage:
    """Measures a block. A page has eleven; `contextmanager` would take four times as long."""

    __slots__ = ("_job", "_name", "_start")

    def __init__(self, job: _Job, name: str) -> None:
        self._job = job
        self._name = name

    def __enter__(self) -> None:
        self._start = self._job.clock()

    def __exit__(self, *_error: object) -> None:
        seconds = self._job.seconds
        seconds[self._name] = seconds.get(self._name, 0.0) + self._job.clock() - self._start


class PageRenderer(Renderer):
    """Renders pages of PDF files."""

    def __init__(self, options: Options, context: Context) -> None:
        quiet()
        self._options = options
        self._context = context
        self._count_tokens = token_counter(options.proof.tokenizer)
        self._rasteriser = _rasteriser(options)
        # Poppler's processes count, too; asking for them takes three times as long.
        self._clock = time.process_time if options.renderer == "mupdf" else cpu_seconds
        self._store = StoreLimit()
        self._item: Item | None = None
        self._data = b""
        self._document: OpenDocument | None = None
        self._furniture: Furniture | None = None

    def probe(self, item: Item, data: bytes) -> Probe:
        """Count the pages of a file."""
        return probe_document(data)

    def render(self, unit: Unit, rng: np.random.Generator) -> Outcome:
        """Render one page; the rng is not used, a page is what it is."""
        assert unit.item is not None, "pages are found, not generated"
        proof: dict[str, object] = {"renderer": self._options.renderer}
        job = _Job(b"", unit.number, _source(unit), proof, self._clock)
        try:
            return self._page(unit.item, job)
        except PageProblem as problem:
            return self._reject(job, problem)
        finally:
            job.display_list = job.page = None
            self._tidy(job)

    def close(self) -> None:
        """Close the document and remove temporary copies."""
        self._forget()
        self._rasteriser.forget()

    def _page(self, item: Item, job: _Job) -> Sample:
        options = self._options
        with job.stage("open"):
            document = self._open(item)
            job.data = self._data
            job.proof["repaired"] = document.repaired
        with job.stage("interpret"):
            self._interpret(document, job)
            placement = place(options.canvas, job.width_pt, job.height_pt)
            job.proof["canvas"] = _canvas_facts(options.canvas, placement)
        with job.stage("text"):
            page = guarded("read the text", lambda: read_text(_drawn(job)))
            blocks = self._blocks(page, document, job)
            text = whole_text(blocks)
        with job.stage("proof"):
            facts = PageFacts(
                page,
                text,
                item.language,
                job.width_pt,
                job.height_pt,
                _training_scale(placement, job, options.proof.training_px),
                lambda: guarded("read the fonts", lambda: painted_fonts(job.page)),
            )
            language = check_text(facts, options.proof, self._count_tokens, job.proof)
        with job.stage("structure"):
            markup = self._markup(document, page, text, job)
        with job.stage("raster"):
            job.pixels = guarded("draw the page", lambda: self._rasteriser.draw(job, placement))
        with job.stage("proof"):
            every_box = to_pixels(np.concatenate((page.word_boxes, page.piece_boxes)), placement)
            boxes, lines = np.split(every_box, [len(page.words)])
            ink = measure(job.pixels, boxes, page.word_lengths(), lines)
            check_ink(ink, options.proof, job.proof)
        with job.stage("regions"):
            regions = page_regions(blocks, page.words, boxes, options.regions)
        with job.stage("encode"):
            image = encode_image(job.pixels, options.image)
        with job.stage("hash"):
            hashed = pixel_hash(job.pixels)
            fingerprint = sketch(text)
        return Sample(
            image=image,
            image_format=options.image.format,
            width=placement.width,
            height=placement.height,
            pixel_hash=hashed,
            kind="page",
            language=language,
            targets={"text": text, **markup},
            source=job.source,
            proof=job.proof,
            regions=regions,
            fingerprint=fingerprint,
            seconds=job.seconds,
        )

    def _open(self, item: Item) -> OpenDocument:
        if self._item != item or self._document is None:
            self._forget()
            self._data = self._context.read(item)
            self._document = open_document(self._data)
            self._item = item
        return self._document

    def _interpret(self, document: OpenDocument, job: _Job) -> None:
        page = guarded("load the page", lambda: document.pdf.load_page(job.number))
        job.page = page
        rect = page.rect
        job.width_pt, job.height_pt = float(rect.width), float(rect.height)
        check_page_box(job.width_pt, job.height_pt)
        annotations = self._options.annotations
        job.display_list = guarded(
            "interpret the page", lambda: page.get_displaylist(annots=annotations)
        )

    def _blocks(self, page: PageText, document: OpenDocument, job: _Job) -> list[Block]:
        form = self._options.text
        lines = page.lines
        if form.furniture == "drop":
            if self._furniture is None:
                self._furniture = find_furniture(document.pdf)
            furniture = self._furniture
            lines = [line for line in lines if not furniture.holds(line, job.height_pt)]
        return read_blocks(lines, form.layout)

    def _markup(
        self, document: OpenDocument, page: PageText, text: str, job: _Job
    ) -> dict[str, str]:
        if not (self._options.structure and document.tagged):
            return {}
        display_list = _drawn(job)
        elements = guarded(
            "read the structure",
            lambda: structured(display_list, text, lambda lines: join_lines(lines, page.lines)),
        )
        if not elements:
            return {}
        return {"markdown": to_markdown(elements), "html": to_html(elements)}

    def _reject(self, job: _Job, problem: PageProblem) -> Rejection:
        reason, detail, preview = problem.reason, problem.detail, b""
        with job.stage("preview"):
            if reason == "no-text-layer" and self._is_blank(job):
                reason, detail = "blank", "no text, and nothing is drawn."
            if self._context.wants_preview(reason):
                pixels = _preview_pixels(job)
                preview = b"" if pixels is None else preview_jpeg(pixels, _PREVIEW_PX)
        return Rejection(reason, detail, job.source, job.proof, preview, job.seconds)

    def _is_blank(self, job: _Job) -> bool:
        """Tell an empty page from a picture of text."""
        pixels = _preview_pixels(job)
        if pixels is None:
            return False
        no_boxes = np.zeros((0, 4), np.int32)
        structure = measure(pixels, no_boxes, np.zeros(0, np.int64), no_boxes).structure
        job.proof["structure"] = round(structure, 4)
        return structure < _DRAWN_STRUCTURE

    def _tidy(self, job: _Job) -> None:
        """Leave nothing to the next page that this one may have changed."""
        messages = pymupdf.TOOLS.mupdf_warnings(reset=True)
        if self._document is not None and self._document.changed:
            self._forget()
        self._store.page_done()
        if messages and is_memory_message(messages):
            self._forget()

    def _forget(self) -> None:
        if self._document is not None:
            self._document.close()
        self._item, self._document, self._furniture, self._data = None, None, None, b""


def _rasteriser(options: Options) -> Rasteriser:
    if options.renderer == "mupdf":
        return MupdfRasteriser()
    from pipelines.pdf_pages.raster_poppler import PopplerRasteriser

    return PopplerRasteriser()


def _source(unit: Unit) -> dict[str, Any]:
    item = unit.item
    assert item is not None
    return {
        "corpus": item.corpus,
        "item": item.name,
        "page": unit.number + 1,
        "licence": item.licence,
        "url": item.url,
        "sha256": item.sha256,
    }


def _canvas_facts(canvas: Canvas, placement: Placement) -> Mapping[str, object]:
    return {
        "rule": canvas.rule,
        "scale_x": round(placement.scale_x, 5),
        "scale_y": round(placement.scale_y, 5),
        "left": placement.left,
        "top": placement.top,
        "capped": placement.capped,
    }


def _training_scale(placement: Placement, job: _Job, training_px: int) -> float:
    """Pixels per point at which type reaches the trainer: never more than the picture has."""
    squashed = training_px / max(job.width_pt, job.height_pt)
    return min(squashed, placement.scale_x, placement.scale_y)


def _drawn(job: _Job) -> pymupdf.DisplayList:
    assert job.display_list is not None
    return job.display_list


def _preview_pixels(job: _Job) -> Pixels | None:
    """The picture, or a small drawing of it where there is none yet and the page can be drawn."""
    if job.pixels is not None or job.display_list is None:
        return job.pixels
    display_list = job.display_list
    placement = place(_PREVIEW_CANVAS, job.width_pt, job.height_pt)
    try:
        return guarded("draw a preview", lambda: draw_display_list(display_list, placement))
    except PageProblem:
        return None
