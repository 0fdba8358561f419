"""Small runs on pictures of digits, for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from tests.trainers.digits import DigitSource
from trainers.loop.distributed import World
from trainers.loop.parts import Parts, build_parts
from trainers.loop.run import Run
from trainers.recipe import TrainRecipe

SAM = {
    "hidden_size": 96, "num_hidden_layers": 4, "num_attention_heads": 4, "image_size": 64,
    "patch_size": 8, "window_size": 8, "global_attn_indexes": [3], "mlp_dim": 192,
    "output_channels": 64, "positions": "sine_cosine",
}  # fmt: skip
OPT = {
    "hidden_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4, "ffn_dim": 384,
    "vocab_size": 264, "word_embed_proj_dim": 96, "max_position_embeddings": 64, "dropout": 0.0,
}  # fmt: skip


def recipe(**changes: Any) -> TrainRecipe:
    """Return a recipe of about a million parameters; changes are dotted, with __ for dots."""
    data: dict[str, Any] = {
        "name": "digits",
        "model": {
            "towers": {"vary": {"kind": "sam_vitdet", "config": SAM, "downsample": [96, 96]}},
            "language": {"kind": "opt", "config": OPT},
            "layout": "bytes",
            "initializer_range": 0.1,
        },
        "data": {
            "images": {"vary": {"channels": "grey", "statistics": "half"}},
            "max_tokens": 64,
            "buckets": [16, 64],
        },
        "stages": [
            {
                "name": "all", "batch": 8, "steps": 6,
                "optimiser": {"learning_rate": 1.5e-3, "warmup_steps": 2},
            }
        ],
        "run": {
            "precision": "fp32", "log_every": 1, "evaluate_every": 1000, "save_every": 1000,
            "held_out": 8, "transcripts": 4, "data_workers": 2,
        },
    }  # fmt: skip
    for key, value in changes.items():
        *path, last = key.split("__")
        here: Any = data
        for step in path:
            here = here[int(step)] if step.isdecimal() else here.setdefault(step, {})
        here[last] = value
    return TrainRecipe.model_validate(data)


def parts(made: TrainRecipe, source: DigitSource | None = None) -> Parts:
    """Build what a run is made of."""
    return build_parts(made, source or DigitSource(60), DigitSource(20, seed=9))


def start(
    folder: Path, made: TrainRecipe, source: DigitSource | None = None, **options: Any
) -> tuple[Run, list[tuple[int, str, dict[str, Any]]]]:
    """Return a run in this process, and the list that its lines go to."""
    said: list[tuple[int, str, dict[str, Any]]] = []
    world = World(0, 1, torch.device("cpu"))
    run = Run(parts(made, source), folder, world, tell=lambda *line: said.append(line), **options)
    return run, said


def weights(run: Run) -> dict[str, torch.Tensor]:
    """Return a run's weights."""
    return {name: value.clone() for name, value in run._parts.model.state_dict().items()}


def equal(left: dict[str, torch.Tensor], right: dict[str, torch.Tensor]) -> bool:
    """Say whether two sets of weights are the same, bit for bit."""
    return left.keys() == right.keys() and all(torch.equal(left[n], right[n]) for n in left)
