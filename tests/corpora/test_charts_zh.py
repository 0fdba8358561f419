"""The bundled Chinese chart corpus: counts, characters, and tables that say what they mean."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from dataengine.corpus.sidecar import load_sidecar
from dataengine.recipe import CorpusSpec

ROOT = Path(__file__).parents[2] / "corpora" / "charts" / "zh"
TABLES = sorted((ROOT / "tables").glob("*.csv"))
LISTS = {
    # path: least lines, shortest, longest
    "phrases/titles.txt": (1600, 5, 22),
    "phrases/categories.txt": (1600, 1, 10),
    "phrases/axes.txt": (400, 2, 20),
    "phrases/series.txt": (400, 1, 10),
    "phrases/sources.txt": (250, 2, 30),
    "topics.txt": (200, 6, 24),
}
COMMENT = re.compile(r"# (title|source|note): \S.*")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
DATE = re.compile(r"\d{4}(年(\d{1,2}月|[一二三四]季度)?|-\d\d(-\d\d)?)")

Table = tuple[dict[str, str], list[str], list[list[str]]]


def lines(name: str) -> list[str]:
    text = (ROOT / name).read_bytes().decode("utf-8")
    assert "\r" not in text
    assert text.endswith("\n")
    return text[:-1].split("\n")


def read(path: Path) -> Table:
    rows = lines(f"tables/{path.name}")
    said = [row for row in rows if row.startswith("#")]
    assert rows[: len(said)] == said, "comments stand at the top"
    header, *body = csv.reader(rows[len(said) :], strict=True)
    return dict(row[2:].split(": ", 1) for row in said), header, body


def unprintable(text: str) -> set[str]:
    """Return characters outside GBK, and ideographs outside the smaller GB2312."""
    han = {char for char in text if "\u4e00" <= char <= "\u9fff"}
    return {char for char in han if not _encodes(char, "gb2312")} | {
        char for char in text if not _encodes(char, "gbk")
    }


def _encodes(char: str, charset: str) -> bool:
    try:
        char.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


@pytest.mark.parametrize("name", LISTS)
def test_list_is_long_and_says_nothing_twice(name):
    least, shortest, longest = LISTS[name]
    phrases = lines(name)
    assert len(phrases) >= least
    assert [phrase for phrase, count in Counter(phrases).items() if count > 1] == []
    assert [p for p in phrases if not shortest <= len(p) <= longest or p != p.strip()] == []


@pytest.mark.parametrize("name", LISTS)
def test_list_needs_only_common_characters(name):
    assert unprintable("".join(lines(name))) == set()


def test_no_title_comes_back_with_another_year_more_than_three_times():
    bare = Counter(re.sub(r"\d{4}", "", title) for title in lines("phrases/titles.txt"))
    assert [title for title, count in bare.items() if count > 3] == []


def test_two_thirds_of_the_axes_have_a_unit():
    axes = lines("phrases/axes.txt")
    units = [axis for axis in axes if re.fullmatch(r"[^（）]+（[^（）]+）", axis)]
    assert len(units) >= 0.65 * len(axes)
    assert [axis for axis in set(axes) - set(units) if re.search(r"[（）()]", axis)] == []


def test_licence_and_language_reach_every_folder():
    for folder in (ROOT, ROOT / "phrases", ROOT / "tables"):
        facts = load_sidecar(str(folder), CorpusSpec(path=str(folder))).facts("any.txt")
        assert (facts.licence, facts.language) == ("CC0-1.0", "zh")


def test_there_are_tables_enough():
    assert len(TABLES) >= 60
    assert [path.name for path in TABLES if not re.fullmatch(r"[a-z0-9_]+\.csv", path.name)] == []
    titles = [read(path)[0]["title"] for path in TABLES]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_table_is_a_clean_grid(path):
    comments = [row for row in lines(f"tables/{path.name}") if row.startswith("#")]
    assert [row for row in comments if not COMMENT.fullmatch(row)] == []
    said, header, body = read(path)
    assert "title" in said
    assert len(header) == len(set(header)) >= 2
    assert all(name and name == name.strip() for name in header)
    assert [row for row in body if len(row) != len(header)] == []
    assert 4 <= len(body) <= 400
    assert unprintable(path.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_each_column_is_text_or_numbers(path):
    _, header, body = read(path)
    for name, *cells in zip(header, *body, strict=True):
        filled = [cell for cell in cells if cell]
        numbers = [bool(NUMBER.fullmatch(cell)) for cell in filled]
        assert len(filled) >= 0.5 * len(cells), f"{name} is mostly missing"
        assert all(numbers) or not any(numbers), f"{name} mixes numbers and words"
        if name == header[0]:
            assert not any(numbers), "the first column names the row"
            assert len(filled) == len(cells)


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_dates_of_a_table_rise_in_one_form(path):
    _, _, body = read(path)
    dates = [row[0] for row in body if DATE.fullmatch(row[0])]
    if not dates:
        return
    assert len(dates) == len(body)
    assert len({re.sub(r"\d+|[一二三四]", "0", date) for date in dates}) == 1
    ranks = [[int(n) for n in re.findall(r"\d+", _digits(date))] for date in dates]
    assert ranks == sorted(ranks)
    assert len(set(dates)) == len(dates)


def _digits(date: str) -> str:
    return date.translate(str.maketrans("一二三四", "1234"))


def columns(part: str) -> list[tuple[str, list[float]]]:
    """Return the columns named so, each with its file; a missing cell counts as nothing."""
    found = []
    for path in TABLES:
        _, header, body = read(path)
        for name, *cells in zip(header, *body, strict=True):
            if name == part:
                found.append((path.stem, [float(cell or 0) for cell in cells]))
    return found


def test_shares_add_up():
    shares = columns("占比（%）")
    assert len(shares) >= 3
    assert {name: sum(cells) for name, cells in shares if abs(sum(cells) - 100) > 0.05} == {}


def test_days_of_trading_keep_within_their_range():
    traded = [path for path in TABLES if {"开盘", "最高"} <= {h[:2] for h in read(path)[1]}]
    assert len(traded) >= 3
    for path in traded:
        _, header, body = read(path)
        assert [name[:2] for name in header] == ["日期", "开盘", "收盘", "最低", "最高"]
        for date, *cells in body:
            opened, closed, low, high = map(float, cells)
            assert low <= min(opened, closed) <= max(opened, closed) <= high, date


@pytest.mark.parametrize(
    "name",
    [
        "profit_bridge",
        "revenue_to_net_income",
        "reservoir_water_balance",
        "member_count_bridge",
        "cash_bridge",
        "emission_bridge",
    ],
)
def test_steps_lead_from_the_first_total_to_the_last(name):
    _, _, body = read(ROOT / "tables" / f"{name}.csv")
    *steps, last = [float(row[1]) for row in body]
    assert sum(steps) == pytest.approx(last)
    assert min(steps) < 0 < last


@pytest.mark.parametrize(
    "name", ["energy_flow", "waste_flow", "graduate_flow", "water_cycle_flow", "family_budget_flow"]
)
def test_what_flows_into_a_stage_flows_out_of_it(name):
    _, _, body = read(ROOT / "tables" / f"{name}.csv")
    given: dict[str, float] = defaultdict(float)
    taken: dict[str, float] = defaultdict(float)
    for source, target, amount in body:
        given[source] += float(amount)
        taken[target] += float(amount)
    between = given.keys() & taken.keys()
    assert between
    assert {n: (taken[n], given[n]) for n in between if taken[n] != given[n]} == {}


def test_flows_never_run_in_a_ring():
    flows = [path for path in TABLES if read(path)[1][:2] == ["来源", "去向"]]
    assert len(flows) >= 4
    for path in flows:
        graph: dict[str, set[str]] = defaultdict(set)
        for source, target, _ in read(path)[2]:
            graph[target].add(source)
        assert list(TopologicalSorter(graph).static_order())  # raises on a ring


def test_funnels_narrow():
    funnels = [path for path in TABLES if path.stem.endswith(("_funnel", "_follow_up"))]
    assert len(funnels) >= 4
    for path in funnels:
        _, _, body = read(path)
        for cells in list(zip(*body, strict=True))[1:]:
            counts = [float(cell) for cell in cells]
            assert counts == sorted(counts, reverse=True), path.stem
