"""One pass over the columns of a dataset's shards, the pictures never among them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from dataengine.report.spread import Spread
from dataengine.report.texts import TextFigures
from dataengine.report.tokens import CountTokens
from dataengine.sample import works_of

LEVELS = "regions.list.element.level"
COLUMNS = ("width", "height", "targets", "turns", LEVELS, "source", "proof")
MOST_SIZES = 4096


class RowFigures:
    """What the rows of a part, or of a whole dataset, say of themselves.

    Attributes:
        sizes: (width, height) -> samples, of the first `MOST_SIZES` sizes that come.
        other_sizes: samples of further sizes.
        regions: level -> regions of a sample that has any of this level.
        sources: (corpus, licence) -> samples; one made of several works counts once for each.
        proofs: number in the proof -> its spread.
    """

    def __init__(self, count_tokens: CountTokens | None = None) -> None:
        self.samples = 0
        self.texts = TextFigures(count_tokens)
        self.widths, self.heights, self.pixels = Spread(), Spread(), Spread()
        self.sizes: Counter[tuple[int, int]] = Counter()
        self.other_sizes = 0
        self.regions: defaultdict[str, Spread] = defaultdict(Spread)
        self.without_regions = 0
        self.sources: Counter[tuple[str, str]] = Counter()
        self.proofs: defaultdict[str, Spread] = defaultdict(Spread)

    def add(self, batch: pa.RecordBatch) -> None:
        """Take in rows with `COLUMNS`."""
        self.samples += len(batch)
        self._add_sizes(batch)
        self._add_regions(batch.column("regions"))
        targets = [_object(text) for text in batch.column("targets").to_pylist()]
        turns = [some or () for some in batch.column("turns").to_pylist()]
        self.texts.add(list(zip(targets, turns, strict=True)))
        for text in batch.column("source").to_pylist():
            works = works_of(_object(text))
            self.sources.update(
                {(str(one.get("corpus") or ""), str(one.get("licence") or "")) for one in works}
            )
        self._add_proofs([_object(text) for text in batch.column("proof").to_pylist()])

    def merge(self, other: RowFigures) -> None:
        """Take in all that another has counted."""
        self.samples += other.samples
        self.texts.merge(other.texts)
        self.widths.merge(other.widths)
        self.heights.merge(other.heights)
        self.pixels.merge(other.pixels)
        self.sizes.update(other.sizes)
        self.other_sizes += other.other_sizes
        self.without_regions += other.without_regions
        self.sources.update(other.sources)
        for name, spread in other.regions.items():
            self.regions[name].merge(spread)
        for name, spread in other.proofs.items():
            self.proofs[name].merge(spread)

    def _add_sizes(self, batch: pa.RecordBatch) -> None:
        widths = batch.column("width").to_numpy(zero_copy_only=False)
        heights = batch.column("height").to_numpy(zero_copy_only=False)
        self.widths.add(widths)
        self.heights.add(heights)
        self.pixels.add(widths.astype(np.float64) * heights / 1e6)
        for size in zip(widths.tolist(), heights.tolist(), strict=True):
            if size in self.sizes or len(self.sizes) < MOST_SIZES:
                self.sizes[size] += 1
            else:
                self.other_sizes += 1

    def _add_regions(self, regions: pa.ListArray) -> None:
        owners = pc.list_parent_indices(regions).to_numpy(zero_copy_only=False)
        self.without_regions += len(regions) - len(np.unique(owners))
        levels = regions.flatten().field("level").dictionary_encode()
        codes = levels.indices.to_numpy(zero_copy_only=False)
        for code, level in enumerate(levels.dictionary.to_pylist()):
            counts = np.bincount(owners[codes == code], minlength=len(regions))
            self.regions[str(level)].add(counts[counts > 0])

    def _add_proofs(self, proofs: list[Mapping[str, Any]]) -> None:
        values: defaultdict[str, list[float]] = defaultdict(list)
        for proof in proofs:
            for name, value in proof.items():
                if isinstance(value, int | float) and not isinstance(value, bool):
                    values[name].append(value)
        for name, numbers in values.items():
            self.proofs[name].add(numbers)

    def as_data(self) -> dict[str, Any]:
        """Return the figures as plain data for JSON."""
        return {
            "texts": self.texts.as_data(),
            "width": self.widths.as_data(),
            "height": self.heights.as_data(),
            "megapixels": self.pixels.as_data(),
            "sizes": [
                {"width": width, "height": height, "count": count}
                for (width, height), count in self.common_sizes(20)
            ],
            "regions": {level: one.as_data() for level, one in sorted(self.regions.items())},
            "without_regions": self.without_regions,
            "sources": [
                {"corpus": corpus, "licence": licence, "samples": count}
                for (corpus, licence), count in sorted(self.sources.items())
            ],
            "proof": {name: one.as_data() for name, one in sorted(self.proofs.items())},
        }

    def common_sizes(self, most: int) -> list[tuple[tuple[int, int], int]]:
        """Return the commonest sizes of pictures, largest first."""
        ordered = sorted(self.sizes.items(), key=lambda pair: (-pair[1], pair[0]))
        return ordered[:most]


def _object(text: str) -> Mapping[str, Any]:
    value = orjson.loads(text)
    return value if isinstance(value, Mapping) else {}
