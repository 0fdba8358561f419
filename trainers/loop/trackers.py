"""Where a run's figures go besides its own log: TensorBoard, Trackio, Weights & Biases.

A tracker that is not installed stops a run before it begins. One that fails later, as services do,
is left out from then on: training goes on, and log.jsonl has everything.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from dataengine.audit.report import plain
from dataengine.errors import ToolMissing
from trainers.loop.held_out import PICTURED
from trainers.loop.log import figures
from trainers.loop.pictures import opened
from trainers.loop.tracked_runs import TrackedRun
from trainers.recipe import TrainRecipe

TENSORBOARD_FOLDER = "tensorboard"

MODULES = {
    "tensorboard": "torch.utils.tensorboard",
    "trackio": "trackio",
    "wandb": "wandb",
}
"""Tracker -> the module that it needs; each is in the package of the tracker's name."""


class Tracker(Protocol):
    """Takes what a run logs."""

    def write(self, step: int, kind: str, values: Mapping[str, Any]) -> None:
        """Take a line of the log; transcripts have their pictures in them, as PNG."""

    def close(self) -> None:
        """Write what is still held back."""


class TensorBoard:
    """Event files under a run's folder; what lies beyond the resumed step is taken back."""

    def __init__(self, folder: Path, total_steps: int) -> None:
        place = str(folder / TENSORBOARD_FOLDER)
        writer = needed("tensorboard").SummaryWriter
        self._writer: Any = writer(place, purge_step=total_steps + 1)
        self._shown: set[str] = set()

    def write(self, step: int, kind: str, values: Mapping[str, Any]) -> None:
        """Write numbers as curves, changes of the curriculum and transcripts as text.

        A picture is written once, beside the first text about it: the files would grow by all of
        them with each measurement.
        """
        for name, value in figures(kind, values).items():
            self._writer.add_scalar(name, value, step)
        if kind == "curriculum":
            self._writer.add_text("curriculum", f"{values['from']} to {values['to']}", step)
        for number, one in enumerate(values.get("transcripts", ())[:PICTURED]):
            self._writer.add_text(f"transcripts/{number}", _beside(one), step)
            picture = opened(one["picture"])
            if picture is not None and one["id"] not in self._shown:
                form = "HW" if picture.mode == "L" else "HWC"
                pixels = np.asarray(picture)
                self._writer.add_image(f"transcripts/{number}", pixels, step, dataformats=form)
                self._shown.add(one["id"])

    def close(self) -> None:
        """Write what is still held back."""
        self._writer.close()


class Guarded:
    """A tracker that cannot end a run: after its first failure it is left out."""

    def __init__(self, name: str, tracker: Tracker) -> None:
        self._name = name
        self._tracker: Tracker | None = tracker

    def write(self, step: int, kind: str, values: Mapping[str, Any]) -> None:
        """Hand a line on."""
        try:
            if self._tracker:
                self._tracker.write(step, kind, values)
        except Exception as error:  # noqa: BLE001  another's program, which learning does not need
            self._fail(error)

    def close(self) -> None:
        """Close it."""
        try:
            if self._tracker:
                self._tracker.close()
        except Exception as error:  # noqa: BLE001  as above
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        self._tracker = None
        warnings.warn(
            f"{self._name} failed and gets no more of this run ({type(error).__name__}: {error}); "
            "log.jsonl has all figures",
            RuntimeWarning,
            stacklevel=3,
        )


def needed(name: str) -> Any:
    """Return the module that a tracker needs.

    Raises:
        ToolMissing: its package is not installed.
    """
    try:
        return importlib.import_module(MODULES[name])
    except ImportError as error:
        raise ToolMissing(
            f"run.trackers asks for {name}, which is not installed: pip install {name}, or take "
            "it out; log.jsonl has all figures, and `dataengine-train report` draws them"
        ) from error


def open_trackers(recipe: TrainRecipe, folder: Path, total_steps: int) -> list[Tracker]:
    """Return the trackers that a recipe names.

    Args:
        folder: the run's.
        total_steps: steps that the resumed run has done.

    Raises:
        ToolMissing: one needs a package that is not installed.
    """
    return [
        Guarded(
            name,
            TensorBoard(folder, total_steps)
            if name == "tensorboard"
            else TrackedRun(name, needed(name), folder, recipe),
        )
        for name in recipe.run.trackers
    ]


def check_trackers(names: Sequence[str]) -> None:
    """Raise `ToolMissing` if a tracker's package is not installed."""
    for name in names:
        needed(name)


def _beside(transcript: Mapping[str, Any]) -> str:
    """Return request, if any, target and output as Markdown code: nothing is marked up."""
    return "\n\n".join(
        "\n".join(f"    {line}" for line in plain(str(transcript[key])).split("\n"))
        for key in ("asked", "target", "said")
        if key != "asked" or transcript[key]
    )
