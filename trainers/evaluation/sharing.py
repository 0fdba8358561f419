"""How processes share the reading of cases: what each has read lies in a part of its own.

A part holds a batch per line, so that what a crash left of one is no batch. Batches are the same
whatever the number of processes, and so is what is read; a run that was interrupted goes on with
any number of them. All processes must see the same folder.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch.distributed as dist

from dataengine.storage import storage_errors
from trainers.evaluation.errors import EvaluationError
from trainers.evaluation.predictions import Prediction, PredictionLog, prediction_of
from trainers.loop.distributed import World

_PART = "predictions.part-{}.jsonl"
_KEPT = "kept"

Batches = dict[int, list[Prediction]]
"""Place of its first case in the order of reading -> predictions of a batch."""


def told_by_first(world: World, value: Any) -> Any:
    """Return the first process's value in all of them."""
    if world.size == 1:
        return value
    box = [value]
    dist.broadcast_object_list(box, src=0, device=world.device)
    return box[0]


def part_of(folder: Path, rank: int) -> Path:
    """Return where a process writes down what it has read."""
    return folder / _PART.format(rank)


def take_parts(folder: Path, log: PredictionLog, batch: int, total: int) -> Batches:
    """Move what other runs left in parts to the end of the log, as far as it goes on there.

    Returns:
        The batches that lie further on; they are kept in a part that no process writes.

    Raises:
        EvaluationError: a part cannot be read.
        StorageError: the folder cannot be written.
    """
    paths = sorted(folder.glob(_PART.format("*")))
    found = _read(paths, batch, total)
    while log.done in found:
        log.append(found[log.done])
    rest = {first: found[first] for first in sorted(found) if first > log.done}
    kept = folder / _PART.format(_KEPT)
    with storage_errors(folder):
        if rest:
            partial = kept.with_name(kept.name + ".tmp")
            partial.write_bytes(b"".join(_line(*one) for one in rest.items()))
            partial.replace(kept)
        for path in paths:
            if path != kept or not rest:
                path.unlink()
    return rest


def append_batch(path: Path, first: int, predictions: Iterable[Prediction]) -> None:
    """Add a batch to a part; it is on the disk when this returns."""
    with storage_errors(path), path.open("ab") as stream:
        stream.write(_line(first, predictions))
        stream.flush()
        os.fsync(stream.fileno())


def _line(first: int, predictions: Iterable[Prediction]) -> bytes:
    lines = b", ".join(one.line().strip() for one in predictions)
    return b'{"first": %d, "predictions": [%s]}\n' % (first, lines)


def _read(paths: Iterable[Path], batch: int, total: int) -> Batches:
    """Return whole batches of a size; others, such as those of another size, are left out."""
    found: Batches = {}
    for path in paths:
        try:
            lines = path.read_bytes().split(b"\n")[:-1]  # behind the last end of a line: a torn one
        except OSError as error:
            raise EvaluationError(f"cannot read {path}: {error.strerror}") from error
        for number, line in enumerate(lines, 1):
            where = f"{path}, line {number}"
            first, predictions = _batch(line, where)
            if first % batch == 0 and len(predictions) == min(batch, total - first):
                found[first] = predictions
    return found


def _batch(line: bytes, where: str) -> tuple[int, list[Prediction]]:
    try:
        data = json.loads(line)
        return int(data["first"]), [prediction_of(one, where) for one in data["predictions"]]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise EvaluationError(f"{where} is damaged: remove the file and run again") from error
