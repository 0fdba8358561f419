"""The stream alone: what is counted is what was read, by threads and by processes."""

from __future__ import annotations

import pytest

from tests.trainers.data.elsewhere import Elsewhere
from tests.trainers.loop.runs import recipe
from trainers.bench.data import DataBench
from trainers.errors import TrainError
from trainers.recipe import ImageSettings
from trainers.tokens.layout import Layout

TOWERS = {"vary": ImageSettings(size=64, channels="grey")}


def bench(source: Elsewhere, **changes: object) -> DataBench:
    made = recipe(data__on_bad_sample="skip", **changes)
    return DataBench(made, source, Layout("bytes"), TOWERS, 4)


def test_parts_are_of_the_recipe():
    source = Elsewhere(60)
    parts = bench(source).parts(20)
    values = (parts.reading, parts.pictures, parts.tokens, parts.batches)
    assert all(one >= 0 for one in values)
    assert parts.together == pytest.approx(sum(values))
    assert 4 + 2 + 2 <= parts.sequence <= 4 + 30
    assert 100 < parts.stored_bytes < 5000


@pytest.mark.parametrize(("by", "workers"), [("threads", 2), ("processes", 2)])
def test_speed_counts_whole_portions(by, workers):
    found = bench(Elsewhere(64), stages__0__batch=8).speed(by, workers, 0.0)
    rush = workers if by == "processes" else 1
    assert found.pictures == 8 * rush
    assert found.images_per_s == pytest.approx(found.pictures / found.seconds)
    assert found.tokens_per_s > 8 * found.images_per_s
    assert (found.by, found.workers, found.skipped) == (by, workers, 0)


def test_data_of_which_nothing_is_left():
    with pytest.raises(TrainError, match="every example was left out"):
        bench(Elsewhere(16), data__max_tokens=9, data__buckets=[9]).speed("threads", 1, 0.0)
