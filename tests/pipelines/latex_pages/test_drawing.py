"""What a page is to be: kinds, templates and languages follow their weights, and errors say why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine import seeding
from dataengine.errors import ConfigError
from pipelines.latex_pages import drawing
from pipelines.latex_pages.drawing import Look, draw_look, draw_page, usable_templates
from pipelines.latex_pages.options import Options
from pipelines.latex_pages.page.choice import NoPieces, Wanted
from pipelines.latex_pages.page.pieces import Piece, Stock
from pipelines.latex_pages.page.templates import load_templates
from tests.pipelines.latex_pages.page import samples
from tests.pipelines.latex_pages.page.samples import Shelf


@cache
def stock() -> Shelf:
    return samples.stock()


def rng(number: int) -> np.random.Generator:
    return seeding.unit_rng(3, "part", number)


def options(**given: Any) -> Options:
    return Options.model_validate(given)


def look(name: str = "article") -> Look:
    template = load_templates()[name]
    return Look(template, next(iter(template.about.fontsets)), 10)


def near(count: int, total: int, share: float) -> bool:
    """Whether a count is within five standard deviations of its share."""
    spread = (total * share * (1 - share)) ** 0.5
    return abs(count - total * share) <= 5 * spread + 1e-9


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Wanted]:
    """Note what is asked of the stock, and compose nothing."""
    wishes: list[Wanted] = []

    def choose(shelf: Stock, wanted: Wanted, rng: np.random.Generator) -> Sequence[Piece]:
        wishes.append(wanted)
        return ()

    monkeypatch.setattr(drawing, "choose_pieces", choose)
    monkeypatch.setattr(drawing, "compose", lambda *arguments: arguments)
    return wishes


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["article", "ieee", "book", "slides", "exam", "lncs"]),
        st.floats(0.01, 10),
        min_size=1,
    )
)
def test_templates_follow_their_weights(weights: dict[str, float]) -> None:
    chosen = options(templates=weights)
    drawn = Counter(draw_look(chosen, rng(number)).template.name for number in range(400))
    total = sum(weights.values())
    assert set(drawn) <= set(weights)
    for name, weight in weights.items():
        assert near(drawn[name], 400, weight / total), (name, drawn)


def test_without_weights_templates_of_the_language_come_by_their_own() -> None:
    for language in ("en", "zh", "mixed"):
        chosen = options(language=language)
        own = {
            name: template.about.weight
            for name, template in load_templates().items()
            if language in template.about.languages
        }
        assert usable_templates(chosen) == own
        drawn = Counter(draw_look(chosen, rng(number)).template.name for number in range(600))
        total = sum(own.values())
        assert all(near(drawn[name], 600, weight / total) for name, weight in own.items())
    assert {template.about.weight for template in load_templates().values()} > {1.0}


def test_font_sets_follow_their_templates_weights() -> None:
    fontsets = load_templates()["article"].about.fontsets
    chosen = options(templates={"article": 1})
    drawn = Counter(draw_look(chosen, rng(number)).fontset for number in range(2000))
    total = sum(fontsets.values())
    assert all(near(drawn[name], 2000, weight / total) for name, weight in fontsets.items())


def test_the_size_of_the_look_is_that_of_its_pages(asked: list[Wanted]) -> None:
    drawn = {draw_look(options(templates={"article": 1}), rng(number)).size for number in range(60)}
    assert drawn == {10, 11, 12} & drawn
    assert len(drawn) > 1
    for number in range(20):
        draw_page(options(), look(), stock(), rng(number))
    assert {wanted.style["size"] for wanted in asked} == {10}


def test_a_template_of_weight_zero_is_never_drawn() -> None:
    chosen = options(templates={"article": 0, "ieee": 1})
    assert {draw_look(chosen, rng(number)).template.name for number in range(50)} == {"ieee"}


def test_the_look_hangs_on_the_generator_alone() -> None:
    chosen = options()
    first = [draw_look(chosen, rng(number)) for number in range(30)]
    assert first == [draw_look(chosen, rng(number)) for number in range(30)]
    assert len({one.template.name for one in first}) > 4


def test_kinds_follow_the_recipe_times_the_template(asked: list[Wanted]) -> None:
    template = load_templates()["two_column"]
    kinds = {"prose": 1.0, "tables": 4.0, "formula_crop": 2.0}
    for number in range(1500):
        draw_page(options(kinds=kinds), look("two_column"), stock(), rng(number))
    weights = {kind: weight * template.about.kinds[kind] for kind, weight in kinds.items()}
    drawn = Counter(wanted.kind for wanted in asked)
    assert set(drawn) == set(weights)
    for kind, weight in weights.items():
        assert near(drawn[kind], 1500, weight / sum(weights.values()))


@pytest.mark.parametrize("share", [0.0, 0.1, 0.6, 1.0])
@pytest.mark.parametrize(("language", "other"), [("en", "zh"), ("zh", "en")])
def test_the_foreign_share_is_kept(
    asked: list[Wanted], share: float, language: str, other: str
) -> None:
    template = "article" if language == "en" else "zh_article"
    chosen = options(language=language, foreign_share=share)
    for number in range(400):
        draw_page(chosen, look(template), stock(), rng(number))
    foreign = Counter(wanted.foreign for wanted in asked)
    assert set(foreign) <= {None, other}
    assert near(foreign[other], 400, share)
    assert {wanted.language for wanted in asked} == {language}


def test_nothing_foreign_is_wanted_where_there_is_none(asked: list[Wanted]) -> None:
    english = Shelf({name: rows for name, rows in stock().groups.items() if name[:2] == "en"})
    for number in range(20):
        draw_page(options(foreign_share=1), look(), english, rng(number))
    assert {wanted.foreign for wanted in asked} == {None}


def test_mixed_pages_take_prose_of_both(asked: list[Wanted]) -> None:
    chosen = options(language="mixed", foreign_share=0.5)
    for number in range(200):
        draw_page(chosen, look("mixed"), stock(), rng(number))
    assert {wanted.language for wanted in asked} == {None}
    assert {wanted.foreign for wanted in asked} == {"en", "zh"}


def test_the_geometry_is_that_of_the_drawn_style(asked: list[Wanted]) -> None:
    for number in range(40):
        draw_page(options(), look(), stock(), rng(number))
    sizes = {(wanted.geometry.width, wanted.geometry.height) for wanted in asked}
    assert len(sizes) > 1
    assert len({str(wanted.style) for wanted in asked}) == 40


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["article", "two_column", "dense_tables", "exam"]))
def test_a_page_hangs_on_its_generator_alone(number: int, name: str) -> None:
    first = draw_page(options(), look(name), stock(), rng(number))
    second = draw_page(options(), look(name), stock(), rng(number))
    assert first == second
    assert first.kind in load_templates()[name].about.kinds


def test_a_stock_without_such_pieces_is_said() -> None:
    with pytest.raises(NoPieces, match="en/flow"):
        draw_page(options(kinds={"prose": 1}), look(), Shelf({}), rng(0))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"templates": {"articel": 1}},
            r"options\.templates: there is no template 'articel'; .*ieee",
        ),
        (
            {"templates": {"zh_article": 1}},
            r"options\.templates: 'zh_article' is for zh, not for en",
        ),
        (
            {"language": "zh", "templates": {"article": 1}},
            r"options\.templates: 'article' is for en, not for zh",
        ),
        (
            {"templates": {"formula_sheet": 1}, "kinds": {"prose": 1}},
            r"no template is left for language en with the page kinds prose",
        ),
        (
            {"templates": {"slides": 1}, "kinds": {"table_crop": 1, "formula_crop": 2}},
            r"page kinds table_crop, formula_crop",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        usable_templates(options(**given))
    with pytest.raises(ConfigError, match=message):
        draw_look(options(**given), rng(0))


def test_templates_without_a_wanted_kind_are_left_out() -> None:
    weights = usable_templates(options(kinds={"prose": 1}))
    assert "article" in weights
    assert "formula_sheet" not in weights
    assert "dense_tables" not in weights
