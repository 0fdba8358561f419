"""What control sequences mean to the expander, and how a macro's arguments and body are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from pipelines.latex_pages.source.tokens import Place, Token, parts

NOWHERE: Place = (0, 0)
NO_VALUE = Token("control", "-NoValue-", NOWHERE)
TRUE = Token("control", "BooleanTrue", NOWHERE)
FALSE = Token("control", "BooleanFalse", NOWHERE)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter.

    Attributes:
        kind: "plain" (one token or group), "until" (up to `mark`), "optional" (in `mark` pairs,
            or `default`), "star" or "test" (whether `mark` stands there), "required" (in pairs).
        mark: the delimiting tokens, one character each; for pairs: opening, closing.
        default: of an optional one.
        close: whether no blank may stand before it (xparse's `!`).
        nested: whether pairs inside it count, as xparse has it and LaTeX's own commands do not.
    """

    kind: Literal["plain", "until", "optional", "test", "required"]
    mark: tuple[Token, ...] = ()
    default: tuple[Token, ...] = (NO_VALUE,)
    close: bool = False
    nested: bool = False


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro: what comes before its first parameter, the parameters, the body.

    Attributes:
        name: as first defined.
        lead: tokens that must follow the name.
        parameters: in order.
        body: its tokens; `numbers` says whether parameters stand among them.
        numbered: whether the body uses parameters.
    """

    name: str
    body: tuple[Token, ...]
    parameters: tuple[Parameter, ...] = ()
    lead: tuple[Token, ...] = ()
    numbered: bool = field(init=False)

    def __post_init__(self) -> None:
        numbered = any(token.kind == "param" for token in self.body)
        object.__setattr__(self, "numbered", numbered)

    def same_as(self, other: Macro) -> bool:
        """Whether two macros are equal to `\\ifx`: places do not count."""
        return (
            _spelled(self.body) == _spelled(other.body)
            and self.parameters == other.parameters
            and _spelled(self.lead) == _spelled(other.lead)
        )

    def fill(self, arguments: Sequence[Sequence[Token]], place: Place) -> list[Token] | None:
        """Return the body with arguments, at a place; None if a parameter is odd."""
        filled: list[Token] = []
        make = Token._make
        for token in self.body:
            if token.kind != "param":
                filled.append(make((token.kind, token.text, place)))
                continue
            text = token.text
            if text.isdigit():
                if int(text) > len(arguments):
                    return None
                filled.extend(arguments[int(text) - 1])
                continue
            hashes = text.count("#") + 1
            digit = text.lstrip("#")
            if hashes % 2 and digit:
                return None
            filled.append(Token("param", "#" * (hashes // 2 - 1) + digit, place))
        return filled


@dataclass(frozen=True, slots=True)
class Standard:
    """What a control sequence of LaTeX itself (or an unknown one) means: `\\let\\old\\section`."""

    name: str


@dataclass(frozen=True, slots=True)
class Character:
    """`\\let\\bgroup={`: a token with a name."""

    token: Token


@dataclass(frozen=True, slots=True)
class Switch:
    """What `\\newif` makes: `\\iffoo` as it stands."""

    value: bool


Meaning = Macro | Standard | Character | Switch


def single(tokens: Sequence[Token]) -> list[Token]:
    """Return tokens with runs of letters split."""
    split: list[Token] = []
    for token in tokens:
        split.extend(parts(token))
    return split


def plain_text(tokens: Sequence[Token]) -> str | None:
    """Return the characters of tokens that are only characters and blanks, else None."""
    if any(token.kind not in ("letter", "space", "active", "sub", "sup") for token in tokens):
        return None
    return "".join(token.text for token in tokens)


def _spelled(tokens: Sequence[Token]) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in single(tokens)]
