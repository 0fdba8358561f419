"""What a mixture would make, before anything is made: samples, shards, bytes, core-hours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dataengine.corpus.index import build_index
from dataengine.corpus.places import BUNDLED
from dataengine.errors import ConfigError
from dataengine.mixture.counts import shares
from dataengine.mixture.datasets import missing_corpora
from dataengine.mixture.rates import Cost
from dataengine.mixture.settings import Mixture
from dataengine.planning import shard_rows
from dataengine.reader import Dataset
from dataengine.recipe import Part, Recipe
from dataengine.registry import get_pipeline

Costs = Callable[[Recipe, str], Cost | None]
"""What a sample of a recipe's part costs, or None where nobody knows."""


@dataclass(frozen=True, slots=True)
class PartEstimate:
    """What a part of a dataset would come to; None where nobody can know without its corpora.

    Attributes:
        samples: expected: found kinds lose what is rejected.
        bytes: of its shards.
        core_hours: of rendering alone; 0 where it is rendered already.
        measured_on: samples that the rate was measured on; 0: no rate is known.
    """

    samples: int | None
    shards: int | None
    bytes: int | None
    core_hours: float | None
    measured_on: int


@dataclass(frozen=True, slots=True)
class MemberEstimate:
    """What a member would draw.

    Attributes:
        wanted: samples; None: all that its filter lets through.
        there: samples that its dataset is expected to have in the parts of its filter.
    """

    dataset: str
    wanted: int | None
    there: int | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A dry run.

    Attributes:
        datasets: dataset -> part -> estimate.
        missing: corpora that nobody has given a path for.
    """

    datasets: Mapping[str, Mapping[str, PartEstimate]]
    members: Mapping[str, MemberEstimate]
    missing: tuple[str, ...]

    def total(self) -> PartEstimate:
        """Return the sum of what is known."""
        parts = [part for parts in self.datasets.values() for part in parts.values()]
        return PartEstimate(
            sum(part.samples or 0 for part in parts),
            sum(part.shards or 0 for part in parts),
            sum(part.bytes or 0 for part in parts),
            sum(part.core_hours or 0.0 for part in parts),
            sum(part.measured_on for part in parts),
        )

    def as_data(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return asdict(self) | {"total": asdict(self.total())}


def estimate(
    mixture: Mixture,
    recipes: Mapping[str, Recipe],
    cost: Costs,
    *,
    workers: int = 1,
) -> Estimate:
    """Estimate a mixture.

    Args:
        workers: for indexing bundled corpora, where a part takes all that they hold.

    Raises:
        ShardError: a finished dataset is not there.
    """
    datasets = {
        name: {
            part: _rendered(recipes[name], part, spec.expected.get(part), cost, workers)
            for part in recipes[name].parts
        }
        if name in recipes
        else _finished(Dataset(spec.path, spec.parts))
        for name, spec in mixture.datasets.items()
    }
    missing = dict.fromkeys(name for one in recipes.values() for name in missing_corpora(one))
    return Estimate(datasets, _members(mixture, datasets), tuple(missing))


def _rendered(
    recipe: Recipe, name: str, expected: int | None, known: Costs, workers: int
) -> PartEstimate:
    part, cost = recipe.parts[name], known(recipe, name)
    units = part.samples or _units_of_bundled(recipe, name, part, workers) or expected
    if units is None:
        return PartEstimate(None, None, None, None, cost.samples if cost else 0)
    shards = -(-units // shard_rows(units, recipe.shards))
    found = get_pipeline(part.pipeline).promise == "found"
    samples = round(units * cost.kept) if found and cost else units
    if cost is None:
        return PartEstimate(samples, shards, None, None, 0)
    hours = samples * cost.cpu_ms / 3.6e6
    return PartEstimate(samples, shards, round(samples * cost.bytes), hours, cost.samples)


def _units_of_bundled(recipe: Recipe, name: str, part: Part, workers: int) -> int | None:
    """Count what bundled corpora hold; indexing a user's corpora can take hours."""
    if not part.corpora or not all(corpus.path.startswith(BUNDLED) for corpus in part.corpora):
        return None
    pipeline = get_pipeline(part.pipeline)
    report = build_index(name, part, pipeline, limits=recipe.limits, workers=workers)
    return max(1, report.units)


def _finished(dataset: Dataset) -> dict[str, PartEstimate]:
    parts: dict[str, PartEstimate] = {}
    for shard in dataset.shards():
        so_far = parts.get(shard.part, PartEstimate(0, 0, 0, 0.0, 0))
        parts[shard.part] = PartEstimate(
            (so_far.samples or 0) + shard.data.rows,
            (so_far.shards or 0) + 1,
            (so_far.bytes or 0) + shard.data.bytes,
            0.0,
            0,
        )
    return parts


def _members(
    mixture: Mixture, datasets: Mapping[str, Mapping[str, PartEstimate]]
) -> dict[str, MemberEstimate]:
    there: dict[str, int | None] = {}
    for name, member in mixture.members.items():
        parts = datasets[member.dataset]
        chosen = [parts[part].samples for part in member.filter.part or parts if part in parts]
        known = [count for count in chosen if count is not None]
        there[name] = sum(known) if len(known) == len(chosen) else None
    wanted = _wanted(mixture)
    return {
        name: MemberEstimate(member.dataset, wanted[name], there[name])
        for name, member in mixture.members.items()
    }


def _wanted(mixture: Mixture) -> dict[str, int | None]:
    """Return the counts as far as the file alone says them."""
    wanted: dict[str, int | None] = {name: member.count for name, member in mixture.members.items()}
    weights = {
        name: member.weight for name, member in mixture.members.items() if member.weight is not None
    }
    fixed = [count for name, count in wanted.items() if name not in weights]
    if weights and mixture.samples is not None and None not in fixed:
        left = mixture.samples - sum(count or 0 for count in fixed)
        if left < 0:
            raise ConfigError(
                f"mixture {mixture.name}: samples is {mixture.samples:,}, and its members without "
                f"a weight give {mixture.samples - left:,}"
            )
        wanted |= shares(left, weights)
    return wanted
