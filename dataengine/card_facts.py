"""Fills the dataset card from the manifest and one pass over the rows' sources and proofs."""

from __future__ import annotations

import json
from array import array
from collections import Counter, defaultdict
from collections.abc import Mapping

import numpy as np

from dataengine.card import CardFacts, ColumnFacts, ConfigFacts, ScoreFacts, SourceFacts
from dataengine.manifest import Manifest, summed, summed_reasons
from dataengine.pipeline import Pipeline
from dataengine.plan import Plan
from dataengine.reader import read_batches
from dataengine.reasons import merged
from dataengine.recipe_text import recipe_yaml
from dataengine.sample import works_of
from dataengine.schema import SAMPLE_COLUMNS, SCHEMA_VERSION
from dataengine.storage import Storage


def card_facts(storage: Storage, plan: Plan, manifest: Manifest) -> CardFacts:
    """Return what the card says of a finished dataset."""
    gathered = _Gathered()
    for shard in manifest.shards:
        for batch in read_batches(storage, shard.data, ["source", "proof"]):
            for row in batch.to_pylist():
                gathered.add(json.loads(row["source"]), json.loads(row["proof"]))
    pipelines = {name: plan.pipeline(name) for name in plan.parts}
    return CardFacts(
        title=manifest.name,
        summary=_summary(manifest, pipelines),
        configs=[_config(manifest, name, pipelines[name]) for name in plan.parts],
        by_language=summed(manifest, "language"),
        by_kind=summed(manifest, "kind"),
        by_reason=summed_reasons(manifest),
        reasons=merged(one.reasons for one in pipelines.values()),
        sources=gathered.sources(),
        columns=[
            ColumnFacts(name, str(kind), meaning)
            for name, (kind, meaning) in SAMPLE_COLUMNS.items()
        ],
        scores=gathered.scores(),
        recipe=recipe_yaml(plan.recipe, with_paths=False),
        versions=manifest.environment,
        plan_hash=manifest.plan,
        seed=manifest.seed,
        engine_version=manifest.engine,
        schema_version=SCHEMA_VERSION,
        gallery="gallery/index.html",
    )


def _summary(manifest: Manifest, pipelines: Mapping[str, Pipeline]) -> str:
    kinds = ", ".join(dict.fromkeys(one.summary.rstrip(".") for one in pipelines.values()))
    return (
        f"{kinds}. Every sample's ground truth was proven against its picture; "
        f"{manifest.totals['rejections']:,} of {manifest.totals['units']:,} units did not pass "
        "and are listed with their reasons."
    )


def _config(manifest: Manifest, name: str, pipeline: Pipeline) -> ConfigFacts:
    splits: Counter[str] = Counter()
    for shard in manifest.shards:
        if shard.part == name:
            splits[shard.split] += shard.data.rows
    rejections = sum(manifest.reasons[name].values())
    return ConfigFacts(name, dict(splits), rejections, pipeline.summary)


class _Gathered:
    """Samples by corpus and licence, and the spread of every number in the proofs."""

    def __init__(self) -> None:
        self._samples: Counter[tuple[str, str]] = Counter()
        self._items: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        self._scores: defaultdict[str, array[float]] = defaultdict(lambda: array("f"))

    def add(self, source: Mapping[str, object], proof: Mapping[str, object]) -> None:
        works = [
            ((str(work.get("corpus") or ""), str(work.get("licence") or "")), work.get("item"))
            for work in works_of(source)
        ]
        self._samples.update({key for key, _ in works})
        for key, item in works:
            self._items[key].add(hash(item))
        for name, value in proof.items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                self._scores[name].append(value)

    def sources(self) -> list[SourceFacts]:
        return [
            SourceFacts(*key, items=len(self._items[key]), samples=count)
            for key, count in sorted(self._samples.items())
        ]

    def scores(self) -> list[ScoreFacts]:
        return [
            ScoreFacts(
                name,
                len(values),
                round(float(numbers.min()), 4),
                round(float(np.median(numbers)), 4),
                round(float(numbers.max()), 4),
            )
            for name, values in sorted(self._scores.items())
            for numbers in [np.frombuffer(values, np.float32)]
        ]
