"""Vocabularies: text to token ids and back, with special tokens that no text can forge."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from dataengine.errors import ConfigError, ToolMissing

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Span = tuple[int, int]

TOKENIZER, SPECIALS = "tokenizer.json", "specials.json"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a layout wants of a tokenizer.

    Attributes:
        specials: its special tokens.
        new: those that the tokenizer gets, in the order of `specials`, where it lacks them.
        fixed: ids, as published weights have them, of those that the tokenizer does not know.
        what: what messages call the layout.
        made_for: the tokenizer that it is for.
    """

    specials: Sequence[str]
    new: Collection[str] = ()
    fixed: Mapping[str, int] = field(default_factory=dict)
    what: str = "the layout"
    made_for: str = ""


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

    def files(self) -> dict[str, bytes]:
        """Return what is to be kept with a model, so that it needs nothing else."""


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

    def files(self) -> dict[str, bytes]:
        """Return nothing: the layout says it all."""
        return {}


class TokenizerVocabulary:
    """A fast tokenizer with a layout's special tokens, as `pretrained` or `kept` makes it.

    Args:
        backend: splits special tokens in a text like all else: `</s>` in a page's text is five
            characters, never an end.
        size: number of ids.
        specials: the layout's special tokens.
        hidden: ids that say nothing, those of further special tokens among them.
        added: special tokens that the tokenizer did not have.
    """

    def __init__(
        self,
        backend: Tokenizer,
        size: int,
        specials: Mapping[str, int],
        hidden: Collection[int],
        added: Collection[str],
    ) -> None:
        backend.no_truncation()
        backend.no_padding()
        backend.encode_special_tokens = True
        self.backend = backend
        self.size = size
        self._specials = dict(specials)
        self._hidden = frozenset(hidden)
        self.added = tuple(added)

    def __reduce__(self) -> tuple[Any, ...]:
        """Be sent to another process; how a backend treats special tokens is not in its state."""
        return type(self), (
            self.backend, self.size, self._specials, self._hidden, self.added,
        )  # fmt: skip

    def special(self, token: str) -> int:
        """Return a special token's id; raises `ConfigError` where there is none."""
        if token not in self._specials:
            raise ConfigError(f"the tokenizer has no token {token!r}; is it the recipe's own?")
        return self._specials[token]

    def encode(self, text: str) -> tuple[list[int], list[Span]]:
        """Return ids of plain text, and where each token begins and ends in it, in characters."""
        found = self.backend.encode(text, add_special_tokens=False)
        return list(found.ids), [(start, end) for start, end in found.offsets]

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text of ids; special tokens say nothing."""
        kept = [one for one in ids if one not in self._hidden]
        return str(self.backend.decode(kept, skip_special_tokens=False))

    def files(self) -> dict[str, bytes]:
        """Return what `kept` makes the same vocabulary of: file name -> content."""
        tokens = {
            "size": self.size,
            "specials": self._specials,
            "hidden": sorted(self._hidden),
            "added": self.added,
        }
        return {
            TOKENIZER: self.backend.to_str().encode(),
            SPECIALS: (json.dumps(tokens, indent=1, sort_keys=True) + "\n").encode(),
        }


def pretrained(name: str, wanted: Wanted) -> TokenizerVocabulary:
    """Return a tokenizer from elsewhere with a layout's special tokens.

    Args:
        name: Hub name or local folder.

    Raises:
        ConfigError: it cannot be loaded, lacks a token that is not to be added, or has something
            else at a fixed id.
        ToolMissing: transformers is not installed.
    """
    tokenizer = _load(name)
    vocabulary: dict[str, int] = tokenizer.get_vocab()
    absent = [one for one in wanted.specials if one not in vocabulary]
    lost = [one for one in absent if one not in wanted.new and one not in wanted.fixed]
    if lost:
        made_for = f" (it is for {wanted.made_for})" if wanted.made_for else ""
        raise ConfigError(
            f"the tokenizer {name!r} lacks {', '.join(map(repr, lost))}, which {wanted.what} needs"
            f"{made_for}: name its own in model.tokenizer, or another model.layout"
        )
    tokenizer.add_special_tokens(
        {"additional_special_tokens": [one for one in absent if one not in wanted.fixed]},
        replace_extra_special_tokens=False,
    )
    backend: Tokenizer = tokenizer.backend_tokenizer
    _check_fixed(name, backend, {one: wanted.fixed[one] for one in absent if one in wanted.fixed})
    ids: dict[str, int] = {**wanted.fixed, **tokenizer.get_vocab()}
    specials = {one: ids[one] for one in wanted.specials}
    hidden = {*tokenizer.all_special_ids, *specials.values()}
    return TokenizerVocabulary(backend, max(ids.values()) + 1, specials, hidden, absent)


def kept(folder: Path) -> TokenizerVocabulary:
    """Return the vocabulary whose files lie in a folder, without anything from elsewhere.

    Raises:
        ConfigError: they are damaged.
    """
    from tokenizers import Tokenizer

    try:
        about = json.loads((folder / SPECIALS).read_text(encoding="utf-8"))
        backend = Tokenizer.from_file(str(folder / TOKENIZER))
        return TokenizerVocabulary(
            backend, int(about["size"]), dict(about["specials"]), list(about["hidden"]),
            list(about["added"]),
        )  # fmt: skip
    except Exception as error:  # tokenizers raises nothing narrower
        raise ConfigError(f"the tokenizer in {folder} is damaged: {error}") from error


def _check_fixed(name: str, backend: Tokenizer, fixed: Mapping[str, int]) -> None:
    """Raise `ConfigError` where plain text could give the id of a special token."""
    added = backend.get_added_tokens_decoder()
    for token, number in fixed.items():
        other = backend.id_to_token(number)
        if other is not None and number not in added:
            raise ConfigError(
                f"the tokenizer {name!r} has {other!r} where the layout wants {token!r} (id "
                f"{number}); it is not the one that the layout is for"
            )


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
        if Path(name).exists():
            words = f"no tokenizer in the folder {name!r}: it needs a readable tokenizer.json"
        else:
            words = (
                f"no tokenizer {name!r}: it is no folder here, and not in the Hub's cache, and the "
                "Hub does not give it. Where there is a connection, run `hf download "
                f"{name} --include 'tokenizer*' --local-dir FOLDER`, bring FOLDER here and set "
                "model.tokenizer: FOLDER"
            )
        raise ConfigError(f"{words} ({' '.join(str(error).split())[:200]})") from error
    if not tokenizer.is_fast:
        raise ConfigError(f"the tokenizer {name!r} is a slow one, which gives no places of tokens")
    return tokenizer
