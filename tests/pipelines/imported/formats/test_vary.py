"""Vary's JSON: the author's form, read by LLaVA's code."""

from __future__ import annotations

from pathlib import Path

from tests.pipelines.imported.importing import chat, import_all, picture, samples, write


def test_the_documented_form(tmp_path: Path) -> None:
    write(tmp_path / "images/page.png", picture(0, "PNG"))
    record = chat("page.png", "<image>\nProvide the OCR results of this image.", "Hello\n\nworld")
    del record["id"]
    path = write(tmp_path / "set.json", [record])
    (sample,) = samples(import_all(path, [tmp_path / "images"], format="vary", kind="page"))
    assert [turn.text for turn in sample.turns] == [
        "Provide the OCR results of this image.",
        "Hello\n\nworld",
    ]
    assert sample.kind == "page"
    assert sample.source["format"] == "vary"


def test_auto_calls_it_llava(tmp_path: Path) -> None:
    write(tmp_path / "page.png", picture(0, "PNG"))
    path = write(tmp_path / "set.json", [chat("page.png", "<image>\nRead.", "a")])
    (sample,) = samples(import_all(path))
    assert sample.source["format"] == "llava"
