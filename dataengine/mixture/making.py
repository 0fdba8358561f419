"""Makes a mixture of finished datasets: looks at every sample, draws, orders, writes.

Everything here is a function of the plan and the datasets; scans are kept until the end, so that a
mixture that was interrupted does not look at the same shard twice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from dataengine.corpus.index import cache_folder
from dataengine.environment import engine_version
from dataengine.errors import ConfigError, PlanError, ShardError
from dataengine.mixture.counts import wanted_counts
from dataengine.mixture.drawing import Drawn, check_enough, draw
from dataengine.mixture.mixture_plan import DATASETS_FOLDER, MixturePlan, manifest_sha256
from dataengine.mixture.overlapping import find_overlap
from dataengine.mixture.record import (
    RECORD_FORMAT,
    DatasetEntry,
    Record,
    SplitEntry,
    save_record,
)
from dataengine.mixture.scanning import ScanTask, scan_all
from dataengine.mixture.scans import DatasetScan
from dataengine.mixture.selection import Facts, entries_of, write_selection
from dataengine.mixture.settings import Mixture
from dataengine.mixture.splits import Splits
from dataengine.reader import Dataset
from dataengine.registry import near
from dataengine.storage import Storage

SCAN_FOLDER = "scan"
_STEPS = 20
"""How often progress is told."""

DIMENSIONS = ("member", "kind", "language", "task", "licence")
"""What examples are counted by."""


def make_mixture(
    storage: Storage,
    plan: MixturePlan,
    *,
    workers: int,
    seen: Callable[[str], None] = lambda text: None,
) -> Record:
    """Draw the examples of a mixture whose datasets are all finished.

    Args:
        workers: processes that look at samples; nothing depends on how many.
        seen: called with a line of text per step.

    Raises:
        PlanError: a member wants more than there is, or a dataset is not the one that was planned.
        ShardError: a dataset is damaged, or not finished.
        ConfigError: counts do not fit, or a part is not there.
    """
    mixture = plan.mixture
    datasets = {name: _open(storage, plan, name) for name in mixture.datasets}
    splits = _split_names(mixture, datasets)
    side = _side(storage, plan)
    tasks = {name: _tasks(plan, name, dataset, side.url) for name, dataset in datasets.items()}
    every = [task for some in tasks.values() for task in some]
    for number, task in enumerate(scan_all(every, workers), 1):
        if number == len(every) or number % max(1, len(every) // _STEPS) == 0:
            seen(f"looked at {number} of {len(every)} shards, last at {task.shard.name}")
    scans = {name: DatasetScan(some, splits) for name, some in tasks.items()}
    overlap = find_overlap(storage, mixture, datasets, scans)
    choice = _choose(mixture, scans, overlap.removed)
    entries, report = _write(storage, mixture, splits, scans, choice)
    record = Record(
        RECORD_FORMAT,
        mixture.name,
        mixture.seed,
        engine_version(),
        plan.hash,
        mixture.dump(),
        {name: _dataset_entry(plan, name, one) for name, one in datasets.items()},
        entries,
        choice.members,
        report,
        overlap.report,
    )
    save_record(storage, record)
    side.remove(SCAN_FOLDER)
    return record


@dataclass(frozen=True, slots=True)
class _Choice:
    """What members draw, and the counts of it."""

    drawn: Mapping[str, Drawn]
    members: Mapping[str, Mapping[str, Any]]


def _choose(
    mixture: Mixture,
    scans: Mapping[str, DatasetScan],
    removed: Mapping[str, Mapping[str, Collection[str]]],
) -> _Choice:
    """Draw for each member; rows and keys are asked for again, to hold those of one at a time."""

    def available(name: str) -> Any:
        member = mixture.members[name]
        left_out = [(why, ids.get(member.dataset, ())) for why, ids in removed.items()]
        return scans[member.dataset].available(name, member, left_out)

    there = {name: len(available(name)[0]) for name in mixture.members}
    wanted = wanted_counts(mixture, there)
    drawn, members = {}, {}
    for name, member in mixture.members.items():
        rows, keys, why = available(name)
        left_out = dict(sorted(why.items()))
        check_enough(name, wanted[name], len(rows), left_out, repeat=member.repeat)
        drawn[name] = draw(rows, keys, wanted[name], mixture.seed, name)
        members[name] = {
            "wanted": wanted[name],
            "available": len(rows),
            "drawn": int(drawn[name].times.sum()),
            "repeated": int((drawn[name].times > 1).sum()),
            "left_out": left_out,
        }
    return _Choice(drawn, members)


def _write(
    storage: Storage,
    mixture: Mixture,
    splits: tuple[str, ...],
    scans: Mapping[str, DatasetScan],
    choice: _Choice,
) -> tuple[dict[str, SplitEntry], dict[str, dict[str, dict[str, int]]]]:
    entries, report = {}, {}
    numbers = {
        name: scans[member.dataset].split_numbers(member)
        for name, member in mixture.members.items()
    }
    for number, split in enumerate(splits):
        mine = {
            name: drawn.only(numbers[name][drawn.rows] == number)
            for name, drawn in choice.drawn.items()
        }
        written = write_selection(storage, mixture, split, entries_of(mixture, mine), scans)
        entries[split] = written.entry
        report[split] = _tally(written.facts)
    return entries, report


def _open(storage: Storage, plan: MixturePlan, name: str) -> Dataset:
    dataset = Dataset(plan.url(storage, name), plan.mixture.datasets[name].parts)
    known = list(dict.fromkeys(shard.part for shard in dataset.manifest.shards))
    asked = [*plan.mixture.datasets[name].parts]
    for member in plan.mixture.of_dataset(name).values():
        asked += member.filter.part
    for part in asked:
        if part not in known:
            raise ConfigError(
                f"mixture {plan.mixture.name}: the dataset {name!r} has no part {part!r}"
                f"{near(part, known)}"
            )
    planned = plan.manifests.get(name)
    if planned and manifest_sha256(dataset.storage) != planned:
        raise PlanError(
            f"{dataset.storage.url} was changed after {storage.url} was planned; choose another "
            "--out"
        )
    return dataset


def _split_names(mixture: Mixture, datasets: Mapping[str, Dataset]) -> tuple[str, ...]:
    """Return `train`, the held-out splits, and those that parts of datasets name themselves."""
    own = [
        shard.split
        for member in mixture.members.values()
        if member.split_by == "part"
        for shard in datasets[member.dataset].shards()
        if not member.filter.part or shard.part in member.filter.part
    ]
    for split in own:
        if not re.fullmatch(r"[a-z0-9_]+", split):  # files are named by it
            raise ShardError(f"{split!r} cannot be a split: it is not made of a-z, 0-9 and _")
    return tuple(dict.fromkeys((*Splits(mixture.splits).names, *own)))


def _side(storage: Storage, plan: MixturePlan) -> Storage:
    """Return where scans are kept meanwhile: they are mapped, so they must be on a disk."""
    if storage.is_local:
        return storage
    return Storage(cache_folder() / "mixtures" / plan.hash[:20])


def _tasks(plan: MixturePlan, name: str, dataset: Dataset, out: str) -> list[ScanTask]:
    mixture = plan.mixture
    return [
        ScanTask(
            dataset.storage.url,
            shard,
            out,
            f"{SCAN_FOLDER}/{name}/{number:06d}.arrow",
            mixture.seed,
            mixture.of_dataset(name),
            mixture.splits,
        )
        for number, shard in enumerate(dataset.shards())
    ]


def _dataset_entry(plan: MixturePlan, name: str, dataset: Dataset) -> DatasetEntry:
    path = plan.mixture.datasets[name].path
    return DatasetEntry(
        path or f"{DATASETS_FOLDER}/{name}",
        manifest_sha256(dataset.storage),
        dataset.manifest.recipe,
        sum(shard.data.rows for shard in dataset.shards()),
    )


def _tally(facts: Mapping[Facts, int]) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = {name: Counter() for name in DIMENSIONS}
    for values, count in facts.items():
        for name, value in zip(DIMENSIONS, values, strict=True):
            found[name][value] += count
    return {name: dict(sorted(counts.items())) for name, counts in found.items()}
