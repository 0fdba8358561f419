"""Long paragraphs are cut at sentences and lose no word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.latex_pages.content.nodes import Math, Paragraph, Styled, Symbol, Text
from pipelines.latex_pages.paragraphs import MOST, split_long

SENTENCES = st.lists(
    st.sampled_from(
        (
            "The level rose by night.",
            "Did anyone measure it?",
            "It was 3.5 metres, as Dr. A. Smith says.",
            "水位在夜里上升了。",
            "He said “stop.”",
        )
    ),
    min_size=1,
    max_size=120,
)


def text_of(paragraphs: tuple[Paragraph, ...]) -> str:
    return " ".join("".join(one.text for one in part.body) for part in paragraphs)  # type: ignore[union-attr]


@given(SENTENCES)
def test_no_word_is_lost_and_none_comes_twice(sentences: list[str]) -> None:
    text = " ".join(sentences)
    parts = split_long(Paragraph((Text(text),)))
    assert text_of(parts).replace(" ", "") == text.replace(" ", "")


@given(SENTENCES)
def test_parts_begin_and_end_with_sentences(sentences: list[str]) -> None:
    parts = split_long(Paragraph((Text(" ".join(sentences)),)))
    for part in parts:
        text = "".join(one.text for one in part.body)  # type: ignore[union-attr]
        assert text[0] in "TDIH水"
        assert text.rstrip("”")[-1] in ".?。"


def test_short_ones_stay_whole() -> None:
    paragraph = Paragraph((Text("One. Two. Three."),), continued=True)
    assert split_long(paragraph) == (paragraph,)


def test_long_ones_are_cut_below_twice_the_limit_and_only_the_first_continues() -> None:
    paragraph = Paragraph((Text("The water runs down the hill. " * 200),), continued=True)
    parts = split_long(paragraph)
    assert len(parts) > 3
    assert [part.continued for part in parts] == [True] + [False] * (len(parts) - 1)
    assert max(len(part.body[0].text) for part in parts) < MOST  # type: ignore[union-attr]


def test_formulas_and_faces_keep_their_places() -> None:
    body = (
        Text("The water runs down the hill. " * 60 + "Now "),
        Math((Symbol("x"),)),
        Text(" is found. "),
        Styled("bold", (Text("Then"),)),
        Text(" it ends."),
    )
    parts = split_long(Paragraph(body))
    flat = [one for part in parts for one in part.body if not isinstance(one, Text)]
    assert flat == [body[1], body[3]]
