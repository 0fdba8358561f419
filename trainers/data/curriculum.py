"""The curriculum: which examples a run reads, step by step from easy to hard.

Training from scratch stays on the language model's prior unless it first sees what it can learn
(short answers at fixed places); whether it leaves that plateau decides everything.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from trainers.data.source import Numbers, Source
from trainers.errors import TrainError
from trainers.recipe import Step

BOUNDS = 4
"""Classes of length by which batches are formed."""


def step_examples(source: Source, steps: Sequence[Step], number: int, seed: int) -> Numbers:
    """Return the numbers of the examples of a step: its own, and a share from earlier steps.

    Raises:
        TrainError: the step names a member that is not there, or has no example of its own; or
            there is no example at all.
    """
    if not len(source.groups):
        raise TrainError("there is no example; name another split, or make the mixture larger")
    if not steps:
        return np.arange(len(source.groups))
    earlier = np.zeros(len(source.groups), np.bool_)
    for one in steps[:number]:
        earlier |= _mask(source, one)
    own = np.flatnonzero(_mask(source, steps[number]) & ~earlier)
    if not len(own):
        raise TrainError(
            f"the curriculum's step {steps[number].name!r} has no example of its own; change its "
            "members or max_answer_chars, or take it out"
        )
    known, keep = np.flatnonzero(earlier), steps[number].keep
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(number,))))
    again = min(len(known), round(len(own) * keep / (1 - keep)))
    return np.sort(np.concatenate([own, rng.permutation(known)[:again]]))


def length_bounds(chars: Numbers) -> list[int]:
    """Return bounds on answer characters that cut examples into classes of about equal size.

    Tokens are not known before an example is read; characters tell well enough which ones should
    share a batch, which is then padded by true lengths.
    """
    if not len(chars):
        return [1]
    shares = np.arange(1, BOUNDS + 1) / BOUNDS
    return sorted({int(one) for one in np.quantile(chars, shares, method="higher")})


def _mask(source: Source, step: Step) -> npt.NDArray[np.bool_]:
    mask = np.ones(len(source.groups), np.bool_)
    if step.max_answer_chars is not None:
        mask &= source.chars <= step.max_answer_chars
    if step.members:
        lost = sorted(set(step.members) - set(source.member_names))
        if lost:
            raise TrainError(
                f"the curriculum's step {step.name!r} names {lost[0]!r}; the mixture's members are "
                f"{', '.join(source.member_names)}"
            )
        wanted = [number for number, one in enumerate(source.member_names) if one in step.members]
        mask &= np.isin(source.members, wanted)
    return mask
