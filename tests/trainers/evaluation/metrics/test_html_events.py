"""Tags and texts of HTML, well formed or not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainers.evaluation.metrics.html_events import End, Start, html_events


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("a<b>c</b>", ["a", Start("b"), "c", End("b")]),
        ("<TD ColSpan = '2' class=x rowspan=3 >", [Start("td", {"colspan": "2", "rowspan": "3"})]),
        ('<td title="a>b" hidden/>x', [Start("td"), "x"]),
        ("1 < 2 &lt;&amp;&#65;", ["1 < 2 <&A"]),
        ("a<!-- <b> -->c<!DOCTYPE html>d", ["a", "c", "d"]),
        ("a<b", ["a"]),
        ("a<!-- b", ["a"]),
        ("a<td x='1>", ["a"]),
        ("<", ["<"]),
        ("</", ["</"]),
        ("</>x", ["</>x"]),
        ("<table<tr>", [Start("table<tr")]),
        ("", []),
    ],
)
def test_events(text, events):
    assert list(html_events(text)) == events


@settings(max_examples=200)
@given(st.text("<>/!-ab'\"= &#;1", max_size=40))
def test_any_text_ends_with_no_tag_in_its_texts(text):
    for event in html_events(text):
        assert event == "" or isinstance(event, str) or "<" not in event.tag[:1]


@pytest.mark.parametrize("piece", ["<", "<a ", "<a href='", "<!--", "</", "<![CDATA[", "&", "&#9"])
def test_hostile_texts_take_linear_time(piece):
    assert sum(1 for _ in html_events(piece * 40_000)) < 80_001


def test_long_reference_is_left_as_it_is():
    assert list(html_events("&#" + "9" * 5000)) == ["&#" + "9" * 5000]
