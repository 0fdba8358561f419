"""Each reason is given to a page that earns exactly it, and a near miss passes."""

from __future__ import annotations

import io
import json
from typing import get_args

import numpy as np
import pymupdf
import pytest

from pipelines.pdf_pages import PIPELINE
from pipelines.pdf_pages.charset import (
    Kind,
    codes_of,
    count_kinds,
    kinds_of,
    radical_doubles,
    truncated_mathematics,
)
from pipelines.pdf_pages.language import contradicts, find_language, plausibility
from pipelines.pdf_pages.options import Language
from pipelines.pdf_pages.order import measure_order
from pipelines.pdf_pages.tokens import estimate
from tests.pipelines.pdf_pages.pages import (
    CHINESE,
    SENTENCE,
    WHITE,
    accepted,
    any_size,
    new_page,
    prose_page,
    refused,
    render,
    write_lines,
)

CODES = {
    "not-a-pdf", "broken-file", "encrypted", "no-pages", "broken-page", "page-box", "blank",
    "renderer-timeout", "no-text-layer", "few-chars", "unknown-glyphs", "radical-doubles",
    "hidden-text", "rotated-text", "vertical-text", "cut-text", "garbled-text", "wrong-language",
    "reading-order", "shattered-text", "illegible", "too-long", "text-without-ink",
    "ink-without-text",
}  # fmt: skip


def reason_of(pdf, **how) -> str:
    rejection = refused(render(pdf, **how))
    assert rejection.reason in PIPELINE.reasons
    assert rejection.detail.endswith((".", ")"))
    assert rejection.preview[:2] == b"\xff\xd8"
    return rejection.reason


def test_every_reason_is_explained():
    assert set(PIPELINE.reasons) == CODES


def test_an_accepted_page_carries_every_score():
    sample = accepted(render(prose_page()[0], language="en"))
    assert {
        "renderer", "repaired", "canvas", "chars", "unknown", "radicals", "hidden", "rotated",
        "vertical", "cut", "usual_pairs", "rare_han", "language", "backward", "interleaved",
        "shattered", "em_px_median", "em_px_least", "illegible", "tokens", "inked", "explained",
    } <= set(sample.proof)  # fmt: skip
    assert json.loads(json.dumps(dict(sample.proof))) == dict(sample.proof)
    assert sample.language == "en"
    assert len(sample.fingerprint) == 128
    assert {"open", "interpret", "text", "proof", "raster", "regions", "encode"} <= set(
        sample.seconds
    )


def test_a_rejection_keeps_the_scores_up_to_the_failure():
    rejection = refused(render(prose_page()[0], proof={"max_tokens": 10}))
    assert rejection.reason == "too-long"
    assert "tokens" in rejection.proof
    assert "inked" not in rejection.proof


def test_blank_page():
    assert reason_of(new_page()[0]) == "blank"


def test_a_drawing_without_text_has_no_text_layer():
    pdf, page = new_page()
    for number in range(40):
        page.draw_circle((60 + 7 * number, 100 + 9 * number), 20)
    assert reason_of(pdf) == "no-text-layer"


def test_few_chars():
    pdf, page = new_page()
    write_lines(page, ["Only a few words."])
    assert reason_of(pdf) == "few-chars"
    accepted(render(pdf, proof={"min_chars": 14}))


def scanned(hidden: str) -> pymupdf.Document:
    """A page that is a picture of prose, with an invisible text layer over it."""
    picture = prose_page()[0][0].get_pixmap(dpi=150).tobytes("png")
    pdf, page = new_page()
    page.insert_image(page.rect, stream=picture)
    if hidden:
        write_lines(page, [SENTENCE[:60]] * 20, render_mode=3)
    return pdf


def test_scans_without_and_with_hidden_text():
    assert reason_of(scanned("")) == "no-text-layer"
    assert reason_of(scanned("yes")) == "hidden-text"


def test_hidden_text_that_is_allowed_must_still_be_seen():
    accepted(render(scanned("yes"), proof={"max_hidden": 1.0}))
    pdf, page = new_page()
    write_lines(page, [SENTENCE[:60]] * 20, render_mode=3)
    assert reason_of(pdf, proof={"max_hidden": 1.0}) == "text-without-ink"


def test_white_and_covered_text():
    assert reason_of(prose_page(color=WHITE)[0]) == "text-without-ink"
    pdf, page = prose_page()
    page.draw_rect((40, 40, 400, 200), fill=(0.2, 0.2, 0.2), color=None)
    assert reason_of(pdf) == "text-without-ink"


def test_white_text_on_a_dark_page_and_pale_text_pass():
    pdf, page = new_page()
    page.draw_rect(page.rect, fill=(0.1, 0.1, 0.3), color=None)
    write_lines(page, [SENTENCE[:60]] * 20, color=WHITE)
    accepted(render(pdf))
    accepted(render(prose_page(color=(0.8, 0.8, 0.8))[0]))


def test_ink_without_text():
    pdf, page = prose_page()
    picture = np.random.Generator(np.random.PCG64(1)).integers(0, 255, (80, 80, 3), np.uint8)
    samples = pymupdf.Pixmap(pymupdf.csRGB, 80, 80, picture.tobytes(), False)
    page.insert_image((60, 350, 300, 590), pixmap=samples)
    assert reason_of(pdf) == "ink-without-text"


def test_rules_and_filled_boxes_are_no_unexplained_ink():
    pdf, page = new_page()
    page.draw_rect((40, 40, 400, 350), fill=(0.9, 0.95, 1), color=(0, 0, 0), width=2)
    for row in range(12):
        page.draw_line((40, 62 + 14.3 * row), (400, 62 + 14.3 * row), width=0.5)
    write_lines(page, [SENTENCE[:60]] * 12)
    assert accepted(render(pdf)).proof["explained"] > 0.95


def rotated(lines: int) -> pymupdf.Document:
    pdf, page = prose_page()
    for number in range(lines):
        page.insert_text((400 - 12 * number, 550), SENTENCE[:18], fontsize=10, rotate=90)
    return pdf


def test_rotated_text():
    assert reason_of(rotated(2)) == "rotated-text"
    accepted(render(rotated(1)))


def test_a_turned_page_of_upright_text_is_upright():
    pdf, page = prose_page()
    page.set_rotation(90)
    assert reason_of(pdf) == "rotated-text"


def test_vertical_text():
    pdf, page = new_page()
    for column in range(4):
        write_lines(
            page, list(CHINESE[:20]), at=(300 - 40 * column, 60), font="china-s", leading=1.6
        )
    assert reason_of(pdf) == "vertical-text"


def test_cut_text():
    pdf, page = prose_page()
    write_lines(page, ["overlapping" * 9] * 4, at=(200, 400))
    assert reason_of(pdf) == "cut-text"
    pdf, page = prose_page()
    write_lines(page, [SENTENCE[:40]] * 4, at=(200, 400))
    accepted(render(pdf))


def test_replacement_private_and_control_characters_are_unknown():
    counts = count_kinds(kinds_of(codes_of("a\ufffd\ue123\x03\U000f0000")))
    assert counts[Kind.UNKNOWN] == 4
    assert counts[Kind.LETTER] == 1


def test_control_characters_of_glyphs_are_unknown_whatever_they_would_part():
    counts = count_kinds(kinds_of(codes_of("a\r\x0b\x0c\x1c\x85\x9f \n\t")))
    assert counts[Kind.UNKNOWN] == 6
    assert counts[Kind.BLANK] == 3


def test_a_glyph_that_is_called_a_line_break_is_unknown():
    assert reason_of(with_broken_map("q", "uni000A")) == "unknown-glyphs"


def torn(pieces: int) -> pymupdf.Document:
    """Prose with fractions: each piece begins under the end of the one before, on its baseline."""
    pdf, page = prose_page()
    for number in range(pieces):
        y = 360 + 14 * number
        page.insert_text((50, y), "that is three and", fontsize=11)
        page.insert_text((119.5, y), "10 or a little more", fontsize=11)
    return pdf


def test_shattered_text():
    assert reason_of(torn(8)) == "shattered-text"
    accepted(render(torn(2)))
    accepted(render(torn(8), proof={"max_shattered": 1.0}))


def with_broken_map(missing: str, name: str = "nosuchglyphname") -> bytes:
    """A page whose font says nothing, or something wrong, about one of its letters."""
    pdf, _ = prose_page()
    data = pdf.tobytes(expand=255, garbage=3)
    pdf = pymupdf.open(stream=data)
    font = pdf[0].get_fonts()[0][0]
    code = ord(missing)
    pdf.xref_set_key(font, "Encoding", f"<</Type/Encoding/Differences[{code}/{name}]>>")
    return pdf.tobytes()


def test_glyphs_without_meaning():
    assert reason_of(with_broken_map("q")) == "unknown-glyphs"
    accepted(render(with_broken_map("Z")))


def test_kangxi_radicals_are_mapped_and_their_doubles_counted():
    assert count_kinds(kinds_of(codes_of("⼭⼤⻚")))[Kind.RADICAL] == 3
    pdf, page = new_page()
    write_lines(page, ["⼭东⼤学" * 6] * 4, font="china-s")
    text = accepted(render(pdf)).targets["text"]
    assert "山东大学" in text
    assert "⼭" not in text
    assert radical_doubles("⼭山东⼤大学，⼤") == 2
    assert radical_doubles("⼭东⼤学") == 0


def test_mathematics_cut_to_sixteen_bits_is_told_from_korean():
    assert truncated_mathematics(codes_of("휃 = 푅")) == 2
    assert truncated_mathematics(codes_of("한국어 휃")) == 0


def judged(text: str):
    codes = codes_of(text)
    kinds = kinds_of(codes)
    return plausibility(codes, kinds, count_kinds(kinds).tolist())


def test_shifted_alphabets_are_implausible():
    shifted = "".join(chr((ord(c) - 97 + 7) % 26 + 97) if c.islower() else c for c in SENTENCE * 3)
    assert judged(SENTENCE * 3).usual_pairs > 0.75
    assert judged(shifted).usual_pairs < 0.45
    pdf, page = new_page()
    write_lines(page, [shifted[:60]] * 20)
    assert reason_of(pdf) == "garbled-text"


def test_rare_characters_are_implausible():
    rng = np.random.Generator(np.random.PCG64(5))
    garbage = "".join(map(chr, rng.integers(0x4E00, 0x9FA5, 200)))
    assert judged(garbage).rare_han > 0.3
    assert judged(CHINESE).rare_han == 0
    assert judged("這是一個用來檢查中文頁面的例子，我們把同樣的句子寫了很多遍").rare_han == 0


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (SENTENCE * 4, "en"),
        (CHINESE * 4, "zh"),
        (CHINESE + SENTENCE * 6, "mixed"),
        (
            "Der Hund und die Katze sind nicht in dem Haus, das ich mit den Kindern sah. " * 4,
            "other",
        ),
        ("Le chat est dans la maison et il ne veut pas sortir avec les enfants. " * 4, "other"),
        ("これはペンです。わたしはがくせいです。", "other"),
        ("Это текст на русском языке, а не на английском.", "other"),
    ],
)
def test_language_is_found(text, language):
    counts = count_kinds(kinds_of(codes_of(text))).tolist()
    assert find_language(text, counts) == language
    assert language in get_args(Language)


def test_pages_without_function_words_follow_the_claim():
    text = "addi subi muli divi rem srai slli xori andi lui auipc jalr beq " * 10
    counts = count_kinds(kinds_of(codes_of(text))).tolist()
    assert find_language(text, counts) == "other"
    assert find_language(text, counts, "en-GB") == "en"


def test_claims():
    assert contradicts("zh-CN", "en")
    assert contradicts("en", "other")
    assert not contradicts("zh", "mixed")
    assert not contradicts("", "en")
    assert reason_of(prose_page()[0], language="zh") == "wrong-language"
    accepted(render(prose_page()[0], language="zh", proof={"match_claim": False}))
    assert reason_of(prose_page()[0], proof={"languages": ["zh"]}) == "wrong-language"


def columns_page(order: str) -> pymupdf.Document:
    """Two columns of running text, written column by column, by height, or shuffled."""
    pdf, page = new_page(600, 800)
    spots = [(column, row) for column in (0, 1) for row in range(30)]
    if order == "interleaved":
        spots.sort(key=lambda spot: spot[1])
    if order == "upwards":
        spots.sort(key=lambda spot: (spot[0], -spot[1]))
    for column, row in spots:
        text = f"{row} {SENTENCE[:40]}"
        page.insert_text((50 + 265 * column, 80 + 16 * row), text, fontsize=10)
    return pdf


def test_reading_order():
    accepted(render(columns_page("columns")))
    assert reason_of(columns_page("interleaved")) == "reading-order"
    assert reason_of(columns_page("upwards")) == "reading-order"


def test_reading_order_of_lines():
    down = np.array([(50, 20 * n, 250, 20 * n + 12) for n in range(20)], np.float64)
    chars = np.full(20, 40)
    assert measure_order(down, chars, 600).backward == 0
    assert measure_order(down[::-1], chars, 600).backward > 0.8
    side_by_side = np.repeat(down, 2, axis=0)
    side_by_side[1::2, [0, 2]] += 250
    assert measure_order(side_by_side, np.full(40, 40), 600).interleaved > 0.9
    assert measure_order(side_by_side, np.full(40, 3), 600).interleaved == 0


def test_legibility_at_the_training_size():
    pdf, page = new_page(1200, 1600)
    write_lines(page, [SENTENCE[:60]] * 20, size=8)
    assert reason_of(pdf) == "illegible"
    assert reason_of(prose_page()[0], canvas={"size": 200}) == "illegible"
    accepted(render(pdf, proof={"min_em_px": 5}))


def test_token_estimate_is_on_the_safe_side():
    # 17 words and a full stop; 40 Chinese characters: what common tokenizers make of them.
    for text, tokens in ((SENTENCE, 18), (CHINESE, 26)):
        counts = count_kinds(kinds_of(codes_of(text))).tolist()
        assert tokens <= estimate(text, counts) <= 1.5 * tokens


def test_preview_shows_the_whole_page():
    from PIL import Image

    rejection = refused(render(new_page(300, 600)[0]))
    with Image.open(io.BytesIO(rejection.preview)) as picture:
        assert picture.size == (240, 480)


def test_limits_can_be_opened():
    pdf, page = new_page()
    write_lines(page, ["x"])
    accepted(render(pdf, **any_size()))
