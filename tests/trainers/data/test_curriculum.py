"""The curriculum: own examples first, a share of what was learned before, wrong names said."""

from __future__ import annotations

import numpy as np
import pytest

from tests.trainers.digits import DigitSource
from trainers.data.curriculum import length_bounds, step_examples
from trainers.errors import TrainError
from trainers.recipe import Step


def steps(*lengths: int, keep: float = 0.2) -> list[Step]:
    return [Step(name=f"to{n}", max_answer_chars=n, keep=keep) for n in lengths]


def test_without_steps_everything_is_read():
    assert step_examples(DigitSource(7), [], 0, 0).tolist() == list(range(7))


def test_a_step_reads_its_own_and_some_of_the_earlier_ones():
    source = DigitSource(1000)
    plan = steps(3, 5)
    first, second = (step_examples(source, plan, number, 0) for number in (0, 1))
    assert set(source.chars[first]) == {2, 3}
    own = second[source.chars[second] > 3]
    assert len(own) == int((source.chars > 3).sum())
    assert len(second) - len(own) == pytest.approx(len(own) / 4, abs=1)
    assert np.array_equal(second, step_examples(source, plan, 1, 0))
    assert not np.array_equal(second, step_examples(source, plan, 1, 9))


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (Step(name="x", members=("pages",)), "names 'pages'; the mixture's members are digits"),
        (Step(name="x", max_answer_chars=1), "no example of its own"),
    ],
)
def test_wrong_steps_are_errors(step, words):
    with pytest.raises(TrainError, match=words):
        step_examples(DigitSource(10), [step], 0, 0)


def test_nothing_to_read_is_an_error():
    with pytest.raises(TrainError, match="no example"):
        step_examples(DigitSource(0), [], 0, 0)


def test_bounds_reach_the_longest():
    chars = np.arange(1, 101)
    assert length_bounds(chars)[-1] == 100
    assert len(length_bounds(chars)) == 4
    assert length_bounds(np.array([], np.int64)) == [1]
