"""The trainers' command line: verbs by file, and errors with the exit codes of the engine's."""

from __future__ import annotations

from click.testing import CliRunner

from trainers.cli import main


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, list(words))
    return done.exit_code, done.output


def test_lists_verbs_recipes_and_layouts():
    code, said = run("--help")
    assert code == 0
    assert {"cost", "list", "train"} <= set(said.split())
    code, said = run("list")
    assert code == 0
    assert "vary_tiny" in said
    assert "qwen_mpt" in said


def test_costs_of_the_small_recipe():
    code, said = run("cost", "nano_cpu", "--set", "stages.0.steps=10")
    assert code == 0
    assert "320 sequences of 64 tokens" in said


def test_errors_have_the_engines_exit_codes(tmp_path):
    assert run("cost", "nano_cpuu")[0] == 2
    code, said = run("train", "nano_cpu", "--data", str(tmp_path), "--out", str(tmp_path / "run"))
    assert code == 1
    assert "error:" in said
