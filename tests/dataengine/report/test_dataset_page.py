"""The page and figures of a dataset: true counts, hostile names as text, the same bytes again."""

from __future__ import annotations

import importlib.util
import json
from html.parser import HTMLParser

import numpy as np
import pytest
from click.testing import CliRunner

from dataengine import Dataset
from dataengine.canonical import canonical_json
from dataengine.cli import main
from dataengine.finalize import finalize
from dataengine.report.dataset_figures import DatasetFigures, dataset_figures
from dataengine.report.dataset_page import dataset_page
from dataengine.report.page import page_html
from dataengine.report.rows import RowFigures
from dataengine.sample import Regions, Sample
from dataengine.schema import Origin, samples_table
from dataengine.statistics import PartStats
from dataengine.storage import Storage
from tests.conftest import recipe_for, render, words

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>\u202e</style>&amp;\ud800'


@pytest.fixture
def made(corpus, tmp_path):
    """A finished dataset of 12 samples and two rejections."""
    out = tmp_path / "out"
    files = {"a": [*words(0, 12), "!reject ordered", "!error"]}
    plan, _ = render(out, recipe_for(corpus(files)))
    finalize(Storage(str(out)), plan)
    return out, plan


class Elements(HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data):
        self.text += data


def figures_of(rows: RowFigures, **tallies) -> DatasetFigures:
    part = PartStats(planned=5, units=4, samples=rows.samples, bytes=1000)
    for key, counts in tallies.items():
        part.tallies[key].update(counts)
    part.reasons.update({HOSTILE: 3})
    part.seconds.update({"wall": 9.0, "draw": 1.5})
    return DatasetFigures(
        HOSTILE, {"part": part}, {"part": rows}, rows, {"part": "page"}, (1, 2), None,
        {HOSTILE: HOSTILE}, HOSTILE,
    )  # fmt: skip


def hostile_rows() -> RowFigures:
    clean = HOSTILE.encode("utf-8", "replace").decode()
    regions = Regions([clean], np.array([[1, 2, 3, 4]], np.int32), [clean])
    sample = Sample(
        image=b"", image_format="png", width=30, height=20, pixel_hash="", kind=clean,
        language=clean, targets={clean: clean, "text": clean, "dict": {clean: [clean]}},
        source={"corpus": clean, "licence": clean}, proof={clean: 0.5, "flag": True},
        regions=regions,
    )  # fmt: skip
    rows = RowFigures()
    rows.add(samples_table([(Origin("x", "r", 1), sample)]).to_batches()[0])
    return rows


def test_hostile_names_are_text_and_nothing_else():
    page = page_html(
        dataset_page(figures_of(hostile_rows(), language={HOSTILE: 1}, licence={HOSTILE: 1}))
    )
    found = Elements(page)
    assert "script" not in found.tags
    assert "img" not in found.tags
    assert not {name for name in found.attributes if name.startswith("on") or name == "style"}
    assert found.links == ["data:,"]
    assert found.text.count("<script>alert(1)</script>") >= 8
    assert page.count("</style>") == 1
    assert "default-src 'none'" in page
    page.encode("utf-8", "replace")


def test_unfinished_dataset_is_told():
    assert "Unfinished: 1 of 2 shards" in page_html(dataset_page(figures_of(hostile_rows())))


def test_page_of_no_samples_is_drawn():
    assert "Statistics of" in page_html(dataset_page(figures_of(RowFigures())))


def test_figures_are_those_of_the_rows_and_tokens_of_a_named_tokenizer(made):
    out, plan = made
    figures = dataset_figures(Storage(str(out)), plan)
    rows = list(Dataset(str(out)).rows())
    texts = [row["targets"]["text"] for row in rows]
    characters = figures.whole.texts.main["characters"]
    assert characters.total == sum(map(len, texts))
    assert figures.whole.texts.main["words"].total == sum(len(text.split()) for text in texts)
    assert characters.count == figures.whole.samples == len(rows) == 12
    assert (figures.whole.widths.least, figures.whole.widths.most) == (
        min(row["width"] for row in rows),
        max(row["width"] for row in rows),
    )
    for level, spread in figures.whole.regions.items():
        counts = [sum(one["level"] == level for one in row["regions"]) for row in rows]
        assert (spread.total, spread.count) == (sum(counts), sum(map(bool, counts)))
    assert figures.near_duplicates == 0
    assert sum(figures.reasons.values()) == 2
    assert set(figures.meanings) >= set(figures.reasons)
    assert "tokens" not in figures.whole.texts.main
    counted = dataset_figures(
        Storage(str(out)),
        plan,
        count_tokens=lambda some: [2 * len(one) for one in some],
        tokenizer="x",
    )
    assert counted.whole.texts.main["tokens"].total == 2 * characters.total
    assert "Tokens by x" in page_html(dataset_page(counted))


def run(*arguments: object, code: int = 0) -> str:
    done = CliRunner().invoke(main, ["stats", *map(str, arguments)])
    assert done.exit_code == code, done.output
    return done.stdout


def test_verb_writes_the_same_page_again_and_prints_what_it_did(made, tmp_path):
    out, _ = made
    first, second = tmp_path / "first.html", tmp_path / "second.html"
    data = json.loads(run(out, "--report", first, "--json"))
    run(out, "--report", second)
    assert first.read_bytes() == second.read_bytes()
    assert not list(tmp_path.glob("*.tmp"))
    assert data["parts"]["toy_found"]["samples"] == 12
    assert json.loads(run(out, "--json", "--rows")) == data
    assert set(json.loads(run(out, "--json"))) == {"toy_found"}
    assert run(out).startswith("toy_found: 12 samples of 14")
    canonical_json(data)
    run(out, "--tokenizer", "x", code=2)
    installed = importlib.util.find_spec("transformers") is not None
    run(out, "--json", "--tokenizer", tmp_path / "absent", code=2 if installed else 1)


def test_turns_and_nested_targets_are_counted():
    rows = RowFigures()
    rows.texts.add(
        [
            ({"dict": {"a": "b"}}, [{"role": "user", "text": "Why?"}]),
            ({}, [{"role": "user", "text": "Who"}, {"role": "assistant", "text": "他 is"}]),
            ({}, []),
        ]
    )
    forms = rows.texts.forms
    assert forms["dict"]["characters"].total == len('{"a":"b"}')
    assert forms["user turns"]["characters"].count == 2
    assert forms["assistant turns"]["ideographs"].total == 1
    assert rows.texts.main["characters"].count == 2
