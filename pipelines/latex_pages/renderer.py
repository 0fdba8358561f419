"""Renders pages: drawn from the rng, set together by TeX, each proven alone; also harvests works.

The outcome of a page depends on its index, the options and the material: what it shares with its
neighbours (template and font set) is drawn from the number of their block, and TeX sets each page
as if it were alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pymupdf

from dataengine.fingerprint import sketch
from dataengine.imaging import encode_image, pixel_hash, preview_jpeg
from dataengine.material import Piece as Stored
from dataengine.material import Refusal
from dataengine.measuring import cpu_seconds
from dataengine.pipeline import Context, Item, Probe, Renderer, Unit
from dataengine.sample import Outcome, Rejection, Sample
from pipelines.latex_pages.drawing import Look, draw_look, draw_page
from pipelines.latex_pages.harvest import harvest
from pipelines.latex_pages.options import Options
from pipelines.latex_pages.page.assemble import Assembled, assemble, read_put
from pipelines.latex_pages.page.choice import NoPieces
from pipelines.latex_pages.page.compose import CROPS, ComposedPage
from pipelines.latex_pages.page.kinds import actual_kind
from pipelines.latex_pages.proof.compare import Disproved, Proved, prove
from pipelines.latex_pages.proof.fonts import UnknownFont
from pipelines.latex_pages.proof.geometry import check_geometry
from pipelines.latex_pages.proof.page_glyphs import PageGlyphs, read_display_list
from pipelines.latex_pages.raster import draw, page_scale
from pipelines.latex_pages.regions import page_regions
from pipelines.latex_pages.setting import SetPage, Setter, check_sandbox
from pipelines.latex_pages.source.language import has_han, is_bilingual
from pipelines.latex_pages.source.works import probe
from pipelines.latex_pages.stock import MaterialStock
from pipelines.latex_pages.tokens import estimate_tokens
from pipelines.latex_pages.vetting import Vetter

_PREVIEW_PX = 480
_EXCESS = re.compile(r"\(([0-9.]+)pt too (?:wide|high)")
_MOST_EXCESS = 1.0
"""Points; a stroke of a letter, nothing that touches its neighbour."""
_CROP_CHARS = 10
"""A crop needs this part of the glyphs that a page needs."""


class Refused(Exception):
    """A page that is no sample; `reason` is one of `reasons.REASONS`."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


@dataclass(slots=True)
class _Job:
    """One page while it is being worked on."""

    look: Look
    composed: ComposedPage
    source: dict[str, Any]
    proof: dict[str, Any] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


class LatexRenderer(Renderer):
    """Renders LaTeX pages and harvests LaTeX works."""

    def __init__(self, options: Options, context: Context) -> None:
        check_sandbox(options)
        pymupdf.TOOLS.mupdf_display_errors(False)
        pymupdf.TOOLS.mupdf_display_warnings(False)
        self.batch = options.pages_per_template
        self._options = options
        self._context = context
        self._setter = Setter()
        self._stock = (
            MaterialStock(context.material, latin_only=options.language == "en")
            if context.material
            else None
        )
        self._look: tuple[int, Look] | None = None

    def probe(self, item: Item, data: bytes) -> Probe:
        """Say whether a file is a work of its own."""
        is_work, why = probe(data, item.name)
        return Probe(1) if is_work else Probe(0, "no-document", why)

    def harvest(self, item: Item, data: bytes) -> Iterator[Stored | Refusal]:
        """Yield the vetted pieces of a work."""
        beside = partial(self._context.beside, item)
        yield from harvest(data, item.name, beside, Vetter(self._setter))

    def render(self, unit: Unit, rng: np.random.Generator) -> Outcome:
        """Render one page alone."""
        return next(self.render_many([(unit, rng)]))

    def render_many(self, units: Sequence[tuple[Unit, np.random.Generator]]) -> Iterator[Outcome]:
        """Render pages that share a block: one run of TeX sets them all."""
        clock = _Clock()
        look = self._draw_look(units[0][0].index // self.batch)
        made = [self._compose(look, rng) for _, rng in units]
        compose_s = clock.lap() / len(units)
        jobs = [one for one in made if isinstance(one, _Job)]
        pages = self._setter.set_pages(
            look.template, look.fontset, [job.composed.tex for job in jobs]
        )
        setting_s: float | None = None
        for one in made:
            if isinstance(one, Rejection):
                yield one
                continue
            clock.lap()
            page = next(pages)
            if setting_s is None:
                # All are set when the first is asked for.
                setting_s = clock.lap() / len(jobs)
            one.seconds |= {"compose": compose_s, "tex": setting_s}
            yield self._outcome(one, page, clock)

    def _draw_look(self, block: int) -> Look:
        if self._look is None or self._look[0] != block:
            self._look = (block, draw_look(self._options, self._context.block_rng(block)))
        return self._look[1]

    def _compose(self, look: Look, rng: np.random.Generator) -> _Job | Rejection:
        assert self._stock is not None, "pages are drawn from material"
        try:
            composed = draw_page(self._options, look, self._stock, rng)
        except NoPieces as error:
            detail = f"the material holds nothing that fits from {error}"
            return Rejection("no-material", detail, {"template": look.template.name})
        source = {
            "page_kind": composed.kind,
            "template": look.template.name,
            "fonts": look.fontset,
            "engine": look.template.about.engine,
            "draws": dict(composed.draws),
        }
        return _Job(look, composed, source)

    def _outcome(self, job: _Job, page: SetPage, clock: _Clock) -> Outcome:
        try:
            if page.fault is not None:
                raise Refused(*page.fault)
            assert page.page is not None
            return self._sample(job, page.page, page.log, clock)
        except Refused as refused:
            preview = b""
            if page.page is not None and self._context.wants_preview(refused.reason):
                pixmap = page.page.get_pixmap(dpi=60, alpha=False)
                shape = (pixmap.height, pixmap.width, 3)
                preview = preview_jpeg(
                    np.frombuffer(pixmap.samples, np.uint8).reshape(shape), _PREVIEW_PX
                )
            job.seconds["preview"] = clock.lap()
            return Rejection(
                refused.reason, refused.detail, job.source, job.proof, preview, job.seconds
            )

    def _sample(self, job: _Job, page: pymupdf.Page, log: Sequence[str], clock: _Clock) -> Sample:
        options = self._options
        composed = job.composed
        crop = composed.kind in CROPS
        put = read_put(log)
        assembled = assemble(composed, put)
        if problem := _too_full(log, {name for name, _ in put}):
            raise Refused("overfull", problem)
        job.source |= _origin(assembled)
        job.source["page_kind"] = actual_kind(composed.kind, assembled.blocks)
        job.seconds["assemble"] = clock.lap()
        display_list = page.get_displaylist(annots=False)
        try:
            glyphs = read_display_list(display_list)
        except UnknownFont as error:
            raise Refused(
                "unknown-font", f"the proof does not know the faces of {error}"
            ) from error
        width_pt, height_pt = glyphs.width, glyphs.height
        scale = page_scale(options.canvas, width_pt, height_pt, crop=crop)
        job.seconds["glyphs"] = clock.lap()
        proved = self._prove(job, assembled, glyphs, scale.y, crop=crop)
        job.seconds["proof"] = clock.lap()
        pixels = draw(display_list, scale)
        job.seconds["raster"] = clock.lap()
        boxed = page_regions(assembled, glyphs, proved, display_list, scale, options.regions)
        job.proof["left_out"] = boxed.left_out
        job.seconds["regions"] = clock.lap()
        image = encode_image(pixels, options.image)
        job.seconds["encode"] = clock.lap()
        targets = _targets(assembled, options.targets)
        sample = Sample(
            image=image,
            image_format=options.image.format,
            width=scale.width,
            height=scale.height,
            pixel_hash=pixel_hash(pixels),
            kind="latex",
            language=_language(assembled.text),
            targets=targets,
            source=job.source,
            proof=job.proof,
            regions=boxed.regions,
            template=job.look.template.name,
            fingerprint=sketch(assembled.text),
            seconds=job.seconds,
        )
        job.seconds["hash"] = clock.lap()
        return sample

    def _prove(
        self, job: _Job, assembled: Assembled, glyphs: PageGlyphs, scale: float, *, crop: bool
    ) -> Proved:
        limits = self._options.proof
        least = limits.min_chars // _CROP_CHARS if crop else limits.min_chars
        count = len(assembled.glyphs.chars)
        tokens = estimate_tokens(assembled.markdown)
        job.proof |= {"glyphs": count, "tokens": tokens, "put": len(assembled.blocks)}
        if count < max(1, least):
            raise Refused("few-chars", f"{count} glyphs, at least {least} are wanted")
        if tokens > limits.max_tokens:
            raise Refused("too-long", f"about {tokens} tokens, more than {limits.max_tokens}")
        outcome = prove(glyphs, assembled.glyphs)
        if isinstance(outcome, Disproved):
            raise Refused(outcome.reason, outcome.detail)
        trained = min(scale, limits.training_px / max(glyphs.width, glyphs.height))
        problem = check_geometry(glyphs, pixels_per_pt=trained, least_em_px=limits.min_em_px)
        if problem:
            raise Refused(problem.reason, problem.detail)
        job.proof |= {
            "exact": True,
            "hyphens": len(outcome.hyphens),
            "relations": len(assembled.glyphs.relations),
            "smallest_px": round(float(glyphs.sizes.min()) * trained, 2),
        }
        return outcome


def _too_full(log: Sequence[str], put: Set[str]) -> str:
    """Return TeX's message about a box that is too full in a block that was put, or ""."""
    block = ""
    for line in log:
        word, _, rest = line.partition(" ")
        if word == "@@SET":
            block = rest
        elif word == "@@FULL" and block in put:
            found = _EXCESS.search(rest)
            if found and float(found[1]) > _MOST_EXCESS:
                return f"{block}: {rest}"
    return ""


class _Clock:
    """CPU seconds, those of finished children included, since the last question."""

    def __init__(self) -> None:
        self._last = cpu_seconds()

    def lap(self) -> float:
        """Return the seconds since the last call."""
        now = cpu_seconds()
        passed, self._last = now - self._last, now
        return passed


def _targets(assembled: Assembled, wanted: Sequence[str]) -> Mapping[str, str]:
    targets = {"text": assembled.text, "markdown": assembled.markdown, "latex": assembled.latex}
    if assembled.html is not None:
        targets["html"] = assembled.html
    return {name: targets[name] for name in wanted if name in targets}


def _origin(assembled: Assembled) -> dict[str, Any]:
    """Return the works that the page's pieces come from, and of each piece its place there."""
    works: list[dict[str, Any]] = []
    pieces = []
    for block in assembled.blocks:
        source = dict(block.piece.source)
        if not source:
            continue
        place = source.pop("place")
        if source not in works:
            works.append(source)
        pieces.append(
            {
                "block": block.id,
                "kind": block.kind,
                "work": works.index(source),
                "place": place,
            }
        )
    return {"works": works, "pieces": pieces}


def _language(text: str) -> str:
    if not has_han(text):
        return "en"
    return "mixed" if is_bilingual(text) else "zh"
