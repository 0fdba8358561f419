"""What is looked at before step 1: whether data, masks, model and learning are as they should be.

Users of released trainers report the same failures again and again: losses that stay on the
language prior because a tower is dead or pictures are never looked at, samples masked whole by a
mismatch of tokens, weights that were not loaded (`ln V`), image tokens of another number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from trainers.errors import TrainError
from trainers.loop.checks.data import check_data, check_tokens
from trainers.loop.checks.finding import Finding
from trainers.loop.checks.learning import (
    check_estimated_speed,
    check_first_loss,
    check_overfit,
    looking,
)
from trainers.loop.checks.model import check_model
from trainers.loop.checks.sampling import Sampled, sample
from trainers.loop.distributed import World
from trainers.loop.memory import enough_memory
from trainers.loop.parts import Parts

EXAMPLES = 64
"""Examples that are looked at."""


@dataclass(frozen=True, slots=True, eq=False)
class Diagnosis:
    """All findings, in the order of the checks, and the examples that they are about."""

    findings: tuple[Finding, ...]
    sampled: Sampled

    @property
    def healthy(self) -> bool:
        """Whether there is no problem."""
        return all(one.level != "problem" for one in self.findings)


def examine(
    parts: Parts,
    world: World,
    *,
    overfit: int = 8,
    examples: int = EXAMPLES,
    tell: Callable[[Finding], None] = lambda finding: None,
) -> Diagnosis:
    """Look at a run before it begins; the model is as before afterwards.

    Args:
        parts: the model lies on the world's device.
        overfit: examples to learn by heart with a copy of the model; 0: none.
        examples: how many are looked at.
        tell: called with each finding as soon as there is one.

    Raises:
        TrainError: no example can be used.
        ConfigError: a stage names parameters that are not there.
    """
    sampled = sample(parts, max(examples, overfit))
    findings = []
    for one in _checks(parts, sampled, world, overfit):
        findings.append(one)
        tell(one)
    return Diagnosis(tuple(findings), sampled)


def _checks(parts: Parts, sampled: Sampled, world: World, overfit: int) -> Iterator[Finding]:
    yield from check_tokens(parts)
    yield from check_data(parts, sampled)
    stepper = looking(parts, world)
    yield from check_model(parts, stepper.pictures(sampled.batch))
    try:
        with enough_memory(parts.model, "the checks of the doctor"):
            yield check_first_loss(parts, sampled, stepper)
            if overfit:
                yield from check_overfit(parts, sampled, world, min(overfit, len(sampled.numbers)))
            else:
                yield check_estimated_speed(parts, sampled, world.device)
    except TrainError as error:
        yield Finding("a step", "problem", str(error))
