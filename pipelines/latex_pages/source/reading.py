"""The stack of tokens to read, and TeX's ways to take arguments from it.

Whatever cannot be taken leaves the stack as it was. Every look ahead is bounded and counted, so
that sources made to be slow run out of their allowance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.latex_pages.source.meanings import NOWHERE
from pipelines.latex_pages.source.tokens import Token

MAX_WORK = 2_000_000
"""Tokens that a work may produce or look through, besides sixty times its own."""
MAX_ARGUMENT = 60_000


class TooMuch(Exception):
    """The work as a whole costs too much to expand."""


@dataclass(slots=True, kw_only=True)
class Reader:
    """Tokens to read.

    Attributes:
        stack: the tokens, the next one last.
        allowance: how much work is left before `TooMuch`.
        pushed: work done since the use of a macro in the source.
    """

    stack: list[Token] = field(default_factory=list)
    allowance: int = MAX_WORK
    pushed: int = 0

    def push(self, tokens: Sequence[Token]) -> None:
        """Put tokens in front of what is read next."""
        self.stack.extend(reversed(tokens))
        self.charge(len(tokens))

    def charge(self, cost: int) -> None:
        """Count work done; raise `TooMuch` when the work as a whole has cost too much."""
        self.pushed += cost
        self.allowance -= cost
        if self.allowance < 0:
            raise TooMuch

    def next_char(self) -> Token | None:
        """Take one token as TeX sees it: a run of letters gives its first character."""
        if not self.stack:
            return None
        token = self.stack.pop()
        if token.kind == "letter" and len(token.text) > 1:
            self.stack.append(Token("letter", token.text[1:], token.place))
            return Token("letter", token.text[0], token.place)
        return token

    def skip_blanks(self) -> None:
        """Drop blanks in front."""
        while self.stack and self.stack[-1].kind == "space":
            self.stack.pop()

    def peek(self) -> Token | None:
        """Return the next token (a whole run of letters) without taking it."""
        return self.stack[-1] if self.stack else None

    def starts_with(self, char: str) -> bool:
        """Whether the next token is a run of letters that begins with a character."""
        token = self.peek()
        return token is not None and token.kind == "letter" and token.text[0] == char

    def take_star(self) -> bool:
        """Take a star if one follows."""
        if self.starts_with("*"):
            self.next_char()
            return True
        return False

    def argument(self) -> list[Token] | None:
        """Take one undelimited argument without its braces; None if there is none."""
        self.skip_blanks()
        token = self.next_char()
        if token is None or token.kind in ("end", "endfile", "par"):
            if token is not None:
                self.stack.append(token)
            return None
        if token.kind != "begin":
            return [token]
        return self.group(token)

    def group(self, opening: Token) -> list[Token] | None:
        """Take the rest of a group whose brace was taken; None (and nothing taken) if unclosed."""
        stack, depth, end = self.stack, 1, len(self.stack)
        at = end - 1
        stop = max(-1, at - MAX_ARGUMENT)
        while at > stop:
            kind = stack[at].kind
            if kind == "begin":
                depth += 1
            elif kind == "end":
                depth -= 1
                if not depth:
                    break
            elif kind == "endfile":
                at = stop
            at -= 1
        self.charge(end - at)
        if at <= stop:
            stack.append(opening)
            return None
        taken = stack[at + 1 : end]
        del stack[at:]
        taken.reverse()
        return taken

    def optional(self, pair: str = "[]", *, nested: bool = False) -> list[Token] | None:
        """Take an optional argument; None if there is none.

        Args:
            nested: whether pairs inside it belong to it, as in commands made by xparse.
        """
        skipped = bool(self.stack) and self.stack[-1].kind == "space"
        blanks = self.stack[-1] if skipped else None
        self.skip_blanks()
        if not self.starts_with(pair[0]):
            if blanks is not None:
                self.stack.append(blanks)
            return None
        opening = self.next_char()
        assert opening is not None
        closing = Token("letter", pair[1], NOWHERE)
        taken = self.until((closing,), par=True, opening=opening if nested else None)
        if taken is None:
            self.stack.append(opening)
        return taken

    def until(
        self, mark: tuple[Token, ...], *, par: bool = False, opening: Token | None = None
    ) -> list[Token] | None:
        """Take tokens up to a delimiter outside braces; None (and nothing taken) if it fails.

        Args:
            opening: a token each of which asks for one more delimiter.
        """
        taken: list[Token] = []
        depth = open_pairs = 0
        want = [token[:2] for token in mark]
        while len(taken) < MAX_ARGUMENT:
            token = self.next_char()
            if token is None or token.kind == "endfile" or (token.kind == "par" and not par):
                if token is not None:
                    self.stack.append(token)
                break
            taken.append(token)
            if token.kind == "begin":
                depth += 1
            if token.kind == "end":
                depth -= 1
                if depth < 0:
                    break
            if opening is not None and not depth and token[:2] == opening[:2]:
                open_pairs += 1
            if token[:2] != want[-1] or depth:
                continue
            if open_pairs:
                open_pairs -= 1
                continue
            if [one[:2] for one in taken[-len(want) :]] == want:
                self.charge(len(taken))
                del taken[-len(want) :]
                return rejoin(_unwrapped(taken))
        self.charge(len(taken))
        self.stack.extend(reversed(taken))
        return None

    def control_name(self) -> str | None:
        """Take a control sequence, braced or not, and return its name."""
        taken = self.argument()
        if taken is None:
            return None
        taken = [token for token in taken if token.kind != "space"]
        if len(taken) == 1 and taken[0].kind in ("control", "active"):
            return taken[0].text
        return None


def _unwrapped(taken: list[Token]) -> list[Token]:
    """Drop the braces of an argument that is one group."""
    if len(taken) < 2 or taken[0].kind != "begin" or taken[-1].kind != "end":
        return taken
    depth = 0
    for number, token in enumerate(taken):
        depth += (token.kind == "begin") - (token.kind == "end")
        if not depth and number < len(taken) - 1:
            return taken
    return taken[1:-1]


def rejoin(tokens: Sequence[Token]) -> list[Token]:
    """Return tokens with neighbouring characters of a file joined to runs again."""
    joined: list[Token] = []
    for token in tokens:
        last = joined[-1] if joined else None
        if last is not None and last.kind == token.kind == "letter":
            joined[-1] = Token("letter", last.text + token.text, last.place)
        else:
            joined.append(token)
    return joined
