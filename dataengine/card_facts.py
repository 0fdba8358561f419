"""Fills the dataset card from the manifest and one pass over the rows' sources, proofs, targets."""

from __future__ import annotations

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import yaml

from dataengine.card import (
    CardFacts,
    ColumnFacts,
    ConfigFacts,
    ScoreFacts,
    SourceFacts,
    WorkFacts,
)
from dataengine.licences import rule_of
from dataengine.manifest import Manifest, summed, summed_reasons
from dataengine.pipeline import Pipeline
from dataengine.plan import Plan
from dataengine.reader import decoded, read_batches
from dataengine.reasons import merged
from dataengine.recipe import Recipe
from dataengine.recipe_text import recipe_yaml
from dataengine.sample import works_of
from dataengine.schema import SAMPLE_COLUMNS, SCHEMA_VERSION
from dataengine.storage import Storage
from dataengine.views.settings import View
from dataengine.views.task_files import task_names
from dataengine.views.viewing import Viewer

GATHERED_COLUMNS = ("source", "proof", "targets", "turns", "regions.list.element.level")
TASKS_LOOKED_AT = 50
MAX_WORKS = 200
"""More works than these go into a file beside the card, not onto its page."""

_LOCAL_PATH = re.compile(r"(file:|~[/\\]|[A-Za-z]:[/\\]|\\\\|/(?=[^/\s]))")


def card_facts(storage: Storage, plan: Plan, manifest: Manifest) -> CardFacts:
    """Return what the card says of a finished dataset."""
    gathered = RowFacts()
    for shard in manifest.shards:
        for batch in read_batches(storage, shard.data, [*GATHERED_COLUMNS]):
            gathered.add(shard.part, batch)
    pipelines = {name: plan.describer(name) for name in plan.parts}
    return CardFacts(
        title=manifest.name,
        summary=_summary(pipelines),
        configs=[
            _config(storage, manifest, name, pipelines[name], gathered) for name in plan.parts
        ],
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
        recipe=public_recipe(plan.recipe),
        versions=manifest.environment,
        plan_hash=manifest.plan,
        seed=manifest.seed,
        engine_version=manifest.engine,
        schema_version=SCHEMA_VERSION,
        gallery="gallery/index.html",
        works=gathered.works(),
        works_count=gathered.works_count,
        near_duplicates=manifest.near_duplicates,
    )


def public_recipe(recipe: Recipe) -> str:
    """Return a recipe as YAML that says nothing of the machine: no path but bundled ones."""
    bundled = {
        (part, corpus.name): corpus.path
        for part, settings in recipe.parts.items()
        for corpus in settings.corpora
        if corpus.path.startswith("bundled:")
    }
    data = yaml.safe_load(recipe_yaml(recipe, with_paths=False))
    for name, part in data["parts"].items():
        for corpus in part["corpora"]:
            corpus["path"] = bundled.get((name, corpus["name"]), corpus["path"])
            corpus["files"] = [last_part(path) for path in corpus["files"]]
    cleaned = without_paths(data)
    return yaml.safe_dump(cleaned, sort_keys=False, allow_unicode=True, width=100)


def without_paths(value: Any) -> Any:
    """Return plain data in which every local path is only its last part."""
    if isinstance(value, dict):
        return {key: without_paths(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [without_paths(inner) for inner in value]
    return last_part(value) if isinstance(value, str) and is_local_path(value) else value


def is_local_path(text: str) -> bool:
    """Say whether text is a path on some machine's disk: absolute, of a home folder, or file://."""
    return bool(_LOCAL_PATH.match(text))


def last_part(path: str) -> str:
    """Return the last part of a path or URL."""
    return re.split(r"[/\\]", path.rstrip("/\\"))[-1]


def _summary(pipelines: Mapping[str, Pipeline]) -> str:
    kinds = "; ".join(dict.fromkeys(one.summary.rstrip(".") for one in pipelines.values()))
    return f"{kinds[:1].upper()}{kinds[1:]}."


def _config(
    storage: Storage, manifest: Manifest, name: str, pipeline: Pipeline, gathered: RowFacts
) -> ConfigFacts:
    splits: Counter[str] = Counter()
    for shard in manifest.shards:
        if shard.part == name:
            splits[shard.split] += shard.data.rows
    rejections = sum(manifest.reasons[name].values())
    return ConfigFacts(
        name,
        dict(splits),
        rejections,
        pipeline.summary,
        targets=gathered.targets(name),
        levels=gathered.levels(name),
        tasks=_tasks(storage, manifest, name),
    )


def _tasks(storage: Storage, manifest: Manifest, name: str) -> list[str]:
    """Return what the first samples of a part can be asked for."""
    viewer = Viewer(View(tasks=dict.fromkeys(task_names(), 1.0)), seed=0)
    tasks: set[str] = set()
    for shard in manifest.shards:
        if shard.part == name and shard.data.rows:
            batch = next(read_batches(storage, shard.data, [*viewer.columns]))
            for row in batch.slice(0, TASKS_LOOKED_AT).to_pylist():
                tasks.update(viewer.tasks_of(decoded(row)))
            break
    return sorted(tasks)


class RowFacts:
    """What the card needs of the rows: sources, works, targets, levels, spread of the proofs.

    Memory: eight bytes per score and item; works are kept one by one only while they are few.
    """

    def __init__(self) -> None:
        self._targets: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._levels: defaultdict[str, set[str]] = defaultdict(set)
        self._tasks: defaultdict[str, set[str]] = defaultdict(set)
        self._works: Counter[tuple[str, str, str, str]] = Counter()
        self._too_many_works = False
        self._samples: Counter[tuple[str, str]] = Counter()
        self._items: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        self._scores: defaultdict[str, array[float]] = defaultdict(lambda: array("f"))

    def add(self, config: str, batch: pa.RecordBatch) -> None:
        """Take in rows with (some of) `GATHERED_COLUMNS`."""
        names = batch.schema.names
        for text in batch.column("source").to_pylist():
            self._add_source(orjson.loads(text))
        for text in batch.column("proof").to_pylist() if "proof" in names else ():
            self._add_proof(orjson.loads(text))
        for text in batch.column("targets").to_pylist() if "targets" in names else ():
            self._targets[config].update(orjson.loads(text).keys())
        for name in {"turns", "messages"} & set(names):
            self._targets[config][name] += len(batch) - batch.column(name).null_count
        if "task" in names:
            self._tasks[config].update(batch.column("task").drop_null().to_pylist())
        if "regions" in names:
            levels = batch.column("regions").flatten().field("level")
            self._levels[config].update(pc.unique(levels).to_pylist())

    def _add_source(self, source: Mapping[str, object]) -> None:
        works = [
            (str(corpus or ""), str(item or ""), str(url or ""), str(licence or ""))
            for corpus, item, url, licence in (
                [work.get(key) for key in ("corpus", "item", "url", "licence")]
                for work in works_of(source)
            )
        ]
        named = list(dict.fromkeys(work for work in works if any(work)))  # drawn ones have none
        self._samples.update({(corpus, licence) for corpus, _, _, licence in named})
        for corpus, item, _, licence in named:
            self._items[corpus, licence].add(hash(item))
        if not self._too_many_works:
            self._works.update(named)
            if len(self._works) > MAX_WORKS:
                self._too_many_works = True
                self._works.clear()

    def _add_proof(self, proof: Mapping[str, object]) -> None:
        for name, value in proof.items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                self._scores[name].append(value)

    @property
    def works_count(self) -> int:
        """How many items samples were made from."""
        return sum(len(items) for items in self._items.values())

    def targets(self, config: str) -> dict[str, int]:
        """Return a config's forms of the ground truth and how many samples have each."""
        return {name: count for name, count in sorted(self._targets[config].items()) if count}

    def levels(self, config: str) -> list[str]:
        """Return the levels of regions that a config's samples have."""
        return sorted(level for level in self._levels[config] if level)

    def tasks(self, config: str) -> list[str]:
        """Return the tasks that a config's rows name."""
        return sorted(self._tasks[config])

    def works(self) -> list[WorkFacts]:
        """Return the works that must be named; none where there are more than `MAX_WORKS`."""
        return [
            WorkFacts(*key, samples=count)
            for key, count in sorted(self._works.items())
            if rule_of(key[3]).attribution
        ]

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
