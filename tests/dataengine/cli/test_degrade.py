"""`dataengine degrade` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from dataengine.cli import USAGE, main
from dataengine.finalize import finalize
from dataengine.storage import Storage
from tests.conftest import contents, recipe_for, render, words


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished dataset of 12 samples."""
    folder = tmp_path_factory.mktemp("degrade")
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "a.toy").write_text("".join(f"{line}\n" for line in words(0, 12)), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATAENGINE_CACHE", str(folder / "cache"))
        plan, _ = render(folder / "out", recipe_for(corpus))
    finalize(Storage(str(folder / "out")), plan)
    return folder / "out"


def printed(*arguments: object, code: int = 0) -> str:
    """Run a command and return what it prints."""
    done = CliRunner().invoke(main, ["degrade", *map(str, arguments)])
    assert done.exit_code == code, done.output
    return done.output


def test_a_sheet_is_drawn_and_nothing_stored_changes(made: Path, tmp_path: Path) -> None:
    before = contents(made)
    out = tmp_path / "sheet.png"
    text = printed(made, "--sheet", out, "--count", 3, "--cell", 80)
    assert f"{out}: 3 pictures" in text
    with Image.open(out) as sheet:
        assert sheet.width > 6 * 80
    assert contents(made) == before


def test_what_was_done_is_printed_the_same_each_time(made: Path) -> None:
    settings = ("--set", "share=0.5", "--set", "profiles.*={photo: 1}", "--json", "--count", 12)
    shown = json.loads(printed(made, *settings))
    assert shown == json.loads(printed(made, *settings))
    assert shown != json.loads(printed(made, *settings, "--seed", 9))
    assert len(shown) == 12
    reasons = {one["reason"] for one in shown}
    assert "not-drawn" in reasons
    for one in shown:
        assert bool(one["applied"]) == (one["reason"] == "")


def test_effects_are_switched_off(made: Path) -> None:
    settings = ("--set", "profiles.*={jpeg: 1}", "--set", "effects.jpeg=false", "--json")
    for one in json.loads(printed(made, *settings)):
        assert "jpeg" not in {step["name"] for step in one["applied"]}


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("effects.nois=false", "no effect is called 'nois'"),
        ("profiles.page={scam: 1}", "no profile is called 'scam'"),
        ("shere=1", "unknown key shere"),
        ("share=2", "share"),
        ("share.deep.er=1", "at most two keys"),
        ("share.deep=1", "holds a value"),
        ("share", "form a.b=c"),
    ],
)
def test_wrong_settings_are_refused(made: Path, override: str, message: str) -> None:
    assert message in printed(made, "--set", override, code=USAGE)
