"""`dataengine bench pdf`: the whole way of a page against the paper's way and against the floor.

Ours renders every page of the corpora into shards, as `render` would with one worker: text, proof,
boxes, picture, Parquet. The paper's way (see `reference`) takes half a minute per hundred pages, so
it gets pages at equal distances from the same files. All run in turn, several rounds in one
process, and medians of the rounds are compared. Starting a worker (once per 5,000 pages in a real
job) is measured apart and taken off.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pymupdf

from dataengine.bench_job import JobCost, render_once, worker_start_s
from dataengine.corpus.listing import list_items
from dataengine.errors import CorpusError
from dataengine.measuring import machine, measured
from dataengine.resources import bundled
from pipelines.pdf_pages.document import quiet
from pipelines.pdf_pages.reference import Floor, paper_page, paper_page_at_training_size

ROUNDS = 3
MAX_PAGES = 2000

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Document:
    """A file to measure on."""

    path: Path
    pages: int


def run(corpora: Sequence[str], units: int, say: Say) -> Mapping[str, Any]:
    """Measure, tell each step, and return the figures.

    Args:
        corpora: folders or files on this machine's disk; the bundled PDFs if empty.
        units: pages for the paper's way, shared among the rounds.
    """
    quiet()
    paths = list(corpora) or [str(bundled("corpora", "pdf"))]
    documents = list(_documents(paths))
    pages = [(one.path, number) for one in documents for number in range(one.pages)]
    if not pages:
        raise CorpusError(f"no pages to measure on in {', '.join(paths)}")
    say(f"{machine()}; {len(pages)} pages of {len(documents)} files")
    chosen = [pages[step * len(pages) // units] for step in range(units)] if units else []
    rounds = [_round(documents, chosen[turn::ROUNDS], say) for turn in range(ROUNDS)]
    figures = _figures(rounds, len(pages), worker_start_s("pdf_pages"))
    _tell(figures, say)
    return figures


def _documents(paths: Sequence[str]) -> Iterator[Document]:
    left = MAX_PAGES
    for path in paths:
        place, items = list_items(path, (".pdf",))
        for item in items:
            file = Path(place.root) / item.path
            try:
                with pymupdf.open(file, filetype="pdf") as pdf:
                    count = 0 if pdf.needs_pass else pdf.page_count
            except (pymupdf.FileDataError, pymupdf.EmptyFileError):
                continue
            if 0 < count <= left:
                left -= count
                yield Document(file, count)


def _round(
    documents: Sequence[Document], chosen: Sequence[tuple[Path, int]], say: Say
) -> dict[str, Any]:
    """Measure every way once; returns CPU milliseconds per page, and our job's own figures."""
    costs: dict[str, Any] = {"floor_ms": _floor_ms(documents)}
    with TemporaryDirectory(prefix="dataengine-bench-") as folder:
        costs["job"] = render_once("pdf_pages", [str(one.path) for one in documents], folder)
    for name, way in (("paper_ms", paper_page), ("paper_1024_ms", paper_page_at_training_size)):
        with measured() as cost:
            for path, number in chosen:
                way(path, number)
        costs[name] = 1000 * cost.cpu_s / max(1, len(chosen))
    say(
        f"round: floor {costs['floor_ms']:.2f}, ours {costs['job'].cpu_ms:.2f}, paper "
        f"{costs['paper_ms']:.1f}, paper at 1024 px {costs['paper_1024_ms']:.1f} CPU ms per page"
    )
    return costs


def _floor_ms(documents: Sequence[Document]) -> float:
    pages = 0
    with measured() as cost:
        for document in documents:
            floor = Floor(document.path)
            for number in range(document.pages):
                floor.page(number)
            pages += document.pages
            floor.close()
    return 1000 * cost.cpu_s / pages


def _figures(rounds: list[dict[str, Any]], pages: int, start_s: float) -> dict[str, Any]:
    jobs: list[JobCost] = [one["job"] for one in rounds]
    ours_ms = statistics.median(job.cpu_ms for job in jobs) - 1000 * start_s / pages
    medians = {
        name: statistics.median(one[name] for one in rounds)
        for name in ("floor_ms", "paper_ms", "paper_1024_ms")
    }
    stages: Counter[str] = Counter()
    for job in jobs:
        stages.update({name: value / len(jobs) for name, value in job.stage_ms.items()})
    stages["shard, frames, rest"] = ours_ms - sum(stages.values())  # type: ignore[assignment]
    return {
        "machine": machine(),
        "pages": pages,
        "samples": jobs[0].samples,
        "ours_ms": round(ours_ms, 2),
        **{name: round(value, 2) for name, value in medians.items()},
        "pages_per_s_per_core": round(1000 / ours_ms, 1),
        "times_the_paper": round(medians["paper_ms"] / ours_ms, 1),
        "times_the_paper_at_1024": round(medians["paper_1024_ms"] / ours_ms, 1),
        "times_the_floor_cost": round(ours_ms / medians["floor_ms"], 2),
        "worker_peak_mb": max(job.peak_mb for job in jobs),
        "worker_start_s": round(start_s, 2),
        "stages_ms": {name: round(value, 2) for name, value in stages.most_common()},
    }


def _tell(figures: Mapping[str, Any], say: Say) -> None:
    say(
        f"ours: {figures['pages_per_s_per_core']} pages/s per core ({figures['ours_ms']} ms), "
        f"{figures['samples']} of {figures['pages']} pages proven"
    )
    say(f"  {figures['times_the_paper']} times the paper's way ({figures['paper_ms']} ms)")
    say(
        f"  {figures['times_the_paper_at_1024']} times the paper's way at 1024 px "
        f"({figures['paper_1024_ms']} ms)"
    )
    say(f"  {figures['times_the_floor_cost']} times the floor's cost ({figures['floor_ms']} ms)")
    say(f"  largest worker {figures['worker_peak_mb']} MiB")
    for name, value in figures["stages_ms"].items():
        say(f"  {name:<24}{value:>8.2f} ms")
