"""TeX's lengths and numbers: assignments are dropped, skips and kerns become LaTeX's commands."""

from __future__ import annotations

from pipelines.latex_pages.source import standard
from pipelines.latex_pages.source.engine import Engine, Handler
from pipelines.latex_pages.source.tokens import Token, names

_UNITS = names("pt pc in bp cm mm dd cc sp em ex mu fil fill filll true plus minus")


def _length(engine: Engine) -> str:
    """Take a length (digits, units, plus and minus, or one named length) and return its text."""
    taken = ""
    engine.skip_blanks()
    if engine.starts_with("="):
        engine.next_char()
    while len(taken) < 60:
        following = engine.peek()
        if following is None:
            break
        if following.kind == "letter":
            word = following.text
            end = _length_end(word)
            if not end:
                break
            engine.stack.pop()
            taken += word[:end]
            if end < len(word):
                engine.stack.append(Token("letter", word[end:], following.place))
                break
        elif following.kind == "space" and _goes_on(engine):
            engine.stack.pop()
            taken += " "
        elif following.kind == "control" and _is_length(following.text) and not _has_unit(taken):
            engine.stack.pop()
            taken += f"\\{following.text}"
        else:
            break
    if taken and engine.stack and engine.stack[-1].kind == "space":
        engine.stack.pop()  # TeX takes one blank with a unit
    return taken


def _has_unit(taken: str) -> bool:
    return bool(taken) and (taken.rstrip()[-1:].isalpha() and not taken.rstrip().endswith("s"))


def _is_length(name: str) -> bool:
    return name in standard.LENGTHS or name.endswith(("skip", "width", "sep", "indent", "@"))


def _length_end(word: str) -> int:
    """Return how many characters of a word belong to a length."""
    at = 0
    while at < len(word):
        if word[at] in "0123456789.,-+":
            at += 1
            continue
        unit = next((word[at : at + n] for n in (5, 4, 3, 2) if word[at : at + n] in _UNITS), "")
        if not unit:
            break
        at += len(unit)
    return at


def _goes_on(engine: Engine) -> bool:
    """Whether a length goes on behind a blank: `1pt plus 2pt`."""
    behind = engine.stack[-2] if len(engine.stack) > 1 else None
    return behind is not None and behind.kind == "letter" and _length_end(behind.text) > 0


def _assigned(engine: Engine, token: Token) -> None:
    """`\\parindent=0pt`: taken and dropped; used as a value it is passed on."""
    following = engine.peek()
    if following is None or following.kind not in ("letter", "space", "control"):
        engine.emit(token)
        return
    if not _length(engine):
        engine.emit(token)


def _advance(engine: Engine, token: Token) -> None:
    engine.skip_blanks()
    engine.next_char()
    engine.skip_blanks()
    if engine.starts_with("b"):
        word = engine.stack.pop()
        rest = word.text.removeprefix("by")
        if rest:
            engine.stack.append(Token("letter", rest, word.place))
    _length(engine)


def _vertical(engine: Engine, token: Token) -> None:
    _length(engine)


def _horizontal(engine: Engine, token: Token) -> None:
    """`\\hskip`, `\\kern`, `\\mskip`, `\\mkern` as the commands with braces that do the same."""
    length = _length(engine)
    if not length or "\\" in length:
        if engine.mode == "text":
            engine.emit(Token("space", " ", token.place))
        else:
            engine.refuse(token.text, "its length is not plain", token)
        return
    name = "mspace" if token.text in ("mskip", "mkern") else "hspace"
    at = token.place
    length = length.split("plus")[0].split("minus")[0].strip()
    braced = (Token("begin", "{", at), Token("letter", length, at), Token("end", "}", at))
    engine.emit(Token("control", name, at), *braced)


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(standard.LENGTHS | standard.NUMBERS, _assigned),
    **dict.fromkeys(("advance", "multiply", "divide"), _advance),
    "vskip": _vertical,
    **dict.fromkeys(("hskip", "kern", "mskip", "mkern"), _horizontal),
}
