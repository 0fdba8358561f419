"""Conversations: roles, order, the picture's mark, and what is wrong with others."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.sample import Turn
from pipelines.imported.conversation import MARK, read_turns
from pipelines.imported.options import Options
from pipelines.imported.reasons import REASONS
from pipelines.imported.records import Problem

OPTIONS = Options()
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).filter(
    lambda text: text.strip() and "<" not in text
)


def read(raw: object, **options: Any) -> tuple[tuple[Turn, ...], dict[str, Any]]:
    source: dict[str, Any] = {}
    return read_turns(raw, Options(**options), source), source


def reason(raw: object, **options: Any) -> str:
    with pytest.raises(Problem) as caught:
        read(raw, **options)
    assert caught.value.reason in REASONS
    return caught.value.reason


def llava(*said: str) -> list[dict[str, str]]:
    return [{"from": ("human", "gpt")[n % 2], "value": text} for n, text in enumerate(said)]


@given(
    st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=5),
    st.sampled_from(["front", "back", "inside"]),
    st.booleans(),
    st.data(),
)
def test_texts_come_through_and_the_mark_does_not(
    pairs: list[tuple[str, str]], place: str, chat: bool, data: st.DataObject
) -> None:
    said = [text for pair in pairs for text in pair]
    at = 2 * data.draw(st.integers(0, len(pairs) - 1))
    middle = len(said[at]) // 2
    marked = {
        "front": f"{MARK}\n{said[at]}",
        "back": f"{said[at]}\n{MARK}",
        "inside": f"{said[at][:middle]}{MARK}{said[at][middle:]}",
    }[place]
    raw = [
        {
            ("role" if chat else "from"): (("user", "assistant") if chat else ("human", "gpt"))[
                n % 2
            ],
            ("content" if chat else "value"): marked if n == at else text,
        }
        for n, text in enumerate(said)
    ]
    turns, source = read(raw)
    assert [turn.text for turn in turns] == [text.strip() for text in said]
    assert [turn.role for turn in turns] == ["user", "assistant"] * len(pairs)
    assert source["mark"] == {"turn": at, "character": marked.index(MARK)}


def test_a_system_turn_is_kept_in_the_source() -> None:
    raw = [{"role": "system", "content": " Be brief. "}, *llava(f"{MARK}\nWhat?", "A cat.")]
    turns, source = read(raw)
    assert [turn.text for turn in turns] == ["What?", "A cat."]
    assert source["system"] == "Be brief."


def test_contents_in_parts() -> None:
    raw = [
        {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "What is it?"}]},
        {"role": "assistant", "content": [{"type": "text", "text": "A cat."}]},
    ]
    turns, source = read(raw)
    assert [turn.text for turn in turns] == ["What is it?", "A cat."]
    assert source["mark"] == {"turn": 0, "character": 0}


@pytest.mark.parametrize(
    ("raw", "due"),
    [
        ([], "no-turns"),
        ([{"from": "system", "value": "x"}], "no-turns"),
        (None, "malformed-record"),
        ({"from": "human"}, "malformed-record"),
        (["hello"], "malformed-record"),
        ([{"value": "x"}], "malformed-record"),
        ([{"from": 1, "value": "x"}], "malformed-record"),
        ([{"from": "human", "value": 3}], "malformed-record"),
        ([{"from": "human"}], "malformed-record"),
        ([{"role": "user", "content": [{"type": "video"}]}], "malformed-record"),
        ([{"role": "user", "content": [7]}], "malformed-record"),
        ([{"from": "robot", "value": "x"}], "unknown-role"),
        ([{"from": "", "value": "x"}], "unknown-role"),
        (llava("a", "b"), "image-marks"),
        (llava(MARK + MARK + "a", "b"), "image-marks"),
        (llava(MARK + "a", "b", MARK + "c", "d"), "image-marks"),
        (llava("a", MARK + "b"), "image-marks"),
        (llava(f"<im{MARK}age>a", "b"), "image-marks"),
        (llava(MARK + "a"), "turn-order"),
        (llava(MARK + "a", "b", "c"), "turn-order"),
        ([*llava(MARK + "a", "b"), {"from": "gpt", "value": "c"}], "turn-order"),
        (
            [*llava(MARK + "a", "b"), {"from": "system", "value": "c"}, *llava("c", "d")],
            "turn-order",
        ),
        ([{"from": "gpt", "value": "hi"}, *llava(MARK + "a", "b")], "turn-order"),
        (llava(MARK, "b"), "empty-question"),
        (llava(MARK + "a", " \n"), "empty-answer"),
        (llava(MARK + "a", "b", "", "d"), "empty-question"),
    ],
)
def test_what_is_wrong_is_named(raw: object, due: str) -> None:
    assert reason(raw) == due


def test_limits() -> None:
    assert reason(llava(*[MARK] * 1002)) == "too-many-turns"
    assert reason([{"from": "human", "value": MARK}] * 10**6) == "too-many-turns"
    assert reason(llava(f"{MARK}a", "b" * 100_000)) == "too-long"
    assert read(llava("a", "b"), unmarked="accept")[1] == {}


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([MARK, "human", "gpt"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["from", "value", "role", "content", "type", "text"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@given(st.lists(JSON, max_size=4) | JSON)
def test_anything_else_is_a_problem_and_no_crash(raw: object) -> None:
    try:
        turns, _ = read(raw, unmarked="accept")
    except Problem as problem:
        turns, reason = (), problem.reason
    else:
        reason = "no-turns"
    assert reason in REASONS
    assert all(turn.text and MARK not in turn.text for turn in turns)
