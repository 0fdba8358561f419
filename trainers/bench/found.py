"""What a proof found, collected from its phases' files; those that are not there yet are empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from trainers.bench.writing import read_json
from trainers.evaluation.report import FIGURES as EVALUATION
from trainers.loop.log import read_log
from trainers.recipe import TrainRecipe

STEPS, OWN_STEPS, DATA = "steps.json", "own_steps.json", "data.json"
MIXTURE, RUN, RESULTS = "mixture", "run", "results"

LEFT_PRIOR_NATS = 0.5
"""Vision gap from which on a model is said to look at its pictures."""

_HELD_OUT = ("loss", "vision_gap", "edit_distance", "exact")
_SPEEDS = ("images_per_s", "tokens_per_s", "wait_share", "mfu", "peak_memory_mb")


def collect(out: Path, recipe: TrainRecipe, state: Mapping[str, Any]) -> dict[str, Any]:
    """Return all figures of a proof.

    Args:
        state: what `trainers.bench.proof` keeps about phases, kill and resume.
    """
    log = read_log(out / RUN)
    steps = [one for one in log if one["kind"] == "step"]
    measured = [_measured(one, steps) for one in log if one["kind"] == "held_out"]
    return {
        "recipe": {"name": recipe.name, "hash": recipe.content_hash()},
        "phases_s": dict(state.get("seconds", {})),
        "done": list(state.get("done", {})),
        "steps": read_json(out / STEPS),
        "own_steps": read_json(out / OWN_STEPS),
        "data": read_json(out / DATA),
        "training": {
            "seconds": round(state.get("trained_s", 0.0), 1),
            "steps": steps[-1]["step"] if steps else 0,
            "samples": steps[-1]["samples"] if steps else 0,
            "speed": _speed(steps),
        },
        "held_out": measured,
        "left_prior": next((one for one in measured if one["vision_gap"] > LEFT_PRIOR_NATS), None),
        "curriculum": [
            {"step": one["step"], "from": one["from"], "to": one["to"]}
            for one in log
            if one["kind"] == "curriculum"
        ],
        "resume": _resume(state),
        "evaluation": read_json(out / RESULTS / EVALUATION),
    }


def last_step(run: Path) -> int:
    """Return the last step that a run's log names."""
    return max((int(one["step"]) for one in read_log(run)), default=0)


def _measured(line: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    before = [one["samples"] for one in steps if one["step"] <= line["step"]]
    samples = before[-1] if before else 0
    return {"step": line["step"], "samples": samples, **{key: line[key] for key in _HELD_OUT}}


def _speed(steps: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return medians over the log's lines: a line in which kernels are chosen counts as one."""
    return {
        key: round(median(values), 4)
        for key in _SPEEDS
        if (values := [one[key] for one in steps if key in one])
    }


def _resume(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a kill left and what the run went on from, and whether both agree."""
    killed, resumed = state.get("killed"), state.get("resumed")
    if not killed:
        return {}
    expected = f"going on from step {killed['checkpoint_step']}"
    agrees = None if resumed is None else resumed.endswith(expected)
    return {**killed, "resumed": resumed, "agrees": agrees}
