"""Overlap with benchmarks: planted text and pictures are found with file and record; else none."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dataengine.errors import ConfigError
from dataengine.imaging import pixel_hash
from dataengine.overlap.benchmark_index import BenchmarkIndex, Record
from dataengine.overlap.benchmark_report import BenchmarkReport
from dataengine.overlap.benchmarks import BenchmarkSearch, find_benchmark_overlap
from dataengine.overlap.duplicates import find_duplicates
from dataengine.overlap.found_table import write_found
from dataengine.overlap.ngrams import Lengths, gram_hashes
from dataengine.overlap.settings import BenchmarkOverlap
from tests.dataengine.overlap.rows import long_passage, passage, photo, row, scene, talk

CHINESE = (
    "春天到了，北京的大街小巷到处都是盛开的花朵，来来往往的行人脸上洋溢着温暖的笑容，孩子们放风筝。"
)


@pytest.fixture
def bench(tmp_path):
    """Three records: two passages of English, one of Chinese."""
    path = tmp_path / "bench.json"
    records = [{"question": long_passage(1)}, {"q": long_passage(2)}, {"answer": CHINESE}]
    path.write_text(json.dumps(records), encoding="utf-8")
    return str(path)


def test_samples_without_shared_text_are_no_hits(bench):
    rows = [row(f"s{number}", long_passage(number)) for number in range(3, 40)]
    assert list(find_benchmark_overlap(rows, [bench])) == []


def test_shared_text_is_found_with_file_and_record(bench):
    shared = " ".join(long_passage(2).split()[20:40])
    text = f"{long_passage(9)} {shared.upper()} {long_passage(10)}"
    (hit,) = find_benchmark_overlap([row("s", text)], [bench])
    assert (hit.dataset, hit.id, hit.form) == ("one", "s", "text")
    assert (hit.file, hit.record, hit.shared) == (bench, 2, 8)
    total = len(gram_hashes(text, Lengths()))
    assert hit.share == pytest.approx(8 / total, abs=1e-4)
    assert hit.excerpt == " ".join(shared.split()[:13])


def test_chinese_is_compared_by_characters(bench):
    (hit,) = find_benchmark_overlap([row("s", "前言：" + CHINESE[3:40] + "完")], [bench])
    assert hit.record == 3
    assert find_one(CHINESE[:25], bench) is None
    assert find_one(CHINESE[:25], bench, characters=12).record == 3


def find_one(text, bench, **lengths):
    return next(iter(find_benchmark_overlap([row("s", text)], [bench], **lengths)), None)


@pytest.mark.parametrize(
    "changes",
    [
        {"targets": {"markdown": "# " + long_passage(1)}},
        {"targets": {"captions": ["a short one", long_passage(1)]}},
        {"targets": {}, "turns": talk(long_passage(1), "Yes.")},
        {"targets": {}, "turns": talk("What does it say?", long_passage(1))},
    ],
)
def test_every_text_of_a_sample_is_compared(bench, changes):
    (hit,) = find_benchmark_overlap([row("s", "", **changes)], [bench])
    assert (hit.record, hit.share) == (1, 1.0)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 30), st.integers(0, 20))
def test_a_hit_is_as_many_words_as_are_asked_for(tmp_path_factory, start, count):
    path = tmp_path_factory.mktemp("bench") / "b.txt"
    words = long_passage(1).split()
    path.write_text(" ".join(words))
    text = f"{passage(501)} {' '.join(words[start : start + count])} {passage(502)}"
    hits = list(find_benchmark_overlap([row("s", text)], [str(path)], 13))
    assert [hit.shared for hit in hits] == ([count - 12] if count >= 13 else [])


def test_what_many_records_have_is_a_prompt(tmp_path):
    prompt = long_passage(1, lines=2)
    path = tmp_path / "b.jsonl"
    lines = [json.dumps({"q": f"{prompt} {long_passage(50 + number)}"}) for number in range(11)]
    path.write_text("\n".join(lines))
    assert list(find_benchmark_overlap([row("s", prompt)], [str(path)])) == []
    path.write_text("\n".join(lines[:10]))
    assert [hit.record for hit in find_benchmark_overlap([row("s", prompt)], [str(path)])] == [1]


def test_least_share_is_held(bench):
    shared = " ".join(long_passage(2).split()[:20])
    rows = [row("some", shared + long_passage(9)), row("all", long_passage(1))]
    search = BenchmarkSearch(BenchmarkOverlap(files=(bench,), min_share=0.5))
    assert [hit.id for hit in search.hits(rows)] == ["all"]


def test_index_says_what_it_holds(bench):
    index = BenchmarkIndex([bench], Lengths(words=50, characters=30))
    (file,) = index.files
    assert (file.records, file.too_short) == (3, 0)
    assert file.grams == len(index)
    assert BenchmarkIndex([bench], Lengths(words=50, characters=90)).files[0].too_short == 1
    codes = index.look_up(gram_hashes(long_passage(2), index.lengths))
    assert {index.record(int(code)) for code in codes} == {Record(bench, 2)}
    assert BenchmarkIndex([], Lengths()).look_up(gram_hashes(CHINESE, Lengths())).max() == -1


def test_pictures_are_found_by_pixels_and_nearly(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    same, near = scene(1), scene(2, side=192)
    Image.fromarray(same).convert("RGB").save(folder / "grey.png")
    Image.fromarray(near).save(folder / "near.jpg", quality=60)
    (folder / "broken.png").write_bytes(b"\x89PNG no")
    (tmp_path / "outside.png").symlink_to(folder / "grey.png")
    (folder / "link.png").symlink_to(tmp_path / "other.png")
    rows = [
        row("page", "", pixel_hash=pixel_hash(same)),
        photo("photo", scene(2)),
        *[photo(f"p{number}", scene(number)) for number in range(3, 20)],
    ]
    search = BenchmarkSearch(BenchmarkOverlap(pictures=(str(folder),)))
    hits = list(search.hits(rows))
    assert [(hit.id, hit.form, hit.file.rpartition("/")[2]) for hit in hits] == [
        ("page", "picture", "grey.png"),
        ("photo", "near-picture", "near.jpg"),
    ]
    assert len(search.pictures) == 2
    assert search.pictures.unreadable == [str(folder / "broken.png")]


def test_absent_folder_of_pictures_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="nowhere"):
        BenchmarkSearch(BenchmarkOverlap(pictures=(str(tmp_path / "nowhere"),)))


def test_report_counts_samples_once(bench, tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    Image.fromarray(scene(1)).save(folder / "a.png")
    search = BenchmarkSearch(BenchmarkOverlap(files=(bench,), pictures=(str(folder),)))
    both = row("both", long_passage(1), pixel_hash=pixel_hash(scene(1)))
    rows = [both, row("text", long_passage(2)), row("none", long_passage(3))]
    report = BenchmarkReport(search)
    out = tmp_path / "found.parquet"
    assert write_found(out, find_duplicates(rows), report.counted(search.hits(rows))) == 3
    data = report.as_data()
    assert (data["samples"], data["by_dataset"]) == (2, {"one": 2})
    assert [(one["form"], one["file"], one["count"]) for one in data["hits"]] == [
        ("text", bench, 2),
        ("picture", str(folder), 1),
    ]
    table = pq.read_table(out)
    assert table.column("form").to_pylist() == [
        "benchmark-text",
        "benchmark-picture",
        "benchmark-text",
    ]
    json.dumps(data)


def test_table_holds_duplicates_too(tmp_path):
    rows = [row("a", long_passage(1)), row("b", long_passage(1))]
    out = tmp_path / "found.parquet"
    assert write_found(out, find_duplicates(rows), ()) == 1
    assert pq.read_table(out).to_pylist() == [
        {
            "dataset": "one",
            "id": "b",
            "form": "text",
            "of_dataset": "one",
            "of": "a",
            "similarity": 1.0,
            "excerpt": "",
        }
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["found.parquet"]
