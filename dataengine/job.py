"""A render job: makes or finds the plan, skips the shards that have true receipts, runs the rest.

Everything that can stop a job is looked for before the first unit: tools, recipe, environment, the
output folder, the plan's own files. While it runs, one failed shard does not stop the others; three
in a row do, and a missing tool does at once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from dataengine.canonical import canonical_json
from dataengine.corpus.index import IndexReport, build_index
from dataengine.environment import fingerprint
from dataengine.errors import (
    DataEngineError,
    PlanError,
    ShardError,
    StorageError,
    ToolMissing,
    WorkerError,
)
from dataengine.executors import Done, Executor
from dataengine.harvest.build import MaterialReport, build_material
from dataengine.plan import (
    PLAN_FILE,
    RECIPE_FILE,
    Plan,
    ShardTask,
    load_plan,
)
from dataengine.plan_checks import check_environment, check_recipe
from dataengine.plan_material import local_material
from dataengine.planning import make_plan
from dataengine.receipt import Receipt, check_receipt, load_receipt, receipt_name
from dataengine.recipe import Limits, Recipe
from dataengine.recipe_text import recipe_yaml
from dataengine.registry import get_pipeline
from dataengine.rendering import ShardRenderer, prepare
from dataengine.storage import Storage

FAILURES_FOLDER = "failures"
_STOPPING = (ToolMissing, StorageError, PlanError, WorkerError)
"""Errors after which no other shard would fare better."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Which shards of a plan are done.

    Attributes:
        done: receipts of finished shards.
        todo: tasks without a true receipt.
        doubts: task -> why what is there is not taken for done.
    """

    done: list[Receipt]
    todo: list[ShardTask]
    doubts: Mapping[ShardTask, str]


@dataclass(slots=True)
class RunReport:
    """How a run ended."""

    made: list[Receipt] = field(default_factory=list)
    failed: dict[ShardTask, DataEngineError] = field(default_factory=dict)
    left: int = 0
    stopped_by: DataEngineError | None = None

    @property
    def complete(self) -> bool:
        """Whether every shard of the plan is done."""
        return not self.failed and self.left == 0


def environment_of(recipe: Recipe) -> dict[str, str]:
    """Return the versions that a recipe's bytes depend on; raises `ToolMissing`."""
    return fingerprint(
        pipeline.requirements(pipeline.Options.model_validate(dict(part.options)))
        for part in recipe.parts.values()
        for pipeline in [get_pipeline(part.pipeline)]
    )


def open_plan(
    storage: Storage,
    recipe: Recipe,
    *,
    workers: int,
    other_environment: bool = False,
    on_index: Callable[[str, IndexReport], None] = lambda part, report: None,
    on_items: Callable[[str, int], None] = lambda part, count: None,
    on_material: Callable[[str, MaterialReport], None] = lambda part, report: None,
    on_works: Callable[[str, int], None] = lambda part, count: None,
) -> Plan:
    """Return the folder's plan, making it first where there is none.

    Raises:
        PlanError: the folder was planned with another recipe or environment, or is damaged.
        ToolMissing, CorpusError, StorageError: the job cannot begin.
    """
    environment = environment_of(recipe)
    if storage.exists(PLAN_FILE):
        plan = load_plan(storage)
        check_recipe(plan, recipe)
        if not other_environment:
            check_environment(plan, environment)
        check_plan_files(storage, plan)
        return plan
    _refuse_foreign_folder(storage)
    indexes: dict[str, Path] = {}
    materials: dict[str, MaterialReport] = {}
    for name, part in recipe.parts.items():
        pipeline = get_pipeline(part.pipeline)
        if pipeline.promise == "found" or pipeline.material:
            report = build_index(
                name,
                part,
                pipeline,
                limits=recipe.limits,
                workers=workers,
                seen=lambda count, name=name: on_items(name, count),  # type: ignore[misc]
            )
            on_index(name, report)
            if pipeline.promise == "found":
                indexes[name] = report.path
                continue
            materials[name] = build_material(
                name,
                part,
                pipeline,
                index=report.path,
                limits=recipe.limits,
                workers=workers,
                seen=lambda count, name=name: on_works(name, count),  # type: ignore[misc]
            )
            on_material(name, materials[name])
    storage.write_text(RECIPE_FILE, recipe_yaml(recipe))
    return make_plan(storage, recipe, environment, indexes, materials)


def check_plan_files(storage: Storage, plan: Plan) -> None:
    """Check the lists of runs and the material against the plan's head.

    Raises:
        PlanError: one is missing or was changed.
    """
    for part in plan.parts.values():
        if part.pieces:
            local_material(storage, part)
        if part.pieces or not part.file:
            continue
        digest = hashlib.sha256()
        try:
            with storage.open(part.file) as stream:
                while chunk := stream.read(1 << 20):
                    digest.update(chunk)
        except FileNotFoundError:
            raise PlanError(
                f"{storage.path(part.file)} is missing; plan again into a new folder"
            ) from None
        if digest.hexdigest() != part.sha256:
            raise PlanError(
                f"{storage.path(part.file)} was changed after it was planned; plan again into a "
                "new folder"
            )


def standing(storage: Storage, plan: Plan) -> Standing:
    """Look at every shard's receipt and files' sizes."""
    done: list[Receipt] = []
    todo: list[ShardTask] = []
    doubts: dict[ShardTask, str] = {}
    for task in plan.tasks():
        name = plan.name(task)
        try:
            receipt = load_receipt(storage, name)
            if receipt is not None:
                check_receipt(storage, receipt, plan.hash, name)
                done.append(receipt)
                continue
            if storage.exists(f"data/{name}.parquet"):
                doubts[task] = f"{storage.path(f'data/{name}.parquet')} has no receipt"
        except ShardError as error:
            doubts[task] = str(error)
        todo.append(task)
    return Standing(done, todo, doubts)


def run(
    storage: Storage,
    plan: Plan,
    tasks: list[ShardTask],
    executor: Executor,
    *,
    limits: Limits,
    draining: Callable[[], bool] = lambda: False,
    on_done: Callable[[Done], None] = lambda done: None,
    watch: Callable[[ShardRenderer], None] = lambda renderer: None,
) -> RunReport:
    """Render shards; what is done has a receipt, whatever happens.

    Args:
        draining: whether to begin no more shards.
        watch: called with each slot's renderer, so that its progress can be shown.

    Raises:
        ToolMissing, PlanError: nothing can be rendered here.
    """
    report = RunReport(left=len(tasks))
    in_a_row = 0

    def halted() -> bool:
        return draining() or report.stopped_by is not None

    @contextmanager
    def make_work() -> Iterator[ShardRenderer]:
        with ShardRenderer(storage, plan, limits) as renderer:
            watch(renderer)
            yield renderer

    for part in dict.fromkeys(task.part for task in tasks):
        local_material(storage, plan.parts[part])
        prepare(plan, part)
    for task in tasks:
        storage.remove(receipt_name(plan.name(task)))
    for done in executor.run(tasks, make_work, halted):
        on_done(done)
        if done.receipt:
            report.made.append(done.receipt)
            report.left -= 1
            in_a_row = 0
            storage.remove(_failure_name(plan, done.task))
            continue
        assert done.error is not None
        report.failed[done.task] = done.error
        report.left -= 1
        in_a_row += 1
        if isinstance(done.error, _STOPPING) or in_a_row >= limits.max_failed_shards:
            report.stopped_by = done.error
        if not isinstance(done.error, StorageError):
            _note_failure(storage, plan, done)
    return report


def _failure_name(plan: Plan, task: ShardTask) -> str:
    return f"{FAILURES_FOLDER}/{plan.name(task)}.json"


def _note_failure(storage: Storage, plan: Plan, done: Done) -> None:
    body = {"error": type(done.error).__name__, "message": str(done.error)}
    storage.write_text(_failure_name(plan, done.task), canonical_json(body) + "\n")


def failures(storage: Storage, plan: Plan) -> dict[str, str]:
    """Return the shards that failed when they were last tried: name -> message."""
    found = {}
    for name in storage.names(FAILURES_FOLDER, ".json"):
        shard = name.removeprefix(f"{FAILURES_FOLDER}/").removesuffix(".json")
        found[shard] = str(json.loads(storage.read_bytes(name)).get("message"))
    return found


def _refuse_foreign_folder(storage: Storage) -> None:
    if storage.names("data", ".parquet"):
        raise PlanError(
            f"{storage.url} holds shards but no plan, so nobody can say what they are; choose "
            "another --out"
        )
