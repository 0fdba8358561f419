"""Sequences as people read them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dataengine.sample import Turn
from trainers.loop.checks.data import shortened
from trainers.loop.checks.marking import marked
from trainers.tokens.layout import Layout

LAYOUT = Layout("bytes")


@given(st.text(st.characters(codec="utf-8"), max_size=20), st.integers(2, 300))
def test_all_of_it_is_shown_once(text, tokens):
    turns = (Turn("user", "read"), Turn("assistant", text))
    shown = marked(LAYOUT.encode(turns, tokens), LAYOUT)
    assert shown == f"<begin><image>×{tokens}<user>read<assistant>⟦{text}<end>⟧"


def test_answers_between_questions_are_marked_one_by_one():
    turns = [
        Turn("user", "a"),
        Turn("assistant", "b"),
        Turn("user", "c"),
        Turn("assistant", "<end>"),
    ]
    shown = marked(LAYOUT.encode(turns, 1), LAYOUT)
    assert shown == "<begin><image><user>a<assistant>⟦b<end>⟧<user>c<assistant>⟦<end><end>⟧"


def test_long_texts_are_shortened_in_the_middle():
    text = shortened("a\nb" + "x" * 5000 + "end")
    assert text.startswith("a↵bxx")
    assert text.endswith("end")
    assert "4,206 characters" in text


def test_control_characters_reach_no_terminal():
    assert "\x1b" not in shortened("a\x1b[2Jb")
