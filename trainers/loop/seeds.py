"""Torch's own randomness (dropout) as a function of (seed, step, rank), not of what went before."""

from __future__ import annotations

import numpy as np
import torch


def seed_step(seed: int, step: int, rank: int) -> None:
    """Seed torch for one step, so that a resumed run draws what an uninterrupted one does."""
    sequence = np.random.SeedSequence(seed, spawn_key=(step, rank))
    torch.manual_seed(int(sequence.generate_state(1, np.uint64)[0] >> np.uint64(1)))
