"""A handful of units in seconds: no index of the whole corpus, no plan, no dataset."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from dataengine.corpus.index import build_index, suffixes_of
from dataengine.corpus.listing import list_items
from dataengine.errors import ConfigError, CorpusError
from dataengine.harvest.build import build_material
from dataengine.pipeline import Item, Unit
from dataengine.recipe import Part, Recipe
from dataengine.registry import get_pipeline
from dataengine.rendering import item_source
from dataengine.sample import Rejection, Sample
from dataengine.schema import Origin, Rejected, rejects_table, samples_table
from dataengine.seeding import unit_rng
from dataengine.worker_child import WorkerSetup
from dataengine.worker_process import Rendered, WorkerProcess

LOOKED_AT = 5000
"""Items listed per corpus: a preview of a huge store must not list all of it."""

TRIES = 8
"""Units drawn of a template until one is a sample."""


def preview(recipe: Recipe, count: int) -> Iterator[Mapping[str, Any]]:
    """Yield `count` rows, samples and rejections mixed as they come, shared among the parts.

    Raises:
        CorpusError: a corpus holds nothing.
    """
    each = -(-count // len(recipe.parts))
    for name, part in recipe.parts.items():
        pipeline = get_pipeline(part.pipeline)
        pipeline.prepare(pipeline.Options.model_validate(dict(part.options)))
        with WorkerProcess(_setup(recipe, name, part)) as worker:
            units = _units(recipe, name, part, each, worker)
            for rendered in worker.render(units):
                yield _row(recipe, name, part, rendered)


def preview_templates(recipe: Recipe) -> Iterator[Mapping[str, Any]]:
    """Yield a row for each template of each part that has templates: a sample, if one is drawn.

    Raises:
        ConfigError: no part's kind has templates.
        CorpusError: a corpus holds nothing.
    """
    narrowed = {}
    for name, part in recipe.parts.items():
        pipeline = get_pipeline(part.pipeline)
        options = pipeline.Options.model_validate(dict(part.options))
        narrowed[name] = pipeline.by_template(options)
    if not any(narrowed.values()):
        raise ConfigError(f"{recipe.name}: no part has templates; leave out --by-template")
    for name, templates in narrowed.items():
        part = recipe.parts[name]
        setup = _setup(recipe, name, part) if templates else None
        for number, (template, options) in enumerate(templates.items()):
            assert setup is not None
            get_pipeline(part.pipeline).prepare(options)
            chosen = dataclasses.replace(setup, options=options.model_dump(mode="json"))
            with WorkerProcess(chosen) as worker:
                # Each template has units of its own, or all would show the same draws.
                units = _units(recipe, name, part, TRIES * (number + 1), worker)[-TRIES:]
                drawn = list(worker.render(units))
            samples = (one for one in drawn if isinstance(one.outcome, Sample))
            yield {**_row(recipe, name, part, next(samples, drawn[0])), "template": template}


def _setup(recipe: Recipe, name: str, part: Part) -> WorkerSetup:
    material = _material(recipe, name, part)
    seed, limits = recipe.seed, recipe.limits
    return WorkerSetup(
        part.pipeline, part.options, part.paths, seed, name, limits, material, part.files
    )


def _material(recipe: Recipe, name: str, part: Part) -> str:
    """Harvest all of the corpora where the kind needs it: the first preview may take long."""
    pipeline = get_pipeline(part.pipeline)
    if not pipeline.material:
        return ""
    limits, workers = recipe.limits, len(os.sched_getaffinity(0))
    index = build_index(name, part, pipeline, limits=limits, workers=workers)
    report = build_material(name, part, pipeline, index=index.path, limits=limits, workers=workers)
    if not report.pieces:
        raise CorpusError(f"parts.{name}: the corpora hold nothing that {pipeline.name} can use")
    return str(report.path)


def _units(recipe: Recipe, name: str, part: Part, count: int, worker: WorkerProcess) -> list[Unit]:
    pipeline = get_pipeline(part.pipeline)
    if pipeline.promise == "generated":
        return [Unit(index) for index in range(count)]
    rng = unit_rng(recipe.seed, name, 0)
    suffixes = suffixes_of(part, pipeline)
    listed = [
        (corpus, item)
        for corpus in part.corpora
        for item in islice(list_items(corpus.path, suffixes)[1], LOOKED_AT)
    ]
    if not listed:
        raise CorpusError(f"parts.{name}: the corpora hold nothing that {pipeline.name} can use")
    order = rng.permutation(len(listed))[:count]
    items = [
        Item(
            corpus.name,
            one.path,
            one.member,
            one.offset,
            one.size,
            language=corpus.language,
            licence=corpus.licence,
            reason=one.reason,
            detail=one.detail,
        )
        for corpus, one in (listed[place] for place in order)
    ]
    readable = [item for item in items if not item.reason]
    probed = [
        dataclasses.replace(item, sha256=found.sha256, units=found.probe.units)
        for item, found in zip(readable, worker.probe(readable), strict=True)
        if found.probe.units
    ]
    return [
        Unit(step, item, int(rng.integers(item.units)))
        for step, item in enumerate(probed * (-(-count // len(probed)) if probed else 0))
    ][:count]


def _row(recipe: Recipe, name: str, part: Part, rendered: Rendered) -> Mapping[str, Any]:
    id_ = f"{name}-{recipe.seed}-{rendered.unit.index:09d}"
    outcome = rendered.outcome
    if isinstance(outcome, Sample):
        table = samples_table([(Origin(id_, recipe.label, recipe.seed), outcome)])
    else:
        item = rendered.unit.item
        source = outcome.source or (item_source(item) if item else {})
        outcome = Rejection(
            outcome.reason, outcome.detail, source, outcome.proof, outcome.preview, outcome.seconds
        )
        kind = get_pipeline(part.pipeline).kind
        table = rejects_table([Rejected(id_, kind, outcome)])
    rows: list[dict[str, Any]] = table.to_pylist()
    return {**rows[0], "config": name, "split": part.split}
