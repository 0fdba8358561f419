"""`dataengine bench latex`: the whole way of a page, one process per page, and one more page.

Ours renders pages of the default mixture into shards, with one worker, as `render` would: drawn,
composed, set, proven, rasterised, encoded, written. The naive way starts pdflatex (xelatex) with
the whole preamble for each page, and pdftoppm for its picture, and proves nothing. The floor is
one more page inside a TeX that is running already: the same pages set in one run and set twice in
one run, the difference shared among them. Pages are the same in all three; medians of the rounds
are compared. Harvesting is done once per corpus and is measured apart.
"""

from __future__ import annotations

import statistics
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dataengine.bench_job import JobCost, render_once, worker_start_s
from dataengine.material import Material
from dataengine.measuring import machine, measured
from dataengine.resources import bundled
from dataengine.seeding import block_rng, unit_rng
from pipelines.latex_pages.drawing import Look, draw_look, draw_page
from pipelines.latex_pages.options import Language, Options
from pipelines.latex_pages.page.choice import NoPieces
from pipelines.latex_pages.setting import Setter
from pipelines.latex_pages.stock import MaterialStock
from pipelines.latex_pages.tex.installation import clean_environment
from pipelines.latex_pages.tex.runs import typeset

ROUNDS = 3
PIPELINE = "latex_pages"
NAIVE_PAGES = 4
"""Pages per batch that the naive way sets: each takes half a second."""
LONG_EDGE = 1024

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Batch:
    """The pages of one block of the job, as its worker composes them."""

    look: Look
    pieces: tuple[str, ...]


def run(corpora: Sequence[str], units: int, say: Say) -> Mapping[str, Any]:
    """Measure, tell each step, and return the figures.

    Args:
        corpora: folders or files on this machine's disk; the bundled sources if empty.
        units: pages per language and round.
    """
    paths = list(corpora) or [str(bundled("corpora", "latex"))]
    say(f"{machine()}; {units} pages of each language and round from {', '.join(paths)}")
    figures: dict[str, Any] = {"machine": machine(), "units": units}
    start_s = worker_start_s(PIPELINE)
    with TemporaryDirectory(prefix="dataengine-bench-") as folder:
        for language in ("en", "zh"):
            figures[language] = _measure(language, paths, units, Path(folder), start_s, say)
    return figures


def _measure(
    language: Language, paths: Sequence[str], units: int, folder: Path, start_s: float, say: Say
) -> dict[str, Any]:
    options = {"language": language}
    jobs: list[JobCost] = []
    naive: list[float] = []
    floor: list[float] = []
    for turn in range(ROUNDS):
        out = folder / f"{language}-{turn}"
        jobs.append(render_once(PIPELINE, paths, str(out), units, options))
        material = next((out / "out" / "plan").glob("*.parquet"))
        batches = _compose(language, material, units)
        naive.append(_naive_ms(batches, folder))
        floor.append(_floor_ms(batches))
        say(
            f"{language}: floor {floor[-1]:.2f}, ours {jobs[-1].cpu_ms:.2f}, naive "
            f"{naive[-1]:.0f} CPU ms per page"
        )
    ours_ms = statistics.median(job.cpu_ms for job in jobs) - 1000 * start_s / units
    naive_ms, floor_ms = statistics.median(naive), statistics.median(floor)
    stages: dict[str, float] = {}
    for job in jobs:
        for name, value in job.stage_ms.items():
            stages[name] = stages.get(name, 0.0) + value / len(jobs)
    figures = {
        "ours_ms": round(ours_ms, 2),
        "naive_ms": round(naive_ms, 1),
        "floor_ms": round(floor_ms, 2),
        "pages_per_s_per_core": round(1000 / ours_ms, 1),
        "times_naive": round(naive_ms / ours_ms, 1),
        "times_the_floor_cost": round(ours_ms / floor_ms, 2),
        "samples": jobs[0].samples,
        "drawn": jobs[0].units,
        "worker_peak_mb": max(job.peak_mb for job in jobs),
        "stages_ms": {name: round(value, 2) for name, value in stages.items()},
    }
    say(
        f"{language}: {figures['pages_per_s_per_core']} pages/s per core "
        f"({figures['ours_ms']} ms); {figures['times_naive']} times the naive way "
        f"({figures['naive_ms']} ms); {figures['times_the_floor_cost']} times the cost of one "
        f"more page ({figures['floor_ms']} ms); {jobs[0].samples} of {jobs[0].units} drawn pages "
        f"proven; largest worker {figures['worker_peak_mb']} MiB"
    )
    for name, value in sorted(stages.items(), key=lambda item: -item[1]):
        say(f"  {name:<24}{value:>8.2f} ms")
    return figures


def _compose(language: Language, material: Path, units: int) -> list[Batch]:
    """Compose the very pages that the job drew first."""
    options = Options(language=language)
    stock = MaterialStock(Material(material), latin_only=language == "en")
    size = options.pages_per_template
    batches = []
    for block in range(-(-units // size)):
        look = draw_look(options, block_rng(0, PIPELINE, block))
        pieces = []
        for index in range(block * size, min(units, (block + 1) * size)):
            with suppress(NoPieces):
                rng = unit_rng(0, PIPELINE, index)
                pieces.append(draw_page(options, look, stock, rng).tex)
        batches.append(Batch(look, tuple(pieces)))
    return batches


def _floor_ms(batches: Sequence[Batch]) -> float:
    """Set every batch once and twice in one run; the difference is the cost of its pages alone."""
    setter = Setter()
    extra_s, pages = 0.0, 0
    for batch in batches:
        template, fontset = batch.look.template, batch.look.fontset
        format, prelude = setter.format(template, fontset), template.prelude(fontset)
        with measured() as once:
            typeset(format, prelude, batch.pieces)
        with measured() as twice:
            typeset(format, prelude, batch.pieces * 2)
        extra_s += twice.cpu_s - once.cpu_s
        pages += len(batch.pieces)
    return 1000 * extra_s / max(1, pages)


def _naive_ms(batches: Sequence[Batch], folder: Path) -> float:
    """Set and draw some pages of each batch, each page by processes of its own."""
    job = folder / "naive"
    job.mkdir(exist_ok=True)
    total_s, pages = 0.0, 0
    for batch in batches:
        template, fontset = batch.look.template, batch.look.fontset
        preamble, prelude = template.preamble(fontset), template.prelude(fontset)
        for piece in batch.pieces[:NAIVE_PAGES]:
            text = f"{preamble}\n{prelude}\n\\begin{{document}}\n{piece}\n\\end{{document}}\n"
            (job / "page.tex").write_text(text, encoding="utf-8")
            with measured() as cost:
                _quietly((template.about.engine, "-interaction=batchmode", "page.tex"), job)
                _quietly(("pdftoppm", "-png", "-scale-to", str(LONG_EDGE), "page.pdf", "page"), job)
            total_s += cost.cpu_s
            pages += 1
    return 1000 * total_s / max(1, pages)


def _quietly(command: Sequence[str], folder: Path) -> None:
    # TeX's exit status is 1 for the least of its errors; the picture is what counts here.
    subprocess.run(
        command,
        cwd=folder,
        env=clean_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )
