"""Each way in which a picture can fail to show its text is seen, by the picture alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dataengine.imaging import Pixels
from pipelines.snippets.drawing import BLACK, WHITE, Colours, draw
from pipelines.snippets.faces import chosen_sets
from pipelines.snippets.layout import Placed, lay_out
from pipelines.snippets.options import Options
from pipelines.snippets.proof import Disproved, inked, prove

LINES = ["Rain fell", "1902"]
OPTIONS = Options(width=160, height=96)
COLOURS = Colours(BLACK, WHITE)


def placed(lines: list[str] = LINES, language: str = "en", font: int = 0) -> Placed:
    made = chosen_sets(language, font + 1)[font]  # type: ignore[arg-type]
    return lay_out(lines, made, 20, OPTIONS, np.random.default_rng(0))


def drawn(where: Placed) -> Pixels:
    return draw(where, COLOURS, 160, 96).copy()


def reason(pixels: Pixels, where: Placed, lines: list[str] = LINES, least: int = 5) -> str:
    with pytest.raises(Disproved) as caught:
        prove(pixels, WHITE, where, lines, least)
    return caught.value.reason


def test_an_honest_picture_is_proven() -> None:
    where = placed()
    proved = prove(drawn(where), WHITE, where, LINES, 5)
    assert list(proved.regions.levels) == ["line", "word", "word", "line", "word"]
    assert list(proved.regions.texts) == ["Rain fell", "Rain", "fell", "1902", "1902"]
    assert proved.ink == np.count_nonzero(drawn(where) < 255)


def test_a_speck_outside_is_seen() -> None:
    pixels = drawn(placed())
    pixels[90, 150] = 254
    assert reason(pixels, placed()) == "ink-outside"


def test_a_word_that_is_missing_is_seen() -> None:
    where = placed()
    pixels = draw(replace(where, words=where.words[:-1]), COLOURS, 160, 96)
    assert reason(pixels, where) == "no-ink"


@pytest.mark.parametrize("at", range(4))
def test_a_character_that_is_missing_is_seen(at: int) -> None:
    where = placed()
    text = where.words[2].text
    blank = replace(
        where.words[2], text=text[:at] + "\u2007" + text[at + 1 :]
    )  # as wide as a digit
    pixels = draw(replace(where, words=[*where.words[:2], blank]), COLOURS, 160, 96)
    assert reason(pixels, where) == "no-ink"


def test_a_text_drawn_elsewhere_is_seen() -> None:
    where = placed()
    away = replace(where, words=[word.moved(30, 10) for word in where.words])
    assert reason(drawn(away), where) in ("ink-outside", "no-ink")


def test_a_longer_text_is_seen() -> None:
    where = placed()
    longer = replace(where.words[2], text="19022")
    assert reason(drawn(replace(where, words=[*where.words[:2], longer])), where) == "ink-outside"


def test_words_on_each_other_are_seen() -> None:
    where = placed()
    first, second, third = where.words
    over = replace(where, words=[first, second.moved(first.x - second.x + 4, 0), third])
    assert reason(drawn(over), over) == "ink-outside"


def test_a_text_over_the_edge_is_seen() -> None:
    where = placed()
    over = replace(where, words=[word.moved(-8, 0) for word in where.words])
    assert reason(drawn(over), over) == "cut-off"


def test_an_advance_that_is_not_the_fonts_is_seen() -> None:
    where = placed()
    wide = replace(where.words[2], advance=1.4 * where.words[2].advance)
    assert reason(drawn(where), replace(where, words=[*where.words[:2], wide])) == "width"


def test_lines_that_touch_are_seen() -> None:
    where = placed()
    up = where.words[0].box[3] - where.words[2].box[1] - 1
    close = replace(where, words=[where.words[0], where.words[2].moved(60, up)])
    assert reason(drawn(close), close, ["Rain", "1902"]) == "overlap"


def test_another_answer_is_seen() -> None:
    assert reason(drawn(placed()), placed(), ["Rain fell", "1903"]) == "other-text"


def test_a_low_line_is_illegible() -> None:
    assert reason(drawn(placed()), placed(), least=40) == "illegible"


def test_a_glyph_that_the_font_has_but_draws_nothing_for_is_seen() -> None:
    """WenQuanYi Micro Hei maps this character to an empty glyph."""
    where = placed(["海温℃"], "zh", 1)
    assert where.made.name == "wqy_microhei"
    assert reason(drawn(where), where, ["海温℃"]) == "no-ink"


def test_ink_is_what_differs_from_the_ground_in_any_channel() -> None:
    pixels = np.zeros((2, 2, 3), np.uint8)
    pixels[:] = (9, 8, 7)
    pixels[0, 1, 2] = 6
    assert inked(pixels, (9, 8, 7)).tolist() == [[False, True], [False, False]]
