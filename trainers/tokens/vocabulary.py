"""Vocabularies: text to token ids and back, with special tokens that no text can forge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from dataengine.errors import ConfigError, ToolMissing

Span = tuple[int, int]


class Vocabulary(Protocol):
    """Maps text to ids. Special tokens are known by their text, but only `special` gives them."""

    @property
    def size(self) -> int:
        """Number of ids, special ones among them."""

    def special(self, token: str) -> int:
        """Return a special token's id; raises `ConfigError` where there is none."""

    def encode(self, text: str) -> tuple[list[int], list[Span]]:
        """Return ids of plain text, and where each token begins and ends in it, in characters."""

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text of ids; special tokens say nothing."""


class ByteVocabulary:
    """The 256 bytes of UTF-8, then special tokens: for models that are trained from scratch."""

    def __init__(self, specials: Sequence[str]) -> None:
        self._specials = {token: 256 + number for number, token in enumerate(specials)}

    @property
    def size(self) -> int:
        """Number of ids."""
        return 256 + len(self._specials)

    def special(self, token: str) -> int:
        """Return a special token's id; raises `ConfigError` where there is none."""
        if token not in self._specials:
            raise ConfigError(f"the byte vocabulary has no token {token!r}")
        return self._specials[token]

    def encode(self, text: str) -> tuple[list[int], list[Span]]:
        """Return the bytes; each has the span of its character."""
        ids: list[int] = []
        spans: list[Span] = []
        for place, character in enumerate(text):
            encoded = character.encode("utf-8", "replace")
            ids += encoded
            spans += [(place, place + 1)] * len(encoded)
        return ids, spans

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text; bytes that are no UTF-8 become U+FFFD."""
        return bytes(one for one in ids if one < 256).decode("utf-8", "replace")


class PretrainedVocabulary:
    """A fast tokenizer of transformers, with a layout's special tokens added.

    Args:
        name: Hub name or local folder.
        specials: added where the tokenizer has none of that text, in this order.
        fixed: ids of special tokens that the tokenizer does not know, as weights have them.

    Attributes:
        added: the special tokens that are new to it.

    Raises:
        ConfigError: it cannot be loaded, or gives no places of its tokens.
        ToolMissing: transformers is not installed.
    """

    def __init__(
        self, name: str, specials: Sequence[str], fixed: Mapping[str, int] = MappingProxyType({})
    ) -> None:
        self._tokenizer = _load(name)
        vocabulary = self._tokenizer.get_vocab()
        missing = [one for one in specials if one not in vocabulary and one not in fixed]
        self.added = tuple(missing)
        self._tokenizer.add_special_tokens(
            {"additional_special_tokens": missing}, replace_extra_special_tokens=False
        )
        self._ids: dict[str, int] = {**fixed, **self._tokenizer.get_vocab()}
        self._hidden = set(self._tokenizer.all_special_ids) | {self._ids[one] for one in specials}

    @property
    def size(self) -> int:
        """Number of ids."""
        return max(self._ids.values()) + 1

    def special(self, token: str) -> int:
        """Return a special token's id; raises `ConfigError` where there is none."""
        if token not in self._ids:
            raise ConfigError(f"the tokenizer has no token {token!r}; is it the recipe's own?")
        return self._ids[token]

    def encode(self, text: str) -> tuple[list[int], list[Span]]:
        """Return ids and places; `</s>` in a page's text is five characters, never an end."""
        found: Any = self._tokenizer(
            text,
            add_special_tokens=False,
            split_special_tokens=True,
            return_offsets_mapping=True,
            return_attention_mask=False,
        )
        return list(found["input_ids"]), [(start, end) for start, end in found["offset_mapping"]]

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text of ids; special tokens say nothing."""
        kept = [one for one in ids if one not in self._hidden]
        text: str = self._tokenizer.decode(kept, clean_up_tokenization_spaces=False)
        return text


def _load(name: str) -> Any:
    try:
        from transformers import AutoTokenizer
    except ImportError as error:
        raise ToolMissing(
            f"the tokenizer {name} needs transformers: pip install 'dataengine[train]'"
        ) from error
    try:
        tokenizer = AutoTokenizer.from_pretrained(name, use_fast=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError) as error:
        where = "the folder" if Path(name).exists() else "the Hub's or a local folder's name"
        raise ConfigError(f"no tokenizer in {where} {name!r}: {error}") from error
    if not tokenizer.is_fast:
        raise ConfigError(f"the tokenizer {name!r} is a slow one, which gives no places of tokens")
    return tokenizer
