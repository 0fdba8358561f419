"""The tokenizer: what comes out joins to what went in, and TeX's rules about blanks hold."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.latex_pages.source.tokens import Token, join, tokenize

PIECES = st.lists(
    st.sampled_from(
        [
            "word",
            "\\alpha",
            "\\\\",
            "{",
            "}",
            "$",
            "&",
            "^",
            "_",
            "~",
            " ",
            "\n",
            "[",
            "]",
            "中文",
            "\\%",
            "12",
            "*",
            "\n\n",
            "\\ ",
        ]
    ),
    max_size=40,
).map("".join)


def kinds(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in tokenize(text)]


@given(PIECES)
def test_joined_tokens_give_the_same_tokens_again(text: str) -> None:
    tokens = tokenize(text)
    assert [one[:2] for one in tokenize(join(tokens))] == [one[:2] for one in tokens]


@given(st.text(alphabet=st.sampled_from("abc 12中é[]()-.,"), max_size=80))
def test_plain_text_comes_back_with_single_blanks(text: str) -> None:
    expected = " ".join(part for part in text.split(" ") if part)
    assert join(tokenize(text)).strip(" ") == expected


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error_and_every_place_is_a_line_of_it(text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    for char in "\x0b\x0c\u2028\x85":
        lines = lines.replace(char, "\n")
    last = lines.count("\n") + 1
    assert all(1 <= token.place[1] <= last for token in tokenize(text))


def test_blanks_vanish_after_a_control_word_and_stay_after_a_control_symbol() -> None:
    assert kinds("\\foo  x") == [("control", "foo"), ("letter", "x")]
    assert kinds("\\% x") == [("control", "%"), ("space", " "), ("letter", "x")]
    assert kinds("\\foo\n\nx") == [("control", "foo"), ("par", ""), ("letter", "x")]


def test_a_comment_takes_its_line_end_and_the_next_lines_indentation() -> None:
    assert kinds("a% note\n  b") == [("letter", "a"), ("letter", "b")]
    assert kinds("a% note\n\nb") == [("letter", "a"), ("par", ""), ("letter", "b")]
    assert kinds("a\\% b") == [("letter", "a"), ("control", "%"), ("space", " "), ("letter", "b")]


def test_at_is_a_letter_only_inside_makeatletter() -> None:
    text = "\\a@b\\makeatletter\\a@b\\makeatother\\a@b"
    controls = [token.text for token in tokenize(text) if token.kind == "control"]
    assert controls == ["a", "makeatletter", "a@b", "makeatother", "a"]


def test_verbatim_is_one_token_and_its_content_is_not_read() -> None:
    assert kinds("\\verb|\\x{%|y") == [("verbatim", "\\x{%"), ("letter", "y")]
    assert kinds("\\begin{verbatim}\n\\x}%\n\\end{verbatim}z") == [
        ("verbatim", "\n\\x}%\n"),
        ("letter", "z"),
    ]
    assert kinds("a\\begin{comment}\n\\x}\n\\end{comment}b") == [("letter", "a"), ("letter", "b")]


def test_a_verb_without_an_end_is_refused_and_the_rest_is_read() -> None:
    tokens = tokenize("\\verb|open\nnext")
    assert tokens[0].kind == "refused"
    assert tokens[-1] == Token("letter", "next", (0, 2))


def test_urls_keep_percent_and_hash_signs() -> None:
    assert join(tokenize("\\url{http://x/a%20b_c}")) == "\\url{http://x/a%20b_c}"
    assert ("letter", "http://x/a%20b_c") in kinds("\\url{http://x/a%20b_c}")


def test_parameters_keep_their_doubled_signs() -> None:
    assert kinds("#1##2") == [("param", "1"), ("param", "#2")]


@pytest.mark.parametrize(
    "text",
    [
        "{" * 300_000,
        "%\n" * 200_000,
        "\\verb|" * 50_000,
        "\\begin{verbatim}" * 2_000,
        "$" * 300_000,
    ],
)
def test_hostile_text_takes_linear_time(text: str) -> None:
    began = time.monotonic()
    tokenize(text)
    assert time.monotonic() - began < 4
