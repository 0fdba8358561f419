"""The stream: the same batches for any number of threads, from any cursor; nothing swapped."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from tests.trainers.data.elsewhere import Elsewhere
from tests.trainers.digits import DigitSource
from trainers.data.batches import Preparer
from trainers.data.order import Cursor, Order
from trainers.data.stream import Portion, Share, Stream
from trainers.errors import TrainError
from trainers.recipe import DataRecipe, ImageSettings
from trainers.tokens.layout import Layout

LAYOUT = Layout("bytes")
TOWERS = {"vary": ImageSettings(size=32, channels="grey")}
COLOUR = {"vary": ImageSettings(size=32)}


def portions(
    count: int,
    source: object = None,
    start: Cursor = Cursor(),  # noqa: B008
    workers: int = 2,
    processes: int = 0,
    share: Share = Share(0, 1, 4),  # noqa: B008
    towers: dict[str, ImageSettings] = TOWERS,
    **recipe: object,
) -> list[Portion]:
    source = source or DigitSource(45)
    data = DataRecipe.model_validate({"max_tokens": 64, "buckets": [16, 32, 64], **recipe})
    order = Order(source.groups, source.chars, [3, 5], 10, seed=1)
    preparer = Preparer(LAYOUT, data, 4, towers)
    with Stream(
        source, order, preparer, data, share, LAYOUT.ids.pad, start, workers, processes
    ) as stream:
        return [portion for portion, _ in zip(stream, range(count), strict=False)]


def content(portion: Portion) -> list[object]:
    return [
        (batch.names, batch.ids.tolist(), batch.learned.tolist(), batch.images["vary"].tobytes())
        for batch in portion.batches
    ]


def test_threads_change_nothing():
    one, many = portions(6, workers=1), portions(6, workers=5)
    assert [content(portion) for portion in one] == [content(portion) for portion in many]
    assert [portion.cursor for portion in one][:5] == [Cursor(0, n) for n in range(5)]


def test_processes_change_nothing():
    threads = portions(8)
    processes = portions(5, source=Elsewhere(45), start=Cursor(0, 3), processes=2)
    assert [content(portion) for portion in threads[3:]] == [content(one) for one in processes]
    assert [portion.cursor for portion in processes] == [one.cursor for one in threads[3:]]


def test_a_grey_picture_beside_one_in_colour():
    class Mixed(DigitSource):
        def example(self, number):
            whole = super().example(number)
            if number % 2:
                return whole
            buffer = io.BytesIO()
            Image.open(io.BytesIO(whole.image)).convert("RGB").save(buffer, "PNG")
            return replace(whole, image=buffer.getvalue())

    (mixed,) = portions(1, source=Mixed(10), towers=COLOUR, share=Share(0, 1, 10))
    (grey,) = portions(1, source=DigitSource(10), towers=COLOUR, share=Share(0, 1, 10))
    for one, other in zip(mixed.batches, grey.batches, strict=True):
        assert one.images["vary"].shape[3] == 3
        assert other.images["vary"].shape[3] == 1
        assert (one.images["vary"] == other.images["vary"]).all()


def test_goes_on_from_a_cursor():
    whole = portions(8)
    rest = portions(3, start=Cursor(1, 0))
    assert [content(one) for one in whole[5:]] == [content(one) for one in rest]


def test_an_epoch_holds_every_example_once():
    names = [name for portion in portions(5) for batch in portion.batches for name in batch.names]
    assert sorted(names) == sorted(f"digits-{n}" for n in range(45))


@pytest.mark.parametrize("size", [2, 3])
def test_processes_share_the_same_global_batches(size):
    alone = portions(4)
    shares = [portions(4, share=Share(rank, size, 4)) for rank in range(size)]
    for number, whole in enumerate(alone):
        together = {n for one in shares for batch in one[number].batches for n in batch.names}
        assert together == {n for batch in whole.batches for n in batch.names}


def test_padding_goes_to_a_bucket_and_is_not_learned():
    for portion in portions(5):
        for batch in portion.batches:
            assert batch.ids.shape[1] == 16 or batch.ids.shape[1] == 32
            assert (batch.ids[~batch.attention] == LAYOUT.ids.pad).all()
            assert not (batch.learned & ~batch.attention).any()


def test_packing_holds_the_same_tokens():
    plain, packed = portions(3), portions(3, arrange="packing")
    for one, other in zip(plain, packed, strict=True):
        assert sum(b.learned_tokens for b in one.batches) == sum(
            b.learned_tokens for b in other.batches
        )
        assert sum(len(b.ids) for b in other.batches) < sum(len(b.ids) for b in one.batches)
        assert {n for b in one.batches for n in b.names} == {
            n for b in other.batches for n in b.names
        }


def test_negative_control_gives_each_text_another_ones_picture():
    own, swapped = portions(3), portions(3, pictures="swapped")
    for one, other in zip(own, swapped, strict=True):
        mine, theirs = (
            np.concatenate([batch.images["vary"] for batch in portion.batches])
            for portion in (one, other)
        )
        following = np.roll(mine, -1, axis=0)
        for before, after, given in zip(mine, following, theirs, strict=True):
            assert not np.array_equal(given, before)
            if not np.array_equal(after, before):  # two may show the same digits
                assert np.array_equal(given, after)


class Broken(DigitSource):
    """One picture in ten is damaged."""

    def example(self, number):
        whole = super().example(number)
        return replace(whole, image=whole.image[:50]) if number % 10 == 3 else whole


def test_broken_pictures_are_skipped_by_name_or_an_error():
    found = portions(5, source=Broken(45), on_bad_sample="skip")
    skipped = sorted(one.id for portion in found for one in portion.skipped)
    assert skipped == [f"digits-{n}" for n in (13, 23, 3, 33, 43)]
    kept = [name for portion in found for batch in portion.batches for name in batch.names]
    assert len(kept) == len(set(kept)) == 40
    with pytest.raises(TrainError, match=r"digits-\d+: the picture cannot be decoded"):
        portions(5, source=Broken(45))


@pytest.mark.parametrize(("policy", "kept"), [("skip", 0), ("cut", 10), ("error", None)])
def test_too_long_is_skipped_cut_or_an_error(policy, kept):
    changes = {"max_tokens": 13, "too_long": policy}
    if kept is None:
        with pytest.raises(TrainError, match=r"tokens, data\.max_tokens is 13"):
            portions(1, **changes)
        return
    source = DigitSource(10, longest=5)
    source.texts = ["12345"] * 10
    (portion,) = portions(1, source=source, **changes)
    assert sum(len(batch.names) for batch in portion.batches) == kept
    assert len(portion.skipped) == 10 - kept
    for batch in portion.batches:
        assert LAYOUT.ids.end not in np.where(batch.attention, batch.ids, 0)


def test_error_while_reading_reaches_the_reader():
    class Gone(DigitSource):
        def example(self, number):
            raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        portions(1, source=Gone(45))


@pytest.mark.parametrize("share", [Share(0, 1, 1), Share(0, 2, 4), Share(1, 3, 2)])
def test_negative_control_holds_for_any_micro_batch(share):
    """Also where texts share a picture, and where one example is left alone."""

    class Pairs(DigitSource):
        """Two of three examples are about the same picture."""

        def example(self, number):
            return replace(super().example(number), image=super().example(number // 3).image)

    own = portions(10, source=Pairs(41), share=share)
    swapped = portions(10, source=Pairs(41), share=share, pictures="swapped")
    for one, other in zip(own, swapped, strict=True):
        for mine, theirs in zip(one.batches, other.batches, strict=True):
            assert np.array_equal(mine.ids, theirs.ids)
            pairs = zip(mine.images["vary"], theirs.images["vary"], strict=True)
            assert not any(np.array_equal(left, right) for left, right in pairs)
