"""Where formulas begin and end, and where text stands inside them."""

from __future__ import annotations

from pipelines.latex_pages.source import standard
from pipelines.latex_pages.source.engine import Engine, Handler
from pipelines.latex_pages.source.tokens import Token


def _open_formula(engine: Engine, token: Token) -> None:
    engine.open(f"\\{token.text}", "inline" if token.text == "(" else "display")
    engine.emit(token)


def _close_formula(engine: Engine, token: Token) -> None:
    engine.emit(token)
    engine.close("\\(" if token.text == ")" else "\\[")


def _text_in_formula(engine: Engine, token: Token) -> None:
    if engine.mode != "text":
        engine.pending = standard.TEXT_IN_MATH[token.text]
    engine.emit(token)


def dollar(engine: Engine, token: Token) -> None:
    """Begin or end a formula at `$` or `$$`."""
    display = token.kind == "math2"
    inside = engine.frames[-1].kind if engine.frames else ""
    if display and inside == "$":
        engine.close("$")
        engine.open("$", "inline")  # "$a$$b$": two formulas side by side
        one = Token("math", "$", token.place)
        engine.emit(one, one)
    elif inside == token.text:
        engine.emit(token)
        engine.close(token.text)
    else:  # in a formula, too: then it stands in a box of text
        engine.open(token.text, "display" if display else "inline")
        engine.emit(token)


def end_paragraph(engine: Engine, token: Token) -> None:
    """A paragraph's end: no formula in a sentence outlives it."""
    if engine.mode != "text" and engine.opened["$"]:
        engine.close("$")
        engine.refuse("$", "a formula without an end", token)
    engine.emit(token)


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(standard.TEXT_IN_MATH, _text_in_formula),
    **dict.fromkeys(("(", "["), _open_formula),
    **dict.fromkeys((")", "]"), _close_formula),
}
