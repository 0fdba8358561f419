"""The doctor finds a healthy run healthy, and each planted fault by its name."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from tests.trainers.digits import DigitSource
from tests.trainers.loop.runs import equal, parts, recipe
from trainers.errors import TrainError
from trainers.loop.distributed import World
from trainers.loop.doctor import Diagnosis, examine
from trainers.loop.parts import Parts

WORLD = World(0, 1, torch.device("cpu"))


def look(built: Parts, overfit: int = 0, examples: int = 12) -> Diagnosis:
    return examine(built, WORLD, overfit=overfit, examples=examples)


def levels(found: Diagnosis) -> dict[str, str]:
    return {one.check: one.level for one in found.findings}


def words(found: Diagnosis, check: str) -> str:
    (one,) = [one for one in found.findings if one.check == check]
    return "\n".join([one.words, *one.lines])


def problems(found: Diagnosis) -> set[str]:
    return {one.check for one in found.findings if one.level == "problem"}


@pytest.fixture(scope="module")
def built() -> Parts:
    return parts(recipe(model__language__config={**recipe().model.language.config, "dropout": 0.1}))


@pytest.fixture(scope="module")
def healthy(built) -> tuple[Diagnosis, bool]:
    before = {name: one.clone() for name, one in built.model.state_dict().items()}
    found = look(built, overfit=4)
    return found, equal(before, built.model.state_dict())


def test_healthy_run_has_no_problem_and_is_not_touched(built, healthy):
    found, untouched = healthy
    assert untouched
    assert problems(found) == set(), found.findings
    assert found.healthy
    assert all(one.requires_grad for one in built.model.parameters())
    assert built.model.language.config.dropout == 0.1


def test_first_batch_is_shown_with_learned_tokens_marked(healthy):
    found, _ = healthy
    line = words(found, "first batch").splitlines()[1]
    name, _, text = line.partition(": ")
    said = {f"digits-{number}": one for number, one in enumerate(DigitSource(60).texts)}[name]
    assert text == f"<begin><image>×4<user>read<assistant>⟦{said}<end>⟧"


def test_figures_are_told(healthy):
    found, _ = healthy
    assert "32 in the batch, 4 per picture from the connector, 8 pictures" in words(
        found, "image tokens"
    )
    assert "ln V is 5.576 for 264 ids" in words(found, "first loss")
    assert "towers.vary" in words(found, "stage all trains")
    assert "connector: deviation" in words(found, "scales")
    assert "one table" in words(found, "tied weights")
    assert "language.dropout 0.1" in words(found, "dropout")
    assert "GiB for weights" in words(found, "memory")
    assert "images/s prepared" in words(found, "data speed")
    assert "data.max_tokens is 64" in words(found, "lengths")
    assert levels(found)["gradients"] == "ok"
    assert levels(found)["answers come back"] == "ok"


def test_few_examples_are_learned_by_heart(healthy):
    found, _ = healthy
    assert levels(found)["overfit 4"] == "ok"
    assert "100% of 4 examples exact" in words(found, "overfit 4")


def test_dead_tower_is_a_problem():
    """What transformers does to SAM by default: everything at 1e-10."""
    found = look(parts(recipe(model__initializer_range=1e-10)))
    assert "scales" in problems(found)
    assert "initializer_range" in words(found, "scales")


def test_weights_that_are_no_numbers_are_a_problem():
    built = parts(recipe())
    with torch.no_grad():
        next(built.model.connector.parameters())[0] = torch.nan
    found = look(built)
    assert {"weights", "first loss"} <= problems(found)
    assert "connector" in words(found, "weights")


class Same(DigitSource):
    """Every picture shows the same digits, whatever its text is."""

    def example(self, number):
        return replace(super().example(number), image=super().example(0).image)


def test_pictures_that_are_all_the_same_are_a_problem():
    built = parts(recipe(), Same(30))
    assert {"pictures", "scales"} <= problems(look(built))


def test_pictures_that_tell_nothing_cannot_be_learned_by_heart():
    """One picture has several texts: what is left is the language prior."""
    built = parts(recipe(), Same(30))
    found = look(built, overfit=3)
    assert "overfit 3" in problems(found)
    assert "the pictures make no difference" in words(found, "overfit 3")


class Broken(DigitSource):
    """The second picture of each ten is damaged."""

    def example(self, number):
        whole = super().example(number)
        return replace(whole, image=b"no picture") if number % 10 == 1 else whole


@pytest.mark.parametrize(
    ("changes", "level", "told"),
    [
        ({}, "problem", "data.on_bad_sample: error ends the run"),
        ({"data__on_bad_sample": "skip"}, "problem", "more than data.max_skipped_share (0.01)"),
        (
            {"data__on_bad_sample": "skip", "data__max_skipped_share": 0.2},
            "warning",
            "the picture cannot be decoded",
        ),
    ],
)
def test_broken_pictures_are_named(changes, level, told):
    found = look(parts(recipe(**changes), Broken(40)), examples=40)
    assert levels(found)["left out"] == level
    assert told in words(found, "left out")
    assert "4 of the first 40 examples (10.0%)" in words(found, "left out")


def test_too_long_examples_are_named_or_end_the_doctor():
    found = look(parts(recipe(data__max_tokens=14)), examples=20)
    assert levels(found)["left out"] == "problem"
    assert "tokens, data.max_tokens is 14" in words(found, "left out")
    with pytest.raises(TrainError, match="none of the first 12 examples can be used"):
        look(parts(recipe(data__max_tokens=8)))


def test_cut_answers_have_no_end():
    found = look(parts(recipe(data__max_tokens=14, data__too_long="cut")))
    assert levels(found)["ends of answers"] == "warning"


def test_more_tokens_than_positions_is_a_problem():
    found = look(parts(recipe(data__max_tokens=65)))
    assert problems(found) == {"positions"}


def test_embeddings_that_came_apart_are_a_problem():
    built = parts(recipe())
    output = built.model.language.get_output_embeddings()
    output.weight = torch.nn.Parameter(output.weight.detach().clone())
    assert "tied weights" in problems(look(built))


def test_wrong_number_of_image_tokens_is_a_problem(monkeypatch):
    built = parts(recipe())
    encode = built.layout.encode
    monkeypatch.setattr(built.layout, "encode", lambda turns, tokens: encode(turns, tokens - 1))
    found = look(built)
    assert {"image tokens", "a step"} <= problems(found)
    assert "the connector gives 4 features" in words(found, "a step")


def test_later_stages_and_adapters_are_counted_without_weights():
    stages = [
        {"name": "connect", "train": {"connector.*": 1.0}, "batch": 8, "steps": 2},
        {"name": "lora", "train": {"*.lora_*": 1.0}, "lora": {"rank": 2}, "batch": 8, "steps": 2},
    ]
    built = parts(recipe(stages=stages))
    found = look(built)
    assert "connector" in words(found, "stage connect trains")
    assert " 0 of " in words(found, "stage connect trains")
    assert words(found, "stage lora trains") != words(found, "stage connect trains")
    assert not any("lora_" in name for name, _ in built.model.named_parameters())


def test_packed_sequences_are_looked_at_as_well():
    found = look(parts(recipe(data__arrange="packing")))
    assert problems(found) == set()
