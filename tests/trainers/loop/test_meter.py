"""The meter: sums and speeds by hand, what is no step left out."""

from __future__ import annotations

import pytest
import torch

from tests.trainers.loop.runs import parts, recipe
from trainers.loop import meter
from trainers.loop.distributed import World
from trainers.loop.meter import Meter
from trainers.loop.stepping import Stepped


class Clock:
    """Seconds that pass when they are told to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(meter.time, "monotonic", clock)
    return clock


@pytest.fixture
def model():
    return parts(recipe()).model


def test_figures_by_hand(clock, model):
    counted = Meter(model, World(0, 1, torch.device("cpu")))
    counted.count(Stepped(2.0, 30, 80, 8, 1.5), 0.5)
    clock.now += 2
    with counted.paused():
        clock.now += 50
    counted.count(Stepped(1.0, 10, 20, 2, 0.5), 0.3)
    clock.now += 2
    values = counted.values()
    assert values.pop("peak_memory_mb") > 10
    assert values == {
        "loss": pytest.approx(1.75),
        "gradient_norm": 1.5,
        "images_per_s": pytest.approx(2.5),
        "tokens_per_s": pytest.approx(25.0),
        "wait_share": pytest.approx(0.2),
    }
    clock.now += 1
    counted.count(Stepped(3.0, 10, 20, 5, 0.1), 0.0)
    assert counted.values()["images_per_s"] == pytest.approx(5.0)


def test_share_of_a_known_peak(clock, model, monkeypatch):
    monkeypatch.setattr(meter, "device_peak", lambda device: 1e12)
    counted = Meter(model, World(0, 2, torch.device("cpu")))
    counted.count(Stepped(2.0, 30, 80, 8, 1.5), 0.0)
    clock.now += 4
    forward_and_backward = meter.count(model).training(10, {"vary"})
    assert model.learning_towers == {"vary"}
    expected = 8 * forward_and_backward / 4 / 2e12
    assert counted.values()["mfu"] == pytest.approx(expected)


def test_a_pause_that_fails_is_a_pause_too(clock, model):
    counted = Meter(model, World(0, 1, torch.device("cpu")))

    def fails() -> None:
        with counted.paused():
            clock.now += 10
            raise ValueError

    with pytest.raises(ValueError):
        fails()
    counted.count(Stepped(2.0, 30, 80, 8, 1.5), 0.0)
    clock.now += 2
    assert counted.values()["images_per_s"] == pytest.approx(4.0)
