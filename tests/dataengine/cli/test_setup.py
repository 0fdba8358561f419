"""`dataengine setup` hands its words to pipelines."""

from __future__ import annotations

from click.testing import CliRunner

from dataengine.cli import USAGE, main
from dataengine.errors import ToolMissing
from dataengine.registry import get_pipeline


def test_pipelines_that_need_nothing_bring_nothing():
    done = CliRunner().invoke(main, ["setup", "toy_found"])
    assert (done.exit_code, done.output) == (0, "")


def test_the_hook_gets_the_file_and_says_what_it_does(monkeypatch, tmp_path):
    given = tmp_path / "library.js"
    given.write_text("x")
    seen = []

    def setup(self, say, source=None):
        seen.append(source)
        say("brought")

    monkeypatch.setattr(_toy(), "setup", setup, raising=False)
    done = CliRunner().invoke(main, ["setup", "toy_found", "--from", str(given)])
    assert (done.exit_code, seen) == (0, [given])
    assert "brought" in done.output


def test_what_cannot_be_had_is_an_error(monkeypatch):
    def setup(self, say, source=None):
        raise ToolMissing("not to be had")

    monkeypatch.setattr(_toy(), "setup", setup, raising=False)
    done = CliRunner().invoke(main, ["setup", "toy_found"])
    assert done.exit_code == 1
    assert "not to be had" in done.output


def test_a_file_is_for_one_pipeline(tmp_path):
    given = tmp_path / "library.js"
    given.write_text("x")
    done = CliRunner().invoke(main, ["setup", "--from", str(given)])
    assert done.exit_code == USAGE
    assert "the name of the pipeline" in done.output


def _toy():
    return type(get_pipeline("toy_found"))
