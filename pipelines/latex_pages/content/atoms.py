"""The list of atoms of a formula: characters, groups, scripts, fractions by `\\over`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.latex_pages.content import math_commands as known
from pipelines.latex_pages.content.grouping import EMPTY, bare, grouped, trimmed, ungrouped
from pipelines.latex_pages.content.nodes import (
    Alphabet,
    Atom,
    Formula,
    Fraction,
    Scripts,
    Space,
    Style,
    Symbol,
)
from pipelines.latex_pages.content.reading import (
    Reader,
    Refusal,
    check_depth,
    is_control,
)

if TYPE_CHECKING:
    from pipelines.latex_pages.content.reading import Tokens
    from pipelines.latex_pages.content.scope import Scope
    from pipelines.latex_pages.source.tokens import Token


class FormulaReader(Reader):
    """Reads a list of atoms; what commands mean, its subclass says."""

    def __init__(self, tokens: Tokens, scope: Scope, depth: int) -> None:
        super().__init__(tokens)
        self._scope = scope
        self._depth = depth
        self._atoms: list[Atom] = []

    # ------------------------------------------------------------ the list of atoms

    def run(self) -> Formula:
        """Read all tokens; return the atoms, without room at their ends."""
        while (token := self.peek()) is not None:
            if is_control(token, *known.INFIX):
                self.at += 1
                return (self._infix(token),)
            if token.kind == "control" and token.text in known.SWITCHES:
                self.at += 1
                command = known.SWITCHES[token.text]
                rest = self._inner(self.rest())
                self._atoms.extend((Alphabet(command, rest),) if command and rest else rest)
                break
            self._step(token)
        return trimmed(tuple(map(ungrouped, self._atoms)))

    def _inner(self, tokens: Tokens) -> Formula:
        check_depth(self._depth + 1, tokens[0].place if tokens else (0, 0))
        return type(self)(tokens, self._scope, self._depth + 1).run()

    def _formula(self) -> Formula:
        """Read an argument; a command without braces takes its own arguments along."""
        self._skip_room()
        token = self.peek()
        if token is None or token.kind != "control":
            return bare(self._inner(self.argument()))
        check_depth(self._depth + 1, token.place)
        # The same tokens, read on from here: to read them twice would double the work per level.
        inner = type(self)([], self._scope, self._depth + 1)
        inner.tokens, inner.at, inner._found = self.tokens, self.at, self._found
        inner._step(token)
        self.at, self._found = inner.at, inner._found
        return bare(tuple(inner._atoms))

    def _skip_room(self) -> None:
        while (token := self.peek()) is not None and token.kind in ("space", "par"):
            self.at += 1

    def _infix(self, token: Token) -> Atom:
        command = known.INFIX[token.text]
        if not command:
            raise Refusal("unknown-command", "\\" + token.text, token.place)
        upper = trimmed(tuple(self._atoms))
        return Fraction(command, bare(upper), bare(self._inner(self.rest())))

    def _step(self, token: Token) -> None:
        """Read one token and what belongs to it."""
        match token.kind:
            case "space":
                self.at += 1
            case "letter":
                self._characters(token)
            case "begin":
                self._atoms.append(grouped(self._inner(self.group())))
            case "sup" | "sub":
                self.at += 1
                self._script(token)
            case "active":
                self.at += 1
                self._atoms.append(Space("\\ "))
            case "control":
                self.at += 1
                self._control(token)
            case "refused":
                raise Refusal("refused-macro", token.text, token.place)
            case "math" | "math2" | "par" | "end" | "align":
                raise Refusal("unbalanced", token.text or token.kind, token.place)
            case _:
                raise Refusal("unknown-character", token.text[:20], token.place)

    def _characters(self, token: Token) -> None:
        self.at += 1
        for char in token.text:
            if char == "'":
                self._prime()
            elif char in known.CHARACTERS:
                self._atoms.append(Symbol(char))
            elif (name := known.FROM_UNICODE.get(char)) is not None:
                if name == "'":
                    self._prime()
                else:
                    self._atoms.append(Symbol(name))
            elif char == "&" or not char.isspace():
                raise Refusal("unknown-character", char, token.place)

    # ------------------------------------------------------------ scripts

    def _base(self) -> Scripts:
        """Take the last atom as the base of scripts."""
        if not self._atoms or isinstance(self._atoms[-1], Space | Style):
            return Scripts(EMPTY)
        last = self._atoms.pop()
        return last if isinstance(last, Scripts) else Scripts(last)

    def _prime(self) -> None:
        base = self._base()
        if base.sup is not None:
            raise Refusal("unbalanced", "a prime after a superscript", self.place)
        self._atoms.append(Scripts(base.base, base.sub, base.sup, base.primes + 1, base.limits))

    def _script(self, token: Token) -> None:
        script = self._formula()
        base = self._base()
        if token.kind == "sub":
            if base.sub is not None:
                raise Refusal("unbalanced", "two subscripts", token.place)
            found = Scripts(base.base, script, base.sup, base.primes, base.limits)
        else:
            if base.sup is not None:
                raise Refusal("unbalanced", "two superscripts", token.place)
            primes = 0
            while primes < len(script) and script[primes] == Symbol("\\prime"):
                primes += 1
            script = script[primes:]
            sup = script if script or not primes else None
            found = Scripts(base.base, base.sub, sup, base.primes + primes, base.limits)
        if not (found.sub or found.sup or found.primes):
            # Empty scripts show nothing.
            self._atoms.append(found.base)
            return
        self._atoms.append(found)

    def _limits(self, command: str) -> None:
        if not self._atoms:
            raise Refusal("unbalanced", "\\limits without an operator", self.place)
        base = self._base()
        self._atoms.append(
            Scripts(base.base, base.sub, base.sup, base.primes, known.LIMITS[command])
        )

    def _control(self, token: Token) -> None:
        """Read what belongs to a command, itself already read."""
        raise NotImplementedError
