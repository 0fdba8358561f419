"""Counts tokens by a tokenizer that the user names; nothing is estimated where none is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from dataengine.errors import ConfigError, ToolMissing

CountTokens = Callable[[Sequence[str]], list[int]]
FILE = "tokenizer.json"


def load_tokenizer(name: str) -> CountTokens:
    """Return a function that counts the tokens of texts, special ones left out.

    Args:
        name: a `tokenizer.json`, a folder that holds one, or the name of a model on the Hub, whose
            files are taken from the local cache if they are there.

    Raises:
        ToolMissing: neither `tokenizers` nor `transformers` is installed.
        ConfigError: there is no such tokenizer, or it is damaged.
    """
    path = Path(name)
    file = path / FILE if path.is_dir() else path
    if file.is_file():
        return _from_file(file)
    return _from_hub(name)


def _from_file(file: Path) -> CountTokens:
    library = _imported("tokenizers", "pip install tokenizers")
    try:
        tokenizer = library.Tokenizer.from_file(str(file))
    except Exception as error:  # the library raises no other
        raise ConfigError(f"{file} is no tokenizer that can be read: {error}") from error

    def count(texts: Sequence[str]) -> list[int]:
        found = tokenizer.encode_batch([_clean(text) for text in texts], add_special_tokens=False)
        return [len(one.ids) for one in found]

    return count


def _from_hub(name: str) -> CountTokens:
    library = _imported("transformers", f"pip install transformers; no file is called {name!r}")
    load = library.AutoTokenizer.from_pretrained
    try:
        try:
            tokenizer = load(name, local_files_only=True, trust_remote_code=False)
        except OSError:
            tokenizer = load(name, trust_remote_code=False)  # code that comes with it never runs
    except (OSError, ValueError, KeyError) as error:
        raise ConfigError(f"there is no tokenizer {name!r}: {error}") from error

    def count(texts: Sequence[str]) -> list[int]:
        found = tokenizer([_clean(text) for text in texts], add_special_tokens=False)
        return [len(ids) for ids in found["input_ids"]]

    return count


def _imported(library: str, remedy: str) -> Any:
    try:
        return import_module(library)
    except ImportError as error:
        raise ToolMissing(f"--tokenizer needs the package {library}: {remedy}") from error


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
