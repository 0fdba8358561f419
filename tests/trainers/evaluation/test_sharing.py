"""Several processes read as one does, whatever their number, and go on after a crash."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

import pytest

from tests.trainers.digits import DigitSource
from trainers.evaluation.cases import MixtureCases
from trainers.evaluation.errors import EvaluationError
from trainers.evaluation.predictions import Prediction, PredictionLog, read_predictions
from trainers.evaluation.running import What, evaluate
from trainers.evaluation.sharing import append_batch, part_of, take_parts

NUMBER = 11
FILES = ("predictions.jsonl", "figures.json", "scores.jsonl", "report.html", "evaluation.json")


def go(trained: Path, folder: Path, **changes):
    source = DigitSource(NUMBER, seed=5)
    options = {"batch": 2, "max_new_tokens": 5, "device": "cpu", "worst": 3, **changes}
    return evaluate(trained, What(MixtureCases(source, "digits"), source), folder, **options)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def whole(trained, tmp_path_factory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole")
    go(trained, folder, gap_examples=4)
    return content(folder)


def together(count: int, work) -> list[int]:
    """Fork processes that find each other as those of `torchrun` do; return how they ended."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    children = []
    for rank in range(count):
        child = os.fork()
        if child == 0:
            os.environ.update(
                RANK=str(rank), WORLD_SIZE=str(count), MASTER_ADDR="127.0.0.1",
                MASTER_PORT=str(port),
            )  # fmt: skip
            status = 1
            try:
                work(rank)
                status = 0
            finally:
                os._exit(status)
        children.append(child)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


@pytest.mark.parametrize("count", [2, 3])
def test_several_give_the_bytes_of_one(trained, tmp_path, whole, count):
    def work(rank: int) -> None:
        done = go(trained, tmp_path, gap_examples=4)
        assert (done is not None) == (rank == 0)

    assert together(count, work) == [0] * count
    assert content(tmp_path) == whole


def test_one_goes_on_where_several_crashed_and_the_other_way_round(trained, tmp_path, whole):
    class Ends(DigitSource):
        """Ends the process at the fifth picture, which the second process reads."""

        def example(self, number):
            if number == fatal and int(os.environ["RANK"]):
                os.kill(os.getpid(), signal.SIGKILL)
            return super().example(number)

    source = DigitSource(NUMBER, seed=5)
    order = MixtureCases(source, "digits").order()
    fatal = int(order[7])  # of batches 0 to 5 the fourth, and the second one's second

    def crash(rank: int) -> None:
        broken = Ends(NUMBER, seed=5)
        what = What(MixtureCases(broken, "digits", several=[]), broken)
        options = {"batch": 2, "max_new_tokens": 5, "device": "cpu", "worst": 3}
        evaluate(trained, what, tmp_path, **options)

    codes = together(2, crash)
    assert codes[1] == -signal.SIGKILL
    assert codes[0] != 0
    assert not (tmp_path / "report.html").exists()
    assert part_of(tmp_path, 0).read_bytes().count(b"\n") == 3
    told: list[int] = []
    go(
        trained,
        tmp_path,
        gap_examples=4,
        tell=lambda what, done, _: what == "read" and told.append(done),
    )
    assert told[0] >= 2
    assert len(told) <= 4  # what the first one had read was not read again
    assert content(tmp_path) == whole

    half = whole["predictions.jsonl"].splitlines(keepends=True)[:5]
    for path in tmp_path.iterdir():
        path.unlink()
    (tmp_path / "evaluation.json").write_bytes(whole["evaluation.json"])
    (tmp_path / "predictions.jsonl").write_bytes(b"".join(half))
    assert together(2, lambda rank: go(trained, tmp_path, gap_examples=4)) == [0, 0]
    assert content(tmp_path) == whole


def batch(*names: str) -> list[Prediction]:
    return [Prediction(name, f"said {name}", ("t",), cut=name == "c") for name in names]


def test_parts_go_to_the_log_as_far_as_they_go_on(tmp_path):
    append_batch(part_of(tmp_path, 0), 0, batch("a", "b"))
    append_batch(part_of(tmp_path, 1), 4, batch("e"))
    with PredictionLog(tmp_path / "predictions.jsonl", 2, 5) as log:
        rest = take_parts(tmp_path, log, 2, 5)
        assert (log.done, rest) == (2, {4: batch("e")})
        assert take_parts(tmp_path, log, 2, 5) == rest
        assert len(list(tmp_path.iterdir())) == 2
        with part_of(tmp_path, 3).open("wb") as torn:
            torn.write(b'{"first": 2, "predictions": [{"id"')
        append_batch(part_of(tmp_path, 2), 2, batch("c", "d"))
        assert take_parts(tmp_path, log, 2, 5) == {}
        assert log.done == 5
    assert [path.name for path in tmp_path.iterdir()] == ["predictions.jsonl"]
    assert list(read_predictions(tmp_path / "predictions.jsonl")) == batch(*"abcde")


def test_batches_of_another_size_are_not_taken(tmp_path):
    append_batch(part_of(tmp_path, 0), 2, batch("c", "d"))
    with PredictionLog(tmp_path / "predictions.jsonl", 4, 8) as log:
        assert take_parts(tmp_path, log, 4, 8) == {}
        assert log.done == 0


@pytest.mark.parametrize("line", ["x", "[]", '{"first": 0}', '{"first": 0, "predictions": [{}]}'])
def test_a_damaged_part_is_named(tmp_path, line):
    part_of(tmp_path, 1).write_text(line + "\n")
    with (
        PredictionLog(tmp_path / "predictions.jsonl", 2, 4) as log,
        pytest.raises(EvaluationError, match=r"part-1\.jsonl, line 1"),
    ):
        take_parts(tmp_path, log, 2, 4)


def test_what_differs_between_processes_is_refused(trained, tmp_path):
    said: list[str] = []

    def work(rank: int) -> None:
        with pytest.raises((EvaluationError, RuntimeError)) as error:
            go(trained, tmp_path, max_new_tokens=5 + rank)
        said.append(str(error.value))
        if rank:
            assert "not loaded the same" in said[0]

    assert together(2, work)[1] == 0
