"""Duplicates among a mixture's samples, and their overlap with benchmarks, before any are drawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dataengine.mixture.scans import DatasetScan, Mask
from dataengine.mixture.settings import Mixture
from dataengine.overlap.benchmark_report import BenchmarkReport
from dataengine.overlap.benchmarks import BenchmarkHit, BenchmarkSearch
from dataengine.overlap.dataset_rows import benchmark_columns, duplicate_columns
from dataengine.overlap.duplicates import find_duplicates
from dataengine.overlap.found_table import write_found
from dataengine.overlap.settings import BenchmarkOverlap
from dataengine.reader import Dataset
from dataengine.storage import Storage

FOUND_FILE = "overlap.parquet"
DUPLICATE, BENCHMARK = "duplicate", "benchmark"


@dataclass(slots=True)
class Overlap:
    """What was found.

    Attributes:
        removed: "duplicate" or "benchmark" -> dataset -> ids that must not be drawn.
        report: counts by the same names.
    """

    removed: dict[str, Mapping[str, set[str]]] = field(default_factory=dict)
    report: dict[str, Any] = field(default_factory=dict)


def find_overlap(
    storage: Storage,
    mixture: Mixture,
    datasets: Mapping[str, Dataset],
    scans: Mapping[str, DatasetScan],
) -> Overlap:
    """Look for what the mixture asks for among the samples that any member may draw.

    Every match is listed in a file beside the mixture. Of duplicates the first is kept, in the
    order of the mixture's datasets.

    Raises:
        ConfigError, CorpusError: a benchmark cannot be read.
    """
    found = Overlap()
    twins, benchmarks = mixture.duplicates, mixture.overlap
    if twins is None and benchmarks is None:
        return found
    duplicates = find_duplicates([])
    hits: Iterator[BenchmarkHit] = iter(())
    gone: defaultdict[str, set[str]] = defaultdict(set)
    if twins is not None:
        rows = _rows(mixture, datasets, scans, duplicate_columns(twins))
        duplicates = find_duplicates(rows, twins)
        found.report[DUPLICATE] = duplicates.as_data()
        found.removed[DUPLICATE] = duplicates.removed() if twins.remove else {}
    if benchmarks is not None:
        search = BenchmarkSearch(benchmarks)
        counts = BenchmarkReport(search)
        rows = _rows(mixture, datasets, scans, benchmark_columns(benchmarks))
        hits = _noted(counts.counted(search.hits(rows)), gone, benchmarks)
    with storage.staged(FOUND_FILE) as path:
        write_found(path, duplicates, hits)
    if benchmarks is not None:
        found.report[BENCHMARK] = counts.as_data()
        found.removed[BENCHMARK] = gone if benchmarks.remove else {}
    return found


def _noted(
    hits: Iterator[BenchmarkHit], ids: defaultdict[str, set[str]], settings: BenchmarkOverlap
) -> Iterator[BenchmarkHit]:
    for hit in hits:
        if hit.form != "question" or settings.remove_questions:
            ids[hit.dataset].add(hit.id)
        yield hit


def _rows(
    mixture: Mixture,
    datasets: Mapping[str, Dataset],
    scans: Mapping[str, DatasetScan],
    columns: list[str],
) -> Iterator[dict[str, Any]]:
    for name, dataset in datasets.items():
        wanted = _drawable(mixture, name, scans[name])
        for row, is_wanted in zip(dataset.rows(columns), wanted.tolist(), strict=True):
            if is_wanted:
                yield {**row, "dataset": name}


def _drawable(mixture: Mixture, dataset: str, scan: DatasetScan) -> Mask:
    """Return which samples at least one member may draw."""
    mask = np.zeros(scan.rows, np.bool_)
    for name, member in mixture.of_dataset(dataset).items():
        mask |= scan.allowed(name)[0] & (scan.split_numbers(member) >= 0)
    return mask
