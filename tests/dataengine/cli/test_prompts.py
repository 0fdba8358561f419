"""`dataengine prompts` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from dataengine.cli import USAGE, main
from dataengine.finalize import finalize
from dataengine.storage import Storage
from dataengine.views.task_files import task_names
from tests.conftest import Corpus, recipe_for, render, words


@pytest.fixture(scope="module")
def kept() -> dict[str, Path]:
    """What the tests of this module share."""
    return {}


@pytest.fixture
def made(kept: dict[str, Path], corpus: Corpus, tmp_path: Path) -> Path:
    """A finished dataset of 30 samples, rendered once and only read."""
    if "made" in kept:
        return kept["made"]
    out = tmp_path / "out"
    plan, _ = render(out, recipe_for(corpus({"a": words(0, 30)})))
    finalize(Storage(str(out)), plan)
    kept["made"] = out
    return out


def printed(*arguments: object, code: int = 0) -> str:
    """Run a command and return what it prints."""
    done = CliRunner().invoke(main, ["prompts", *map(str, arguments)])
    assert done.exit_code == code, done.output
    return done.output


def test_all_tasks_are_listed_with_their_sets() -> None:
    text = printed()
    for name in task_names():
        assert f"\n{name}: " in f"\n{text}"
    assert "got/any 1" in text
    assert set(json.loads(printed("--json"))) == set(task_names())


def test_wordings_of_a_task_are_printed_with_their_sources() -> None:
    text = printed("--task", "dict_vary")
    assert "Convert this chart to python-dict" in text
    assert "arXiv 2312.06109" in text
    assert "the answer is 'The dict of the chart is: '" in text
    assert "'OCR: '" in printed("--task", "text")  # its last blank is seen
    assert "(not where page_kind is formula_crop or table_crop)" in printed("--task", "markdown")


def test_conversations_are_what_the_view_asks_for(made: Path) -> None:
    settings = ("--set", "tasks.text=1", "--set", "wordings=[vary]", "--count", 3)
    shown = json.loads(printed(made, *settings, "--json"))
    assert len(shown) == 3
    assert shown == json.loads(printed(made, *settings, "--json"))
    assert {one["turns"][0]["text"] for one in shown} == {"Provide the ocr results of this image."}
    text = printed(made, *settings, "--chars", 9)
    assert f"assistant: {shown[0]['turns'][1]['text'][:9]} …" in text


def test_no_task_that_fits_is_said(made: Path) -> None:
    assert "no sample of the dataset" in printed(made, "--set", "tasks.latex=1")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--task", "txt"], "did you mean 'text'"),
        (["DIR", "--set", "tasks.txt=1"], "did you mean 'text'"),
        (["DIR", "--set", "per_samples=1"], "did you mean 'per_sample'"),
        (["DIR", "--set", "per_sample=0"], "per_sample"),
        (["DIR", "--set", "tasks={}"], "at least one task"),
    ],
)
def test_wrong_settings_are_explained(arguments: list[str], message: str) -> None:
    assert message in printed(*arguments, code=USAGE)
