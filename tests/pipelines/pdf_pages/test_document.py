"""What is not a good PDF ends as a reason; canvases and formats are as the recipe says."""

from __future__ import annotations

import shutil
import subprocess
import sys

import numpy as np
import pymupdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.imaging import decode_pixels, pixel_hash
from dataengine.pipeline import Unit
from dataengine.sample import Sample
from pipelines.pdf_pages import PIPELINE
from pipelines.pdf_pages.canvas import place
from pipelines.pdf_pages.document import PageProblem, guarded
from pipelines.pdf_pages.options import Canvas, Options
from tests.conftest import REPOSITORY
from tests.pipelines.pdf_pages.pages import (
    SENTENCE,
    accepted,
    item_of,
    make_renderer,
    new_page,
    prose_page,
    refused,
    render,
    write_lines,
)

POPPLER = pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler is not installed")


def probe(data: bytes):
    return make_renderer(data).probe(item_of(data), data)


def locked(user: str) -> bytes:
    return prose_page()[0].tobytes(
        encryption=pymupdf.PDF_ENCRYPT_AES_256, owner_pw="owner", user_pw=user
    )


def test_probe_counts_pages():
    pdf = pymupdf.open()
    for _ in range(3):
        pdf.new_page()
    assert probe(pdf.tobytes()).units == 3


def test_probe_finds_a_header_that_is_not_at_the_start():
    assert probe(b"\n" * 500 + prose_page()[0].tobytes()).units == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not-a-pdf"),
        (b"<html><body>Not found</body></html>", "not-a-pdf"),
        (b"\n" * 2000 + b"%PDF-1.7", "not-a-pdf"),
        (b"%PDF-1.7\n" + b"\0" * 400, None),
        (locked("secret"), "encrypted"),
        (prose_page()[0].tobytes()[:200], None),
    ],
)
def test_probe_says_why_there_are_no_pages(data, reason):
    found = probe(data)
    assert found.units == 0
    assert found.detail
    assert found.reason in ({reason} if reason else {"broken-file", "no-pages"})
    assert found.reason in PIPELINE.reasons
    assert refused(render(data)).reason == found.reason


def test_an_empty_password_is_no_password():
    assert probe(locked("")).units == 1
    accepted(render(locked("")))


def test_zero_pages():
    pdf, _ = prose_page()
    data = pdf.tobytes(use_objstms=0).replace(b"/Count 1", b"/Count 0")
    assert probe(data).units in (0, 1)  # MuPDF may count for itself; it must not raise


def test_a_page_that_is_not_there_is_broken():
    assert refused(render(prose_page()[0], 7)).reason == "broken-page"


def test_a_cut_file_is_marked_as_repaired():
    whole = prose_page()[0].tobytes()
    assert accepted(render(whole)).proof["repaired"] is False
    sample = accepted(render(whole[: whole.rindex(b"xref")]))
    assert sample.proof["repaired"] is True


@pytest.mark.parametrize("size", [(14500, 14500), (20000, 300), (12, 12), (600, 20)])
def test_page_boxes_that_no_page_has(size):
    pdf, page = new_page(*size)
    write_lines(page, [SENTENCE], at=(2, 8))
    assert refused(render(pdf)).reason == "page-box"


def test_the_largest_allowed_box_is_drawn_small():
    pdf, page = new_page(14400, 14400)
    write_lines(page, [SENTENCE] * 3, at=(500, 3000), size=300)
    sample = accepted(render(pdf, canvas={"rule": "dpi", "size": 300, "max_long_edge": 1200}))
    assert (sample.width, sample.height) == (1200, 1200)
    assert sample.proof["canvas"]["capped"] is True


def test_want_of_memory_is_not_a_broken_page():
    def fails() -> None:
        raise RuntimeError("code=2: malloc (100 bytes) failed")

    with pytest.raises(MemoryError):
        guarded("draw", fails)


def test_other_errors_of_mupdf_are_page_problems_and_our_own_are_not():
    def fails() -> None:
        raise RuntimeError("code=7: syntax error")

    with pytest.raises(PageProblem) as caught:
        guarded("draw", fails)
    assert caught.value.reason == "broken-page"
    with pytest.raises(KeyError):
        guarded("draw", lambda: {}["missing"])


sizes = st.floats(30, 14400)


@given(sizes, sizes, st.integers(64, 2048))
def test_long_edge_has_its_length_and_keeps_the_shape(width, height, size):
    spot = place(Canvas(size=size), width, height)
    assert max(spot.width, spot.height) == size
    assert abs(spot.width / size - width / max(width, height)) <= 1 / size
    assert spot.scale_x * width == pytest.approx(spot.width)


@given(sizes, sizes, st.integers(36, 600), st.integers(64, 4096))
def test_dpi_never_exceeds_its_cap(width, height, dpi, cap):
    spot = place(Canvas(rule="dpi", size=dpi, max_long_edge=cap), width, height)
    assert max(spot.width, spot.height) <= cap
    if not spot.capped:
        assert abs(spot.width - width * dpi / 72) <= 1


@given(sizes, sizes, st.sampled_from(["squash", "pad"]))
def test_squares_are_square(width, height, fit):
    spot = place(Canvas(rule="square", size=512, fit=fit), width, height)
    assert (spot.width, spot.height) == (512, 512)
    assert spot.left + spot.page_width <= 512
    assert spot.top + spot.page_height <= 512
    if fit == "pad":
        assert max(spot.page_width, spot.page_height) == 512


def test_padding_is_white_and_recorded():
    pdf, page = prose_page()
    page.draw_rect(page.rect, fill=(0.9, 0.9, 0.9), color=None, overlay=False)
    sample = accepted(render(pdf, canvas={"rule": "square", "size": 1000, "fit": "pad"}))
    pixels = decode_pixels(sample.image)
    left = sample.proof["canvas"]["left"]
    assert left > 100
    assert (pixels[:, :left] == 255).all()
    assert (pixels[500, left] < 255).all()


@pytest.mark.parametrize("name", ["png", "webp", "jpeg"])
def test_formats(name):
    sample = accepted(render(prose_page()[0], image={"format": name}))
    assert sample.image_format == name
    pixels = decode_pixels(sample.image)
    assert pixels.shape[:2] == (sample.height, sample.width)
    if name == "png":
        assert pixel_hash(pixels) == sample.pixel_hash


def test_grey_pages_are_stored_grey_and_coloured_ones_in_colour():
    assert decode_pixels(accepted(render(prose_page()[0])).image).ndim == 2
    coloured = accepted(render(prose_page(color=(0.7, 0, 0))[0]))
    assert decode_pixels(coloured.image).ndim == 3


def test_annotations_are_drawn_and_read_together_or_not_at_all():
    pdf, page = prose_page()
    page.add_freetext_annot((60, 400, 300, 430), "Remarkable", fontsize=14)
    with_notes, without = accepted(render(pdf)), accepted(render(pdf, annotations=False))
    assert "Remarkable" in with_notes.targets["text"]
    assert "Remarkable" not in without.targets["text"]
    assert with_notes.pixel_hash != without.pixel_hash


def varied_document() -> bytes:
    pdf = pymupdf.open()
    for number in range(6):
        page = pdf.new_page(width=420, height=595)
        font = ("helv", "tiro", "cour")[number % 3]
        write_lines(page, [f"{number} {SENTENCE[:40]}"] * (5 + number), font=font, size=9 + number)
        if number % 2:
            page.draw_rect((50, 400, 300, 500), fill=(number / 6, 0.5, 0.2))
    return pdf.tobytes()


def fingerprints(renderer, data: bytes, order) -> dict[int, tuple]:
    rng = np.random.Generator(np.random.PCG64(0))
    found = {}
    for number in order:
        outcome = renderer.render(Unit(number, item_of(data), number), rng)
        assert isinstance(outcome, Sample)
        found[number] = (
            outcome.image,
            outcome.targets["text"],
            outcome.regions.boxes.tobytes(),
            str(outcome.proof),
        )
    return found


@pytest.mark.parametrize("furniture", ["keep", "drop"])
def test_pages_do_not_depend_on_the_pages_before(furniture):
    data = varied_document()
    options = {"text": {"furniture": furniture}}
    forward = fingerprints(make_renderer(data, **options), data, range(6))
    assert fingerprints(make_renderer(data, **options), data, [5, 0, 3, 3, 1, 4, 2]) == forward
    for number in range(6):
        alone = fingerprints(make_renderer(data, **options), data, [number])
        assert alone[number] == forward[number]


def test_pages_do_not_depend_on_the_process(tmp_path):
    path = tmp_path / "varied.pdf"
    path.write_bytes(varied_document())
    script = (
        "import sys, hashlib\n"
        "from pathlib import Path\n"
        "from tests.pipelines.pdf_pages.test_document import fingerprints, make_renderer\n"
        "data = Path(sys.argv[1]).read_bytes()\n"
        "found = fingerprints(make_renderer(data), data, [4, 1])\n"
        "print(hashlib.sha256(repr(sorted(found.items())).encode()).hexdigest())\n"
    )
    command = [sys.executable, "-c", script, str(path)]
    answers = {
        subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, check=True).stdout
        for _ in range(2)
    }
    assert len(answers) == 1
    assert len(answers.pop().strip()) == 64


def test_real_pages_do_not_depend_on_the_order(shared_pdfs):
    data = (shared_pdfs / "zh" / "texproposal.pdf").read_bytes()
    numbers = [6, 7, 8, 10]
    renderer = make_renderer(data)
    forward = fingerprints(renderer, data, numbers)
    assert fingerprints(renderer, data, numbers[::-1]) == forward


@pytest.mark.parametrize(
    ("name", "reasons"),
    [
        ("en/metre_broken_textmap.pdf", {"unknown-glyphs"}),
        ("en/wikipedia_ocr_article_scan.pdf", {"no-text-layer"}),
        ("en/linn_brochure_scan_skewed.pdf", {"no-text-layer"}),
        ("en/da2021_drawings_textless.pdf", {"no-text-layer"}),
        ("en/truetype_nomapping.pdf", {"few-chars"}),
        ("zh/alibaba_mock_slides.pdf", {"radical-doubles", "few-chars", "ink-without-text"}),
    ],
)
def test_bad_files_give_no_page(shared_pdfs, name, reasons):
    data = (shared_pdfs / name).read_bytes()
    renderer = make_renderer(data)
    item = item_of(data, name[:2])
    rng = np.random.Generator(np.random.PCG64(0))
    units = renderer.probe(item, data).units
    assert {refused(renderer.render(Unit(n, item, n), rng)).reason for n in range(units)} <= reasons


def test_good_files_give_most_of_their_pages(shared_pdfs):
    data = (shared_pdfs / "en" / "asmejour_template.pdf").read_bytes()
    renderer = make_renderer(data)
    rng = np.random.Generator(np.random.PCG64(0))
    outcomes = [renderer.render(Unit(n, item_of(data, "en"), n), rng) for n in range(7)]
    assert sum(isinstance(outcome, Sample) for outcome in outcomes) >= 6


@POPPLER
def test_both_renderers_draw_the_same_page():
    pdf, page = prose_page()
    page.set_cropbox((20, 20, 400, 560))
    ours = accepted(render(pdf))
    theirs = accepted(render(pdf, renderer="pdf2image"))
    assert ours.targets == theirs.targets
    assert (ours.width, ours.height) == (theirs.width, theirs.height)
    assert theirs.proof["renderer"] == "pdf2image"
    left, right = (decode_pixels(sample.image).astype(int) for sample in (ours, theirs))
    assert abs(left.mean() - right.mean()) < 5
    assert theirs.seconds["raster"] > 0


@POPPLER
def test_poppler_keeps_no_temporary_files(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    accepted(render(prose_page()[0], renderer="pdf2image"))
    assert list(tmp_path.iterdir()) == []


def test_requirements_name_versions_and_what_is_missing():
    needs = PIPELINE.requirements(Options(proof={"tokenizer": "/no/such/tokenizer.json"}))
    assert needs.versions["pymupdf"]
    assert len(needs.missing) == 1


def test_every_option_is_described():
    schema = Options.model_json_schema()
    for group in (schema, *schema["$defs"].values()):
        for name, field in group["properties"].items():
            assert field.get("description"), name
