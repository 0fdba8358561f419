"""Forms: filling slots keeps every form in step, whatever the labels."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.latex_pages.forms.form import ABOVE, BELOW, Form, Glyphs
from pipelines.latex_pages.forms.slots import Slots, shifted

SLOT = ["\ue000", "\ue001", "\ue002"]


@st.composite
def slotted(draw: st.DrawFn) -> tuple[str, tuple[tuple[int, int, str], ...]]:
    chars = draw(st.permutations([*SLOT, *draw(st.text("abcx=", max_size=8))]))
    place = st.integers(0, len(chars) - 1)
    relations = draw(st.lists(st.tuples(place, place, st.sampled_from((ABOVE, BELOW))), max_size=4))
    return "".join(chars), tuple(relations)


labels = st.lists(st.text("12().", max_size=4), min_size=3, max_size=3)


@given(slotted(), labels)
def test_filling_replaces_each_slot_in_every_form(
    drawn: tuple[str, tuple[tuple[int, int, str], ...]], shown: list[str]
) -> None:
    chars, relations = drawn
    form = Form(
        chars, chars, chars, chars, Glyphs(chars, "n" * len(chars), relations), ("a", "b", "c")
    )
    filled = form.fill([Form(x, x, x, x, Glyphs(x, "b" * len(x))) for x in shown])
    expected = "".join(dict(zip(SLOT, shown, strict=True)).get(char, char) for char in chars)
    assert filled.latex == filled.markdown == filled.text == filled.html == expected
    assert filled.glyphs.chars == expected
    assert filled.slots == ()
    starts = [
        len("".join(dict(zip(SLOT, shown, strict=True)).get(c, c) for c in chars[:i]))
        for i in range(len(chars))
    ]
    assert filled.glyphs.relations == tuple((starts[i], starts[j], how) for i, j, how in relations)
    assert all(
        face == ("n" if origin not in SLOT else "b")
        for face, origin in zip(
            filled.glyphs.faces,
            (c for c in chars for _ in (dict(zip(SLOT, shown, strict=True)).get(c, c))),
            strict=True,
        )
    )


def test_relations_of_a_label_move_with_it() -> None:
    form = Form(glyphs=Glyphs("ab\ue000", "nnn"), slots=("footnote",))
    filled = form.fill([Form(glyphs=Glyphs("12", "aa", ((1, 0, ABOVE),)))])
    assert filled.glyphs == Glyphs("ab12", "nnaa", ((3, 2, ABOVE),))


def test_a_label_without_html_takes_it_from_the_form() -> None:
    form = Form(html="x\ue000", slots=("equation",))
    assert form.fill([Form(html=None)]).html is None


def test_the_number_of_labels_must_fit() -> None:
    with pytest.raises(ValueError, match="1 slots, 0 labels"):
        Form(slots=("equation",)).fill([])


def test_forms_come_back_from_plain_data() -> None:
    note = Form("n", "n", "n", None, Glyphs("n", "n"))
    form = Form("l", "m", "t", "h", Glyphs("ab", "nb", ((1, 0, BELOW),)), ("footnote",), (note,))
    assert Form.load(form.dump()) == form


def test_slots_are_counted_and_shifted() -> None:
    slots = Slots()
    assert slots.take("equation") == "\ue000"
    assert slots.place("a\ue000b\ue001", ("x", "y")) == "a\ue001b\ue002"
    assert slots.kinds == ["equation", "x", "y"]
    assert shifted("\ue000\ue001", 2, 0) == "\ue000\ue001"


def test_filling_is_fast() -> None:
    chars = "x" * 500 + "\ue000" + "y" * 500
    form = Form(
        chars,
        chars,
        chars,
        chars,
        Glyphs(chars, "n" * 1001, ((3, 700, ABOVE),) * 20),
        ("equation",),
    )
    label = Form("3.2", "3.2", "(3.2)", "(3.2)", Glyphs("(3.2)", "nnnnn"))
    start = time.perf_counter()
    for _ in range(1000):
        form.fill([label])
    assert time.perf_counter() - start < 0.5  # measured: 0.02


def test_a_trace_is_filled_where_form_or_label_has_one() -> None:
    label = Form(text="x", trace="X")
    assert Form(text="a\ue000", slots=("footnote",)).fill([Form(text="x")]).trace == ""
    assert Form(text="a\ue000", slots=("footnote",)).fill([label]).trace == "aX"
    traced = Form(text="a\ue000", trace="A\ue000", slots=("footnote",))
    assert traced.fill([Form(text="x")]).trace == "Ax"
