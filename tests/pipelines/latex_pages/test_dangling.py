"""Paragraphs that hang on something refused are refused, and no others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.material import Refusal
from pipelines.latex_pages.content.parsing import parse_blocks
from pipelines.latex_pages.dangling import Judged, without_dangling
from pipelines.latex_pages.forms.write import write_block
from pipelines.latex_pages.page.pieces import Kind, Piece


def piece(text: str, kind: Kind = "paragraph", *, continued: bool = False) -> Judged:
    (block,) = parse_blocks(text)
    form = write_block(block)
    return Piece(kind, form, continued=continued, source={"place": "a.tex:1"}), "en"


def lost(kind: str = "display") -> Judged:
    return Refusal(kind, "unknown-command", "", "a.tex:2")


def kept(*judged: Judged) -> list[str]:
    """Return the text of each piece that is left, and the reasons of the refusals."""
    return [
        one.reason if isinstance(one, Refusal) else one[0].form.text
        for one in without_dangling(judged)
    ]


@pytest.mark.parametrize("end", [":", "：", " where", ",", " $x$", ";"])
def test_what_leads_to_something_refused_goes_with_it(end: str) -> None:
    assert kept(piece(f"We have{end}"), lost()) == ["dangling", "unknown-command"]
    display = piece(r"\[ x \]", "display")
    assert kept(piece(f"We have{end}"), display)[0].startswith("We have")


@pytest.mark.parametrize("end", [".", "?", "。", "！", ".”", ".)", r".\footnote{So.}"])
def test_whole_sentences_stay(end: str) -> None:
    assert kept(piece(f"We have it{end}"), lost())[0].startswith("We have it")


def test_what_goes_on_from_something_refused_goes_with_it() -> None:
    on = piece("where it is.", continued=True)
    assert kept(lost(), on) == ["unknown-command", "dangling"]
    assert kept(piece(r"\[ x \]", "display"), on)[-1] == "where it is."
    assert kept(lost(), piece("A new one.", continued=True))[-1] == "A new one."
    assert kept(lost(), piece("其中它成立。", continued=True))[-1] == "dangling"
    assert kept(lost("code"), piece("它成立。", continued=True))[-1] == "它成立。"
    assert kept(lost("figure"), piece("它成立。", continued=True))[-1] == "它成立。"
    assert kept(lost("figure"), on)[-1] == "dangling"


def test_a_chain_falls_as_one() -> None:
    assert kept(piece("So"), piece("we have:"), lost()) == ["dangling"] * 2 + ["unknown-command"]
    going = piece("where this is:", continued=True)
    assert kept(lost(), going, lost())[1] == "dangling"


def test_nothing_follows() -> None:
    assert kept(piece("It is so."), piece("We have:")) == ["It is so.", "dangling"]
    assert kept(piece("We have:"), piece(r"\section{Next}", "heading"))[0] == "dangling"
    assert kept(piece("A line"), piece(r"\section{Next}", "heading"))[0] == "A line"


@given(st.lists(st.sampled_from(["It is so.", "We have:", "refused", "on."]), max_size=12))
def test_order_and_number_stay(told: list[str]) -> None:
    judged = [lost() if one == "refused" else piece(one, continued=one == "on.") for one in told]
    shown = kept(*judged)
    assert len(shown) == len(told)
    for text, found in zip(told, shown, strict=True):
        assert found in ({"unknown-command"} if text == "refused" else {text, "dangling"})
