"""What a view gives: the truth unchanged, drawn from the row alone, refused where it is wrong."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.errors import ConfigError
from dataengine.resources import bundled
from dataengine.views.settings import View
from dataengine.views.task_files import task_names
from dataengine.views.viewing import Viewer
from tests.dataengine.views.rows import chart, region, row

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)


def viewer(seed: int = 3, name: str = "", folder: Path | None = None, **view: Any) -> Viewer:
    """Return a viewer of a view."""
    return Viewer(View.model_validate(view), seed, name, folder=folder)


def many(count: int = 400) -> list[dict[str, Any]]:
    """Return pages of different ids."""
    return [row(f"pages-7-{number:09d}") for number in range(count)]


@given(text=TEXT, seed=st.integers(0, 2**64 - 1))
def test_a_text_goes_through_unchanged(text: str, seed: int) -> None:
    [one] = viewer(seed, tasks={"text": 1}).conversations(row(targets={"text": text}))
    assert one.turns[1].text == text
    assert [turn.role for turn in one.turns] == ["user", "assistant"]


@given(text=TEXT)
def test_what_is_filled_in_is_not_searched_for_slots(text: str) -> None:
    found = row(
        targets={},
        regions=[region("line", 0, 0, 80, 20, "{box} {text}" + text.replace("\n", " "))],
    )
    for one in viewer(tasks={"region_find": 1}).conversations(found):
        assert "{box} {text}" in one.turns[0].text


def test_draws_do_not_depend_on_the_order_of_rows() -> None:
    rows = many(60)
    view = viewer(tasks={"text": 1, "markdown": 2, "region_text": 1}, per_sample=2)
    forwards = {one["id"]: view.conversations(one) for one in rows}
    again = viewer(tasks={"region_text": 1, "markdown": 2, "text": 1}, per_sample=2)
    assert {one["id"]: again.conversations(one) for one in reversed(rows)} == forwards


def test_seed_and_name_change_the_draws() -> None:
    def drawn(**which: Any) -> list[str]:
        view = viewer(tasks={"text": 1}, **which)
        return [view.conversations(one)[0].turns[0].text for one in many(40)]

    assert drawn() == drawn()
    assert len({tuple(drawn()), tuple(drawn(seed=4)), tuple(drawn(name="other"))}) == 3


def test_tasks_are_drawn_by_their_weights() -> None:
    view = viewer(tasks={"text": 3, "markdown": 1, "html": 5, "dict": 0})
    counts = Counter(view.conversations(one)[0].task for one in many(1000))
    assert set(counts) == {"text", "markdown"}  # a page has no html, dict weighs nothing
    assert 690 < counts["text"] < 810


def test_a_new_task_takes_only_what_it_wins() -> None:
    before = viewer(tasks={"text": 1, "markdown": 1})
    after = viewer(tasks={"text": 1, "markdown": 1, "region_text": 1})
    for one in many(200):
        [new] = after.conversations(one)
        assert new.task == "region_text" or [new] == before.conversations(one)


def test_a_new_wording_takes_only_what_it_wins(tmp_path: Path) -> None:
    path = tmp_path / "text.yaml"
    shutil.copy(bundled("templates", "prompts") / "text.yaml", path)
    old = viewer(tasks={"text": 1}, folder=tmp_path)
    before = [old.conversations(one)[0].turns[0].text for one in many()]
    other = tmp_path / "more"
    other.mkdir()
    addition = '  - {set: own, language: en, texts: ["What now?"]}\n'
    (other / "text.yaml").write_text(path.read_text() + addition)
    new = viewer(tasks={"text": 1}, folder=other)
    after = [new.conversations(one)[0].turns[0].text for one in many()]
    changed = [text for text, was in zip(after, before, strict=True) if text != was]
    assert changed
    assert set(changed) == {"What now?"}


def test_the_language_is_the_samples_own_or_as_asked_for() -> None:
    def languages(sample: str, **view: Any) -> set[str]:
        one = viewer(tasks={"text": 1}, **view)
        return {one.conversations({**it, "language": sample})[0].language for it in many(60)}

    assert languages("zh") == {"zh"}
    assert languages("en") == {"en"}
    assert languages("mixed") == {"en", "zh"}
    assert languages("en", prompt_language="any") == {"en", "zh"}
    assert languages("en", prompt_language="zh") == {"zh"}
    assert languages("zh", wordings=["vary-toy"]) == {"en"}  # the set has no Chinese one


def test_captions_are_asked_for_in_their_own_language() -> None:
    view = viewer(tasks={"captions": 1}, per_sample=2)
    photo = row(language="zh", targets={"captions": ["a dog", "一只狗"]})
    told = {one.turns[1].text: one.language for one in view.conversations(photo)}
    assert told == {"a dog": "en", "一只狗": "zh"}


def test_the_published_requests_are_exact() -> None:
    def said(task: str, wordings: str, one: dict[str, Any], **view: Any) -> set[str]:
        view_of = viewer(tasks={task: 1}, wordings=[wordings], **view)
        return {
            view_of.conversations({**one, "id": f"x-{number}"})[0].turns[0].text
            for number in range(40)
        }

    page, table = row(), row(targets={"latex": "t"}, source={"page_kind": "table_crop"})
    assert said("text", "vary", page) == {"Provide the ocr results of this image."}
    assert said("text", "vary-toy", page) == {"Provide the OCR results of this image."}
    assert said("text", "vary", {**page, "language": "zh"}) == {
        "写出这幅图中所有文字。",
        "写出图中的文字。",
    }
    assert said("text", "got", page) == {"OCR: "}
    assert said("markdown", "got", page) == {"OCR with format: "}
    assert said("markdown", "vary", {**page, "language": "zh"}) == {"将这幅图转成markdown格式。"}
    assert said("table", "vary", table) == {"Convert this table to latex format."}
    assert said("dict_vary", "vary", chart()) == {"Convert this chart to python-dict"}
    assert said("dict", "onechart", chart()) == {
        "Convert the key information of the chart to a python dict:"
    }
    one_line = row(regions=[region("line", 100, 100, 500, 120, "First line of it")])
    assert said("region_text", "got", one_line) == {"[125,100,625,120] OCR: "}
    assert said("text", "vary-tiny", page) == {""}


def test_a_crop_is_never_called_a_page() -> None:
    targets = {"text": "t", "markdown": "m", "latex": "l", "html": "h"}
    for task in targets:
        for kind in ("table_crop", "formula_crop", "prose"):
            view = viewer(tasks={task: 1}, prompt_language="any")
            said = " ".join(
                one.turns[0].text
                for number in range(200)
                for one in view.conversations(
                    row(f"x-{number}", targets=targets, source={"page_kind": kind})
                )
            )
            called = any(word in said for word in ("page", "document is", "这一页", "headings"))
            assert called == (kind == "prose"), (task, kind, said)


def test_words_that_fit_no_better_are_used_all_the_same() -> None:
    view = viewer(tasks={"text": 1}, wordings=["vary-tiny"])
    [one] = view.conversations(row(source={"page_kind": "table_crop"}))
    assert one.turns[0].text == ""


def test_the_empty_request_is_used_only_by_name() -> None:
    for task in ("text", "markdown"):
        view = viewer(tasks={task: 1})
        assert all(view.conversations(one)[0].turns[0].text for one in many())


def test_a_set_may_have_a_sentence_before_the_answer() -> None:
    [one] = viewer(tasks={"dict_vary": 1}, wordings=["vary-figure"]).conversations(chart())
    assert one.turns[1].text.startswith('The dict of the chart is: {"title": "Fruit", ')


def test_several_conversations_of_a_sample_differ() -> None:
    view = viewer(tasks={"text": 1, "markdown": 1, "region_text": 1}, per_sample=10)
    made = view.conversations(row())
    assert Counter(one.task for one in made) == {"text": 1, "markdown": 1, "region_text": 2}
    assert len({one.turns for one in made}) == len(made)


def test_questions_about_regions_share_a_conversation() -> None:
    lines = [region("line", 100, y, 500, y + 20, f"line at {y}") for y in range(0, 900, 30)]
    page = row(targets={}, regions=lines)
    made = viewer(tasks={"region_text": 1}, questions=4, per_sample=100).conversations(page)
    assert [len(one.turns) for one in made] == [8] * 7 + [4]  # 30 lines
    answers = [turn.text for one in made for turn in one.turns[1::2]]
    assert sorted(answers) == sorted(one["text"] for one in lines)
    assert len({one.language for one in made}) == 1
    asked = made[0].details["questions"][1]
    assert asked["region"]["bbox"] in [one["bbox"] for one in lines]


def test_nothing_is_asked_or_answered_twice() -> None:
    heading = [
        region("heading", 100, 200, 500, 222, "A heading"),
        region("line", 101, 201, 499, 221, "A heading"),
    ]
    for task in ("region_text", "region_find"):
        view = viewer(tasks={task: 1}, levels=["line", "block"], questions=4)
        [one] = view.conversations(row(targets={}, regions=heading))
        assert len(one.turns) == 2
        apart = viewer(tasks={task: 1}, levels=["line", "block"], per_sample=4)
        assert len(apart.conversations(row(targets={}, regions=heading))) == 1


def test_answers_of_other_lengths_are_not_asked_for() -> None:
    assert viewer(tasks={"text": 1}, max_answer_chars=5).conversations(row()) == []
    assert viewer(tasks={"text": 1}, min_answer_chars=500).conversations(row()) == []
    assert viewer(tasks={"text": 1}).conversations(row(targets={"text": ""})) == []
    [short] = viewer(tasks={"region_text": 1}, max_answer_chars=12).conversations(row())
    assert short.turns[1].text == "Another line"


def test_turns_that_came_with_a_picture_stay_as_they_are() -> None:
    said = [("user", "Who?"), ("assistant", "She."), ("user", "When?"), ("assistant", "Then.")]
    turns = [{"role": role, "text": text} for role, text in said]
    [one] = viewer(tasks={"turns": 1}).conversations(row(turns=turns))
    assert [(turn.role, turn.text) for turn in one.turns] == said
    assert (one.task, one.language, one.details) == ("turns", "", {})
    [asked] = viewer(tasks={"turns": 1}, wordings=["vary-vqa"]).conversations(row(turns=turns))
    assert asked.turns[0].text == (
        "Answer the following questions using a single word or phrase: Who?"
    )
    assert asked.turns[1:] == one.turns[1:]


@pytest.mark.parametrize(
    "roles", [("user",), ("assistant", "user"), ("user", "user"), ("user", "assistant", "user")]
)
def test_turns_out_of_order_give_no_conversation(roles: tuple[str, ...]) -> None:
    turns = [{"role": role, "text": "x"} for role in roles]
    assert viewer(tasks={"turns": 1}).conversations(row(turns=turns)) == []


def test_a_table_is_asked_for_only_where_the_picture_is_one() -> None:
    view = viewer(tasks={"table": 1, "formula": 1})
    targets = {"latex": "L", "markdown": "M"}
    page = row(targets=targets, source={"page_kind": "prose_tables"})
    assert view.tasks_of(page) == []
    assert view.tasks_of({**page, "source": {"page_kind": "table_crop"}}) == ["table"]
    assert view.tasks_of({**page, "source": {"page_kind": "formula_crop"}}) == ["formula"]


def test_tasks_of_agrees_with_what_is_drawn() -> None:
    view = viewer(tasks=dict.fromkeys(task_names(), 1), per_sample=100)
    for one in (row(), chart(), row(targets={"caption": "a dog", "captions": ["a dog", "dogs"]})):
        assert {it.task for it in view.conversations(one)} == set(view.tasks_of(one))


def test_only_needed_columns_are_read() -> None:
    assert "regions" not in viewer(tasks={"text": 1, "region_text": 0}).columns
    assert "regions" in viewer(tasks={"text": 1, "region_text": 1}).columns
    assert "turns" in viewer().columns
    view = viewer(tasks={"text": 1})
    assert view.conversations({key: row()[key] for key in view.columns})


@pytest.mark.parametrize(
    ("view", "message"),
    [
        ({"tasks": {"texts": 1}}, "'texts'; did you mean 'text'?"),
        ({"tasks": {"texts": 0, "text": 1}}, "'texts'"),
        ({"tasks": {"text": 1}, "wordings": ["varry"]}, "'varry'; did you mean 'vary'?"),
        ({"tasks": {"html": 1}, "wordings": ["vary"]}, "'html' has no request in the sets vary"),
        (
            {"tasks": {"table": 1}, "wordings": ["vary"], "prompt_language": "zh"},
            "'table' has no request in 'zh'",
        ),
        ({"tasks": {"region_text": 1}, "levels": ["lines"]}, "'lines'; did you mean 'line'?"),
        (
            {"tasks": {"region_text": 1}, "wordings": ["got"], "boxes": "pixels"},
            "'region_text' has no request in the sets got",
        ),
    ],
)
def test_wrong_settings_are_refused_when_the_viewer_is_made(
    view: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError, match=message.replace("?", r"\?")):
        viewer(**view)


def test_levels_do_not_matter_without_region_tasks() -> None:
    assert viewer(tasks={"text": 1}, levels=["anything"]).conversations(row())
