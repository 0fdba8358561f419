"""Where a run's figures go besides its own log: TensorBoard, if the recipe asks for it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from dataengine.errors import ToolMissing

TENSORBOARD_FOLDER = "tensorboard"


class Tracker(Protocol):
    """Takes what a run logs."""

    def write(self, step: int, kind: str, values: Mapping[str, Any]) -> None:
        """Take a line of the log."""

    def close(self) -> None:
        """Write what is still held back."""


class TensorBoard:
    """Event files under a run's folder; what lies beyond the resumed step is taken back.

    Raises:
        ToolMissing: the package `tensorboard` is not installed.
    """

    def __init__(self, folder: Path, total_steps: int) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise ToolMissing(
                "run.trackers asks for tensorboard, which is not installed: pip install "
                "tensorboard, or take it out; log.jsonl has all figures, and `dataengine-train "
                "report` draws them"
            ) from error
        place = str(folder / TENSORBOARD_FOLDER)
        self._writer: Any = SummaryWriter(place, purge_step=total_steps + 1)

    def write(self, step: int, kind: str, values: Mapping[str, Any]) -> None:
        """Write numbers as curves, transcripts and changes of the curriculum as text."""
        for name, value in values.items():
            if is_number(value):
                self._writer.add_scalar(f"{kind}/{name}", value, step)
        if kind == "curriculum":
            self._writer.add_text("curriculum", f"{values['from']} to {values['to']}", step)
        for number, one in enumerate(values.get("transcripts", ())):
            self._writer.add_text(f"transcripts/{number}", _beside(one), step)

    def close(self) -> None:
        """Write what is still held back."""
        self._writer.close()


def is_number(value: object) -> bool:
    """Say whether a logged value is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def open_trackers(names: Sequence[str], folder: Path, total_steps: int) -> list[Tracker]:
    """Return the trackers that a recipe names.

    Args:
        total_steps: steps that the resumed run has done.

    Raises:
        ToolMissing: one needs a package that is not installed.
    """
    kinds = {"tensorboard": TensorBoard}
    return [kinds[name](folder, total_steps) for name in names]


def _beside(transcript: Mapping[str, Any]) -> str:
    """Return target and output as Markdown code, in which nothing is marked up."""
    return "\n\n".join(
        "\n".join(f"    {line}" for line in str(transcript[key]).splitlines() or [""])
        for key in ("target", "said")
    )
