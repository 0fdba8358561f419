"""The formats are found by file; content tells which one is meant."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

from dataengine.errors import ConfigError
from dataengine.recipe import resolve
from pipelines.imported import formats
from pipelines.imported.formats import format_names, get_format, recognise
from pipelines.imported.records import Problem
from tests.pipelines.imported.importing import picture


def test_every_file_is_a_format_with_words_of_its_own() -> None:
    folder = Path(formats.__path__[0])
    assert format_names() == sorted(
        path.stem for path in folder.glob("*.py") if path.stem != "__init__"
    )
    found = [get_format(name) for name in format_names()]
    assert [one.name for one in found] == format_names()
    assert len({one.summary for one in found}) == len(found)


def test_every_format_has_a_test() -> None:
    here = Path(__file__).parent
    assert all((here / f"test_{name}.py").is_file() for name in format_names())


def test_a_module_without_a_format_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"{formats.__name__}.nothing"
    monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    with pytest.raises(ConfigError, match="no FORMAT"):
        get_format("nothing")


def test_an_unknown_format_is_refused_with_the_nearest_name() -> None:
    part = {"pipeline": "imported", "corpora": ["x"], "options": {"format": "docvq"}}
    with pytest.raises(ConfigError, match=r"parts.a.options.format: .*did you mean 'docvqa'"):
        resolve({"name": "x", "parts": {"a": part}}, "test")
    part["options"] = {"kind": "Not a kind"}
    with pytest.raises(ConfigError, match="made of a-z"):
        resolve({"name": "x", "parts": {"a": part}}, "test")


@pytest.mark.parametrize(
    ("name", "data", "form"),
    [
        ("a.json", b'[{"image": "x", "conversations": []}]', "llava"),
        ("a.jsonl", b'{"image": "x", "messages": []}', "llava"),
        ("a.json", b'{"data": [{"questionId": 1, "question": "", "image": ""}]}', "docvqa"),
        ("a.json", b'[{"imgname": "", "query": "", "label": ""}]', "chartqa"),
        ("a.jpg", picture(), "img2dataset_tar"),
        ("a.webp", b"", "img2dataset_tar"),
    ],
)
def test_content_tells_the_format(name: str, data: bytes, form: str) -> None:
    assert recognise(name, data).name == form


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.json", b"[]"),
        ("a.json", b""),
        ("a.txt", b"hello"),
        ("a.json", b'[{"conversations": 1, "imgname": 1, "query": 1, "label": 1}]'),
    ],
)
def test_where_it_does_not_the_formats_are_named(name: str, data: bytes) -> None:
    with pytest.raises(Problem, match=r"set options.format: chartqa, docvqa"):
        recognise(name, data)
