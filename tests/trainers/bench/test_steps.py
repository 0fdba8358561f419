"""Steps: all ways of computing learn the same; what fails is a row with its reason."""

from __future__ import annotations

import pytest
import torch

from tests.trainers.loop.runs import recipe
from trainers.bench import steps
from trainers.bench.steps import made_batch, measure_steps
from trainers.bench.tables import step_table
from trainers.bench.variants import VARIANTS, Variant
from trainers.loop.distributed import World
from trainers.loop.loss import check_masks
from trainers.models.building import build_model
from trainers.tokens.layout import Layout

WORLD = World(0, 1, torch.device("cpu"))
PLAIN = [one for one in VARIANTS if not one.compiled]


def rows(variants=PLAIN, sizes=(2,), **options):
    return list(measure_steps(recipe(), WORLD, variants, sizes, 24, seconds=0.0, **options))


def test_all_ways_learn_the_same():
    found = rows()
    assert [one.variant for one in found] == [one.name for one in PLAIN]
    for one in found:
        assert not one.error
        assert one.loss == pytest.approx(found[0].loss, rel=1e-4)
        assert one.images_per_s == pytest.approx(2e3 / one.step_ms)
        assert one.tokens_per_s == pytest.approx(24 * one.images_per_s)
        assert one.mfu is None
        assert one.steps == 2


def test_names_tell_ways_apart():
    assert len({one.name for one in VARIANTS}) == len(VARIANTS)
    assert len({(one.attention, one.compiled, one.checkpointed) for one in VARIANTS}) == len(
        VARIANTS
    )


def test_a_way_changes_how_the_model_computes():
    made = recipe()
    for variant in PLAIN:
        changed = variant.applied(made)
        model = build_model(changed.model, Layout("bytes").ids)
        variant.prepare(model)
        (block, *_) = model.towers["vary"].blocks()
        names = {"eager": "SamVisionAttention", "bias": "SamVisionSdpaAttention"}
        assert type(block.attn).__name__ == names.get(variant.attention, "FoldedAttention")
        wanted = ("language", "vary") if variant.checkpointed else ()
        assert changed.run.checkpoint_activations == wanted


def test_no_weights_are_read():
    made = recipe(
        model__towers__vary__pretrained="nowhere", model__language__pretrained="nowhere",
        model__connector={"pretrained": "nowhere"},
    )  # fmt: skip
    (row,) = measure_steps(made, WORLD, PLAIN[:1], [1], 24, seconds=0.0)
    assert not row.error


def test_a_full_device_is_a_row_and_larger_ones_are_not_tried(monkeypatch):
    class Full(steps.Stepper):
        def step(self, batches):
            if len(batches[0].ids) > 1:
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")
            return super().step(batches)

    monkeypatch.setattr(steps, "Stepper", Full)
    found = rows(PLAIN[:2], (4, 1, 2))
    said = [(one.variant, one.micro_batch, one.error) for one in found]
    untried = "not tried: out of memory before"
    assert said == [
        (name, size, error)
        for name in ("eager", "bias")
        for size, error in ((1, ""), (2, "out of memory"), (4, untried))
    ]
    assert "out of memory" in step_table(found)


def test_other_failures_are_rows(monkeypatch):
    def fails(*_):
        raise RuntimeError("no kernel image\nis available")

    monkeypatch.setattr(steps, "compile_blocks", fails)
    (row,) = rows([Variant("compiled", "bias", compiled=True)])
    assert row.error == "RuntimeError: no kernel image"


def test_sequences_without_room_for_text_are_rows():
    (row,) = measure_steps(recipe(), WORLD, PLAIN[:1], [1], 5, seconds=0.0)
    assert "nothing to learn" in row.error


def test_it_stops_when_asked():
    asked = iter([False, True])
    assert len(rows(PLAIN[:1], (1, 2, 3), stop=lambda: next(asked))) == 1


def test_made_batches_pass_the_loops_own_checks():
    model = build_model(recipe().model, Layout("bytes").ids)
    batch = made_batch(recipe(), model, 3, 24)
    ids, learned = torch.from_numpy(batch.ids), torch.from_numpy(batch.learned)
    check_masks(ids, learned, image=model.ids.image, pad=model.ids.pad)
    assert (ids == model.ids.image).sum(dim=1).tolist() == [model.image_tokens] * 3
    assert batch.images["vary"].shape == (3, 64, 64, 1)
