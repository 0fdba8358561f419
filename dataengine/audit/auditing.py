"""Runs an audit: draws the sample, reads pictures side by side, keeps the worst for the report.

Threads only feed Tesseract's processes and compare what comes back. At most `2 * workers` rows are
in memory, besides a few hundred bytes for each row that is done and the pictures of the worst.
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from PIL import Image

from dataengine.audit.findings import Finding
from dataengine.audit.looking import Recognise
from dataengine.audit.planting import Fault, Planted, plant
from dataengine.audit.sampling import Draw, chosen_rows, draw
from dataengine.audit.settings import witness
from dataengine.audit.tesseract import Word, demand, installed, recognise
from dataengine.audit.witness import examine
from dataengine.manifest import load_manifest
from dataengine.storage import Storage

SHOWN = 60
"""Rows that the report shows with their pictures."""


@dataclass(frozen=True, slots=True)
class Audit:
    """A finished audit.

    Attributes:
        dataset, recipe: what was audited.
        findings: every row audited, in the order of the dataset, without picture and texts.
        worst: the worst of them, worst first, with picture and texts.
        planted: shares of faults that were planted; empty for an audit of the data as it is.
        tesseract: version.
    """

    dataset: str
    recipe: str
    seed: int
    draw: Draw
    findings: tuple[Finding, ...]
    worst: tuple[Finding, ...]
    planted: Mapping[Fault, float]
    tesseract: str

    def as_data(self) -> dict[str, Any]:
        """Return every finding as JSON."""
        return {
            "dataset": self.dataset,
            "recipe": self.recipe,
            "seed": self.seed,
            "tesseract": self.tesseract,
            "planted": dict(self.planted),
            "strata": [
                {"part": part, "kind": kind, "language": language, "rows": rows, "audited": taken}
                for (part, kind, language), rows in self.draw.population.items()
                for taken in [self.draw.chosen[part, kind, language]]
            ],
            "findings": [finding.as_data() for finding in self.findings],
        }


def audit(
    storage: Storage,
    *,
    size: int,
    seed: int = 0,
    workers: int = 1,
    faults: Mapping[Fault, float] | None = None,
    shown: int = SHOWN,
    on_done: Callable[[int, int], None] = lambda done, total: None,
) -> Audit:
    """Audit `size` rows of a finished dataset.

    Args:
        workers: pictures read side by side.
        faults: plant these in rows as they are read; nothing stored is changed.
        shown: how many of the worst rows keep their pictures.
        on_done: told how many rows are done, of how many.

    Raises:
        ToolMissing: Tesseract or a model is not installed.
        ShardError: a shard cannot be read.
    """
    demand()
    manifest = load_manifest(storage)
    sample = draw(storage, manifest, size, seed)
    rows = plant(chosen_rows(storage, manifest, sample.ids), faults or {}, seed)
    findings: list[Finding] = []
    worst: list[tuple[tuple[int, float], str, int, Finding]] = []
    for number, finding in enumerate(examined(rows, workers)):
        entry = (finding.badness, finding.id, number, finding)
        if len(worst) < shown:
            heapq.heappush(worst, entry)
        elif shown:
            heapq.heappushpop(worst, entry)
        findings.append(replace(finding, picture=b"", target="", reading=""))
        on_done(len(findings), len(sample.ids))
    return Audit(
        dataset=manifest.name,
        recipe=manifest.recipe,
        seed=seed,
        draw=sample,
        findings=tuple(findings),
        worst=tuple(entry[-1] for entry in sorted(worst, key=lambda one: one[:3], reverse=True)),
        planted=dict(faults or {}),
        tesseract=installed()[0],
    )


def examined(
    rows: Iterator[Planted], workers: int, read: Recognise | None = None
) -> Iterator[Finding]:
    """Yield the finding of each row, in order, `workers` at a time."""
    settings, reader = witness(), read or _recognise
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[Finding]] = deque()
        for planted in rows:
            waiting.append(pool.submit(examine, planted, settings, reader))
            if len(waiting) >= 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def compared_groups(
    findings: Sequence[Finding],
) -> Iterator[tuple[tuple[str, str], list[Finding]]]:
    """Yield findings by kind and language."""

    def key(finding: Finding) -> tuple[str, str]:
        return finding.kind, finding.language

    for group, members in itertools.groupby(sorted(findings, key=key), key):
        yield group, list(members)


def _recognise(picture: Image.Image, models: str, segmentation: int, dpi: int) -> list[Word]:
    return recognise(picture, models=models, segmentation=segmentation, dpi=dpi)
