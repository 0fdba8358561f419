"""How many tokens a text will be, from a tokenizer file or an estimate on the safe side."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from dataengine.errors import ConfigError
from pipelines.pdf_pages.charset import Kind

# Tokens per character, rounded up from what byte-pair vocabularies of 100,000 to 150,000 entries
# (the Qwen and GPT-4 families) give on prose, code and tables; blanks mostly ride along.
_TOKENS_PER_CHAR = {
    Kind.BLANK: 0.1,
    Kind.UNKNOWN: 2.0,
    Kind.DIGIT: 1.0,
    Kind.LETTER: 0.24,
    Kind.LATIN: 0.7,
    Kind.FOREIGN: 0.7,
    Kind.HAN: 0.75,
    Kind.HAN_RARE: 1.5,
    Kind.RADICAL: 1.5,
    Kind.KANA: 1.0,
    Kind.HIGH_SYMBOL: 1.0,
    Kind.SYMBOL: 0.7,
}

Counter = Callable[[str, list[int]], int]


def estimate(_text: str, counts: list[int]) -> int:
    """Estimate from the number of characters of each kind."""
    return round(sum(rate * counts[kind] for kind, rate in _TOKENS_PER_CHAR.items()))


def token_counter(tokenizer: str) -> Counter:
    """Return the counter of a tokenizer.json, or the estimate where none is named."""
    if not tokenizer:
        return estimate
    exact = import_module("tokenizers").Tokenizer.from_file(tokenizer)  # an optional package

    def count(text: str, _counts: list[int]) -> int:
        return len(exact.encode(text, add_special_tokens=False).ids)

    return count


def missing_tokenizer(tokenizer: str) -> str:
    """Say what is missing for counting with this tokenizer, or return an empty string."""
    if tokenizer and find_spec("tokenizers") is None:
        return "proof.tokenizer needs the package tokenizers: pip install tokenizers"
    if tokenizer and not Path(tokenizer).is_file():
        return f"proof.tokenizer: there is no file {tokenizer}"
    return ""


def tokenizer_version(tokenizer: str) -> str:
    """Return a hash of the tokenizer's file, for the plan."""
    path = Path(tokenizer)
    if not path.is_file():
        raise ConfigError(f"proof.tokenizer: there is no file {tokenizer}")
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
