"""Reading tokens: groups, arguments, environments and rows, every brace and \\begin matched."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.latex_pages.source.tokens import Token

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipelines.latex_pages.source.tokens import Place

MAX_DEPTH = 40
"""Groups, arguments and environments inside each other; the deepest works have some twelve."""
MAX_TOKENS = 20_000
"""Of one block."""
NOWHERE: Place = (0, 0)

Tokens = list[Token]


class Refusal(Exception):
    """A block holds what no node can say.

    Attributes:
        reason: one word for counting ("unknown-command", "unbalanced", …).
        detail: the command, the character, … at fault.
        place: of the token at fault.
    """

    def __init__(self, reason: str, detail: str = "", place: Place = NOWHERE) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail
        self.place = place


def check_depth(depth: int, place: Place = NOWHERE) -> None:
    """Raise `Refusal` where nesting is too deep."""
    if depth > MAX_DEPTH:
        raise Refusal("too-deep", "", place)


def is_control(token: Token | None, *names: str) -> bool:
    """Return whether the token is one of these commands."""
    return token is not None and token.kind == "control" and token.text in names


def environment_at(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    """Return the name in `\\begin{name}` or `\\end{name}` at this index, and the index after it.

    Raises:
        Refusal: no name.
    """
    name, at = "", at + 1
    while at < len(tokens) and tokens[at].kind == "space":
        at += 1
    if at < len(tokens) and tokens[at].kind == "begin":
        for end in range(at + 1, min(at + 6, len(tokens))):
            if tokens[end].kind == "end":
                return name.strip(), end + 1
            if tokens[end].kind not in ("letter", "space"):
                break
            name += tokens[end].text
    raise Refusal("unbalanced", "an environment without a name")


def _matches(tokens: Sequence[Token]) -> dict[int, int]:
    """Return opening index -> closing index of braces and environments, in one pass."""
    found: dict[int, int] = {}
    braces: list[int] = []
    environments: list[tuple[str, int]] = []
    for at, token in enumerate(tokens):
        if token.kind == "begin":
            braces.append(at)
        elif token.kind == "end":
            if braces:
                found[braces.pop()] = at
        elif token.kind == "control" and token.text in ("begin", "end"):
            try:
                name, _ = environment_at(tokens, at)
            except Refusal:
                continue
            if token.text == "begin":
                environments.append((name, at))
                continue
            # An environment that is never closed must not take its neighbours with it.
            for back in range(len(environments) - 1, max(-1, len(environments) - 60), -1):
                if environments[back][0] == name:
                    found[environments[back][1]] = at
                    del environments[back:]
                    break
    return found


class Reader:
    """A list of tokens and a position in it.

    Attributes:
        tokens: the list.
        at: index of the next token.
    """

    def __init__(self, tokens: Iterable[Token]) -> None:
        self.tokens: Tokens = list(tokens)
        self.at = 0
        self._found: dict[int, int] | None = None

    @property
    def place(self) -> Place:
        """Where the next token (or the last one) stands."""
        if not self.tokens:
            return NOWHERE
        return self.tokens[min(self.at, len(self.tokens) - 1)].place

    def match(self, at: int) -> int:
        """Return the index of what closes the brace or `\\begin` at an index.

        Raises:
            Refusal: nothing closes it.
        """
        if self._found is None:
            self._found = _matches(self.tokens)
        if at not in self._found:
            raise Refusal("unbalanced", "", self.tokens[at].place)
        return self._found[at]

    def peek(self) -> Token | None:
        """Return the next token, or None at the end."""
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self) -> Token:
        """Return the next token and go past it.

        Raises:
            Refusal: there is none.
        """
        if self.at >= len(self.tokens):
            raise Refusal("unbalanced", "an argument is missing", self.place)
        self.at += 1
        return self.tokens[self.at - 1]

    def skip_blanks(self) -> None:
        """Go past blanks."""
        while self.at < len(self.tokens) and self.tokens[self.at].kind == "space":
            self.at += 1

    def group(self) -> Tokens:
        """Return the tokens inside the braces that open here, and go past them."""
        end = self.match(self.at)
        inside = self.tokens[self.at + 1 : end]
        self.at = end + 1
        return inside

    def argument(self) -> Tokens:
        """Return an argument: what is in the braces, or the next token, or the next character."""
        self.skip_blanks()
        token = self.peek()
        if token is None or token.kind in ("end", "align", "par"):
            raise Refusal("unbalanced", "an argument is missing", self.place)
        if token.kind == "begin":
            return self.group()
        if token.kind == "letter" and len(token.text) > 1:
            self.tokens[self.at] = token._replace(text=token.text[1:])
            return [token._replace(text=token.text[0])]
        self.at += 1
        return [token]

    def option(self) -> Tokens | None:
        """Return what is in the square brackets that open here, or None."""
        start = self.at
        self.skip_blanks()
        inside = self.bracketed("[", "]")
        if inside is None:
            self.at = start
        return inside

    def bracketed(self, opening: str, closing: str) -> Tokens | None:
        """Return what is between two characters, the first of which must stand here, or None."""
        token = self.peek()
        if token is None or token.kind != "letter" or not token.text.startswith(opening):
            return None
        at = self.at
        inside: Tokens = []
        rest = token._replace(text=token.text[len(opening) :])
        while True:
            if rest.kind == "letter" and closing in rest.text:
                before, _, after = rest.text.partition(closing)
                if before:
                    inside.append(rest._replace(text=before))
                self.at = at + 1
                if after:
                    self.at = at
                    self.tokens[at] = rest._replace(text=after)
                return inside
            if rest.kind == "begin" and at != self.at:
                end = self.match(at)
                inside.extend(self.tokens[at : end + 1])
                at = end
            elif rest.kind in ("par", "end"):
                return None
            elif rest.text:
                inside.append(rest)
            at += 1
            if at >= len(self.tokens):
                return None
            rest = self.tokens[at]

    def star(self) -> bool:
        """Go past a star; return whether there was one."""
        token = self.peek()
        if token is None or token.kind != "letter" or not token.text.startswith("*"):
            return False
        if len(token.text) > 1:
            self.tokens[self.at] = token._replace(text=token.text[1:])
        else:
            self.at += 1
        return True

    def environment(self) -> tuple[str, Tokens]:
        """Return name and body of the environment whose `\\begin` is the next token; go past it."""
        name, start = environment_at(self.tokens, self.at)
        end = self.match(self.at)
        _, self.at = environment_at(self.tokens, end)
        return name, self.tokens[start:end]

    def rest(self) -> Tokens:
        """Return all tokens that are left, and go to the end."""
        left = self.tokens[self.at :]
        self.at = len(self.tokens)
        return left


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row of an alignment: the tokens of its cells."""

    cells: tuple[Tokens, ...]


_DIMENSION = re.compile(
    r"\s*(?:[-+]?\s*(?:\d[\d.,]*|[.,]\d+)\s*(?:[a-z]{2}|\\[a-zA-Z]+)\b.{0,40}"
    r"|[-+]?\s*\\(?:[a-zA-Z]*(?:skip|sep|width|height|space|indent|amount)|jot)\s*)?\Z"
)
ROW_ENDS = frozenset({"\\", "tabularnewline", "cr", "crcr"})


def split_rows(tokens: Tokens) -> list[RawRow]:
    """Part the body of an alignment at `\\\\` and `&`; groups and environments stay whole.

    The last row is left out if nothing but blanks stands in it.
    """
    reader = Reader(tokens)
    rows: list[RawRow] = []
    cells: list[Tokens] = [[]]
    while (token := reader.peek()) is not None:
        start = reader.at
        if token.kind == "begin" or is_control(token, "begin"):
            end = reader.match(start)
            if token.kind == "begin":
                reader.at = end + 1
            else:
                _, reader.at = environment_at(reader.tokens, end)
            cells[-1].extend(reader.tokens[start : reader.at])
            continue
        reader.at += 1
        if token.kind == "align":
            cells.append([])
        elif token.kind == "control" and token.text in ROW_ENDS:
            rows.append(RawRow(tuple(cells)))
            cells = [[]]
            skip_row_option(reader)
        else:
            cells[-1].append(token)
    if len(cells) > 1 or any(token.kind not in ("space", "par") for token in cells[0]):
        rows.append(RawRow(tuple(cells)))
    return rows


def skip_row_option(reader: Reader) -> None:
    """Go past `*` and `[2pt]` behind a row's end; any other brackets are the next cell's."""
    reader.star()
    start = reader.at
    inside = reader.option()
    if inside is not None and not _DIMENSION.match(raw_text(inside)):
        reader.at = start


def raw_text(tokens: Iterable[Token]) -> str:
    """Return tokens as source text: for keys, lengths, addresses and messages."""
    parts: list[str] = []
    for token in tokens:
        if token.kind == "control":
            parts.append("\\" + token.text + (" " if token.text[-1:].isalpha() else ""))
        elif token.kind == "param":
            parts.append("#" + token.text)
        else:
            parts.append(token.text)
    return "".join(parts)


def trim_blanks(tokens: Tokens) -> Tokens:
    """Return the tokens without blanks and paragraph ends at both sides."""
    start, end = 0, len(tokens)
    while start < end and tokens[start].kind in ("space", "par"):
        start += 1
    while end > start and tokens[end - 1].kind in ("space", "par"):
        end -= 1
    return tokens[start:end]
