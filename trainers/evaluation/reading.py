"""Reading cases with a model, greedily and in batches; goes on where an interrupted run stopped.

What is written depends on the checkpoint, the cases and the batch size alone: batches begin at the
same places after an interruption, and with any number of processes. Another batch size rounds
differently, as on any device.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from dataengine.canonical import canonical_json
from dataengine.storage import storage_errors
from trainers.data.transforms import BadPicture, Square, normalise, to_square
from trainers.evaluation.cases import Case, CaseSet, MixtureCases, Numbers
from trainers.evaluation.errors import EvaluationError
from trainers.evaluation.loading import Loaded
from trainers.evaluation.predictions import Prediction, PredictionLog
from trainers.evaluation.sharing import append_batch, part_of, take_parts, told_by_first
from trainers.generation import Answer, answer
from trainers.loop.distributed import World

PREDICTIONS, RECORD = "predictions.jsonl", "evaluation.json"
FORMAT = 2
AHEAD = 2
"""Batches that are read and decoded while the model is at work."""

_HASHED = {
    "weights": "it was read with other weights (a run that went on has a newer checkpoint)",
    "recipe_hash": "it was read with another recipe",
    "cases": "other cases were read, or another number of them (mixture or benchmark, split, "
    "--limit, --prompt)",
}
"""What is said where the values themselves are hashes."""


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
    world: World,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Path:
    """Read all cases that are not in the folder's predictions file yet; return the file.

    Args:
        world: processes that take the batches in turn; the first one writes the file.
        tell: called by the first one with the cases done and their number, at the start and after
            each batch; of what the others have done it knows at the end.

    Raises:
        EvaluationError: the folder holds an evaluation of something else, memory ran out, or
            processes have loaded different things.
        StorageError: it cannot be written.
    """
    record = _record(loaded, cases, reading)
    path, order = folder / PREDICTIONS, cases.order()
    total = len(order)
    with ExitStack() as stack:
        log: PredictionLog | None = None
        kept: dict[int, list[Prediction]] = {}
        if world.is_first:
            _claim(folder, record)
            log = stack.enter_context(PredictionLog(path, reading.batch, total))
            kept = take_parts(folder, log, reading.batch, total)
            tell(log.done, total)
        done = log.done if log else 0
        todo = [one for one in range(done, total, reading.batch) if one not in kept]
        todo, meant = told_by_first(world, (todo, record))
        if meant != record:
            raise EvaluationError("the processes have not loaded the same checkpoint and cases")
        own = todo[world.rank :: world.size]
        read = _batches(loaded, cases, order, reading, own)
        if log and world.size == 1:
            for first, predictions in read:
                while log.done < first:
                    log.append(kept[log.done])
                log.append(predictions)
                tell(log.done, total)
        else:
            part = part_of(folder, world.rank)
            for number, (first, predictions) in enumerate(read, 1):
                append_batch(part, first, predictions)
                reached = done + number * world.size * reading.batch
                if world.is_first and reached < total:  # the others may still be at work
                    tell(reached, total)
            world.wait()
        if log:
            before = log.done
            if take_parts(folder, log, reading.batch, total) or log.done < total:
                raise EvaluationError(f"{folder}: what other processes have read is not there")
            if log.done > before:
                tell(total, total)
    return path


def _batches(
    loaded: Loaded, cases: CaseSet, order: Numbers, reading: Reading, firsts: Sequence[int]
) -> Iterator[tuple[int, list[Prediction]]]:
    """Yield the predictions of some batches, each with the place where it begins in the order."""
    reader = _Reader(loaded, reading)
    stretches = [order[first : first + reading.batch] for first in firsts]
    if isinstance(cases, MixtureCases):
        cases.only(np.concatenate([order[:0], *stretches]))

    def prepare(numbers: Numbers) -> list[_Ready]:
        return [reader.prepared(cases.case(int(number))) for number in numbers]

    with ThreadPoolExecutor(1) as pool:
        waiting = deque(zip(firsts, stretches, strict=True))
        coming: deque[tuple[int, Future[list[_Ready]]]] = deque()
        while waiting or coming:
            while waiting and len(coming) < AHEAD:
                first, numbers = waiting.popleft()
                coming.append((first, pool.submit(prepare, numbers)))
            first, ready = coming.popleft()
            yield first, reader.read(ready.result())
    if isinstance(cases, MixtureCases):
        cases.only(order)


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
        seconds = each if self._reading.timed else None
        return [
            _prediction(one.case, failed=one.failed)
            if one.failed
            else _prediction(one.case, next(answers), seconds)
            for one in batch
        ]

    def _answers(self, batch: Sequence[_Ready]) -> list[Answer]:
        loaded = self._loaded
        rooms = [self._room - one.prompt_tokens for one in batch]
        most = [min(self._reading.max_new_tokens or room, room) for room in rooms]
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
                return answer(loaded.model, loaded.layout, images, prompts, most)
        except torch.OutOfMemoryError as error:
            raise EvaluationError(
                f"{len(batch)} pictures at once do not fit the device's memory; give a smaller "
                "--batch and run again: what was read is kept"
            ) from error


def _prediction(
    case: Case, said: Answer | None = None, seconds: float | None = None, failed: str = ""
) -> Prediction:
    return Prediction(
        id=case.id,
        prediction=said.text if said else None,
        targets=case.targets,
        kind=case.kind,
        language=case.language,
        task=case.task,
        prompt=case.prompt,
        failed=failed,
        cut=said is not None and not said.ended,
        seconds=seconds,
    )


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
            why = _HASHED.get(other, f"its {other} is {known.get(other)!r}, not {record[other]!r}")
            raise EvaluationError(f"{folder} holds another evaluation: {why}; name another folder")
        return
    with storage_errors(path):
        folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".tmp")
        partial.write_text(canonical_json(record) + "\n", encoding="utf-8")
        partial.replace(path)
