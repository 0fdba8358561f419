"""Renders snippets: text, font, size, place and colours drawn from the rng, then proven."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dataengine.fingerprint import sketch
from dataengine.imaging import Pixels, encode_image, pixel_hash, preview_jpeg
from dataengine.laps import Laps
from dataengine.pipeline import Context, Renderer, Unit
from dataengine.sample import Outcome, Rejection, Sample
from pipelines.snippets.drawing import draw, draw_colours
from pipelines.snippets.faces import chosen_sets, lacking
from pipelines.snippets.layout import TooLarge, lay_out
from pipelines.snippets.options import Layout
from pipelines.snippets.proof import Disproved, facts, prove
from pipelines.snippets.texts import NoText, Phrase, Writer


@dataclass(slots=True)
class _Job(Laps):
    """One snippet while it is being worked on."""

    source: dict[str, Any] = field(default_factory=dict)
    pixels: Pixels | None = None


class SnippetRenderer(Renderer):
    """Renders snippets.

    Args:
        write: draws the text of a line.
    """

    def __init__(self, options: Layout, write: Writer, context: Context) -> None:
        self._options = options
        self._write = write
        self._context = context
        self._sets = chosen_sets(options.language, options.fonts)

    def render(self, unit: Unit, rng: np.random.Generator) -> Outcome:
        """Render one snippet."""
        job = _Job()
        try:
            return self._snippet(job, rng)
        except NoText as error:
            reason, detail = "no-text", str(error)
        except TooLarge as error:
            reason, detail = "too-large", str(error)
        except Disproved as error:
            reason, detail = error.reason, str(error)
        preview = b""
        if job.pixels is not None and self._context.wants_preview(reason):
            preview = preview_jpeg(job.pixels)
        job.stage("preview")
        return Rejection(reason, detail, job.source, {}, preview, job.seconds)

    def _snippet(self, job: _Job, rng: np.random.Generator) -> Sample:
        options = self._options
        made = self._sets[int(rng.integers(len(self._sets)))]
        size = int(rng.integers(options.size[0], options.size[1] + 1))
        colours = draw_colours(options, rng)
        count = int(rng.integers(options.lines[0], options.lines[1] + 1))
        phrases = [self._write(rng) for _ in range(count)]
        lines = [phrase.text for phrase in phrases]
        text = "\n".join(lines)
        job.source |= {"works": works} if (works := _works(phrases)) else {}
        job.source["draws"] = drawn = {"text": text, "font": made.name, "size_px": size}
        if absent := lacking(made, text.replace("\n", " ")):
            raise Disproved("missing-glyph", f"{made.name} lacks {absent!r}")
        placed = lay_out(lines, made, size, options, rng)
        drawn |= {
            "size_px": placed.size_px,
            "displacement_px": list(placed.displacement),
            "baseline": [placed.words[0].x, placed.words[0].y],
            "colours": [list(colours.text), list(colours.ground)],
        }
        job.stage("layout")
        job.pixels = pixels = draw(placed, colours, options.width, options.height)
        job.stage("raster")
        proved = prove(pixels, colours.ground, placed, lines, options.min_height_px)
        job.stage("proof")
        image = encode_image(pixels, options.image)
        job.stage("encode")
        return Sample(
            image=image,
            image_format=options.image.format,
            width=options.width,
            height=options.height,
            pixel_hash=pixel_hash(pixels),
            kind="snippet",
            language=options.language,
            targets={"text": text},
            source=job.source,
            proof=facts(proved, placed, text, colours.contrast, options.width * options.height),
            regions=proved.regions,
            fingerprint=sketch(text),
            seconds=job.seconds,
        )


def _works(phrases: list[Phrase]) -> list[dict[str, str]]:
    """Return the files that phrases were taken from, each once."""
    found = {(one.work["corpus"], one.work["item"]): dict(one.work) for one in phrases if one.work}
    return list(found.values())
