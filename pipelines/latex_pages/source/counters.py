"""Counters of the source's own: their numbers in the order of reading."""

from __future__ import annotations

from pipelines.latex_pages.source.engine import Engine, Handler
from pipelines.latex_pages.source.meanings import NOWHERE, Macro
from pipelines.latex_pages.source.tokens import Token

_MOST = 4000
"""Larger numbers are not written."""
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


def _new(engine: Engine, token: Token) -> None:
    """`\\newcounter{name}`; one that starts anew with another is not followed."""
    name = (engine.words() or "").strip()
    within = engine.optional()
    if not name.isalpha() or f"the{name}" in engine.meanings:
        return
    engine.document.counters[name] = 0 if within is None else None
    braced = (Token("begin", "{", NOWHERE), Token("letter", name, NOWHERE))
    body = (Token("control", "arabic", NOWHERE), *braced, Token("end", "}", NOWHERE))
    engine.define(f"the{name}", Macro(f"the{name}", body), everywhere=True)


def _step(engine: Engine, token: Token) -> None:
    name = (engine.words() or "").strip()
    value = engine.document.counters.get(name)
    if value is not None:
        engine.document.counters[name] = value + 1


def _set(engine: Engine, token: Token) -> None:
    name, given = (engine.words() or "").strip(), (engine.words() or "").strip()
    counters = engine.document.counters
    if name not in counters:
        return
    digits = given.removeprefix("-")
    number = int(given) if digits.isascii() and digits.isdigit() and len(digits) < 6 else None
    value = counters[name]
    if token.text == "addtocounter":
        number = None if value is None or number is None else value + number
    counters[name] = number


def _show(engine: Engine, token: Token) -> None:
    """`\\arabic{name}` and its kin; those of LaTeX's own counters are passed on."""
    following = engine.peek()
    taken = engine.argument()
    if taken is None:
        engine.emit(token)
        return
    name = "".join(one.text for one in taken).strip()
    if name not in engine.document.counters:
        engine.emit(token)
        if following is not None and following.kind == "begin":
            taken = [following, *taken, Token("end", "}", following.place)]
        engine.push(taken)
        return
    value = engine.document.counters[name]
    text = "" if value is None else _written(token.text, value)
    if text:
        engine.push([Token("letter", text, token.place)])
    else:
        engine.refuse(token.text, f"the number of {name} is not known", token)


def _written(style: str, value: int) -> str:
    """Return a number in a counter's style, "" where it has none."""
    if style == "arabic":
        return str(value)
    if not 0 < value < _MOST or (style.lower() == "alph" and value > 26):
        return ""
    if style.lower() == "alph":
        text = chr(ord("a") + value - 1)
    else:
        text = ""
        for size, sign in _ROMAN:
            text += sign * (value // size)
            value %= size
    return text.upper() if style[0].isupper() else text


EXPANDING: dict[str, Handler] = dict.fromkeys(("arabic", "roman", "Roman", "alph", "Alph"), _show)
HANDLERS: dict[str, Handler] = {
    **EXPANDING,
    "newcounter": _new,
    **dict.fromkeys(("stepcounter", "refstepcounter"), _step),
    **dict.fromkeys(("setcounter", "addtocounter"), _set),
}
