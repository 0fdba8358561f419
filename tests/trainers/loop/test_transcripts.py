"""Transcripts on the page: pictures beside texts, a short history, nothing from a hostile log."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.trainers.digits import picture
from trainers.loop.log import RunLog, read_log
from trainers.loop.pictures import keep, small
from trainers.loop.transcripts import MOST_CHARS, TIMES, further, readings, shortened


def line(step: int, *transcripts: object) -> dict[str, object]:
    return {"step": step, "kind": "held_out", "transcripts": list(transcripts)}


def transcript(name: str = "a", target: str = "123", said: str = "113", picture: str = "a.png"):
    return {"id": name, "asked": "read", "target": target, "said": said, "picture": picture}


def test_a_picture_stands_beside_its_texts(tmp_path):
    png = small(picture("123"))
    values = {"transcripts": [{**transcript(), "picture": png}]}
    RunLog(tmp_path, 0).write(4, "held_out", values)
    (found,) = readings(tmp_path, read_log(tmp_path))
    assert found.title == "a"
    assert found.picture == png
    assert found.width_px == 192
    assert found.texts == [
        ("asked", [("read", False)]),
        ("stands there", [("1", False), ("2", True), ("3", False)]),
        ("step 4", [("1", False), ("1", True), ("3", False)]),
    ]
    assert further(read_log(tmp_path)) == []


def test_histories_show_the_first_the_last_and_some_between(tmp_path):
    keep(tmp_path, "a", small(picture("123")))
    lines = [line(step, transcript(said=str(step))) for step in range(1, 101)]
    (found,) = readings(tmp_path, lines)
    steps = [name for name, _ in found.texts if name.startswith("step")]
    assert steps == ["step 100", "step 75", "step 51", "step 26", "step 1"]
    assert len(steps) == TIMES
    again = [line(100, transcript(said="later")), *lines[:99]]
    assert readings(tmp_path, again)[0].texts[2][1][0][0][:1] == "l"


def test_a_curriculum_changes_the_pictures(tmp_path):
    for name in "ab":
        keep(tmp_path, name, small(picture(name)))
    lines = [line(1, transcript("a")), line(2, transcript("b", picture="b.png"))]
    (found,) = readings(tmp_path, lines)
    assert found.title == "b"
    assert [name for name, _ in found.texts if name.startswith("step")] == ["step 2"]


def test_what_has_no_picture_stands_in_a_table(tmp_path):
    lines = [line(3, transcript(picture=""), transcript("b", said="123", picture=""))]
    assert readings(tmp_path, lines) == []
    (table,) = further(lines)
    assert table.rows == [["123 → 113", "differs"], ["123 → 123", "exact"]]


def test_other_forms_are_left_out(tmp_path):
    keep(tmp_path, "a", small(picture("1")))
    odd = [3, None, {"id": "a"}, {**transcript(), "said": 7}, {**transcript(), "id": ["a"]}]
    lines = [line(1, *odd), {"step": 2, "kind": "held_out", "transcripts": {"id": "a"}}]
    assert readings(tmp_path, lines) == []
    assert further(lines) == []
    assert readings(tmp_path, [line(1, *odd, transcript(target="", said=""))])[0].texts[1:] == [
        ("stands there", [("(nothing)", False)]),
        ("step 1", [("(nothing)", False)]),
    ]


@given(st.text(max_size=2 * MOST_CHARS))
def test_shortened_texts_are_one_short_line(text):
    found = shortened(text)
    assert len(found) < MOST_CHARS + 40
    assert "\n" not in found
    assert "\u202e" not in found
