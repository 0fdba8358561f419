"""Overlap with benchmarks in figures: how many samples of which dataset are in which file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import PurePath
from typing import Any

from dataengine.overlap.benchmarks import BenchmarkHit, BenchmarkSearch

_WORST = 20


class BenchmarkReport:
    """Counts hits while they pass, and keeps those that share most."""

    def __init__(self, search: BenchmarkSearch) -> None:
        self._search = search
        self._samples: Counter[str] = Counter()
        self._counts: Counter[tuple[str, str, str]] = Counter()
        self._last = ("", "")
        self.worst: list[BenchmarkHit] = []

    @property
    def samples(self) -> int:
        """How many samples share more than a short question with a benchmark."""
        return self._samples.total()

    def counted(self, hits: Iterable[BenchmarkHit]) -> Iterator[BenchmarkHit]:
        """Yield hits as they come, and count them."""
        for hit in hits:
            if hit.form == "question":  # counted apart: the same is asked of many pictures
                self._counts[hit.dataset, hit.file, hit.form] += 1
                yield hit
                continue
            if (hit.dataset, hit.id) != self._last:  # the hits of a sample follow one another
                self._last = (hit.dataset, hit.id)
                self._samples[hit.dataset] += 1
            # Pictures are counted by their folder: a benchmark has thousands of them.
            file = hit.file if hit.form == "text" else str(PurePath(hit.file).parent)
            self._counts[hit.dataset, file, hit.form] += 1
            self.worst.append(hit)
            self.worst.sort(key=lambda one: -one.share)
            del self.worst[_WORST:]
            yield hit

    def as_data(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "samples": self.samples,
            "by_dataset": dict(sorted(self._samples.items())),
            "files": [asdict(file) for file in self._search.texts.files],
            "pictures": len(self._search.pictures),
            "unreadable_pictures": self._search.pictures.unreadable,
            "hits": [
                {"dataset": dataset, "file": file, "form": form, "count": count}
                for (dataset, file, form), count in sorted(self._counts.items())
            ],
            "worst": [asdict(hit) for hit in self.worst],
        }
