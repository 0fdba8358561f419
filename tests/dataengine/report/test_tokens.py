"""Tokenizers that users name: files are read, the rest is refused with its reason."""

from __future__ import annotations

import json

import pytest

from dataengine.errors import ConfigError, DataEngineError
from dataengine.report.tokens import load_tokenizer

WORDS = {
    "version": "1.0",
    "model": {"type": "WordLevel", "vocab": {"a": 0, "?": 1}, "unk_token": "?"},
    "pre_tokenizer": {"type": "Whitespace"},
}


def test_tokens_are_those_of_the_file(tmp_path):
    pytest.importorskip("tokenizers")
    (tmp_path / "tokenizer.json").write_text(json.dumps(WORDS))
    for name in (tmp_path, tmp_path / "tokenizer.json"):
        assert load_tokenizer(str(name))(["a b c", "", "\ud800"]) == [3, 0, 1]


def test_file_that_is_no_tokenizer_is_refused(tmp_path):
    pytest.importorskip("tokenizers")
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ConfigError, match="no tokenizer that can be read"):
        load_tokenizer(str(tmp_path))


def test_what_is_not_there_is_refused_with_a_remedy(tmp_path):
    with pytest.raises(DataEngineError, match="absent"):
        load_tokenizer(str(tmp_path / "absent"))
