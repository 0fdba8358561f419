"""What `test_sharding` runs in two processes; what they find goes into files."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.distributed.fsdp import FSDPModule
from torch.distributed.tensor import DTensor

from tests.trainers.loop.runs import parts, recipe
from tests.trainers.loop.test_bad_input import full_at
from tests.trainers.models.conftest import TINY_OPT, TINY_SAM
from trainers.errors import TrainError
from trainers.loop import run
from trainers.loop.compiling import compile_blocks
from trainers.loop.distributed import World, joined
from trainers.loop.run import Run
from trainers.loop.sharding import Shares
from trainers.models.freezing import apply_freeze_map

STEPS = 3

LORA = [
    {"name": "connect", "train": {"connector.*": 1.0}, "batch": 4, "steps": 2},
    {
        "name": "lora", "train": {"connector.*": 1.0, "*.lora_*": 1.0}, "batch": 4, "steps": 2,
        "lora": {"rank": 3, "dropout": 0.0},
    },
    {"name": "all", "batch": 4, "steps": 1},
]  # fmt: skip


def small(**changes: Any):
    """Return a recipe whose steps are smooth: an epsilon that hides what is rounding alone."""
    smooth = {"learning_rate": 3e-3, "warmup_steps": 1, "epsilon": 1e-3, "clip_norm": 1.0}
    made = {
        "model__towers__vary": {"kind": "sam_vitdet", "config": TINY_SAM, "downsample": [24, 32]},
        "model__language__config": {**TINY_OPT, "vocab_size": 264},
        "stages__0__batch": 5, "stages__0__micro_batch": 2, "stages__0__steps": STEPS,
        "run__held_out": 4, "run__transcripts": 1, "run__save_every": 2, "run__evaluate_every": 2,
        **changes,
    }  # fmt: skip
    stages = made.get("stages", [None])
    return recipe(**made, **{f"stages__{n}__optimiser": smooth for n in range(len(stages))})


def lora(**changes: Any):
    """Return a recipe of three stages: a frozen language model, LoRA on it, everything."""
    given = {f"stages__0__{key}": value for key, value in LORA[0].items()}
    return small(stages=[dict(one) for one in LORA], **given, **changes)


def untied(**changes: Any):
    """Return a recipe whose language model has an output layer of its own."""
    config = {
        "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2,
        "num_key_value_heads": 2, "intermediate_size": 64, "vocab_size": 264,
        "tie_word_embeddings": False,
    }  # fmt: skip
    language = {"kind": "qwen2", "config": config}
    return small(model__language=language, **changes)


def main(folder: Path) -> None:
    """Run everything that the tests look at."""
    torch.set_num_threads(1)
    shard = {"run__parallel": "shard"}
    with joined("cpu") as world:
        _train(folder / "replicate", small(), world)
        _train(folder / "shard", small(**shard), world)
        _train(folder / "stopped", small(**shard), world, steps=2)
        _train(folder / "begun", small(**shard), world)
        _train(folder / "few", small(**shard, stages__0__batch=1), world)
        _train(folder / "lora", lora(**shard, run__checkpoint_activations=["language"]), world)
        _train(folder / "untied", untied(**shard, run__checkpoint_activations=["vary"]), world)
        _train(folder / "bf16", small(**shard, run__precision="bf16"), world)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(run, "compile_blocks", partial(compile_blocks, backend="eager"))
            again = {"run__compile": True, "run__checkpoint_activations": ["language", "vary"]}
            _train(folder / "compiled", small(**shard, **again, stages__0__steps=2), world)
        found = {"held": _held(world), "full": _full(folder / "full", world)}
        (folder / f"found-{world.rank}.json").write_text(json.dumps(found))


def _train(folder: Path, made: Any, world: World, steps: int | None = None) -> None:
    done = iter(range(100))
    one = Run(parts(made), folder, world, stop=lambda: next(done) + 1 == steps)
    assert one.train() is (steps is None)


def _held(world: World) -> dict[str, Any]:
    """Say which modules of a model with a frozen tower are sharded, and how much a process has."""
    found = {}
    for name, most in (("small", 1 << 30), ("large", 0)):
        model = parts(small()).model
        apply_freeze_map(model, {"*": 1.0, "towers.*": 0.0})
        whole = sum(one.numel() for one in model.parameters())
        shares = Shares(model, world, most)
        left = sum(one.numel() for one in model.parameters())
        held = sum(
            (one.to_local() if isinstance(one, DTensor) else one).numel()
            for one in shares.model.parameters()
        )
        modules = [key for key, one in shares.model.named_modules() if isinstance(one, FSDPModule)]
        found[name] = {"whole": whole, "left": left, "held": held, "modules": modules}
    return found


def _full(folder: Path, world: World) -> str:
    one = Run(parts(small(run__parallel="shard")), folder, world)
    with pytest.MonkeyPatch.context() as patched:
        full_at(patched, 2)
        with pytest.raises(TrainError) as caught:
            one.train()
    return str(caught.value)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
