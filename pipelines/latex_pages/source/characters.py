"""Characters that are commands: babel's shorthands, and those that a source makes active."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.latex_pages.source.engine import Engine, Handler
from pipelines.latex_pages.source.tokens import Token

if TYPE_CHECKING:
    from collections.abc import Sequence

_MAX_SHORTHAND = 4


def use_character(engine: Engine, token: Token) -> bool:
    """Expand the first such character in a run of letters, and read on behind it.

    Returns:
        Whether there was one. One without code leaves a token "refused" in its place.
    """
    found = _first(engine, token.text)
    if found is None:
        return False
    at, written, code = found
    before, behind = token.text[:at], token.text[at + len(written) :]
    if before:
        engine.emit(Token("letter", before, token.place))
    if behind:
        engine.stack.append(Token("letter", behind, token.place))
    if code is None:
        engine.refuse(written, "a character that was made active", token)
    elif engine.guard(token):
        engine.push([Token(one.kind, one.text, token.place) for one in code])
    return True


def _first(engine: Engine, text: str) -> tuple[int, str, Sequence[Token] | None] | None:
    """Return where a character that is a command stands, its spelling, and its code if known."""
    document = engine.document
    known: dict[str, Sequence[Token] | None] = {}
    if engine.mode == "text":
        for char in document.in_text:
            known[char] = document.active.get(char)
        known |= document.shorthands
    else:
        known |= dict.fromkeys(document.shorthands)
        for char in document.in_text | document.in_formulas:
            known[char] = document.active.get(char)
    places = [(at, -len(written), written) for written in known if (at := text.find(written)) >= 0]
    if not places:
        return None
    at, _, written = min(places)
    return at, written, known[written]


def has_characters(engine: Engine) -> bool:
    """Return whether any character is a command."""
    document = engine.document
    return bool(document.shorthands or document.in_text or document.in_formulas)


def _shorthand(engine: Engine, token: Token) -> None:
    """babel: `\\defineshorthand{"x}{code}`."""
    characters, code = engine.words(), engine.argument()
    if characters and code is not None and len(characters) <= _MAX_SHORTHAND:
        engine.document.shorthands[characters] = code


def _code(engine: Engine, token: Token) -> None:
    """`\\mathcode` and `\\catcode` in the preamble; in the body they are passed on."""
    if engine.in_body:
        engine.emit(token)
        return
    if not engine.starts_with("`"):
        return
    engine.next_char()
    char = engine.next_char()
    if char is None or char.kind == "endfile":
        if char is not None:
            engine.stack.append(char)
        return
    engine.skip_blanks()
    if engine.starts_with("="):
        engine.next_char()
    value = engine.peek()
    if value is None or len(char.text) != 1:
        return
    if token.text == "mathcode" and value.text == '"8000':
        engine.document.in_formulas.add(char.text)
    elif token.text == "catcode" and not engine.frames and value.text in ("active", "13"):
        engine.document.in_text.add(char.text)
    else:
        return
    engine.stack.pop()


HANDLERS: dict[str, Handler] = {
    "defineshorthand": _shorthand,
    **dict.fromkeys(("mathcode", "catcode"), _code),
}
