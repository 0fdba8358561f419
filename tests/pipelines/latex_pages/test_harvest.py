"""From works to vetted pieces: kinds, order, places, languages, refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

from dataengine.material import Piece as Stored
from dataengine.material import Refusal
from tests.pipelines.latex_pages.sources import (
    CHINESE,
    ENGLISH,
    harvested,
    pieces,
    refusals,
)


def document(body: str, preamble: str = "") -> str:
    return (
        f"\\documentclass{{article}}\n{preamble}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
    )


def kinds(found: list[Stored | Refusal], group: str) -> list[str]:
    return [piece.body["kind"] for piece in pieces(found) if piece.group == group]


def test_an_english_work_gives_all_its_kinds_in_order(tex: Path) -> None:
    found = harvested(ENGLISH, tex)
    assert refusals(found) == []
    assert kinds(found, "en/flow") == [
        "heading",
        "paragraph",
        "paragraph",
        "display",
        "paragraph",
        "theorem",
        "list",
        "table",
        "heading",
        "display",
        "paragraph",
    ]
    assert kinds(found, "en/display") == ["display", "display"]
    assert kinds(found, "en/table") == ["table"]


def test_the_target_holds_standard_latex_without_the_authors_macros(tex: Path) -> None:
    for piece in pieces(harvested(ENGLISH, tex)):
        text = repr(piece.body)
        assert "speed{" not in text
        assert "\\rank" not in text
    display = next(p for p in pieces(harvested(ENGLISH, tex)) if p.group == "en/display")
    assert "v_{\\mathrm{mean}}" in display.body["form"]["m"]


def test_a_chinese_work_is_vetted_with_chinese_fonts(tex: Path) -> None:
    found = harvested(CHINESE, tex)
    assert refusals(found) == []
    assert {piece.group for piece in pieces(found)} == {
        "zh/flow",
        "zh/display",
        "zh/plain-display",
        "zh/table",
    }


def test_a_second_harvest_is_the_same(tex: Path) -> None:
    assert harvested(ENGLISH, tex) == harvested(ENGLISH, tex)


def test_places_name_file_and_line(tex: Path) -> None:
    found = harvested(document("One line.\n\nAnother one."), tex)
    assert [piece.body["place"] for piece in pieces(found)] == ["work.tex:4", "work.tex:6"]


def test_what_cannot_be_used_costs_its_neighbours_nothing(tex: Path) -> None:
    bad = "\\immediate\\write18{touch x} Bad.\n\n\\foo{x}"
    body = f"First paragraph stays.\n\n{bad}\n\nLast one stays."
    found = harvested(document(body), tex)
    assert [piece.body["form"]["t"] for piece in pieces(found)] == [
        "First paragraph stays.",
        "Last one stays.",
    ]
    assert {one.reason for one in refusals(found)} == {"unsafe-command", "unknown-command"}
    assert all(one.place for one in refusals(found))


def test_the_same_ink_has_the_same_key_whatever_its_spelling(tex: Path) -> None:
    first = harvested(document(r"\[ a \le b \]"), tex)
    second = harvested(document(r"\def\x{a}\begin{equation*}{\x}\leq b\end{equation*}"), tex)
    third = harvested(document(r"\[ a \geq b \]"), tex)
    keys = [pieces(found)[0].key for found in (first, second, third)]
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (b"no document at all", "no-document"),
        (b"\x1f\x8b broken gzip", "archive"),
        (b"%PDF-1.5", "pdf-only"),
    ],
)
def test_what_is_no_work_is_said_once(tex: Path, source: bytes, reason: str) -> None:
    found = harvested(source, tex)
    assert [(one.kind, one.reason) for one in refusals(found)] == [("work", reason)]
    assert pieces(found) == []


def test_other_languages_are_left_out(tex: Path) -> None:
    french = (
        "Les causes primordiales ne nous sont point connues; mais elles sont assujetties à des "
        "lois simples et constantes, que l'on peut découvrir par l'observation, et dont l'étude "
        "est l'objet de la philosophie naturelle. La chaleur pénètre, comme la gravité, toutes "
        "les substances de l'univers, ses rayons occupent toutes les parties de l'espace."
    )
    found = harvested(document(french), tex)
    assert [one.reason for one in refusals(found)] == ["other-language"]


def test_a_table_wider_than_any_page_is_refused(tex: Path) -> None:
    cells = " & ".join(["a rather long cell of words"] * 14)
    found = harvested(
        document(f"\\begin{{tabular}}{{{'l' * 14}}} {cells} \\\\ \\end{{tabular}}"), tex
    )
    assert [one.reason for one in refusals(found)] == ["too-wide"]
