"""Steps: what is learned but used by nothing stays as it is, in a resumed run too."""

from __future__ import annotations

import torch

from tests.trainers.loop.runs import equal, start, weights
from tests.trainers.loop.sharded_runs import small
from tests.trainers.loop.test_run import stop_after
from tests.trainers.models.conftest import TINY_CLIP


def test_unused_parameters_stay_and_the_run_resumes(tmp_path):
    """Of CLIP's layers the last is not computed for features of the one before."""
    made = small(
        model__towers={"clip": {"kind": "clip", "config": TINY_CLIP, "layer": -2}},
        data__images={"clip": {"channels": "grey", "statistics": "half"}},
        stages__0__steps=2, run__held_out=0,
    )  # fmt: skip
    straight, _ = start(tmp_path / "straight", made)
    before = weights(straight)
    assert straight.train()
    unused = "towers.clip.encoder.encoder.layers.2."
    names = [name for name in before if name.startswith(unused)]
    assert len(names) > 8
    assert all(torch.equal(before[name], weights(straight)[name]) for name in names)
    assert not equal(before, weights(straight))
    assert not start(tmp_path / "stopped", made, stop=stop_after(1))[0].train()
    again, _ = start(tmp_path / "stopped", made)
    assert again.train()
    assert equal(weights(again), weights(straight))
