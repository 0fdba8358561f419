"""The plan: an immutable list of shard tasks, written before any work is done.

`plan/plan.json` holds the resolved recipe, the environment and, per part, its counts and the hash
of `plan/PART.parquet`, whose row group n lists the runs of units of shard n together with the items
they belong to. A shard task needs nothing else, so it can run on any machine.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dataengine.canonical import content_hash
from dataengine.errors import ConfigError, PlanError
from dataengine.pipeline import Item, Pipeline, Unit
from dataengine.recipe import Part, Recipe, resolve
from dataengine.registry import get_pipeline
from dataengine.storage import Storage

PLAN_FORMAT = 1
PLAN_FILE = "plan/plan.json"
RECIPE_FILE = "recipe.yaml"

_ID = re.compile(r"(?P<part>.+)-[0-9]+-(?P<index>[0-9]{9,18})", re.ASCII)
_ITEM_FIELDS = tuple(field.name for field in dataclasses.fields(Item))
_ITEM_TYPES = {"offset": pa.int64(), "size": pa.int64(), "units": pa.int32()}
RUNS_SCHEMA = pa.schema(
    [
        ("first_index", pa.int64()),
        ("first_number", pa.int32()),
        ("count", pa.int32()),
        *((name, _ITEM_TYPES.get(name, pa.string())) for name in _ITEM_FIELDS),
    ]
)


@dataclass(frozen=True, slots=True)
class PartPlan:
    """What is planned for one part.

    Attributes:
        units: found kinds: units to account for; generated kinds: samples to make.
        shards: number of shards.
        rows: units (samples) per shard; the last shard has what is left.
        items: items that units are drawn from, or works that material was harvested from.
        file, sha256: the list of runs, or the material; empty for generated kinds without.
        pieces: the material's pieces by group.
    """

    pipeline: str
    version: int
    promise: str
    split: str
    units: int
    shards: int
    rows: int
    items: int = 0
    file: str = ""
    sha256: str = ""
    pieces: Mapping[str, int] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """Return plain data, without what only kinds with material have."""
        data = dataclasses.asdict(self)
        return data if self.pieces else {key: data[key] for key in data if key != "pieces"}


@dataclass(frozen=True, slots=True)
class ShardTask:
    """One shard of one part: the unit of work of an executor, plain data."""

    part: str
    shard: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A recipe made into shard tasks. `hash` covers everything that the bytes depend on."""

    recipe: Recipe
    environment: Mapping[str, str]
    parts: Mapping[str, PartPlan]

    @property
    def hash(self) -> str:
        """The sha256 that receipts, shards and the manifest carry."""
        return content_hash(
            {
                "format": PLAN_FORMAT,
                "recipe": self.recipe.content(),
                "environment": dict(self.environment),
                "parts": {name: part.as_data() for name, part in self.parts.items()},
            }
        )

    def tasks(self) -> list[ShardTask]:
        """Return all shard tasks, in order."""
        return [
            ShardTask(name, shard)
            for name, part in self.parts.items()
            for shard in range(part.shards)
        ]

    def name(self, task: ShardTask) -> str:
        """Return a shard's name: `config/split-00000-of-00016`."""
        part = self.parts[task.part]
        return f"{task.part}/{part.split}-{task.shard:05d}-of-{part.shards:05d}"

    def planned_units(self, task: ShardTask) -> int:
        """Return how many units (samples) a shard has."""
        part = self.parts[task.part]
        return min(part.rows, part.units - task.shard * part.rows)

    def sample_id(self, part: str, index: int) -> str:
        """Return the id of a unit; `reproduce` finds the unit by it."""
        return f"{part}-{self.recipe.seed}-{index:09d}"

    def find(self, sample_id: str) -> tuple[str, int]:
        """Return part and index of an id; raises `ConfigError` if it is none of this plan."""
        found = _ID.fullmatch(sample_id)
        if found and found["part"] in self.parts:
            part, index = found["part"], int(found["index"])
            if sample_id == self.sample_id(part, index):
                return part, index
        raise ConfigError(
            f"{sample_id!r} is no id of this dataset; ids look like "
            f"{self.sample_id(next(iter(self.parts)), 0)}"
        )

    def pipeline(self, part: str) -> Pipeline:
        """Return the pipeline of a part; raises `PlanError` if it has changed since."""
        planned = self.parts[part]
        pipeline = self.describer(part)
        if pipeline.version != planned.version:
            raise PlanError(
                f"the plan was made with version {planned.version} of {pipeline.name}, "
                f"version {pipeline.version} is installed; install the former or plan again"
            )
        return pipeline

    def describer(self, part: str) -> Pipeline:
        """Return the pipeline of a part in whatever version is installed.

        For words that describe what is there already (nouns, summaries, meanings of reasons): a
        finished dataset can be looked at and published after an update.
        """
        return get_pipeline(self.parts[part].pipeline)

    def options(self, part: str) -> Part:
        """Return the recipe's part."""
        return self.recipe.parts[part]


def save_plan(storage: Storage, plan: Plan) -> None:
    """Write the plan's head; the runs of its parts must be there already."""
    data = {
        "format": PLAN_FORMAT,
        "hash": plan.hash,
        "recipe": plan.recipe.dump(),
        "environment": dict(plan.environment),
        "parts": {name: part.as_data() for name, part in plan.parts.items()},
    }
    storage.write_text(PLAN_FILE, json.dumps(data, indent=1, ensure_ascii=False) + "\n")


def load_plan(storage: Storage) -> Plan:
    """Read a plan back and check it against its hash.

    Raises:
        PlanError: there is none, or it is damaged or of another format.
    """
    data = _read_head(storage)
    if data.get("format") != PLAN_FORMAT:
        raise PlanError(
            f"{storage.url} was planned in format {data.get('format')}, this dataengine writes "
            f"format {PLAN_FORMAT}; plan again into a new folder"
        )
    try:
        recipe = resolve(data["recipe"], f"{storage.url}/{PLAN_FILE}")
        parts = {name: PartPlan(**part) for name, part in data["parts"].items()}
        plan = Plan(recipe, dict(data["environment"]), parts)
        whole = plan.hash == data["hash"]
    except ConfigError as error:
        raise PlanError(f"the plan in {storage.url} cannot be used here: {error}") from error
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise PlanError(_damaged(storage, repr(error))) from error
    if not whole:
        raise PlanError(_damaged(storage, "it does not match its own hash"))
    return plan


def _read_head(storage: Storage) -> dict[str, Any]:
    try:
        data = json.loads(storage.read_bytes(PLAN_FILE))
    except FileNotFoundError as error:
        raise PlanError(
            f"{storage.url} has no plan; make one with `dataengine plan` or `dataengine render`"
        ) from error
    except OSError as error:
        raise PlanError(f"cannot read {storage.path(PLAN_FILE)}: {error}") from error
    except (ValueError, RecursionError) as error:
        raise PlanError(_damaged(storage, "it is not JSON")) from error
    if not isinstance(data, dict):
        raise PlanError(_damaged(storage, "it is not a JSON object"))
    return data


def shard_units(storage: Storage, plan: Plan, task: ShardTask) -> Iterator[Unit]:
    """Yield a found shard's units in order.

    Raises:
        PlanError: the plan's files are missing or damaged.
    """
    for row in _rows(storage, plan, task):
        item = _item(row)
        for step in range(row["count"]):
            yield Unit(row["first_index"] + step, item, row["first_number"] + step)


def _rows(storage: Storage, plan: Plan, task: ShardTask) -> Iterator[dict[str, Any]]:
    name = plan.parts[task.part].file
    try:
        with storage.open(name) as stream, pq.ParquetFile(stream, pre_buffer=False) as file:
            for batch in file.read_row_group(task.shard).to_batches(max_chunksize=1024):
                yield from batch.to_pylist()
    except (OSError, IndexError, pa.ArrowException) as error:
        raise PlanError(_damaged(storage, f"{name}: {error}")) from error


def _item(row: Mapping[str, Any]) -> Item:
    return Item(**{name: row[name] for name in _ITEM_FIELDS})


def _damaged(storage: Storage, why: str) -> str:
    return f"the plan in {storage.url} is damaged ({why}); plan again into a new folder"
