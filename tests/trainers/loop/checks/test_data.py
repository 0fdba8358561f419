"""Tokens that a tokenizer lacks, letters that it loses, and ids that share a place."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from tests.trainers.digits import DigitSource
from tests.trainers.loop.runs import parts, recipe
from tests.trainers.tokens.conftest import tokenizer_folder  # noqa: F401  a fixture
from trainers.loop.checks.data import check_data, check_tokens
from trainers.loop.checks.finding import Finding
from trainers.loop.checks.sampling import sample
from trainers.loop.parts import Parts


def tokens(built: Parts) -> Finding:
    (found,) = check_tokens(built)
    return found


def with_tokenizer(folder, layout: str, **changes) -> Parts:
    config = {**recipe().model.language.config, "vocab_size": 500, "max_position_embeddings": 256}
    return parts(
        recipe(
            model__layout=layout, model__tokenizer=str(folder), model__language__config=config,
            data__max_tokens=256, data__buckets=[256], **changes,
        )
    )  # fmt: skip


def test_tokenizer_with_all_tokens_is_well(tokenizer_folder):  # noqa: F811
    found = tokens(with_tokenizer(tokenizer_folder, "opt_caption"))
    assert found.level == "ok", found
    assert "new to the tokenizer" in "".join(found.lines)  # the image token always is
    built = with_tokenizer(tokenizer_folder, "opt_caption")
    levels = {one.check: one.level for one in check_data(built, sample(built, 8))}
    assert levels["answers come back"] == "ok"


def test_embeddings_that_are_too_few_are_a_problem():
    built = parts(recipe())
    built.model.language.set_input_embeddings(torch.nn.Embedding(100, 96))
    assert tokens(built).level == "problem"


def test_ids_that_share_a_place_are_a_problem():
    built = parts(recipe())
    built.layout.ids = replace(built.layout.ids, pad=built.layout.ids.end)
    found = tokens(built)
    assert found.level == "problem"
    assert "share an id" in found.words


class Surrogates(DigitSource):
    """Answers with half of a character, which no UTF-8 can hold."""

    def example(self, number):
        whole = super().example(number)
        turns = (*whole.conversation.turns[:1], replace(whole.conversation.turns[1], text="\ud800"))
        return replace(whole, conversation=replace(whole.conversation, turns=turns))


def test_letters_that_are_lost_are_told():
    built = parts(recipe(), Surrogates(10))
    (found,) = [
        one for one in check_data(built, sample(built, 4)) if one.check == "answers come back"
    ]
    assert found.level == "warning"
    assert "4 of 4 change" in found.words


def test_lengths_are_told_by_bucket():
    built = parts(recipe())
    (found,) = [one for one in check_data(built, sample(built, 20)) if one.check == "lengths"]
    assert found.level == "ok"
    assert sum(int(line.split(": ")[1]) for line in found.lines) == 20
    short = parts(recipe(data__buckets=[14]))
    (found,) = [one for one in check_data(short, sample(short, 20)) if one.check == "lengths"]
    assert found.level == "warning"


@pytest.mark.parametrize("count", [1, 7, 30])
def test_as_many_examples_as_were_asked_for(count):
    assert len(sample(parts(recipe()), count).prepared) == count
