"""The log is read as TeX wrote it, and whatever it holds it is read without an exception."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.latex_pages.tex.log import DETAIL, MESSAGES, read_log

N = "===0123==="
PARTS = st.sampled_from(
    [
        *(
            f"{N} {word} {number}"
            for word in ("BEGIN", "SHIP", "END", "POISON")
            for number in (0, 1)
        ),
        *(
            f"{N} DONE",
            N,
            f"{N} BEGIN",
            f"{N} END x",
            f"{N} WHAT 1",
            "! Oops.",
            "l.3 \\foo",
            "",
            "@@a",
        ),
        *("Overfull \\hbox (1pt too wide)", "Missing character: There is no x in font y!"),
        *("Output written on main.pdf (3 pages, 99 bytes).", "! Missing character: x"),
    ]
)


@given(st.lists(PARTS | st.text(max_size=20), max_size=40))
def test_any_log_can_be_read(lines: list[str]) -> None:
    report = read_log("\n".join(lines), N)
    assert report.shipped == sum(segment.pages for segment in report.segments)
    assert all(segment.end in ("", "END", "POISON", "WHAT") for segment in report.segments)


def test_an_orderly_log() -> None:
    text = f"""This is TeX
{N} BEGIN 0
(./p0.tex
! Undefined control sequence.
<recently read> \\foo

l.3 \\foo
        bar
Overfull \\hbox (5.0pt too wide) in paragraph at lines 3--5
@@E 1 2345
{N} SHIP 0
[1])
{N} END 0
{N} BEGIN 4
@@x
{N} SHIP 4
{N} SHIP 4
{N} END 4
{N} DONE
Output written on main.pdf (3 pages, 12345 bytes).
"""
    report = read_log(text, N)
    first, second = report.segments
    assert (report.done, report.written, report.shipped, report.strays) == (True, 3, 3, [])
    assert (first.number, first.end, first.first_page, first.pages) == (0, "END", 0, 1)
    assert (second.number, second.end, second.first_page, second.pages) == (4, "END", 1, 2)
    full = "Overfull \\hbox (5.0pt too wide) in paragraph at lines 3--5"
    assert first.lines == [f"@@FULL {full}", "@@E 1 2345"]
    assert second.lines == ["@@x"]
    assert first.overfull == ["Overfull \\hbox (5.0pt too wide) in paragraph at lines 3--5"]
    assert first.errors == ["! Undefined control sequence."]


def test_marks_out_of_place_are_strays() -> None:
    for lines in (f"{N} END 0", f"{N} BEGIN 0\n{N} END 1", f"{N} BEGIN 0\n{N} END 0\n{N} SHIP 0"):
        assert read_log(lines, N).strays


def test_floods_of_messages_are_cut() -> None:
    report = read_log(f"{N} BEGIN 0\n" + "! x\n" * 5000 + "Overfull " + "y" * 9000, N)
    assert len(report.segments[0].errors) == MESSAGES
    assert len(report.segments[0].overfull[0]) == DETAIL
