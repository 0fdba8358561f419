"""Reading cases with a model, greedily and in batches; goes on where an interrupted run stopped.

What is written depends on the checkpoint, the cases and the batch size alone: batches begin at the
same places after an interruption. Another batch size rounds differently, as on any device.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from dataengine.canonical import canonical_json
from dataengine.storage import storage_errors
from trainers.data.transforms import BadPicture, Square, normalise, to_square
from trainers.evaluation.cases import Case, CaseSet, Numbers
from trainers.evaluation.errors import EvaluationError
from trainers.evaluation.loading import Loaded
from trainers.evaluation.predictions import Prediction, PredictionLog
from trainers.generation import generate

PREDICTIONS, RECORD = "predictions.jsonl", "evaluation.json"
FORMAT = 1
AHEAD = 2
"""Batches that are read and decoded while the model is at work."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a model reads.

    Attributes:
        batch: pictures at once.
        max_new_tokens: longer answers are cut; 0: what the recipe's sequences have room for.
        timed: write seconds per case, which no two runs have alike.
    """

    batch: int = 8
    max_new_tokens: int = 0
    timed: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _Ready:
    """A case with its pictures as the towers take them, or why it cannot be read."""

    case: Case
    prompt_tokens: int = 0
    squares: dict[str, Square] = field(default_factory=dict)
    failed: str = ""


def predict(
    loaded: Loaded,
    cases: CaseSet,
    folder: Path,
    reading: Reading,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Path:
    """Read all cases that are not in the folder's predictions file yet; return the file.

    Args:
        tell: called with the cases done and their number, at the start and after each batch.

    Raises:
        EvaluationError: the folder holds an evaluation of something else, or memory ran out.
        StorageError: it cannot be written.
    """
    _claim(folder, _record(loaded, cases, reading))
    path = folder / PREDICTIONS
    order = cases.order()
    reader = _Reader(loaded, reading)

    def prepare(numbers: Numbers) -> list[_Ready]:
        return [reader.prepared(cases.case(int(number))) for number in numbers]

    with PredictionLog(path, reading.batch, len(order)) as log, ThreadPoolExecutor(1) as pool:
        starts = deque(range(log.done, len(order), reading.batch))
        coming: deque[Future[list[_Ready]]] = deque()
        done = log.done
        tell(done, len(order))
        while starts or coming:
            while starts and len(coming) < AHEAD:
                at = starts.popleft()
                coming.append(pool.submit(prepare, order[at : at + reading.batch]))
            predictions = reader.read(coming.popleft().result())
            log.append(predictions)
            done += len(predictions)
            tell(done, len(order))
    return path


class _Reader:
    def __init__(self, loaded: Loaded, reading: Reading) -> None:
        self._loaded, self._reading = loaded, reading
        self._room = loaded.recipe.data.max_tokens

    def prepared(self, case: Case) -> _Ready:
        """Decode a case's picture and measure its prompt."""
        if case.image is None:
            return _Ready(case, failed=case.missing or "there is no picture")
        loaded = self._loaded
        try:
            tokens = len(loaded.layout.prompt(case.turns, loaded.model.image_tokens))
            if tokens >= self._room:
                words = f"picture and question take {tokens} tokens of {self._room}"
                return _Ready(case, failed=f"{words}: no room for an answer")
            squares = {name: to_square(case.image, one) for name, one in loaded.towers.items()}
        except (BadPicture, ValueError) as error:
            return _Ready(case, failed=str(error))
        return _Ready(case, tokens, squares)

    def read(self, batch: Sequence[_Ready]) -> list[Prediction]:
        """Return what the model says about each case, in their order."""
        started = time.monotonic()
        readable = [one for one in batch if not one.failed]
        answers = iter(self._answers(readable) if readable else [])
        each = round((time.monotonic() - started) / max(1, len(readable)), 4)
        return [
            Prediction(
                id=one.case.id,
                prediction=None if one.failed else next(answers),
                targets=one.case.targets,
                kind=one.case.kind,
                language=one.case.language,
                task=one.case.task,
                prompt=one.case.prompt,
                failed=one.failed,
                seconds=each if self._reading.timed and not one.failed else None,
            )
            for one in batch
        ]

    def _answers(self, batch: Sequence[_Ready]) -> list[str]:
        loaded = self._loaded
        room = self._room - max(one.prompt_tokens for one in batch)
        most = min(self._reading.max_new_tokens or room, room)
        device = loaded.device
        try:
            images = {
                name: normalise(
                    torch.from_numpy(np.stack([one.squares[name] for one in batch])).to(device),
                    settings,
                )
                for name, settings in loaded.towers.items()
            }
            prompts = [one.case.turns for one in batch]
            with torch.autocast(device.type, torch.bfloat16, enabled=loaded.bf16):
                return generate(loaded.model, loaded.layout, images, prompts, most)
        except torch.OutOfMemoryError as error:
            raise EvaluationError(
                f"{len(batch)} pictures at once do not fit the device's memory; give a smaller "
                "--batch and run again: what was read is kept"
            ) from error


def _record(loaded: Loaded, cases: CaseSet, reading: Reading) -> dict[str, Any]:
    """Return what a predictions file depends on, batch size and timing aside."""
    return {
        "format": FORMAT,
        "weights": loaded.digest,
        "recipe": loaded.recipe.name,
        "recipe_hash": loaded.recipe.content_hash(),
        "step": loaded.step,
        "cases": cases.identity,
        "cases_name": cases.name,
        "count": len(cases),
        "precision": "bf16" if loaded.bf16 else "fp32",
        "max_new_tokens": reading.max_new_tokens,
    }


def _claim(folder: Path, record: dict[str, Any]) -> None:
    """Write down what the folder is for; raises if it is for something else."""
    path = folder / RECORD
    if path.exists():
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise EvaluationError(f"cannot read {path}: {error}") from error
        known = found if isinstance(found, dict) else {}
        other = next((key for key in record if known.get(key) != record[key]), None)
        if other:
            raise EvaluationError(
                f"{folder} holds another evaluation: its {other} is {known.get(other)!r}, not "
                f"{record[other]!r}; name another folder"
            )
        return
    with storage_errors(path):
        folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".tmp")
        partial.write_text(canonical_json(record) + "\n", encoding="utf-8")
        partial.replace(path)
