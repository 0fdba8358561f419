"""Renders charts: content and look drawn from the rng, drawn, read back, proven; also harvests.

A layout that fails the proof is drawn again with a look that needs less room, at last without
printed values; only then is the chart refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import process_time
from typing import Any, Protocol

import numpy as np

from dataengine.fingerprint import sketch
from dataengine.imaging import encode_image, pixel_hash, preview_jpeg
from dataengine.laps import Laps
from dataengine.material import Piece, Refusal
from dataengine.pipeline import Context, Item, Probe, Renderer, Unit
from dataengine.sample import Outcome, Rejection, Sample
from pipelines.charts import fonts
from pipelines.charts.content.draw import draw_spec
from pipelines.charts.content.drawn import Drawn, NoContent
from pipelines.charts.content.harvest import harvest, probe
from pipelines.charts.content.stock import Stock
from pipelines.charts.drawing import CannotDraw, Drawing
from pipelines.charts.options import Options
from pipelines.charts.proof.prove import Disproved, Proved, prove
from pipelines.charts.spec.model import Spec
from pipelines.charts.style.draw import draw_frame, draw_style
from pipelines.charts.style.model import Frame, Style
from pipelines.charts.truth.reading import Truth, read_truth
from pipelines.charts.truth.regions import regions

_PREVIEW_PX = 480


class Draws(Protocol):
    """One of the two libraries."""

    def draw(self, spec: Spec, style: Style) -> Drawing:
        """Draw a chart and read back what was drawn."""

    def close(self) -> None:
        """Give back what it holds."""


@dataclass(slots=True)
class _Job(Laps):
    """One chart while it is being worked on."""

    drawn: Drawn
    frame: Frame
    source: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Layout:
    """A layout that holds, or why it does not."""

    style: Style
    drawing: Drawing | None
    truth: Truth | None = None
    proved: Proved | None = None
    reason: str = ""
    detail: str = ""


class ChartRenderer(Renderer):
    """Renders charts of one library and language."""

    def __init__(self, options: Options, context: Context) -> None:
        self.batch = options.charts_per_frame
        self._options = options
        self._context = context
        self._stock = Stock(context.material, options.language) if context.material else None
        self._fonts = {made.name: made for made in fonts.installed_sets(options.language)}
        self._frame: tuple[int, Frame] | None = None
        self._library: Draws | None = None

    def probe(self, item: Item, data: bytes) -> Probe:
        """Say whether a file holds anything that charts are made of."""
        return probe(item, data)

    def harvest(self, item: Item, data: bytes) -> Iterator[Piece | Refusal]:
        """Yield phrases, tables or specifications."""
        yield from harvest(item, data)

    def render(self, unit: Unit, rng: np.random.Generator) -> Outcome:
        """Render one chart."""
        assert self._stock is not None, "charts are drawn from material"
        frame = self._draw_frame(unit.index // self.batch)
        start = process_time()
        try:
            drawn = draw_spec(self._options, self._stock, rng)
        except NoContent as error:
            return Rejection("no-material", str(error), {"theme": frame.theme})
        job = _Job(drawn, frame, self._source(drawn), lap=start)
        job.stage("content")
        spec, layout = drawn.spec, None
        for attempt in range(self._options.tries):
            if attempt and attempt == self._options.tries - 1 and can_go_without_labels(spec):
                spec = spec.model_copy(update={"labels": "none"})
            layout = self._lay_out(job, spec, rng, attempt)
            if layout.proved is not None:
                return self._sample(job, spec, layout, attempt)
        assert layout is not None
        return self._rejection(job, spec, layout)

    def close(self) -> None:
        """End the library's processes and isolates."""
        if self._library is not None:
            self._library.close()
            self._library = None

    def _draw_frame(self, block: int) -> Frame:
        if self._frame is None or self._frame[0] != block:
            rng = self._context.block_rng(block)
            sets = list(self._fonts.values())
            self._frame = (block, draw_frame(self._options, sets, rng))
        return self._frame[1]

    def _open_library(self) -> Draws:
        if self._library is None:
            if self._options.library == "matplotlib":
                from pipelines.charts.mpl.renderer import MatplotlibRenderer

                self._library = MatplotlibRenderer()
            else:
                from pipelines.charts.echarts.renderer import EchartsRenderer

                self._library = EchartsRenderer()
        return self._library

    def _source(self, drawn: Drawn) -> dict[str, Any]:
        return {
            "chart_kind": drawn.spec.kind,
            "library": self._options.library,
            "content": self._options.content,
            **drawn.facts,
            "works": list(drawn.works),
        }

    def _lay_out(self, job: _Job, spec: Spec, rng: np.random.Generator, attempt: int) -> _Layout:
        style = draw_style(job.frame, spec, self._fonts[job.frame.fonts], rng, attempt)
        job.stage("style")
        try:
            drawing = self._open_library().draw(spec, style)
        except CannotDraw as error:
            job.stage("draw")
            return _Layout(style, None, reason=error.reason, detail=error.detail)
        known = 0.0
        for name, seconds in drawing.seconds.items():
            job.seconds[name] = job.seconds.get(name, 0.0) + seconds
            known += seconds
        job.stage("draw")
        job.seconds["draw"] = max(0.0, job.seconds["draw"] - known)
        truth = read_truth(spec, drawing)
        job.stage("truth")
        if isinstance(truth, Disproved):
            return _Layout(style, drawing, reason=truth.reason, detail=truth.detail)
        verdict = prove(spec, style, drawing, truth, self._options.proof)
        job.stage("proof")
        if isinstance(verdict, Disproved):
            return _Layout(style, drawing, truth, reason=verdict.reason, detail=verdict.detail)
        return _Layout(style, drawing, truth, verdict)

    def _sample(self, job: _Job, spec: Spec, layout: _Layout, attempt: int) -> Sample:
        options = self._options
        drawing, truth, proved = layout.drawing, layout.truth, layout.proved
        assert drawing is not None
        assert truth is not None
        assert proved is not None
        image = encode_image(drawing.pixels, options.image)
        job.stage("encode")
        targets = truth.targets(options.targets)
        boxes = regions(drawing, truth, options.regions)
        job.stage("truth")
        height, width, _ = drawing.pixels.shape
        sample = Sample(
            image=image,
            image_format=options.image.format,
            width=width,
            height=height,
            pixel_hash=pixel_hash(drawing.pixels),
            kind="chart",
            language=spec.language,
            targets=targets,
            source=job.source | {"draws": _draws(layout.style), "labels": spec.labels},
            proof={**proved.scores, "layouts": attempt + 1},
            regions=boxes,
            template=job.frame.theme,
            fingerprint=sketch(truth.text),
            seconds=job.seconds,
        )
        job.stage("hash")
        return sample

    def _rejection(self, job: _Job, spec: Spec, layout: _Layout) -> Rejection:
        preview = b""
        if layout.drawing is not None and self._context.wants_preview(layout.reason):
            preview = preview_jpeg(layout.drawing.pixels, _PREVIEW_PX)
        source = job.source | {"draws": _draws(layout.style), "labels": spec.labels}
        return Rejection(layout.reason, layout.detail, source, {}, preview, job.seconds)


def can_go_without_labels(spec: Spec) -> bool:
    """Say whether the values could be read from axes instead."""
    return spec.about.axes and spec.labels != "none"


def _draws(style: Style) -> Mapping[str, Any]:
    """Return every draw of a look, those of the frame beside those of the chart."""
    draws = style.model_dump(mode="json", exclude={"frame"})
    return {**style.frame.model_dump(mode="json"), **draws}
