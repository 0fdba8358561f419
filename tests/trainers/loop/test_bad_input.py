"""What goes wrong while training is told with the remedy, and nothing that was saved is lost."""

from __future__ import annotations

import pytest
import torch

from dataengine.errors import ConfigError
from tests.trainers.loop.runs import equal, recipe, start, weights
from trainers.errors import TrainError
from trainers.loop import checkpoint
from trainers.models.vision_language import VisionLanguageModel

FULL = "CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total capacity of 1 GiB"


def full_at(monkeypatch, calls: int) -> None:
    """Let the device be full in some call of the model."""
    forward, done = VisionLanguageModel.forward, iter(range(calls))

    def failing(self, *arguments, **named):
        if next(done, None) is None:
            raise torch.OutOfMemoryError(FULL)
        return forward(self, *arguments, **named)

    monkeypatch.setattr(VisionLanguageModel, "forward", failing)


def test_full_device_names_the_remedy_and_the_run_goes_on_with_it(tmp_path, monkeypatch):
    straight, _ = start(tmp_path / "straight", recipe(stages__0__steps=4, run__held_out=0))
    straight.train()
    made = recipe(stages__0__steps=4, run__save_every=2, run__held_out=0)
    with monkeypatch.context() as patched:
        full_at(patched, 3)
        with pytest.raises(TrainError) as caught:
            start(tmp_path / "full", made)[0].train()
    told = str(caught.value)
    assert "8 sequences of 64 tokens" in told or "8 sequences of 16 tokens" in told
    assert "run.checkpoint_activations to [language, vary]" in told
    assert "micro_batch" in told
    assert "CUDA out of memory" in told
    newest = checkpoint.latest(tmp_path / "full" / "checkpoints")
    assert checkpoint.read_state(newest).total_steps == 2
    remedied = recipe(
        stages__0__steps=4, run__held_out=0, run__checkpoint_activations=["language", "vary"]
    )
    run, _ = start(tmp_path / "full", remedied)
    assert run.state.total_steps == 2
    assert run.train()
    assert equal(weights(run), weights(straight))


def test_full_device_while_measuring_is_told_apart(tmp_path, monkeypatch):
    full_at(monkeypatch, 1)
    with pytest.raises(TrainError, match="measuring 8 held-out examples"):
        start(tmp_path, recipe(stages__0__steps=1))[0].train()


def test_last_step_is_measured_and_answers_end_where_positions_end(tmp_path):
    """An untrained model never ends its answers, and OPT has no position after the last."""
    run, said = start(tmp_path, recipe(stages__0__steps=1))
    assert run.train()
    (measured,) = [line[2] for line in said if line[1] == "held_out"]
    assert measured["transcripts"]


def test_sequences_beyond_the_last_position_are_told_before_the_first_step(tmp_path):
    config = {**recipe().model.language.config, "max_position_embeddings": 32}
    with pytest.raises(ConfigError, match=r"32 positions.*data\.max_tokens is 64"):
        start(tmp_path, recipe(model__language__config=config))
    start(tmp_path, recipe(model__language={"kind": "opt", "config": config, "positions": 64}))


def test_too_long_examples_end_a_run_or_are_counted(tmp_path):
    with pytest.raises(
        TrainError, match=r"data\.max_tokens is 14; raise it, or set data\.too_long"
    ):
        start(tmp_path, recipe(data__max_tokens=14, data__too_long="error"))[0].train()
    changes = {
        "data__max_tokens": 16, "data__max_skipped_share": 1.0, "data__arrange": "plain",
        "run__held_out": 0,
    }  # fmt: skip
    run, said = start(tmp_path / "skip", recipe(**changes))
    assert run.train()
    skipped = [line for line in said if line[1] == "skipped"]
    assert len(skipped) == run.state.skipped > 0
    assert all("data.max_tokens is 16" in line[2]["reason"] for line in skipped)
    assert run.state.samples + run.state.skipped == 48
