"""The `latex` target holds standard commands only."""

from __future__ import annotations

import pytest

from pipelines.latex_pages.page.target_latex import clean_latex, note_latex


def test_the_pages_own_macros_are_replaced() -> None:
    text = (
        r"Seen\DEmark{2} by \DEtheorem{Lemma 1}{Gauss}{Let \(\{x\}\) be. "
        r"\DEtheorem{Claim}{}{So.}} \DEqed"
    )
    assert clean_latex(text) == (
        r"Seen\footnotemark[2] by \textbf{Lemma 1} (Gauss) Let \(\{x\}\) be. "
        r"\textbf{Claim} So. \qed"
    )


def test_other_latex_is_left_as_it_is() -> None:
    text = r"\begin{align} a &= b \tag{1} \end{align}"
    assert clean_latex(text) is text


@pytest.mark.parametrize("text", [r"\DEtheorem{a", r"\DEtheorem", r"\DEtheorem{a}{b}"])
def test_broken_arguments_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        clean_latex(text)


def test_marks_that_are_no_numbers_are_plain_superscripts() -> None:
    assert clean_latex(r"Seen\DEmark{b} and\DEmark{12}") == (
        r"Seen\textsuperscript{b} and\footnotemark[12]"
    )
    assert note_latex("b", "So.") == r"\textsuperscript{b} So."
    assert note_latex("12", "So.") == r"\footnotetext[12]{So.}"
