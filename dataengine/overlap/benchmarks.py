"""Overlap of samples with benchmarks: shared n-grams of text, the same pictures, nearly the same.

Samples stream through; only the benchmarks are kept (`BenchmarkIndex`, `PictureIndex`). A sample is
a hit from its first shared n-gram on, as in GPT-3's appendix C, unless a share is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from dataengine.overlap.benchmark_index import BenchmarkIndex
from dataengine.overlap.benchmark_pictures import PictureIndex
from dataengine.overlap.ngrams import Lengths, gram_hashes, grams
from dataengine.overlap.sample_text import all_texts
from dataengine.overlap.settings import BenchmarkOverlap
from dataengine.overlap.whole_texts import whole_hashes, whole_texts

MAX_EXCERPT = 200


@dataclass(frozen=True, slots=True)
class BenchmarkHit:
    """A sample that shares something with a benchmark.

    Attributes:
        dataset: "" where the row names none.
        form: "text" for n-grams, "question" for a short text of a benchmark that the sample is
            asked whole, "picture" for the same pixels, "near-picture" for a photo that is nearly
            the same.
        file, record: of the benchmark; the record that shares most, of equal ones the first. A
            picture's record is 0.
        share: of the sample's different n-grams those that benchmarks have; of pictures their
            similarity.
        shared: number of such n-grams.
        excerpt: the first of them, as it is compared.
    """

    dataset: str
    id: str
    form: Literal["text", "question", "picture", "near-picture"]
    file: str
    record: int
    share: float
    shared: int
    excerpt: str


def find_benchmark_overlap(
    rows: Iterable[Mapping[str, Any]],
    files: Sequence[str],
    n: int = 13,
    *,
    characters: int = 30,
    pictures: Sequence[str] = (),
) -> Iterator[BenchmarkHit]:
    """Yield the samples that share n-grams with benchmark files, or pictures with folders of them.

    Args:
        rows: decoded reader rows with `dataengine.overlap.dataset_rows.benchmark_columns`.
        files: files and folders: txt, json, jsonl, csv, tsv, parquet.
        n, characters: length of n-grams in words, and in Chinese or Japanese characters.
        pictures: folders of benchmark pictures.

    Raises:
        ConfigError, CorpusError: a file is not there, is of no known form, or cannot be read.
    """
    settings = BenchmarkOverlap(
        files=tuple(files), pictures=tuple(pictures), words=n, characters=characters
    )
    return BenchmarkSearch(settings).hits(rows)


class BenchmarkSearch:
    """Benchmarks that are read once and looked up for every sample; raises as `BenchmarkIndex`."""

    def __init__(self, settings: BenchmarkOverlap) -> None:
        lengths = Lengths(settings.words, settings.characters)
        self._settings = settings
        self.texts = BenchmarkIndex(settings.files, lengths, settings.common)
        self.pictures = PictureIndex(settings.pictures, settings.near_picture)

    def hits(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[BenchmarkHit]:
        """Yield the hits of many samples, in their order."""
        for row in rows:
            yield from self.hits_of(row)

    def hits_of(self, row: Mapping[str, Any]) -> list[BenchmarkHit]:
        """Return what one sample shares: at most one hit for its text and one for its picture."""
        found = (self._text_hit(row) or self._question_hit(row), self._picture_hit(row))
        return [hit for hit in found if hit is not None]

    def _text_hit(self, row: Mapping[str, Any]) -> BenchmarkHit | None:
        if not len(self.texts):
            return None
        texts = all_texts(row)
        hashes = [gram_hashes(text, self.texts.lengths) for text in texts]
        own = np.unique(np.concatenate(hashes)) if hashes else np.zeros(0, np.uint64)
        codes = self.texts.look_up(own)
        shared = codes[codes >= 0]
        if not len(shared) or len(shared) < self._settings.min_share * len(own):
            return None
        records, counts = np.unique(shared, return_counts=True)
        record = self.texts.record(int(records[counts.argmax()]))
        return BenchmarkHit(
            str(row.get("dataset", "")),
            str(row["id"]),
            "text",
            record.file,
            record.number,
            round(len(shared) / len(own), 4),
            len(shared),
            self._excerpt(texts),
        )

    def _question_hit(self, row: Mapping[str, Any]) -> BenchmarkHit | None:
        for text in whole_texts(row):
            codes = self.texts.look_up_whole(whole_hashes([text]))
            if len(codes) and codes[0] >= 0:
                record = self.texts.record(int(codes[0]))
                return BenchmarkHit(
                    str(row.get("dataset", "")),
                    str(row["id"]),
                    "question",
                    record.file,
                    record.number,
                    1.0,
                    0,
                    text[:MAX_EXCERPT],
                )
        return None

    def _excerpt(self, texts: Sequence[str]) -> str:
        for text in texts:
            found = grams(text, self.texts.lengths)
            places = np.flatnonzero(self.texts.look_up(found.hashes) >= 0)
            if len(places):
                first = places[0]
                return found.text[found.starts[first] : found.ends[first]][:MAX_EXCERPT]
        return ""

    def _picture_hit(self, row: Mapping[str, Any]) -> BenchmarkHit | None:
        match = self.pictures.match(row.get("pixel_hash") or "", row.get("fingerprint") or b"")
        if match is None:
            return None
        return BenchmarkHit(
            str(row.get("dataset", "")),
            str(row["id"]),
            "picture" if match.is_same else "near-picture",
            match.file,
            0,
            round(match.similarity, 4),
            0,
            "",
        )
