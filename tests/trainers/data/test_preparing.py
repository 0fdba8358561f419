"""Threads and processes prepare the same; what fails elsewhere is told here."""

from __future__ import annotations

import os
import signal

import numpy as np
import pytest

from dataengine.errors import ConfigError, ShardError
from tests.trainers.data.elsewhere import Elsewhere
from tests.trainers.digits import DigitSource
from trainers.data.batches import Preparer, Skipped, padded
from trainers.data.preparing import Processes, Threads
from trainers.errors import TrainError
from trainers.recipe import DataRecipe, ImageSettings
from trainers.tokens.layout import Layout

TOWERS = {
    "one": ImageSettings(size=64),
    "two": ImageSettings(size=48, channels="grey", fit="pad"),
}


def preparer(**recipe: object) -> Preparer:
    data = DataRecipe.model_validate({"max_tokens": 64, **recipe})
    return Preparer(Layout("bytes"), data, 4, TOWERS)


def content(outcomes: list) -> list:
    return [
        (one.id, one.reason)
        if isinstance(one, Skipped)
        else (
            one.id, one.encoded.ids.tolist(), one.encoded.learned.tolist(),
            {name: (square.shape, square.tobytes()) for name, square in one.squares.items()},
        )
        for one in outcomes
    ]  # fmt: skip


def test_processes_prepare_what_threads_do_and_say_what_went_wrong():
    source = Elsewhere(40, broken=7, gone=30, fatal=33)
    skipping = preparer(on_bad_sample="skip")
    threads, processes = Threads(source, skipping, 2), Processes(source, skipping, 2)
    try:
        # Two sets for each process are under way before any is taken.
        sets = [np.arange(0, 10), np.array([5, 2, 2]), np.arange(10, 25), np.array([], np.int64)]
        begun = [(threads.begin(one), processes.begin(one)) for one in sets]
        for thread, process in begun:
            assert content(process()) == content(thread())
        for one in processes._processes:
            for number in (signal.SIGINT, signal.SIGTERM):  # as a terminal or a scheduler sends it
                os.kill(one.pid, number)
        (broken,) = processes.begin(np.array([7]))()
        assert isinstance(broken, Skipped)
        gone = processes.begin(np.array([30]))
        with pytest.raises(ShardError, match="the shard is gone"):
            gone()
        processes.begin(np.array([1]))()  # the one whose turn it is
        again = processes.begin(np.array([2]))
        assert content(again()) == content(threads.begin(np.array([2]))())  # it went on
        died = processes.begin(np.array([33]))
        with pytest.raises(TrainError, match=r"ended by signal 9; .*data_processes"):
            died()
    finally:
        threads.close()
        processes.close()


def test_a_signal_while_processes_begin_is_not_theirs():
    """Ctrl-C reaches all of a terminal's processes, also those that are just being started."""
    source = Elsewhere(40)
    processes = Processes(source, preparer(), 2)
    try:
        for one in processes._processes:
            for number in (signal.SIGINT, signal.SIGTERM):
                os.kill(one.pid, number)
        for numbers in (np.array([1]), np.array([2])):
            assert len(processes.begin(numbers)()) == 1
    finally:
        processes.close()
    assert not {signal.SIGINT, signal.SIGTERM} & signal.pthread_sigmask(signal.SIG_BLOCK, [])


def test_what_comes_from_a_process_is_put_side_by_side_without_a_copy():
    source = Elsewhere(40, broken=7)
    skipping = preparer(on_bad_sample="skip")
    processes = Processes(source, skipping, 1)
    try:
        outcomes = processes.begin(np.array([3, 4, 7, 5, 6]))()
    finally:
        processes.close()
    kept = [one for one in outcomes if not isinstance(one, Skipped)]
    here = [skipping(source.example(number)) for number in (3, 4, 5, 6)]
    for part in (slice(0, 2), slice(2, 4), slice(0, 4), slice(1, 2)):
        batch, copied = padded(kept[part], (), 0), padded(here[part], (), 0)
        for name in TOWERS:
            assert np.array_equal(batch.images[name], copied.images[name])
            assert np.shares_memory(batch.images[name], kept[part][0].squares[name])
    turned = padded(kept[::-1], (), 0)
    assert np.array_equal(turned.images["one"], padded(here[::-1], (), 0).images["one"])
    assert not np.shares_memory(turned.images["one"], kept[0].squares["one"])


def test_errors_that_a_recipe_asks_for_come_by_name():
    processes = Processes(Elsewhere(40, broken=7), preparer(), 1)
    try:
        with pytest.raises(TrainError, match="digits-7: the picture cannot be decoded"):
            processes.begin(np.array([7]))()
    finally:
        processes.close()
    with pytest.raises(TrainError, match="a process that prepares data ended"):
        processes.begin(np.array([1]))


def test_a_source_that_cannot_be_opened_elsewhere():
    with pytest.raises(ConfigError, match="data_processes"):
        Processes(DigitSource(3), preparer(), 1)
