"""Benchmark files: every form by record; odd, huge and hostile ones do no harm."""

from __future__ import annotations

import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dataengine.errors import ConfigError, CorpusError
from dataengine.overlap.benchmark_files import benchmark_paths, records


def read(path) -> list[tuple[int, str]]:
    return list(records(path))


def write(folder, name: str, data: bytes | str):
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.txt", "one\ntwo\n\n\nthree", [(1, "one\ntwo\n"), (5, "three")]),
        ("a.txt", "one\r\n\r\ntwo\r\n", [(1, "one\n"), (3, "two\n")]),
        ("a.md", "", []),
        ("a.json", '[{"q": "a"}, {"q": "b"}]', [(1, "a"), (2, "b")]),
        ("a.json", "", []),
        (
            "a.jsonl",
            '{"q": "a", "o": ["x", "y"]}\n\n{"q": "b"}',
            [(1, "a"), (1, "x"), (1, "y"), (3, "b")],
        ),
        ("a.csv", 'q,a\n"one,\ntwo",b\n', [(1, "q"), (1, "a"), (2, "one,\ntwo"), (2, "b")]),
        ("a.TSV", "q\ta\n", [(1, "q"), (1, "a")]),
    ],
)
def test_forms_are_read_by_record(tmp_path, name, data, expected):
    assert read(write(tmp_path, name, data)) == expected


def test_parquet_gives_its_strings_and_not_its_bytes(tmp_path):
    table = pa.table(
        {
            "question": ["a", None],
            "image": [{"bytes": b"\x89PNG", "path": "p"}, None],
            "turns": [[{"role": "user", "text": "t"}], []],
            "number": [1, 2],
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    expected = [(1, "a"), (1, "p"), (1, "user"), (1, "t")]
    assert read(tmp_path / "a.parquet") == expected
    pq.write_table(pa.table({"number": [1]}), tmp_path / "b.parquet")
    assert read(tmp_path / "b.parquet") == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("name", ["a.txt", "a.csv"])
def test_chinese_text_is_read_in_the_usual_encodings(tmp_path, encoding, name):
    text = "北京的大街小巷到处都是盛开的花朵"
    assert [one.strip() for _, one in read(write(tmp_path, name, text.encode(encoding)))] == [text]


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.json", "a.jsonl"])
@pytest.mark.parametrize(
    "data",
    [
        b"\xff\x00\xfe" * 50,
        b'"' * 1001,
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b'"' + b"x" * 400_000,
        b"\x00" * 1000,
        b"\n" * 1000,
    ],
    ids=["noise", "quotes", "arrays", "objects", "endless", "nulls", "empty"],
)
def test_hostile_file_is_read_without_harm(tmp_path, name, data):
    for number, text in read(write(tmp_path, name, data)):
        assert number >= 0
        assert isinstance(text, str)


def test_giant_line_is_cut_and_lines_are_counted_on(tmp_path):
    path = write(tmp_path, "a.txt", "word " * 100_000 + "\n\nnext")
    found = read(path)
    assert max(len(text) for _, text in found) <= 2 << 16
    assert "".join(text for _, text in found) == "word " * 100_000 + "\nnext"
    assert found[-1] == (3, "next")


def test_row_with_a_giant_cell_is_left_out_and_the_others_are_read(tmp_path):
    path = write(tmp_path, "a.csv", "a\n" + "x" * 200_000 + "\nb\n")
    assert [text for _, text in read(path)] == ["a", "b"]


def test_damaged_parquet_is_named(tmp_path):
    with pytest.raises(CorpusError, match=r"a\.parquet cannot be read"):
        read(write(tmp_path, "a.parquet", b"PAR1 no"))


def test_folder_stands_for_the_known_files_inside_it(tmp_path):
    folder = tmp_path / "bench"
    (folder / "below").mkdir(parents=True)
    outside = write(tmp_path, "secret.txt", "x")
    inside = [write(folder, "b.json", "[]"), write(folder, "below/a.csv", "x")]
    write(folder, "code.py", "raise SystemExit")
    os.symlink(outside, folder / "link.txt")
    os.symlink(tmp_path, folder / "loop")
    assert benchmark_paths([str(folder)]) == inside
    assert benchmark_paths([str(inside[0]), str(folder)]) == inside


def test_wrong_names_are_refused(tmp_path):
    write(tmp_path, "a.exe", "x")
    (tmp_path / "empty").mkdir()
    for name in ("absent.txt", "a.exe", "empty"):
        with pytest.raises(ConfigError, match=name):
            benchmark_paths([str(tmp_path / name)])
