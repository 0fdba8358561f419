"""Checks before sending: limits, paths of this machine, the card."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pyarrow as pa
import pytest

from dataengine.card import dataset_card
from dataengine.publishing import checks
from dataengine.publishing.checks import card_check, limit_check, path_check
from dataengine.publishing.files import PublishedFile
from tests.dataengine.test_card import FACTS

PRIVATE = ["/volume7/corpora", "../relative/place"]


def sized(name: str, size: int = 1) -> PublishedFile:
    return PublishedFile(name, size, "0" * 64, Path("nowhere"))


def test_large_files_full_folders_and_doubles_are_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "MAX_FOLDER_FILES", 3)
    monkeypatch.setattr(checks, "MAX_FILES", 6)
    few = [sized("data/a"), sized("data/b"), sized("README.md")]
    assert limit_check(few).passed
    assert "50.0 GB" in limit_check([sized("data/a", 50 * 10**9)]).faults[0]
    assert "data has 3 files" in limit_check([*few, sized("data/c")]).faults[0]
    assert "twice" in limit_check([*few, sized("data/a", 2)]).faults[-1]
    many = [sized(f"{place}/x") for place in range(6)]
    assert "6 files" in limit_check(many).faults[0]


@pytest.mark.parametrize(
    "text",
    [
        "path: /volume7/corpora/pdf",
        "path: ../relative/place",
        'x = "/home/someone/data"',
        "(/root/x)",
        "file:///data/x",
        "see /tmp/x.pdf",
        "'C:\\Users\\me'",
        '"C:\\\\Users\\\\me"',
    ],
)
def test_paths_in_texts_and_columns_are_found(text: str) -> None:
    file = PublishedFile.made("recipe.yaml", text.encode())
    assert not path_check([file], [], PRIVATE).passed
    rows = pa.RecordBatch.from_pydict({"id": ["a", "b"], "source": ["{}", text]})
    check = path_check([], [rows], PRIVATE)
    assert len(check.faults) == 1
    assert "of b" in check.faults[0]


@pytest.mark.parametrize(
    "text",
    [
        "bundled:pdf/en",
        '{"item":"sub/folder/a.pdf"}',
        "https://example.org/home/x",
        "hf://datasets/owner/name/data",
        "TeX: the answer",
        "9/10",
        '{"formula":"x:\\\\frac12"}',
    ],
)
def test_other_texts_are_let_be(text: str) -> None:
    file = PublishedFile.made("recipe.yaml", text.encode())
    rows = pa.RecordBatch.from_pydict({"id": ["a"], "source": [text]})
    assert path_check([file], [rows], PRIVATE).passed


def test_a_document_may_speak_of_paths_but_not_of_ours() -> None:
    rows = pa.RecordBatch.from_pydict(
        {
            "id": ["a"],
            "targets": [
                "see /home/user/x",
            ][:1],
        }
    )
    card = PublishedFile.made("README.md", b"see /home/user/x")
    assert path_check([card], [rows], PRIVATE).passed
    card = PublishedFile.made("README.md", b"see /volume7/corpora/x")
    assert not path_check([card], [], PRIVATE).passed
    rows = pa.RecordBatch.from_pydict({"id": ["a"], "targets": ["see /volume7/corpora/x"]})
    assert not path_check([], [rows], PRIVATE).passed


def test_columns_with_nulls_and_without_text_are_no_matter() -> None:
    column = pa.array([None, "/home/x/y"], pa.string())
    rows = pa.RecordBatch.from_pydict({"id": ["a", "b"], "template": column, "width": [1, 2]})
    assert "of b" in path_check([], [rows], []).faults[0]


def test_card_and_files_belong_together() -> None:
    card = dataset_card(FACTS)
    names = ["pages/train-0", "pages/test-0", "charts/train-0"]
    files = [sized(f"data/{name}.parquet") for name in names]
    assert card_check(card, FACTS, files).passed
    assert (
        "no file is called data/charts/train-*.parquet" in card_check(card, FACTS, files[:2]).faults
    )
    stray = sized("data/pages/dev-0.parquet")
    assert card_check(card, FACTS, [*files, stray]).faults == [
        "data/pages/dev-0.parquet belongs to 0 configs of the card"
    ]
    other = dataclasses.replace(FACTS, title="Another")
    assert "pretty_name" in card_check(card, other, files).faults[0]
    assert not card_check("no front matter", FACTS, files).passed
