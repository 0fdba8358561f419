"""Hostile PDFs, archives and folders through a whole job: each ends as it should, none ends it."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from dataengine.finalize import finalize
from dataengine.reader import Dataset
from dataengine.recipe import Recipe, resolve
from dataengine.storage import Storage
from tests.conftest import render
from tests.hostile_pdfs import HOSTILE
from tests.hostile_trees import (
    HOSTILE_ARCHIVES,
    make_directory_loop,
    make_links_and_devices,
    make_tree_of_names,
    make_tree_of_tiny_files,
    tiny_pdf,
)

LIMITS = {"unit_cpu_s": 2, "unit_wall_s": 20, "memory_mb": 1000, "item_mb": 8}


def recipe_for(folder: Path, **changes: object) -> Recipe:
    part = {"pipeline": "pdf_pages", "corpora": [str(folder)]}
    limits = {**LIMITS, "min_counted": 10**6}
    data = {"name": "hostile", "parts": {"pdf_pages": part}, "limits": limits, **changes}
    return resolve(data, "test")


def outcomes(folder: Path, out: Path, **changes: object) -> dict[str, list[str]]:
    """Run a job and return item name -> outcomes of its units."""
    plan, report = render(out, recipe_for(folder, **changes), workers=2)
    assert report.complete, report.failed
    finalize(Storage(str(out)), plan)
    found = defaultdict(list)
    dataset = Dataset(str(out))
    for row in dataset.rows(["source"]):
        found[row["source"]["item"]].append("sample")
    for row in dataset.rejections(["source", "reason", "detail"]):
        assert row["detail"], row
        found[row["source"]["item"]].append(row["reason"])
    total = dataset.manifest.totals
    assert total["units"] == sum(map(len, found.values())) == total["samples"] + total["rejections"]
    return found


@pytest.mark.slow
def test_every_hostile_file_ends_as_it_should_and_none_ends_the_job(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    for hostile in HOSTILE:
        (folder / f"{hostile.name}.pdf").write_bytes(hostile.make())
    (folder / "zz_good.pdf").write_bytes(tiny_pdf("a good page"))
    found = outcomes(folder, tmp_path / "out", near_duplicates=None)
    wrong = {
        hostile.name: found.get(f"{hostile.name}.pdf", "lost")
        for hostile in HOSTILE
        if hostile.expect is not None
        and not (set(found.get(f"{hostile.name}.pdf", ["lost"])) <= hostile.expect)
    }
    assert not wrong
    assert set(found) >= {f"{hostile.name}.pdf" for hostile in HOSTILE}


@pytest.mark.parametrize(
    "lie",
    ["unicode_map_is_a_lie", "unicode_map_bomb", "actual_text_is_a_lie", "off_the_paper"],
)
def test_text_that_lies_about_the_picture_is_rejected(tmp_path, lie):
    folder = tmp_path / "corpus"
    folder.mkdir()
    hostile = next(one for one in HOSTILE if one.name == lie)
    (folder / f"{lie}.pdf").write_bytes(hostile.make())
    assert "sample" not in outcomes(folder, tmp_path / "out")[f"{lie}.pdf"]


def test_hostile_archives_lose_nothing_and_write_nothing(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, make in HOSTILE_ARCHIVES.items():
        (folder / name).write_bytes(make())
    before = {path for path in tmp_path.rglob("*") if "out" not in path.parts}
    found = outcomes(folder, tmp_path / "out")
    after = {path for path in tmp_path.rglob("*") if "out" not in path.parts}
    assert {path for path in after - before if tmp_path / "out" not in path.parents} <= {
        tmp_path / "out"
    }
    for name in HOSTILE_ARCHIVES:
        if name == "empty.zip":  # holds nothing that could be lost
            continue
        assert any(item.startswith(name) for item in found), f"{name} was lost"
    reasons = {reason for one in found.values() for reason in one}
    assert {"broken-archive", "nested-archive"} <= reasons


def test_odd_names_links_and_loops_are_accounted_for(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name in ("names", "loop", "links"):
        (folder / name).mkdir()
    paths = make_tree_of_names(folder / "names")
    make_directory_loop(folder / "loop")
    make_links_and_devices(folder / "links")
    found = outcomes(folder, tmp_path / "out")
    assert len([item for item in found if item.startswith("names")]) == len(
        [path for path in paths if path.name.lower().endswith(".pdf")]
    )
    reasons = {reason for one in found.values() for reason in one}
    assert {"directory-loop", "unreadable"} <= reasons
    assert not list(tmp_path.rglob("shell_was_here"))


@pytest.mark.slow
def test_ten_thousand_tiny_files_are_ten_thousand_outcomes(tmp_path):
    folder = tmp_path / "corpus"
    make_tree_of_tiny_files(folder, 10_000)
    found = outcomes(folder, tmp_path / "out")
    assert len(found) == 10_000


def test_file_over_the_size_limit_is_rejected_unread(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "huge.pdf").write_bytes(b"%PDF-1.7\n")
    with (folder / "huge.pdf").open("r+b") as stream:
        stream.truncate(1 << 40)  # a sparse terabyte
    (folder / "good.pdf").write_bytes(tiny_pdf("good"))
    assert outcomes(folder, tmp_path / "out")["huge.pdf"] == ["too-large"]
