"""A random model through the whole evaluation: resumable to the same bytes, honest about gaps."""

from __future__ import annotations

import json
import os
import shutil
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from dataengine.mixture.reading import MixtureReader
from dataengine.sample import Turn
from dataengine.views.example import Conversation
from tests.dataengine.mixture.synthetic_sets import mixture_of, pages, write_dataset
from tests.dataengine.mixture.test_making import make
from tests.trainers.digits import DigitSource
from tests.trainers.loop import runs
from trainers.errors import TrainError, WeightsError
from trainers.evaluation import cases
from trainers.evaluation.cases import BlockSource, MixtureCases
from trainers.evaluation.errors import EvaluationError
from trainers.evaluation.loading import find_checkpoint
from trainers.evaluation.predictions import read_predictions
from trainers.evaluation.running import What, evaluate, of_file, of_mixture, score_file

NUMBER = 11
FILES = ("predictions.jsonl", "figures.json", "scores.jsonl", "report.html", "evaluation.json")


class Asked(DigitSource):
    """Of each fourth picture three things are asked."""

    def example(self, number):
        """Return a picture with one answer or three."""
        whole = super().example(number)
        if number % 4:
            return whole
        text = self.texts[number]
        turns = [
            Turn(role, said)
            for ask, answer in (("first", text[0]), ("last", text[-1]), ("read", text))
            for role, said in (("user", ask), ("assistant", answer))
        ]
        return replace(whole, conversation=Conversation("turns", "", tuple(turns)))


class Broken(DigitSource):
    """The fourth picture is damaged."""

    def example(self, number):
        whole = super().example(number)
        return replace(whole, image=whole.image[:50]) if number == 3 else whole


def digits(source: DigitSource | None = None) -> What:
    source = source or DigitSource(NUMBER, seed=5)
    return What(MixtureCases(source, "digits"), source)


def go(trained: Path, folder: Path, what: What | None = None, **changes):
    options = {"batch": 4, "max_new_tokens": 5, "device": "cpu", "worst": 3, **changes}
    return evaluate(trained, what or digits(), folder, **options)


def content(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


@pytest.fixture(scope="module")
def whole(trained, tmp_path_factory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole")
    go(trained, folder)
    return content(folder)


def test_everything_is_read_and_scored(trained, tmp_path):
    done = go(trained, tmp_path, gap_examples=6)
    assert len(done.scoring.scored) == NUMBER
    assert not done.scoring.unread
    lines = list(read_predictions(tmp_path / "predictions.jsonl"))
    assert sorted(one.id for one in lines) == sorted(f"digits-{n}" for n in range(NUMBER))
    assert all(one.task == "text" and one.targets and one.prompt == "read" for one in lines)
    assert any(one.prediction for one in lines)
    assert max(len(one.prediction) for one in lines) <= 5
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert figures["groups"][0]["figures"]["edit_distance"]["count"] == NUMBER
    assert figures["vision_gap"]["examples"] == 6
    assert abs(figures["vision_gap"]["gap"]) < figures["vision_gap"]["loss"]


@pytest.mark.parametrize("batches", [0, 1, 2])
def test_killed_at_any_batch_it_goes_on_to_the_same_files(trained, tmp_path, whole, batches):
    child = os.fork()
    if child == 0:

        def end(what: str, done: int, total: int) -> None:
            if done >= 4 * batches:
                os.kill(os.getpid(), signal.SIGKILL)

        go(trained, tmp_path, tell=end)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert not (tmp_path / "report.html").exists()
    assert len(list(read_predictions(tmp_path / "predictions.jsonl"))) == 4 * batches
    told: list[int] = []
    go(trained, tmp_path, tell=lambda what, done, total: what == "read" and told.append(done))
    assert told[0] == 4 * batches
    assert content(tmp_path) == whole


def test_a_torn_line_and_half_a_batch_are_read_again(trained, tmp_path, whole):
    (tmp_path / "predictions.jsonl").write_bytes(whole["predictions.jsonl"][:600])
    go(trained, tmp_path)
    assert content(tmp_path) == whole


def test_what_is_done_is_not_read_again(trained, tmp_path, whole):
    for name, data in whole.items():
        (tmp_path / name).write_bytes(data)
    told: list[int] = []
    go(trained, tmp_path, tell=lambda what, done, total: what == "read" and told.append(done))
    assert told == [NUMBER]
    assert content(tmp_path) == whole


def test_a_folder_of_another_evaluation_is_refused(trained, tmp_path, whole):
    (tmp_path / "evaluation.json").write_bytes(whole["evaluation.json"])
    with pytest.raises(EvaluationError, match="other cases were read"):
        go(trained, tmp_path, digits(DigitSource(NUMBER, seed=6)))
    with pytest.raises(EvaluationError, match="max_new_tokens is 5, not 7"):
        go(trained, tmp_path, max_new_tokens=7)
    (tmp_path / "evaluation.json").write_text("{")
    with pytest.raises(EvaluationError, match="cannot read"):
        go(trained, tmp_path)


def test_a_broken_picture_is_named_and_counts_as_empty(trained, tmp_path):
    done = go(trained, tmp_path, digits(Broken(NUMBER, seed=5)))
    ((name, reason),) = done.scoring.unread.items()
    assert name == "digits-3"
    assert "cannot be decoded" in reason
    assert done.groups[0].unread == 1
    value = next(one for one in done.scoring.scored if one.id == name).values["edit_distance"]
    assert value.value == 1.0


def test_the_checkpoint_decides_what_the_model_sees(trained, tmp_path):
    checkpoint = find_checkpoint(trained)
    copied = tmp_path / "copied"
    shutil.copytree(checkpoint, copied)
    recipe = json.loads((copied / "recipe.json").read_text())
    recipe["recipe"]["data"]["images"]["vary"]["statistics"] = "imagenet"
    (copied / "recipe.json").write_text(json.dumps(recipe))
    first = go(trained, tmp_path / "a", gap_examples=4)
    second = go(copied, tmp_path / "b", gap_examples=4)
    assert first.gap.loss != second.gap.loss


def test_the_gap_is_measured_on_no_more_than_was_asked_for(trained, tmp_path):
    source = DigitSource(NUMBER)
    done = go(trained, tmp_path, What(MixtureCases(source, "few", 4), source), gap_examples=50)
    assert done.gap.examples == 4


def test_weights_in_the_midst_of_a_stage_with_lora_are_merged(tmp_path):
    made = runs.recipe(stages__0__steps=4, stages__0__lora={"rank": 2, "targets": ["q_proj"]})
    run, _ = runs.start(tmp_path / "run", made, stop=lambda: True)
    assert not run.train()
    go(tmp_path / "run", tmp_path / "out")
    assert (tmp_path / "out" / "report.html").is_file()


def test_what_is_no_checkpoint_is_said(trained, tmp_path):
    with pytest.raises(TrainError, match="neither a checkpoint"):
        go(tmp_path, tmp_path / "out")
    checkpoint = find_checkpoint(trained)
    (tmp_path / "recipe.json").write_bytes((checkpoint / "recipe.json").read_bytes())
    (tmp_path / "state.json").write_bytes((checkpoint / "state.json").read_bytes())
    with pytest.raises(WeightsError, match="cannot read"):
        go(tmp_path, tmp_path / "out")
    with pytest.raises(EvaluationError, match="vision gap"):
        go(trained, tmp_path / "out", What(digits().cases), gap_examples=2)


def test_every_answer_of_a_conversation_is_a_case_after_the_true_ones_before():
    source = Asked(6, seed=2)
    read = MixtureCases(source, "digits")
    assert (len(read), read.examples) == (4 + 2 * 3, 6)
    cases_ = [read.case(number) for number in range(len(read))]
    assert len({one.id for one in cases_}) == len(read)
    assert [one.id for one in cases_[:4]] == ["digits-0.1", "digits-0.2", "digits-0.3", "digits-1"]
    text = source.texts[0]
    assert [one.targets for one in cases_[:3]] == [(text[0],), (text[-1],), (text,)]
    said = [turn.text for turn in cases_[2].turns]
    assert said == ["first", text[0], "last", text[-1], "read"]
    assert {one.picture for one in cases_[:3]} == {"s0"}
    assert sorted(read.order().tolist()) == list(range(len(read)))
    assert len(MixtureCases(source, "digits", limit=1)) == 3
    with pytest.raises(EvaluationError, match="has 3 answers, not 1"):
        MixtureCases(source, "digits", several=[]).case(0)


def test_conversations_are_read_to_the_last_answer(trained, tmp_path):
    source = Asked(6, seed=2)
    done = go(trained, tmp_path, What(MixtureCases(source, "asked"), source), gap_examples=50)
    assert done.gap.examples == 6
    assert [(one.task, one.cases) for one in done.groups] == [("text", 4), ("turns", 6)]
    assert done.groups[1].pictures == 2


def test_only_members_that_may_ask_more_are_looked_at(tmp_path, monkeypatch):
    datasets = {"a": write_dataset(tmp_path / "a", {"en": pages(12)})}
    view = {"tasks": {"text": 1.0}}
    members = {"one": {"dataset": "a", "count": 12, "view": view}}
    make(tmp_path / "mix", mixture_of(datasets, members))
    source = BlockSource(MixtureReader(str(tmp_path / "mix")), "train")
    assert source.several().tolist() == []
    monkeypatch.setattr(cases, "task_names", list)  # the task's file is gone
    assert len(source.several()) == 12
    assert len(MixtureCases(source, "mix", several=source.several().tolist())) == 12


def test_answers_that_do_not_end_are_told(trained, tmp_path):
    done = go(trained, tmp_path, max_new_tokens=1)
    lines = list(read_predictions(tmp_path / "predictions.jsonl"))
    cut = sorted(one.id for one in lines if one.cut)
    assert cut == sorted(done.scoring.cut) == sorted(one.id for one in lines if one.prediction)
    assert cut
    assert done.as_data()["cut"] == done.scoring.cut


def test_an_answer_has_its_own_room_whoever_is_read_with_it(trained, tmp_path):
    source = DigitSource(2, seed=3)
    long = replace(source.example(1).conversation.turns[0], text="?" * 40)

    class Long(DigitSource):
        def example(self, number):
            whole = super().example(number)
            turns = (long, whole.conversation.turns[1])
            return replace(whole, conversation=Conversation("text", "", turns)) if number else whole

    both = go(trained, tmp_path / "both", digits(Long(2, seed=3)), max_new_tokens=0, batch=2)
    alone = go(trained, tmp_path / "alone", digits(Long(2, seed=3)), max_new_tokens=0, batch=1)
    said = [
        {one.id: one.prediction for one in read_predictions(tmp_path / name / "predictions.jsonl")}
        for name in ("both", "alone")
    ]
    assert said[0] == said[1]
    assert len(both.scoring.scored) == len(alone.scoring.scored) == 2


def test_the_order_puts_like_lengths_together_within_groups():
    source = DigitSource(45, seed=1)  # in groups of ten
    order = MixtureCases(source, "digits").order()
    assert sorted(order.tolist()) == list(range(45))
    assert [number // 10 for number in order] == sorted(number // 10 for number in range(45))
    lengths = source.chars[order[10:20]].tolist()
    assert lengths == sorted(lengths, reverse=True)
    few = MixtureCases(source, "digits", limit=7)
    assert len(few) == len(few.order()) == 7
    assert few.identity != MixtureCases(source, "digits").identity


@pytest.mark.parametrize("limit", [0, 13])
def test_blocks_hold_the_examples_of_the_split_and_read_no_more_than_asked(
    tmp_path, monkeypatch, limit
):
    monkeypatch.setattr(cases, "BLOCK", 5)
    datasets = {"a": write_dataset(tmp_path / "a", {"en": pages(40)})}
    make(tmp_path / "mix", mixture_of(datasets, {"one": {"dataset": "a", "count": 23}}))
    reader = MixtureReader(str(tmp_path / "mix"))
    whole = list(reader.examples("train"))
    asked: list[tuple[int, int]] = []
    plain = MixtureReader.examples_at

    def counted(self, split, positions, **options):
        asked.append((positions[0], positions[-1] + 1))
        return plain(self, split, positions, **options)

    monkeypatch.setattr(MixtureReader, "examples_at", counted)
    source = BlockSource(reader, "train", limit)
    read = MixtureCases(source, "mix", limit, source.several().tolist())
    for number in read.order():
        assert read.case(int(number)).id == whole[number].id
    end = limit or 23
    assert asked == [(start, min(start + 5, end)) for start in range(0, end, 5)]


def test_a_mixture_is_read_and_its_predictions_score_the_same_alone(trained, tmp_path):
    datasets = {"a": write_dataset(tmp_path / "a", {"en": pages(30)})}
    members = {"one": {"dataset": "a", "count": 20}}
    make(tmp_path / "mix", mixture_of(datasets, members, splits={"test": 0.3}))
    what = of_mixture(str(tmp_path / "mix"), "test", limit=3)
    done = go(trained, tmp_path / "out", what, gap_examples=0)
    assert len(done.scoring.scored) == 3
    again = score_file(
        tmp_path / "out" / "predictions.jsonl",
        of_file(tmp_path / "out" / "predictions.jsonl"),
        tmp_path / "alone",
    )
    assert {one.id: one.values for one in again.scoring.scored} == {
        one.id: one.values for one in done.scoring.scored
    }
