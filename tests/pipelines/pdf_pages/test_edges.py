"""Lines that run off the paper or out of a clip are told; those wholly outside are no text."""

from __future__ import annotations

import pymupdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.pdf_pages.edges import read_seen
from pipelines.pdf_pages.extract import FLAGS
from tests.hostile_writer import one_page, text_content
from tests.pipelines.pdf_pages.pages import accepted, refused, render

WIDTH, HEIGHT = 595, 842
SIZE = 12
LINE = "This line goes on where no reader can follow it."
SLIVER = 0.3  # points that a reader does not miss

FRAMES = {
    "plain": ("", {}),
    "cropped": ("", {"box": "[-90 -70 700 950]", "extra": f"/CropBox [0 0 {WIDTH} {HEIGHT}]"}),
    "moved": ("1 0 0 1 300 -200 cm", {"box": f"[300 -200 {300 + WIDTH} {HEIGHT - 200}]"}),
    "turned 90": ("0 1 -1 0 842 0 cm", {"box": "[0 0 842 595]", "extra": "/Rotate 90"}),
    "turned 180": ("-1 0 0 -1 595 842 cm", {"extra": "/Rotate 180"}),
    "turned 270": ("0 -1 1 0 0 595 cm", {"box": "[0 0 842 595]", "extra": "/Rotate 270"}),
    "turned and cropped": (
        "0 1 -1 0 842 0 cm",
        {"box": "[-50 -50 999 999]", "extra": "/Rotate 90 /CropBox [0 0 842 595]"},
    ),
}
"""Pages that look the same however their boxes lie: operators before the text, and page keys."""

frames = st.sampled_from(sorted(FRAMES))


def shown(text: str, x: float, y: float = 300) -> str:
    return f"BT /F1 {SIZE} Tf 1 0 0 1 {x:.4f} {y:.4f} Tm ({text}) Tj ET"


def length(text: str) -> float:
    return pymupdf.get_text_length(text, "helv", SIZE)


def framed(content: str, frame: str = "plain") -> bytes:
    """Return a page of prose and something more, whose visible part is the same in each frame."""
    turn, keys = FRAMES[frame]
    prose = text_content("edges", lines=20).decode("ascii")
    return one_page(f"{turn}\n{prose}\n{content}".encode("ascii"), **keys)


def cut_share(data: bytes) -> float:
    with pymupdf.open(stream=data, filetype="pdf") as pdf:
        return read_seen(pdf[0].get_displaylist(), FLAGS).cut


def words_of(data: bytes) -> list[str]:
    with pymupdf.open(stream=data, filetype="pdf") as pdf:
        return [word[4] for word in read_seen(pdf[0].get_displaylist(), FLAGS).words]


def solid(text: str) -> int:
    return len(text.replace(" ", ""))


PROSE = words_of(framed(""))
NUM_PROSE = sum(map(len, PROSE))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(LINE) - 1), frames)
def test_characters_off_the_right_edge_are_counted_and_left_out(off, frame):
    inside = LINE[: len(LINE) - off]
    data = framed(shown(LINE, WIDTH - length(inside) + SLIVER), frame)
    assert words_of(data) == PROSE + inside.split()
    expected = solid(LINE[len(inside) :]) / (NUM_PROSE + solid(LINE))
    assert cut_share(data) == pytest.approx(expected)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(LINE) - 1), frames)
def test_characters_off_the_left_edge_are_counted_and_left_out(off, frame):
    data = framed(shown(LINE, -length(LINE[:off]) - SLIVER), frame)
    assert words_of(data) == PROSE + LINE[off:].split()
    assert cut_share(data) == pytest.approx(solid(LINE[:off]) / (NUM_PROSE + solid(LINE)))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(LINE) - 1), frames)
def test_characters_out_of_their_clip_are_counted_and_left_out(off, frame):
    inside = LINE[: len(LINE) - off]
    clip = f"60 290 {length(inside) + SLIVER:.4f} 20 re W n"
    data = framed(f"q {clip} {shown(LINE, 60 + SLIVER)} Q", frame)
    assert words_of(data) == PROSE + inside.split()
    expected = solid(LINE[len(inside) :]) / (NUM_PROSE + solid(LINE))
    assert cut_share(data) == pytest.approx(expected)


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("off", [1, 4, 20])
def test_a_page_with_one_cut_line_is_refused(frame, off):
    data = framed(shown(LINE, WIDTH - length(LINE[:-off]) + SLIVER), frame)
    rejection = refused(render(data))
    assert rejection.reason == "cut-text"
    assert rejection.proof["cut"] > 0


@pytest.mark.parametrize("frame", FRAMES)
def test_a_line_that_ends_at_the_edge_is_whole(frame):
    sample = accepted(render(framed(shown(LINE, WIDTH - length(LINE) + SLIVER), frame)))
    assert LINE in sample.targets["text"]
    assert sample.proof["cut"] == 0


@pytest.mark.parametrize("pieces", [[LINE[:30], LINE[30:]], LINE.split(" "), list(LINE)])
def test_a_line_that_is_drawn_in_pieces_is_one_line(pieces):
    begin = WIDTH - length(LINE[:30])
    drawn, at = [], 0
    for piece in pieces:
        at = LINE.index(piece, at)
        drawn.append(shown(piece, begin + length(LINE[:at])))
        at += len(piece)
    assert refused(render(framed("\n".join(drawn)))).reason == "cut-text"


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize(
    ("x", "y"),
    [(WIDTH - length("W") / 2, 300), (-length("W") / 2, 300), (60, -4.5), (60, HEIGHT - 4.5)],
)
def test_half_a_glyph_is_cut(frame, x, y):
    assert refused(render(framed(shown("W", x, y), frame))).reason == "cut-text"


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize(
    ("x", "y"), [(WIDTH + 5, 300), (-400, 300), (60, -20), (60, HEIGHT + 5), (5000, -5000)]
)
def test_lines_wholly_outside_are_no_part_of_the_page(frame, x, y):
    with_line, without = accepted(render(framed(shown(LINE, x, y), frame))), framed("", frame)
    assert with_line.proof["cut"] == 0
    assert with_line.targets == accepted(render(without)).targets
    assert with_line.pixel_hash == accepted(render(without)).pixel_hash


def test_a_line_that_its_clip_hides_is_no_part_of_the_page():
    sample = accepted(render(framed(f"q 60 500 9 9 re W n {shown(LINE, 60)} Q")))
    assert sample.targets == accepted(render(framed(""))).targets


def test_blanks_outside_cut_nothing():
    whole = accepted(render(framed(shown(LINE + " " * 20, WIDTH - length(LINE) - 1))))
    assert whole.proof["cut"] == 0
    assert LINE in whole.targets["text"]


def test_a_line_drawn_again_and_again_in_slices_is_whole():
    slices = [f"q {60 + 40 * n} 290 40 20 re W n {shown(LINE, 60)} Q" for n in range(8)]
    assert cut_share(framed("\n".join(slices))) == 0


@pytest.mark.parametrize("far", ["1e9", "-1e9", "1e30", "99999999999999999999"])
def test_text_at_no_place_does_no_harm(far):
    data = framed(f"BT /F1 {SIZE} Tf 1 0 0 1 {far} {far} Tm ({LINE}) Tj ET")
    assert words_of(data) == PROSE
    assert cut_share(data) == 0


def test_the_limit_can_be_raised():
    data = framed(shown(LINE, WIDTH - length(LINE[:-4]) + SLIVER))
    sample = accepted(render(data, proof={"max_cut": 0.01}))
    assert 0 < sample.proof["cut"] < 0.01
    assert LINE[:-4] in sample.targets["text"]
    assert LINE not in sample.targets["text"]


@pytest.mark.parametrize(("page", "end"), [(26, "accou"), (96, "apt.co"), (116, "examples/s")])
def test_real_lines_that_run_off_the_paper(shared_pdfs, page, end):
    data = (shared_pdfs / "zh" / "debian_reference_zh_cn.pdf").read_bytes()
    assert refused(render(data, page - 1, language="zh")).reason == "cut-text"
    allowed = accepted(render(data, page - 1, language="zh", proof={"max_cut": 0.05}))
    assert end in allowed.targets["text"]


def test_a_real_line_whose_full_stop_stands_at_the_edge_is_whole(shared_pdfs):
    data = (shared_pdfs / "zh" / "debian_reference_zh_cn.pdf").read_bytes()
    assert "README.Debian”。" in accepted(render(data, 70, language="zh")).targets["text"]
