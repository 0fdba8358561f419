"""`\\if… \\else \\fi` and the conditionals that take their branches in braces.

What cannot be decided is refused in the body, with both its branches dropped; in the preamble the
second branch is taken, as most switches there begin as false.
"""

from __future__ import annotations

from collections.abc import Callable

from pipelines.latex_pages.source import standard
from pipelines.latex_pages.source.engine import Engine, Handler
from pipelines.latex_pages.source.meanings import Macro, Standard, Switch
from pipelines.latex_pages.source.tokens import Token, names

Test = Callable[[Engine], bool | None]
_MAX_DIGITS = 9


def _if(test: Test) -> Handler:
    def handle(engine: Engine, token: Token) -> None:
        truth = test(engine)
        if truth is None and not engine.in_body:
            truth = False
        if truth is None:
            if _skip(engine, at_else=False) is None:
                engine.refuse(token.text, "a conditional without an end", token)
            else:
                engine.refuse(token.text, "a conditional that cannot be decided", token)
        elif truth or _skip(engine, at_else=True) == "else":
            engine.conditions.append(token.text)

    return handle


def _skip(engine: Engine, *, at_else: bool) -> str | None:
    """Drop tokens up to the matching \\else or \\fi; None (nothing dropped) if there is none."""
    stack, depth = engine.stack, 0
    at = len(stack) - 1
    while at >= 0:
        kind, name, _ = stack[at]
        if kind == "endfile":
            break
        if kind == "control":
            if name == "fi":
                if not depth:
                    break
                depth -= 1
            elif name == "else":
                if at_else and not depth:
                    break
            elif name[:2] == "if" and _opens(engine, name, stack[at - 1] if at else None):
                depth += 1
        at -= 1
    engine.charge(len(stack) - at)
    if at < 0 or stack[at].kind == "endfile":
        return None
    found = stack[at].text
    del stack[at:]
    return found


def _opens(engine: Engine, name: str, following: Token | None) -> bool:
    meaning = engine.meanings.get(name)
    if meaning is not None:
        return isinstance(meaning, Switch)
    return standard.is_conditional(name, following)


def _else(engine: Engine, token: Token) -> None:
    if not engine.conditions:
        engine.refuse(token.text, "stands outside a conditional", token)
        return
    engine.conditions.pop()
    if _skip(engine, at_else=False) is None:
        engine.refuse(token.text, "a conditional without an end", token)


def _fi(engine: Engine, token: Token) -> None:
    if engine.conditions:
        engine.conditions.pop()


def _ifx(engine: Engine) -> bool | None:
    one, other = engine.next_char(), engine.next_char()
    if one is None or other is None:
        return None
    if one.kind != "control" and other.kind != "control":
        return one[:2] == other[:2]
    first, second = _known(engine, one), _known(engine, other)
    if isinstance(first, Macro) and isinstance(second, Macro):
        return first.same_as(second)
    return first == second


def _known(engine: Engine, token: Token) -> object:
    if token.kind != "control":
        return token[:2]
    meaning = engine.meanings.get(token.text)
    if meaning is None:
        # A name that nothing here knows is most likely undefined.
        known = token.text in engine.handlers or token.text in standard.KEPT
        meaning = Standard(token.text if known or token.text == "relax" else "undefined")
    return meaning


def _if_same(engine: Engine) -> bool | None:
    one, other = engine.next_unexpandable(), engine.next_unexpandable()
    if one is None or other is None or "endfile" in (one.kind, other.kind):
        return None
    codes = ["" if token.kind == "control" else token.text[:1] for token in (one, other)]
    return codes[0] == codes[1]


def _number(engine: Engine) -> int | None:
    """Take a literal number."""
    digits, sign = "", 1
    while len(digits) < _MAX_DIGITS:
        token = engine.next_unexpandable()
        if token is None:
            break
        if token.kind == "letter" and token.text.isascii() and token.text.isdigit():
            digits += token.text
        elif token.kind == "letter" and token.text == "-" and not digits:
            sign = -sign
        elif token.kind == "space":
            if digits:
                break
        else:
            engine.stack.append(token)
            break
    return sign * int(digits) if digits else None


def _if_number(engine: Engine) -> bool | None:
    first = _number(engine)
    if first is None:
        return None
    engine.skip_blanks()
    relation = engine.next_char()
    second = _number(engine)
    if second is None or relation is None:
        return None
    return {"<": first < second, "=": first == second, ">": first > second}.get(relation.text)


def _if_odd(engine: Engine) -> bool | None:
    number = _number(engine)
    return None if number is None else bool(number % 2)


def _if_defined(engine: Engine) -> bool | None:
    token = engine.next_char()
    if token is None or token.kind != "control":
        return None
    return is_defined(engine, token.text)


def is_defined(engine: Engine, name: str) -> bool:
    """Whether a control sequence has a meaning as far as can be told."""
    return name in engine.meanings or name in engine.handlers or name in standard.KEPT


def _if_csname(engine: Engine) -> bool | None:
    name = ""
    while True:
        token = engine.next_unexpandable()
        if token is None or token.kind == "endfile":
            return None
        if token[:2] == ("control", "endcsname"):
            return is_defined(engine, name)
        name += token.text


def _if_math(engine: Engine) -> bool | None:
    return engine.mode != "text"


def _always(truth: bool | None) -> Test:
    return lambda engine: truth


HANDLERS: dict[str, Handler] = {
    "iftrue": _if(_always(True)),
    "iffalse": _if(_always(False)),
    "ifx": _if(_ifx),
    "if": _if(_if_same),
    "ifnum": _if(_if_number),
    "ifodd": _if(_if_odd),
    "ifdefined": _if(_if_defined),
    "ifcsname": _if(_if_csname),
    "ifmmode": _if(_if_math),
    **dict.fromkeys(
        names(
            "ifluatex ifLuaTeX ifxetex ifXeTeX iftutex if@twoside if@twocolumn if@draft "
            "if@openright if@titlepage if@compatibility if@restonecol if@display"
        ),
        _if(_always(False)),
    ),
    **dict.fromkeys(("ifpdf", "ifPDFTeX", "if@mainmatter"), _if(_always(True))),
    "ifcat": _if(_always(None)),
    "else": _else,
    "or": _else,
    "fi": _fi,
}
EXPANDABLE = frozenset(HANDLERS)
