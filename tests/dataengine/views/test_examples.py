"""Examples join a picture with its conversations, worn or as it is stored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dataengine.views.example import Worn
from dataengine.views.examples import examples
from dataengine.views.settings import View
from dataengine.views.viewing import Viewer
from tests.dataengine.views.rows import region, row

VIEWER = Viewer(View(tasks={"text": 1, "region_text": 1}, per_sample=3), 1)


def test_an_example_is_the_stored_picture_with_a_conversation() -> None:
    made = examples(row(template="cool"), VIEWER, "pages")
    assert [one.id for one in made] == [f"pages-7-000000001-pages-{n}" for n in range(3)]
    one = made[0]
    assert (one.image, one.image_format, one.width, one.height) == (b"png", "png", 800, 1000)
    assert (one.sample, one.member, one.template) == ("pages-7-000000001", "pages", "cool")
    assert one.degraded == ()
    assert [it.conversation for it in made] == VIEWER.conversations(row())


def test_no_task_gives_no_example() -> None:
    assert examples(row(targets={}, regions=[]), VIEWER) == []


def test_jpg_is_named_jpeg() -> None:
    image = {"bytes": b"x", "path": "a.JPG"}
    assert examples(row(image=image), VIEWER)[0].image_format == "jpeg"


def test_columns_that_were_not_read_are_empty() -> None:
    viewer = Viewer(View(tasks={"text": 1}), 1)
    bare = {key: row()[key] for key in (*viewer.columns, "image")}
    [one] = examples(bare, viewer)
    assert (one.regions, one.template) == ((), None)


def test_a_worn_picture_is_asked_about_by_its_own_boxes() -> None:
    moved = [region("line", 10, 10, 60, 30, "First line of it")]

    def wear(one: Mapping[str, Any]) -> Worn | None:
        return Worn(b"jpeg", "jpeg", 100, 100, moved, [{"name": "blur"}])

    viewer = Viewer(View(tasks={"region_text": 1}, wordings=("got",)), 1)
    [one] = examples(row(), viewer, wear=wear)
    assert (one.image, one.image_format, one.width) == (b"jpeg", "jpeg", 100)
    assert one.conversation.turns[0].text == "[100,100,600,300] OCR: "
    assert one.regions == moved
    assert one.degraded == [{"name": "blur"}]


def test_what_is_left_as_it_is_is_the_stored_picture() -> None:
    assert examples(row(), VIEWER, wear=lambda one: None)[0].image == b"png"


@given(st.lists(st.text(min_size=1), unique=True, min_size=2, max_size=2))
def test_ids_are_plain_and_do_not_meet(ids: list[str]) -> None:
    made = [one.id for name in ids for one in examples(row(name), VIEWER)]
    assert all(re.fullmatch(r"[a-z0-9_-]+", one) for one in made)
    assert len(set(made)) == len(made)
