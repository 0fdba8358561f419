"""What a stage costs, in words: parameters, operations, and times on data-centre devices."""

from __future__ import annotations

from dataengine.cli.console import duration
from trainers.loop.costs import StageCost
from trainers.loop.flops import USUAL_SHARE


def describe(cost: StageCost) -> str:
    """Return a stage's cost in one line."""
    times = ", ".join(
        f"{device} {duration(3600 * value)}" for device, value in cost.hours().items()
    )
    return (
        f"{cost.name}: {cost.trainable / 1e6:,.1f}M of {cost.parameters / 1e6:,.1f}M parameters "
        f"learn; {cost.samples:,} sequences of {cost.tokens:,} tokens, {cost.flop / 1e18:,.3g} "
        f"EFLOP; one device at {USUAL_SHARE:.0%} of its bf16 peak: {times}"
    )
