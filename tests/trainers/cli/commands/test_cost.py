"""`cost` needs neither a tokenizer nor weights, whatever the recipe names."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from trainers.cli import main
from trainers.tokens import vocabulary
from trainers.weights import finding


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        ("clip_qwen", "all: 245.4M of 8,269.9M parameters learn"),
        ("vary_tiny", "all: 223.2M of 223.2M parameters learn"),
        ("nano_cpu", "all: 0.8M of 0.8M parameters learn"),
    ],
)
def test_nothing_is_read(recipe, words, monkeypatch):
    def never(*arguments):
        raise AssertionError(arguments)

    monkeypatch.setattr(vocabulary, "pretrained", never)
    monkeypatch.setattr(finding, "read", never)
    done = CliRunner().invoke(main, ["cost", recipe, "--tokens", "64"])
    assert done.exit_code == 0, done.output
    assert words in done.output
