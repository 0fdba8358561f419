"""The bundled English chart corpus: lists without repetition, tables that hold together."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path

import pytest

from dataengine.corpus.sidecar import load_sidecar
from dataengine.recipe import CorpusSpec

CORPUS = Path(__file__).resolve().parents[2] / "corpora/charts/en"
NAMES = sorted(path.stem for path in CORPUS.glob("tables/*.csv"))
UNIT = re.compile(r"\S.* \(\S.*\)$")
VALUE = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
DAY = re.compile(r"(19|20)\d\d(-\d\d){0,2}")
WATERFALLS = {
    "bookshop_revenue_bridge",
    "coffee_cart_profit_steps",
    "hospital_staff_change",
    "lake_water_balance",
    "mill_cash_flow_bridge",
}
FUNNELS = {
    "adult_course_completion",
    "grant_sales_pipeline",
    "manuscript_review_stages",
    "nurse_recruitment_funnel",
    "seedling_survival_stages",
    "webshop_checkout_funnel",
}
SHARES = {
    "age_structure_districts",
    "mars_air_composition",
    "bakery_turnover_products",
    "browser_market_shares",
    "city_budget_shares",
    "commuting_mode_cities",
    "household_heating_types",
    "soil_texture_sites",
    "survey_pedestrian_zone",
}
BALANCED = {
    "charity_money_flow",
    "county_energy_flow",
    "school_transitions_flow",
    "used_clothes_flow",
}


@dataclass(frozen=True)
class Table:
    """A table as its file says it: comments by their word, column heads, rows of cells."""

    comments: tuple[tuple[str, str], ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def numbers(self, column: int) -> list[float]:
        return [float(row[column]) for row in self.rows if row[column]]


def phrases(name: str) -> list[str]:
    text = (CORPUS / name).read_text(encoding="utf-8")
    assert text.endswith("\n")
    return text.removesuffix("\n").split("\n")


@cache
def table(name: str) -> Table:
    with (CORPUS / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        text = file.read()
    assert "\r" not in text
    above = re.match(r"(#.*\n)*", text)
    assert above is not None
    comments = tuple(
        (word, said)
        for line in above.group().splitlines()
        for word, _, said in [line.removeprefix("# ").partition(": ")]
    )
    heads, *rows = csv.reader(text[above.end() :].splitlines(), strict=True)
    return Table(comments, tuple(heads), tuple(map(tuple, rows)))


def is_numeric(name: str, column: int) -> bool:
    return all(VALUE.fullmatch(row[column]) for row in table(name).rows if row[column])


@pytest.mark.parametrize(
    ("name", "at_least", "longest", "words"),
    [
        ("phrases/titles.txt", 1600, 70, range(2, 11)),
        ("phrases/categories.txt", 1600, 20, range(1, 4)),
        ("phrases/axes.txt", 400, 40, range(1, 7)),
        ("phrases/series.txt", 400, 20, range(1, 4)),
        ("phrases/sources.txt", 250, 80, range(1, 15)),
        ("topics.txt", 200, 80, range(4, 17)),
    ],
)
def test_list_is_long_enough_and_its_lines_are_short_enough(
    name: str, at_least: int, longest: int, words: range
) -> None:
    lines = phrases(name)
    assert len(lines) >= at_least
    assert [line for line, times in Counter(lines).items() if times > 1] == []
    assert [line for line in lines if line != " ".join(line.split()) or not line] == []
    assert [line for line in lines if len(line) > longest] == []
    assert [line for line in lines if len(line.split()) not in words] == []
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize("name", ["phrases/titles.txt", "phrases/sources.txt", "topics.txt"])
def test_lines_do_not_differ_by_a_number_only(name: str) -> None:
    bare = Counter(re.sub(r"\d+", "0", line).casefold() for line in phrases(name))
    assert [line for line, times in bare.items() if times > 3] == []


def test_most_category_names_fit_under_a_bar() -> None:
    lines = phrases("phrases/categories.txt")
    assert sum(len(line) <= 18 for line in lines) >= 0.98 * len(lines)


def test_two_thirds_of_the_axes_have_a_unit() -> None:
    lines = phrases("phrases/axes.txt")
    assert sum(bool(UNIT.fullmatch(line)) for line in lines) >= 2 / 3 * len(lines)
    assert [line for line in lines if line.count("(") != line.count(")")] == []


@pytest.mark.parametrize("folder", [".", "phrases", "tables"])
def test_sidecar_says_licence_and_language(folder: str) -> None:
    root = str(CORPUS / folder)
    facts = load_sidecar(root, CorpusSpec(path=root)).facts("item")
    assert (facts.licence, facts.language) == ("CC0-1.0", "en")


def test_tables_are_many_and_their_titles_differ() -> None:
    assert len(NAMES) >= 60
    titles = Counter(dict(table(name).comments)["title"] for name in NAMES)
    assert [title for title, times in titles.items() if times > 1] == []


@pytest.mark.parametrize("name", NAMES)
def test_table_parses_without_ragged_rows(name: str) -> None:
    one = table(name)
    words = [word for word, _ in one.comments]
    assert set(words) <= {"title", "source", "note"}
    assert len(words) == len(set(words))
    assert all(said and said == said.strip() for _, said in one.comments)
    assert len(set(one.heads)) == len(one.heads) >= 2
    assert all(head and head == head.strip() for head in one.heads)
    assert {len(row) for row in one.rows} == {len(one.heads)}
    assert 3 <= len(one.rows) <= 400
    assert [cell for row in one.rows for cell in row if cell != cell.strip()] == []
    assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", name)


@pytest.mark.parametrize("name", NAMES)
def test_names_stand_before_numbers(name: str) -> None:
    """The first columns name a row in words or dates; after them come only numbers."""
    one = table(name)
    firsts = [row[0] for row in one.rows]
    assert all(firsts)
    dates = [bool(DAY.fullmatch(cell)) for cell in firsts]
    if any(dates):
        assert all(dates)
        assert all(earlier < later for earlier, later in pairwise(firsts))
        assert len({len(cell) for cell in firsts}) == 1
    kinds = [all(dates) is False and is_numeric(name, 0)]
    kinds += [is_numeric(name, column) for column in range(1, len(one.heads))]
    assert kinds == sorted(kinds)
    assert kinds[-1]
    assert not kinds[0]


@pytest.mark.parametrize("name", NAMES)
def test_few_cells_are_missing(name: str) -> None:
    cells = [cell for row in table(name).rows for cell in row]
    assert cells.count("") <= 0.1 * len(cells)


def test_some_tables_miss_cells() -> None:
    assert sum(any("" in row for row in table(name).rows) for name in NAMES) >= 8


@pytest.mark.parametrize("name", sorted(SHARES))
def test_shares_add_up_to_a_hundred(name: str) -> None:
    """One column of shares adds up downwards, several beside each other in every row."""
    one = table(name)
    assert all(head.endswith("(%)") for head in one.heads[1:])
    parts = [[float(cell) for cell in row[1:]] for row in one.rows]
    wholes = parts if len(one.heads) > 2 else [one.numbers(1)]
    assert [sum(whole) for whole in wholes] == pytest.approx([100] * len(wholes))


def test_wind_rose_and_hours_of_a_day_add_up() -> None:
    rose = table("wind_rose_cape_orrin")
    assert sum(float(cell) for row in rose.rows for cell in row[1:]) == pytest.approx(100)
    assert sum(table("time_use_weekday").numbers(1)) == pytest.approx(24)


@pytest.mark.parametrize("name", sorted(WATERFALLS))
def test_changes_lead_from_the_first_total_to_the_last(name: str) -> None:
    *changes, total = table(name).numbers(1)
    assert list(accumulate(changes))[-1] == pytest.approx(total)
    assert min(changes) < 0


@pytest.mark.parametrize("name", sorted(FUNNELS))
def test_stages_lose_some_at_each_step(name: str) -> None:
    assert all(before > after for before, after in pairwise(table(name).numbers(1)))


@pytest.mark.parametrize("name", sorted(BALANCED))
def test_nothing_is_lost_between_stages(name: str) -> None:
    entering: Counter[str] = Counter()
    leaving: Counter[str] = Counter()
    for origin, goal, amount in table(name).rows:
        leaving[origin] += int(amount)
        entering[goal] += int(amount)
    inner = set(entering) & set(leaving)
    assert inner
    assert [stage for stage in inner if entering[stage] != leaving[stage]] == []


def test_prices_keep_between_low_and_high() -> None:
    quoted = [name for name in NAMES if table(name).heads[1:] == ("Open", "Close", "Low", "High")]
    assert len(quoted) >= 3
    for name in quoted:
        for day, *prices in table(name).rows:
            opened, closed, low, high = map(float, prices)
            assert low <= min(opened, closed) <= max(opened, closed) <= high, f"{name} {day}"


def test_confusion_matrix_has_one_order_and_equal_classes() -> None:
    one = table("mushroom_confusion_matrix")
    assert [head.partition(" (")[0] for head in one.heads[1:]] == [row[0] for row in one.rows]
    assert {sum(map(int, row[1:])) for row in one.rows} == {50}


def test_correlations_are_symmetric() -> None:
    rows = [[float(cell) for cell in row[1:]] for row in table("catchment_correlations").rows]
    assert rows == [list(column) for column in zip(*rows, strict=True)]
    assert all(row[at] == 1 for at, row in enumerate(rows))


def test_raw_samples_have_a_hundred_rows_in_few_groups() -> None:
    sampled = [
        name
        for name in NAMES
        if len(table(name).heads) == 2 and len(table(name).rows) >= 100
        if 3 <= len({row[0] for row in table(name).rows}) <= 8
    ]
    assert len(sampled) >= 6
