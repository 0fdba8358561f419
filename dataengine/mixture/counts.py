"""How many samples each member gives: counts as they are, the rest of the mixture by weight."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from dataengine.errors import ConfigError
from dataengine.mixture.settings import Member, Mixture


def shares(total: int, weights: Mapping[str, float]) -> dict[str, int]:
    """Share out a total by weight, by largest remainder; ties go to the earlier one.

    Exact for any weights: they are taken as the fractions that the floats stand for.
    """
    exact = {name: Fraction(weight) for name, weight in weights.items()}
    whole = sum(exact.values())
    quotas = {name: total * weight / whole for name, weight in exact.items()}
    counts = {name: int(quota) for name, quota in quotas.items()}
    left = total - sum(counts.values())
    by_remainder = sorted(quotas, key=lambda name: counts[name] - quotas[name])
    for name in by_remainder[:left]:
        counts[name] += 1
    return counts


def wanted_counts(mixture: Mixture, available: Mapping[str, int]) -> dict[str, int]:
    """Return how many samples each member gives.

    Args:
        available: member -> samples that it may draw.

    Raises:
        ConfigError: the counts do not fit `samples`, or a member with neither count nor weight
            has nothing to draw.
    """
    fixed = {
        name: available[name] if member.count is None else member.count
        for name, member in mixture.members.items()
        if member.weight is None
    }
    weights = {
        name: member.weight for name, member in mixture.members.items() if member.weight is not None
    }
    if mixture.samples is None:
        return {**fixed, **_as_many(mixture.members, weights, available)}
    left = mixture.samples - sum(fixed.values())
    if left < 0 or (left and not weights):
        raise ConfigError(
            f"mixture {mixture.name}: samples is {mixture.samples:,}, and its members without a "
            f"weight give {sum(fixed.values()):,} ({_listed(fixed)}); change samples or their "
            "counts, or give a member a weight"
        )
    return {**fixed, **(shares(left, weights) if weights else {})}


def _as_many(
    members: Mapping[str, Member], weights: Mapping[str, float], available: Mapping[str, int]
) -> dict[str, int]:
    """Return the largest counts in proportion that need no repeats.

    Members that may repeat do not bound the others; where all may, the richest sets the scale.
    """
    if not weights:
        return {}
    scales = {name: available[name] / Fraction(weight) for name, weight in weights.items()}
    bounding = [scale for name, scale in scales.items() if not members[name].repeat]
    scale = min(bounding) if bounding else max(scales.values())
    return {name: int(scale * Fraction(weight)) for name, weight in weights.items()}


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())
