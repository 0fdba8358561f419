"""Formulas: from tokens to atoms, one spelling for what looks the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.latex_pages.content import math_commands as known
from pipelines.latex_pages.content.atoms import FormulaReader
from pipelines.latex_pages.content.commands import (
    INKLESS,
    refuse_control,
    skip_box_size,
    skip_dimension,
    skip_inkless,
)
from pipelines.latex_pages.content.grouping import bare, grouped
from pipelines.latex_pages.content.math_names import is_wide, operator_name, plain_name
from pipelines.latex_pages.content.matrices import read_matrix, read_rows
from pipelines.latex_pages.content.nodes import (
    Accent,
    Alphabet,
    Atom,
    Big,
    Delimited,
    Formula,
    Fraction,
    Math,
    Negated,
    Operator,
    Root,
    Scripts,
    Space,
    Stack,
    Style,
    Symbol,
    Text,
    Words,
)
from pipelines.latex_pages.content.reading import (
    Refusal,
    check_depth,
    is_control,
    raw_text,
    trim_blanks,
)
from pipelines.latex_pages.content.symbols import ALIASES, DELIMITERS, SYMBOLS

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines.latex_pages.content.reading import Tokens
    from pipelines.latex_pages.content.scope import Scope
    from pipelines.latex_pages.source.tokens import Token


def read_formula(tokens: Tokens, scope: Scope, depth: int = 0) -> Formula:
    """Return a formula's atoms, without room at its ends.

    Raises:
        Refusal: something stands in it that no node can say.
    """
    check_depth(depth, tokens[0].place if tokens else (0, 0))
    return _FormulaReader(tokens, scope, depth).run()


class _FormulaReader(FormulaReader):
    def _control(self, token: Token) -> None:
        name = token.text
        command = "\\" + name
        command = ALIASES.get(command, command)
        plain = command[1:] if command.startswith("\\") else ""
        if plain in known.ACCENTS:
            self._atoms.append(Accent(command, self._formula()))
        elif command in SYMBOLS or len(command) == 1:
            self._atoms.append(Symbol(command))
        elif name in known.SPACES:
            self._atoms.append(Space(known.SPACES[name]))
        elif name in known.PIECES:
            self._atoms.extend(map(Symbol, known.PIECES[name]))
        elif name in known.LIMITS:
            self._limits(name)
        elif name in known.TRANSPARENT:
            self._transparent(name)
        else:
            handler = _HANDLERS.get(name)
            if handler is not None:
                self._atoms.extend(handler(self, token))
            elif name in INKLESS and name not in ("title", "author"):
                skip_inkless(self, name)
            else:
                raise refuse_control(token, self._scope)

    def _transparent(self, name: str) -> None:
        if name == "smash":
            self.option()
        for _ in range(known.TRANSPARENT[name] - 1):
            self.option()
            self.argument()
        body = self._formula()
        if name in ("mathord", "mathinner", "boxed", "fbox", "smash"):
            self._atoms.append(grouped(body))
        else:
            self._atoms.extend(body)

    def fraction(self, token: Token) -> list[Atom]:
        if token.text == "cfrac":
            self.option()
        return [Fraction("\\" + token.text, self._formula(), self._formula())]

    def root(self, token: Token) -> list[Atom]:
        index = self.option()
        inner = None if index is None else self._inner(index)
        return [Root(self._formula(), inner or None)]

    def stack(self, token: Token) -> list[Atom]:
        return [Stack("\\" + token.text, self._formula(), self._formula())]

    def arrow(self, token: Token) -> list[Atom]:
        under = self.option()
        below = None if under is None else self._inner(under)
        return [Stack("\\" + token.text, self._formula(), (), below or None)]

    def alphabet(self, token: Token) -> list[Atom]:
        command = known.ALPHABETS[token.text]
        if token.text == "vb":
            self.star()
        body = self._formula()
        if not command or not body:
            return list(body)
        if len(body) == 1 and isinstance(body[0], Alphabet) and body[0].command == command:
            return [body[0]]
        return [Alphabet(command, body)]

    def words(self, token: Token) -> list[Atom]:
        if token.text == "makebox":
            self.option()
            self.option()
        if token.text == "hbox":
            skip_box_size(self)
        body = self._scope.words(self.argument(), self._scope, self._depth + 1)
        if token.text in ("textrm", "mbox") and len(body) == 1 and isinstance(body[0], Text):
            name = body[0].text
            if name.isascii() and name.isalnum():
                return [Alphabet("\\mathrm", tuple(map(Symbol, name)))]
        return [Words(known.WORDS[token.text], body)] if body else []

    def raised(self, token: Token) -> list[Atom]:
        """`\\raisebox{length}{text}`: how high it stands is not said."""
        self.argument()
        self.option()
        self.option()
        body = self._scope.words(self.argument(), self._scope, self._depth + 1)
        if len(body) == 1 and isinstance(body[0], Math):
            return list(body[0].body)
        return [Words("\\text", body)] if body else []

    def fenced(self, token: Token) -> list[Atom]:
        sign = "|" if token.text == "abs" else "\\|"
        self.star()
        return [Delimited(sign, sign, (self._formula(),))]

    def set_of(self, token: Token) -> list[Atom]:
        """`\\Set{members | condition}` of braket."""
        parts: list[Tokens] = [[]]
        level = 0
        for part in self.argument():
            level += (part.kind == "begin") - (part.kind == "end")
            before, bar, after = part.text.partition("|")
            if part.kind == "letter" and bar and not level and len(parts) == 1:
                parts[-1].append(part._replace(text=before))
                parts.append([part._replace(text=after)])
            else:
                parts[-1].append(part)
        middles = ("|",) * (len(parts) - 1)
        return [Delimited("\\{", "\\}", tuple(map(self._inner, parts)), middles)]

    def differential(self, token: Token) -> list[Atom]:
        """`\\dd{x}` of physics."""
        power = self.option()
        sign: Atom = Alphabet("\\mathrm", (Symbol("d"),))
        if power:
            sign = Scripts(sign, sup=self._inner(power))
        following = self.peek()
        braced = following is not None and following.kind == "begin"
        return [sign, *(self._formula() if braced else ())]

    def operator(self, token: Token) -> list[Atom]:
        starred = self.star() or token.text == "operatornamewithlimits"
        return [Operator(operator_name(self.argument()), starred)]

    def mathop(self, token: Token) -> list[Atom]:
        body = self._inner(self.argument())
        name = plain_name(body)
        if len(name) > 1:
            return [Operator(name, starred=True)]
        if len(body) == 1 and isinstance(body[0], Symbol | Operator):
            return list(body)
        raise Refusal("unknown-command", "\\mathop", token.place)

    def big(self, token: Token) -> list[Atom]:
        return [Big("\\" + token.text, self._delimiter())]

    def _delimiter(self) -> str:
        self._skip_room()
        token = self.take()
        if token.kind == "letter" and len(token.text) > 1:
            self.at -= 1
            self.tokens[self.at] = token._replace(text=token.text[1:])
            token = token._replace(text=token.text[0])
        if token.kind == "begin":
            self.at -= 1
            inside = trim_blanks(self.group())
            if len(inside) != 1:
                raise Refusal("unbalanced", "no delimiter", token.place)
            token = inside[0]
        name = ("\\" if token.kind == "control" else "") + token.text
        name = {"<": "\\langle", ">": "\\rangle"}.get(name, ALIASES.get(name, name))
        if name not in DELIMITERS:
            raise Refusal("unbalanced", f"no delimiter: {name[:20]}", token.place)
        return name

    def delimited(self, token: Token) -> list[Atom]:
        left = self._delimiter()
        parts: list[Formula] = []
        middles: list[str] = []
        start, level = self.at, 0
        while (found := self.peek()) is not None:
            if found.kind == "begin" or is_control(found, "begin"):
                self.at = self.match(self.at) + 1
                continue
            self.at += 1
            if is_control(found, "left"):
                level += 1
            elif is_control(found, "right") and level:
                level -= 1
            elif is_control(found, "right", "middle") and not level:
                parts.append(self._inner(self.tokens[start : self.at - 1]))
                delimiter = self._delimiter()
                start = self.at
                if found.text == "right":
                    if not middles:
                        parts = [bare(parts[0])]
                    return [Delimited(left, delimiter, tuple(parts), tuple(middles))]
                middles.append(delimiter)
        raise Refusal("unbalanced", "\\left without \\right", token.place)

    def negated(self, token: Token) -> list[Atom]:
        body = self._formula()
        if len(body) != 1 or not isinstance(body[0], Symbol):
            raise Refusal("unknown-command", "\\not", token.place)
        symbol = body[0]
        if symbol.name == "=":
            return [Symbol("\\neq")]
        if symbol.name == "\\in":
            return [Symbol("\\notin")]
        return [Negated(symbol)]

    def style(self, token: Token) -> list[Atom]:
        return [Style("\\" + token.text)]

    def modulo(self, token: Token) -> list[Atom]:
        body = self._formula()
        mod: tuple[Atom, ...] = () if token.text == "pod" else (Symbol("\\bmod"),)
        if token.text == "mod":
            return [Space("\\quad"), *mod, *body]
        return [Space("\\quad"), Symbol("("), *mod, *body, Symbol(")")]

    def room(self, token: Token) -> list[Atom]:
        self.star()
        if token.text in ("hspace", "mspace"):
            length = raw_text(self.argument())
        else:
            length = skip_dimension(self)
        return [Space("\\quad")] if is_wide(length) else []

    def environment_atom(self, token: Token) -> list[Atom]:
        self.at -= 1
        name, body = self.environment()
        if name in ("math", "displaymath", "subequations"):
            return list(self._inner(body))
        if name not in known.MATRICES:
            raise Refusal("unknown-environment", name, token.place)
        return [read_matrix(name, body, self._inner, token.place)]

    def substack(self, token: Token) -> list[Atom]:
        return [read_rows("substack", self.argument(), self._inner, token.place)]

    def plain_matrix(self, token: Token) -> list[Atom]:
        self._skip_room()
        kind = known.PLAIN_MATRICES[token.text]
        return [read_rows(kind, self.argument(), self._inner, token.place)]


_R = _FormulaReader
_HANDLERS: dict[str, Callable[[_FormulaReader, Token], list[Atom]]] = {
    **dict.fromkeys(known.FRACTIONS, _R.fraction),
    **dict.fromkeys(known.STACKS, _R.stack),
    **dict.fromkeys(known.ARROWS, _R.arrow),
    **dict.fromkeys(known.BIGS, _R.big),
    **dict.fromkeys(known.STYLES, _R.style),
    **dict.fromkeys(known.ALPHABETS, _R.alphabet),
    **dict.fromkeys(known.WORDS, _R.words),
    **dict.fromkeys(known.PLAIN_MATRICES, _R.plain_matrix),
    **dict.fromkeys(("operatorname", "operatornamewithlimits"), _R.operator),
    **dict.fromkeys(("pmod", "mod", "pod"), _R.modulo),
    **dict.fromkeys(("hspace", "mspace", "hskip", "mskip", "kern", "mkern"), _R.room),
    **dict.fromkeys(("abs", "norm"), _R.fenced),
    "raisebox": _R.raised,
    "Set": _R.set_of,
    "dd": _R.differential,
    "sqrt": _R.root,
    "mathop": _R.mathop,
    "left": _R.delimited,
    "not": _R.negated,
    "begin": _R.environment_atom,
    "substack": _R.substack,
}
