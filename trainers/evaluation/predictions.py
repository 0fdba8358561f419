"""Predictions files: one JSON object per line, of this evaluator or of any other system.

    {"id": "page-7-0", "prediction": "what was read", "target": "what stands there"}

Needed are `id` and `prediction`; `target` is a text or a list of texts of which any is right. A
prediction that could not be made is null, with the reason under `failed`. Reading is strict: an
unknown key, a wrong type, a doubled id or key are errors that name the line.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataengine.registry import near
from dataengine.storage import storage_errors
from trainers.evaluation.errors import EvaluationError

MOST_BYTES = 16 << 20
"""Longest line that is read."""

_TEXTS = ("kind", "language", "task", "prompt", "failed")
_KEYS = ("id", "prediction", "target", *_TEXTS, "cut", "seconds")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Prediction:
    """A line of a predictions file.

    Attributes:
        prediction: what was read; None: nothing could be, `failed` says why.
        targets: texts of which any is right; none where the file does not say.
        cut: the answer did not end by itself.
        kind, language, task, prompt: of the sample and of what was asked; "" where not said.
        seconds: how long it took, if it was measured.
    """

    id: str
    prediction: str | None = None
    targets: tuple[str, ...] = ()
    kind: str = ""
    language: str = ""
    task: str = ""
    prompt: str = ""
    failed: str = ""
    cut: bool = False
    seconds: float | None = None

    def line(self) -> bytes:
        """Return it as a line; texts that are not said are left out."""
        data: dict[str, Any] = {"id": self.id, "prediction": self.prediction}
        if self.targets:
            data["target"] = self.targets[0] if len(self.targets) == 1 else list(self.targets)
        data |= {key: getattr(self, key) for key in _TEXTS if getattr(self, key)}
        if self.cut:
            data["cut"] = True
        if self.seconds is not None:
            data["seconds"] = self.seconds
        text = json.dumps(data, ensure_ascii=False, allow_nan=False)
        return text.encode("utf-8", "replace") + b"\n"


def read_predictions(path: Path, needs: Sequence[str] = ("prediction",)) -> Iterator[Prediction]:
    """Yield the lines of a file; empty lines are passed over.

    Args:
        needs: what every line must have besides `id`: "prediction", or "target" for a file that
            only says what is right.

    Raises:
        EvaluationError: the file cannot be read, or a line is wrong; the message names it.
    """
    lines: dict[str, int] = {}
    try:
        with path.open("rb") as stream:
            for number, line in enumerate(_lines(stream, path), 1):
                if not line.strip():
                    continue
                found = _parsed(line, f"{path}, line {number}", needs)
                if found.id in lines:
                    raise EvaluationError(
                        f"{path}, line {number}: the id {found.id!r} stands in line "
                        f"{lines[found.id]} too"
                    )
                lines[found.id] = number
                yield found
    except OSError as error:
        raise EvaluationError(f"cannot read {path}: {error.strerror}") from error


def _lines(stream: Any, path: Path) -> Iterator[bytes]:
    first = True
    number = 0
    while line := stream.readline(MOST_BYTES):
        number += 1
        if len(line) == MOST_BYTES:
            raise EvaluationError(f"{path}, line {number} is longer than {MOST_BYTES:,} bytes")
        yield line.removeprefix(_BYTE_ORDER_MARK) if first else line
        first = False


def _parsed(line: bytes, where: str, needs: Sequence[str]) -> Prediction:
    try:
        text = line.decode("utf-8")
        data = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise EvaluationError(f"{where} is not JSON: {error}") from error
    if not isinstance(data, dict):
        raise EvaluationError(f"{where} must be an object with the keys id and prediction")
    return prediction_of(data, where, needs)


def prediction_of(
    data: dict[str, Any], where: str, needs: Sequence[str] = ("prediction",)
) -> Prediction:
    """Return a line's object as what it says.

    Raises:
        EvaluationError: a key is unknown or missing, or a value is wrong; `where` begins the
            message.
    """
    strange = sorted(set(data) - set(_KEYS))
    if strange:
        name = strange[0][:40]
        raise EvaluationError(f"{where}: unknown key {name!r}{near(name, [*_KEYS])}")
    for key in ("id", *needs):
        if key not in data:
            raise EvaluationError(f"{where}: the key {key!r} is missing")
    texts = {key: _text(data.get(key, ""), key, where) for key in ("id", *_TEXTS)}
    if not texts["id"]:
        raise EvaluationError(f"{where}: the id is empty")
    prediction = data.get("prediction")
    if prediction is not None:
        prediction = _text(prediction, "prediction", where)
    elif "prediction" in data and not texts["failed"]:
        raise EvaluationError(f"{where}: the prediction is null; say why under 'failed'")
    target = data.get("target", [])
    if isinstance(target, list) and "target" in data and not target:
        raise EvaluationError(f"{where}: the list of targets is empty")
    targets = target if isinstance(target, list) else [target]
    seconds = data.get("seconds")
    if seconds is not None and (isinstance(seconds, bool) or not isinstance(seconds, int | float)):
        raise EvaluationError(f"{where}: seconds must be a number, not {seconds!r}")
    cut = data.get("cut", False)
    if not isinstance(cut, bool):
        raise EvaluationError(f"{where}: cut must be true or false, not {cut!r}")
    return Prediction(
        prediction=prediction,
        cut=cut,
        targets=tuple(_text(one, "target", where) for one in targets),
        seconds=seconds,
        **texts,
    )


def _text(value: Any, key: str, where: str) -> str:
    if not isinstance(value, str):
        raise EvaluationError(f"{where}: {key} must be a text, not {type(value).__name__}")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise EvaluationError(f"{where}: {key} holds half of a character: {error}") from error
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the key {next(one for one in keys if keys.count(one) > 1)!r} is doubled")
    return data


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")


class PredictionLog:
    """A predictions file that grows by whole batches and goes on after the last whole one.

    A batch is on the disk when `append` returns. What a crash left of a batch is cut off, so that
    batches are the same as without the crash.

    Args:
        batch: lines that are written together.
        total: lines that it will have; the last batch may be a smaller one.

    Attributes:
        done: lines that are there.

    Raises:
        EvaluationError: what is there is no predictions file, or another process writes it.
        StorageError: it cannot be written.
    """

    def __init__(self, path: Path, batch: int, total: int) -> None:
        self._path = path
        with storage_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._stream = path.open("ab")
        try:
            self._lock()
            self.done, end = _whole(path, batch, total)
            with storage_errors(path):
                self._stream.truncate(end)
        except BaseException:
            self._stream.close()
            raise

    def __enter__(self) -> PredictionLog:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def _lock(self) -> None:
        try:
            fcntl.flock(self._stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise EvaluationError(f"another process is writing {self._path}") from error

    def append(self, predictions: Iterable[Prediction]) -> None:
        """Add a batch."""
        lines = [one.line() for one in predictions]
        with storage_errors(self._path):
            self._stream.write(b"".join(lines))
            self._stream.flush()
            os.fsync(self._stream.fileno())
        self.done += len(lines)


def _whole(path: Path, batch: int, total: int) -> tuple[int, int]:
    """Return the lines of whole batches, and the byte after them."""
    done = end = 0
    try:
        with path.open("rb") as stream:
            for number, line in enumerate(_lines(stream, path), 1):
                if not line.endswith(b"\n"):
                    break
                if number > total:
                    raise EvaluationError(f"{path} has more lines than the {total} of its cases")
                _parsed(line, f"{path}, line {number}", ("prediction",))
                if number % batch == 0 or number == total:
                    done, end = number, stream.tell()
    except OSError as error:
        raise EvaluationError(f"cannot read {path}: {error.strerror}") from error
    return done, end
