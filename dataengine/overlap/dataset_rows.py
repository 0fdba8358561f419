"""Rows of several datasets under one roof, each with the name of its dataset."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dataengine.overlap.sample_text import TEXT_COLUMNS
from dataengine.overlap.settings import BenchmarkOverlap, Duplicates
from dataengine.reader import Dataset


def open_datasets(urls: Sequence[str]) -> dict[str, Dataset]:
    """Open datasets under their manifests' names; a name that comes again gets a number.

    Raises:
        ShardError: one is not finalized, or damaged.
    """
    named: dict[str, Dataset] = {}
    for url in urls:
        dataset = Dataset(url)
        name = unique = dataset.manifest.name
        number = 1
        while unique in named:
            number += 1
            unique = f"{name}-{number}"
        named[unique] = dataset
    return named


def dataset_rows(
    datasets: Mapping[str, Dataset], columns: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """Yield the samples of each dataset in turn, with its name under `dataset`."""
    for name, dataset in datasets.items():
        for row in dataset.rows(columns):
            yield {**row, "dataset": name}


def duplicate_columns(settings: Duplicates) -> list[str]:
    """Return the columns that `find_duplicates` reads; pictures only where it must decode them."""
    wanted = {"id", "kind", *TEXT_COLUMNS}
    if "picture" in settings.forms:
        wanted.add("pixel_hash")
    if {"near-text", "near-picture"} & set(settings.forms):
        wanted.add("fingerprint")
    if "near-picture" in settings.forms and settings.sketch_kinds:
        wanted.add("image")
    return sorted(wanted)


def benchmark_columns(settings: BenchmarkOverlap) -> list[str]:
    """Return the columns that `find_benchmark_overlap` reads; never the pictures."""
    pictures = ["pixel_hash", "fingerprint"] if settings.pictures else []
    return sorted({"id", *TEXT_COLUMNS, *pictures})
