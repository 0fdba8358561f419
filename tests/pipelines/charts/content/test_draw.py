"""Tests of drawing content: pure functions of the rng, every kind, both languages."""

from __future__ import annotations

from collections import Counter

import pytest

from dataengine.errors import ConfigError
from dataengine.seeding import unit_rng
from pipelines.charts.content.draw import draw_spec, kind_weights
from pipelines.charts.content.drawn import NoContent
from pipelines.charts.content.stock import Stock
from pipelines.charts.options import Options
from pipelines.charts.spec.kinds import KINDS
from tests.pipelines.charts.content.materials import ListedMaterial, bundled_stock, stock_of

PHRASES = "\n".join(f"word {chr(97 + at)}{chr(97 + at * 7 % 26)}" for at in range(26))


@pytest.mark.parametrize("content", ["random", "tables"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_kind_is_drawn_and_always_the_same(language: str, content: str) -> None:
    options = Options(language=language, library="pyecharts", content=content)
    stock = bundled_stock(language)
    seen: Counter[str] = Counter()
    for index in range(400):
        drawn = draw_spec(options, stock, unit_rng(3, "charts", index))
        seen[drawn.spec.kind] += 1
        assert drawn.spec.language == language
        assert drawn.works
        assert all(work["licence"] == "CC0-1.0" for work in drawn.works)
        if index % 40 == 0:
            again = draw_spec(options, stock, unit_rng(3, "charts", index))
            assert again == drawn
    lacking = {"gauge"} if content == "tables" else set()
    assert set(KINDS) - set(seen) <= lacking


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_share_of_labelled_charts(share: float) -> None:
    options = Options(kinds={"bar": 1, "bar_percent": 1, "histogram": 1}, labelled_share=share)
    stock = bundled_stock("en")
    labels = {draw_spec(options, stock, unit_rng(1, "c", at)).spec.labels for at in range(40)}
    assert labels == {"value" if share else "none"}


def test_a_plain_text_file_is_enough() -> None:
    stock = stock_of({"anything.txt": PHRASES})
    options = Options(library="pyecharts")
    kinds = {draw_spec(options, stock, unit_rng(1, "c", at)).spec.kind for at in range(150)}
    assert len(kinds) > 20


def test_written_charts_are_drawn_with_their_facts() -> None:
    line = (
        '{"spec": {"kind": "bar", "language": "en", "title": "Oats", "labels": "none", "data": '
        '{"shape": "table", "categories": ["a", "b"], "series": [{"values": [1.26, 2]}]}}, '
        '"facts": {"topic": "cereals"}}'
    )
    stock = stock_of({"charts.jsonl": f"{line}\n\nno json\n[1]\n{{}}\n"})
    drawn = draw_spec(Options(content="specs"), stock, unit_rng(1, "c", 0))
    assert drawn.spec.title == "Oats"
    assert drawn.facts == {"topic": "cereals"}
    assert drawn.spec.data.series[0].values == (1.0, 2.0)


@pytest.mark.parametrize("content", ["random", "tables", "specs"])
def test_an_empty_stock_is_said(content: str) -> None:
    stock = Stock(ListedMaterial(), "en")  # type: ignore[arg-type]
    with pytest.raises(NoContent):
        draw_spec(Options(content=content), stock, unit_rng(1, "c", 0))


def test_kinds_that_the_library_does_not_draw_are_refused() -> None:
    with pytest.raises(ConfigError, match="matplotlib does not draw 'sankey'"):
        kind_weights(Options(kinds={"sankey": 1}, library="matplotlib"))
    with pytest.raises(ValueError, match="there is no kind 'pyramid'"):
        Options(kinds={"pyramid": 1})
