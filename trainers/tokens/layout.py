"""Layouts: how a conversation about a picture becomes token ids, as data under `layouts/`.

A layout is a chain of pieces. Inside a piece, names of special tokens stand as they are and become
one id each; the text between two of them is tokenized in one go, so that ids are those of the whole
string. What a user or a page says is never searched for special tokens.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import Field, ValidationError

from dataengine.errors import ConfigError
from dataengine.registry import near
from dataengine.sample import Turn
from dataengine.settings import Settings
from dataengine.settings_errors import explain
from dataengine.yaml_text import YamlError, parse_yaml
from trainers.tokens import vocabulary
from trainers.tokens.ids import TokenIds
from trainers.tokens.vocabulary import ByteVocabulary, Span, Vocabulary, Wanted

Ids = npt.NDArray[np.int64]

LAYOUT, IDS = "layout.yaml", "ids.json"
"""What a layout is kept as, beside the files of its vocabulary."""


class LayoutSettings(Settings):
    """A layout file. In pieces, {picture} is the picture's block and {text} what is said."""

    source: str = Field(description="what it follows")
    tokenizer: str = Field("", description="the one it was made for; empty: bytes")
    image: str = Field(description="the token that stands for one feature")
    pad: str = Field(description="fills batches")
    end: str = Field(description="ends an answer")
    begin: str | None = Field(None, description="begins a sequence; written in `head`")
    picture: str = Field("{features}", description="the picture's block")
    head: str = Field("", description="before the first turn")
    first_user: str = Field(description="the first question, with the picture")
    user: str = Field(description="further questions")
    assistant: str = Field(description="before an answer")
    answer: str = Field(description="the answer and its end: what is learned")
    newline: str = Field("\n", description="how a line break of an answer is written")
    specials: tuple[str, ...] = Field((), description="further special tokens")
    new: tuple[str, ...] = Field(
        (), description="those that the tokenizer gets; it must have all others itself"
    )
    fixed_ids: dict[str, int] = Field(
        default_factory=dict, description="ids that published weights have for special tokens"
    )
    multi_turn: bool = True


@dataclass(frozen=True, slots=True)
class Encoded:
    """A sequence.

    Attributes:
        ids: (T,) token ids.
        learned: (T,) whether a token is predicted and learned.
    """

    ids: Ids
    learned: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)

    def cut(self, length: int) -> Encoded:
        """Return the first tokens; no end is put in place of what was cut off."""
        return Encoded(self.ids[:length], self.learned[:length])


class Layout:
    """A layout with its vocabulary.

    Args:
        name: of a file under `layouts/`.
        tokenizer: Hub name or folder; by default the layout's own.
        kept: a folder of `files`; the layout and the tokenizer there are taken, nothing else.

    Raises:
        ConfigError: no such layout, the tokenizer lacks its tokens, or what was kept is damaged.
    """

    def __init__(self, name: str, tokenizer: str = "", *, kept: Path | None = None) -> None:
        self.name = name
        self._text = _layout_text(kept / LAYOUT if kept else _path_of(name))
        self.settings = _parsed(self._text, str(kept / LAYOUT) if kept else str(_path_of(name)))
        specials = self._specials()
        self.vocabulary = self._vocabulary(specials, tokenizer, kept)
        self._special = re.compile("|".join(map(re.escape, sorted(specials, key=len)[::-1])))
        self.ids = self._token_ids()
        if kept:
            self._check_kept(kept)

    def files(self) -> dict[str, bytes]:
        """Return what is kept with a model, so that it needs no layout and no tokenizer."""
        ids = json.dumps(asdict(self.ids), indent=1, sort_keys=True) + "\n"
        return {LAYOUT: self._text.encode(), IDS: ids.encode(), **self.vocabulary.files()}

    def _specials(self) -> tuple[str, ...]:
        chosen = self.settings
        named = (chosen.image, chosen.pad, chosen.end, chosen.begin, *chosen.specials)
        return tuple(dict.fromkeys(one for one in named if one))

    def _vocabulary(
        self, specials: tuple[str, ...], tokenizer: str, kept: Path | None
    ) -> Vocabulary:
        chosen = self.settings
        if kept and (kept / vocabulary.TOKENIZER).is_file():
            return vocabulary.kept(kept)
        elsewhere = "" if kept else tokenizer or chosen.tokenizer
        if not elsewhere:
            return ByteVocabulary(specials)
        wanted = Wanted(
            specials, chosen.new, chosen.fixed_ids, f"the layout {self.name}", chosen.tokenizer
        )
        return vocabulary.pretrained(elsewhere, wanted)

    def _check_kept(self, kept: Path) -> None:
        try:
            stored = TokenIds(**json.loads((kept / IDS).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise ConfigError(f"{kept / IDS} is damaged: {error}") from error
        if stored != self.ids:
            raise ConfigError(
                f"the tokenizer in {kept} gives other ids than the model was trained with: "
                f"{self.ids}, not {stored}; fetch the checkpoint again"
            )

    def _token_ids(self) -> TokenIds:
        chosen, special = self.settings, self.vocabulary.special
        around = self._special.findall(chosen.picture.partition("{features}")[0])
        behind = self._special.findall(chosen.picture.partition("{features}")[2])
        return TokenIds(
            vocabulary=self.vocabulary.size,
            image=special(chosen.image),
            pad=special(chosen.pad),
            end=special(chosen.end),
            begin=special(chosen.begin) if chosen.begin else None,
            image_start=special(around[-1]) if around else None,
            image_end=special(behind[0]) if behind else None,
        )

    def encode(self, turns: Sequence[Turn], image_tokens: int) -> Encoded:
        """Return a whole conversation.

        Raises:
            ValueError: the turns do not go from user to assistant and back, or are several where
                the layout knows one question only.
        """
        return self._run(self._pieces(turns, whole=True), image_tokens)

    def prompt(self, turns: Sequence[Turn], image_tokens: int) -> Ids:
        """Return the ids up to where an answer begins; the turns end with the user's."""
        return self._run(self._pieces(turns, whole=False), image_tokens).ids

    def text_of(self, ids: Sequence[int]) -> str:
        """Return what an answer's ids say, up to the end token."""
        kept: list[int] = []
        for one in ids:
            if one == self.ids.end:
                break
            kept.append(int(one))
        text = self.vocabulary.decode(kept)
        newline = self.settings.newline
        return text.replace(newline, "\n") if newline else text

    def _pieces(self, turns: Sequence[Turn], *, whole: bool) -> list[_Piece]:
        chosen = self.settings
        roles = [turn.role for turn in turns]
        due = ["user", "assistant"] * len(turns)
        if not turns or roles != due[: len(turns)] or (len(turns) % 2 == 0) != whole:
            raise ValueError(f"turns of {', '.join(roles) or 'nobody'} are no conversation")
        if len(turns) > 2 and not chosen.multi_turn:
            raise ValueError(f"the layout {self.name} holds one question, not {len(turns) // 2}")
        pieces = [_Piece(chosen.head)]
        for number, turn in enumerate(turns):
            if turn.role == "user":
                pieces.append(_Piece(chosen.user if number else chosen.first_user, turn.text))
                pieces.append(_Piece(chosen.assistant))
            else:
                text = turn.text.replace("\n", chosen.newline)
                pieces.append(_Piece(chosen.answer, text, learned=True))
        return pieces

    def _run(self, pieces: Sequence[_Piece], image_tokens: int) -> Encoded:
        """Join pieces to runs of plain text between special tokens, and tokenize run by run."""
        ids: list[int] = []
        learned: list[bool] = []
        run = _Run()

        def close() -> None:
            found, spans = self.vocabulary.encode(run.text)
            ids.extend(found)
            learned.extend(run.learned_spans(spans))
            run.clear()

        for piece in pieces:
            for text, is_special in self._atoms(piece):
                if not is_special:
                    run.add(text, piece.learned)
                    continue
                close()
                count = image_tokens if text == _FEATURES else 1
                token = self.settings.image if text == _FEATURES else text
                ids.extend([self.vocabulary.special(token)] * count)
                learned.extend([piece.learned] * count)
        close()
        return Encoded(np.array(ids, np.int64), np.array(learned, np.bool_))

    def _atoms(self, piece: _Piece) -> list[tuple[str, bool]]:
        """Return a piece's parts in order: plain text, or a special token."""
        atoms: list[tuple[str, bool]] = []
        form = piece.form.replace("{picture}", self.settings.picture)
        for part in re.split(r"(\{text\}|\{features\})", form):
            if part == "{text}":
                atoms.append((piece.text, False))
            elif part == _FEATURES:
                atoms.append((part, True))
            else:
                place = 0
                for token in self._special.finditer(part):
                    atoms.append((part[place : token.start()], False))
                    atoms.append((token.group(), True))
                    place = token.end()
                atoms.append((part[place:], False))
        return [atom for atom in atoms if atom[0]]


_FEATURES = "{features}"


@dataclass(frozen=True, slots=True)
class _Piece:
    form: str
    text: str = ""
    learned: bool = False


class _Run:
    """Plain text between special tokens, and which of its characters are learned."""

    def __init__(self) -> None:
        self.text = ""
        self._learned: list[Span] = []

    def add(self, text: str, learned: bool) -> None:
        start = len(self.text)
        self.text += text
        if learned:
            self._learned.append((start, len(self.text)))

    def learned_spans(self, spans: Sequence[Span]) -> list[bool]:
        """Say of each token whether it ends in learned text: one that straddles is learned."""
        return [any(begin < end <= stop for begin, stop in self._learned) for _, end in spans]

    def clear(self) -> None:
        self.text, self._learned = "", []


def layout_paths() -> dict[str, Path]:
    """Return the layouts: name -> YAML file."""
    return {path.stem: path for path in sorted((Path(__file__).parent / "layouts").glob("*.yaml"))}


def load_layout(name: str) -> LayoutSettings:
    """Read a layout file.

    Raises:
        ConfigError: there is none of that name, or it is malformed.
    """
    path = _path_of(name)
    return _parsed(_layout_text(path), str(path))


def _path_of(name: str) -> Path:
    known = layout_paths()
    if name not in known:
        raise ConfigError(f"no layout is called {name!r}{near(name, list(known))}")
    return known[name]


def _layout_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read the layout {path}: {error}") from error


def _parsed(text: str, origin: str) -> LayoutSettings:
    try:
        return LayoutSettings.model_validate(parse_yaml(text))
    except YamlError as error:
        raise ConfigError(f"the layout {origin} is not YAML: {error}") from error
    except ValidationError as error:
        raise ConfigError(explain(error, LayoutSettings, origin)) from error
