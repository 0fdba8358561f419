"""Trackio and Weights & Biases, whose interfaces are alike: a run with figures and transcripts.

Trackio writes to its own folder on this machine, unless TRACKIO_SPACE_ID names a Space
(huggingface.co/docs/trackio, `init`). Weights & Biases writes under the run's folder, to be sent by
`wandb sync`; it sends by itself only where WANDB_MODE=online says so (docs.wandb.ai, `wandb.init`).
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dataengine.audit.report import plain
from dataengine.errors import ConfigError
from dataengine.storage import storage_errors
from trainers.loop.log import figures
from trainers.loop.pictures import opened
from trainers.recipe import TrainRecipe

PROJECT = "dataengine"
NAME_FILE = "tracked_as.txt"
"""In a run's folder: its name there, so that a resumed run goes on under the same."""

MOST_PICTURES = 8
"""Of a measurement: both keep every one of them, again each time."""

STEP = "total_steps"
COLUMNS = ["picture", "id", "asked", "target", "read"]

_STRANGE = re.compile(r"[^A-Za-z0-9_.-]+")
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_MOST_CHARS = 2000


class TrackedRun:
    """A run in Trackio or Weights & Biases.

    Steps that a killed run did beyond its last checkpoint are there twice once it has gone on:
    neither takes lines back.

    Args:
        module: `trackio` or `wandb`.

    Raises:
        ConfigError: it refuses to begin, for example since nobody is logged in.
    """

    def __init__(self, name: str, module: Any, folder: Path, recipe: TrainRecipe) -> None:
        self._module = module
        called = _run_name(folder)
        place: dict[str, Any] = {}
        if name == "wandb":
            mode = os.environ.get("WANDB_MODE", "offline")
            settings = module.Settings(console="off")  # it would take the bar for output
            place = {"id": called, "dir": str(folder), "mode": mode, "settings": settings}
        try:
            self._run = module.init(
                project=PROJECT, name=called, config=recipe.model_dump(mode="json"),
                resume="allow", **place,
            )  # fmt: skip
        except Exception as error:
            raise ConfigError(
                f"{name} refuses to begin: {error}; mend that, or take it out of run.trackers"
            ) from error
        self._is_wandb = name == "wandb"
        if self._is_wandb:  # its own steps cannot go back, as those of a resumed run do
            self._run.define_metric(STEP, hidden=True)
            self._run.define_metric("*", step_metric=STEP)

    def write(self, step: int, kind: str, values: Mapping[str, Any]) -> None:
        """Log numbers as curves, and transcripts with their pictures."""
        found: dict[str, Any] = dict(figures(kind, values))
        transcripts = values.get("transcripts", ())[:MOST_PICTURES]
        if transcripts:
            shown = self._captioned if self._is_wandb else self._table
            found[f"{kind}/transcripts"] = shown(transcripts)
        if not found:
            return
        if self._is_wandb:
            self._run.log({STEP: step, **found})
        else:
            self._run.log(found, step=step)

    def close(self) -> None:
        """Write what is still held back."""
        self._run.finish()

    def _table(self, transcripts: Sequence[Mapping[str, Any]]) -> Any:
        rows = []
        for one in transcripts:
            picture = opened(one["picture"])
            rows.append([None if picture is None else self._module.Image(picture), *_texts(one)])
        return self._module.Table(columns=COLUMNS, data=rows)

    def _captioned(self, transcripts: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Return pictures with texts below: those in tables lie outside of the run's folder."""
        pairs = [(opened(one["picture"]), _texts(one)) for one in transcripts]
        return [
            self._module.Image(picture, caption=f"{target}\n→ {read}")
            for picture, (_, _, target, read) in pairs
            if picture is not None
        ]


def _texts(transcript: Mapping[str, Any]) -> list[str]:
    return [plain(str(transcript[key]))[:_MOST_CHARS] for key in ("id", "asked", "target", "said")]


def _run_name(folder: Path) -> str:
    """Return the run's name: that of its folder and something that no other run has."""
    path = folder / NAME_FILE
    if path.exists():
        known = path.read_text(encoding="utf-8", errors="replace").strip()
        if not _NAME.fullmatch(known):
            raise ConfigError(f"{path} holds no name of a run; delete it to begin another there")
        return known
    stem = _STRANGE.sub("-", folder.resolve().name)[:60] or "run"
    called = f"{stem}-{secrets.token_hex(4)}"
    with storage_errors(path):
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{called}\n", encoding="utf-8")
    return called
