"""How sources define macros: `\\newcommand` and its kin, `\\def`, `\\let`, xparse, environments."""

from __future__ import annotations

from typing import Literal

from pipelines.latex_pages.source import standard
from pipelines.latex_pages.source.engine import Engine, Handler
from pipelines.latex_pages.source.meanings import (
    NO_VALUE,
    NOWHERE,
    Character,
    Macro,
    Meaning,
    Parameter,
    Standard,
    Switch,
    plain_text,
    single,
)
from pipelines.latex_pages.source.tokens import Token, names

_PLAIN = Parameter("plain")
_STAR = (Token("letter", "*", NOWHERE),)
_MAX_PARAMETERS = 9
_MAX_PATTERN = 200


def _new_command(engine: Engine, token: Token) -> None:
    engine.take_star()
    name = engine.control_name()
    parameters = _counted(engine)
    body = engine.argument()
    if name is None or parameters is None or body is None:
        engine.refuse(token.text, "not a plain definition", token)
        return
    if token.text == "providecommand" and name in engine.meanings:
        return
    engine.define(name, Macro(name, tuple(body), parameters))


def _counted(engine: Engine) -> tuple[Parameter, ...] | None:
    """Take `[n][default]`."""
    count = engine.optional()
    if count is None:
        return ()
    text = plain_text(count) or ""
    if not text.strip().isdigit() or int(text) > _MAX_PARAMETERS:
        return None
    default = engine.optional()
    parameters = (_PLAIN,) * int(text)
    if default is not None and parameters:
        parameters = (Parameter("optional", _pair("[]"), tuple(default)), *parameters[1:])
    return parameters


def _pair(pair: str) -> tuple[Token, Token]:
    return Token("letter", pair[0], NOWHERE), Token("letter", pair[1], NOWHERE)


def _def(engine: Engine, token: Token) -> None:
    name_token = engine.next_char()
    before = _up_to_brace(engine)
    body = engine.group(Token("begin", "{", token.place)) if before is not None else None
    if name_token is None or before is None or body is None:
        engine.refuse(token.text, "not a plain definition", token)
        return
    if name_token.kind == "letter" and not name_token.text.isalnum() and not before:
        # Only an active character can be defined so.
        engine.document.active[name_token.text] = body
        return
    if name_token.kind not in ("control", "active"):
        engine.refuse(token.text, "defines what is no control sequence", token)
        return
    found = _parameters(before)
    if found is None:
        engine.refuse(token.text, "odd parameters", token)
        return
    if token.text in ("edef", "xdef"):
        body = engine.expand_fully(_without_guards(body))
        if any(one.kind == "refused" for one in body):
            engine.refuse(token.text, "what it expands is not simple", token)
            return
    if name_token.kind == "active":
        return
    lead, parameters = found
    macro = Macro(name_token.text, tuple(body), parameters, lead)
    engine.define(name_token.text, macro, everywhere=token.text in ("gdef", "xdef"))


def _up_to_brace(engine: Engine) -> list[Token] | None:
    """Take tokens up to the next opening brace, and that too; None if none comes soon."""
    taken: list[Token] = []
    while len(taken) < _MAX_PATTERN:
        token = engine.next_char()
        if token is None or token.kind in ("end", "endfile", "par"):
            if token is not None:
                engine.stack.append(token)
            return None
        if token.kind == "begin":
            return taken
        taken.append(token)
    return None


def _without_guards(body: list[Token]) -> list[Token]:
    return [one for one in body if one[:2] not in (("control", "noexpand"), ("control", "protect"))]


def _parameters(before: list[Token]) -> tuple[tuple[Token, ...], tuple[Parameter, ...]] | None:
    """Read `#1 #2;` as parameters with what delimits them."""
    parts: list[list[Token]] = [[]]
    for one in single(before):
        if one.kind != "param":
            parts[-1].append(one)
        elif one.text == str(len(parts)):
            parts.append([])
        else:
            return None
    parameters = tuple(Parameter("until", tuple(part)) if part else _PLAIN for part in parts[1:])
    return tuple(parts[0]), parameters


def _let(engine: Engine, token: Token) -> None:
    engine.skip_blanks()
    name = engine.next_char()
    engine.skip_blanks()
    if engine.starts_with("="):
        engine.next_char()
        if engine.stack and engine.stack[-1].kind == "space":
            engine.stack.pop()
    target = engine.next_char()
    if name is None or target is None or name.kind != "control" or target.kind == "endfile":
        engine.refuse("let", "defines what is no control sequence", token)
        if target is not None and target.kind == "endfile":
            engine.stack.append(target)
        return
    engine.define(name.text, _captured(engine, target))


def _captured(engine: Engine, target: Token) -> Meaning | None:
    if target.kind != "control":
        return Character(target)
    meaning = engine.meanings.get(target.text)
    if meaning is not None:
        return meaning
    return None if target.text in ("undefined", "@undefined") else Standard(target.text)


def _new_environment(engine: Engine, token: Token) -> None:
    engine.take_star()
    name = engine.words()
    parameters = _counted(engine)
    begin = engine.argument()
    end = engine.argument()
    if name is None or parameters is None or begin is None or end is None:
        engine.refuse(token.text, "not a plain definition", token)
        return
    _set_environment(engine, name.strip(), Macro(name, tuple(begin), parameters), tuple(end))


def _set_environment(engine: Engine, name: str, begin: Macro, end: tuple[Token, ...]) -> None:
    if name not in standard.KEPT:
        engine.define(name, begin)
        engine.define(f"end{name}", Macro(f"end{name}", end))


def _operator(engine: Engine, token: Token) -> None:
    star = engine.take_star() or token.text == "DeclareMathOperator*"
    name = engine.control_name()
    text = engine.argument()
    if name is None or text is None:
        engine.refuse(token.text, "not a plain definition", token)
        return
    at = token.place
    body = [Token("control", "operatorname", at)]
    body += [Token("letter", "*", at)] * star
    body += [Token("begin", "{", at), *text, Token("end", "}", at)]
    engine.define(name, Macro(name, tuple(body)))


def _document_command(engine: Engine, token: Token) -> None:
    is_environment = "Environment" in token.text
    name = engine.words() if is_environment else engine.control_name()
    spec = engine.argument()
    body = engine.argument()
    end = engine.argument() if is_environment else []
    if name is None or spec is None or body is None or end is None:
        engine.refuse(token.text, "not a plain definition", token)
        return
    parameters = _specified(single(spec))
    if parameters is None:
        engine.define(name, Macro(name, (Token("refused", f"\\{name}: odd xparse", NOWHERE),)))
        return
    if token.text.startswith("Provide") and name in engine.meanings:
        return
    body = _trimmed(body)
    if is_environment:
        _set_environment(engine, name, Macro(name, tuple(body), parameters), tuple(end))
    else:
        engine.define(name, Macro(name, tuple(body), parameters))


def _trimmed(body: list[Token]) -> list[Token]:
    """Drop blanks at both ends, as xparse does not; sources written for it put them there."""
    while body and body[0].kind == "space":
        body = body[1:]
    while body and body[-1].kind == "space":
        body = body[:-1]
    return body


def _specified(spec: list[Token]) -> tuple[Parameter, ...] | None:
    """Read xparse's argument specification; None if it uses what is not known here."""
    found: list[Parameter] = []
    todo = [one for one in spec if one.kind != "space"]
    close = False
    while todo:
        letter = todo.pop(0).text
        if letter in "+!>":
            if letter == ">":
                return None
            close = close or letter == "!"
            continue
        if letter == "m":
            found.append(_PLAIN)
        elif letter == "s":
            found.append(Parameter("test", _STAR, close=close))
        elif letter == "o":
            found.append(Parameter("optional", _pair("[]"), close=close, nested=True))
        elif letter == "O":
            default = tuple(_default(todo))
            found.append(Parameter("optional", _pair("[]"), default, close=close, nested=True))
        elif letter == "t" and len(mark := _default(todo)) == 1:
            found.append(Parameter("test", tuple(mark), close=close))
        elif letter in "rRdD" and len(todo) > 1:
            pair = _pair(todo.pop(0).text + todo.pop(0).text)
            default = tuple(_default(todo)) if letter in "RD" else (NO_VALUE,)
            kind: Literal["optional", "required"] = "optional" if letter in "dD" else "required"
            found.append(Parameter(kind, pair, default, close=close, nested=True))
        else:
            return None
        close = False
    return tuple(found) if len(found) <= _MAX_PARAMETERS else None


def _default(todo: list[Token]) -> list[Token]:
    """Take a group (or one token) off the front of a list."""
    if not todo or todo[0].kind != "begin":
        return [todo.pop(0)] if todo else []
    depth = 0
    for number, one in enumerate(todo):
        depth += (one.kind == "begin") - (one.kind == "end")
        if not depth:
            taken = todo[1:number]
            del todo[: number + 1]
            return taken
    return []


def _new_if(engine: Engine, token: Token) -> None:
    name = engine.control_name()
    if name is None or not name.startswith("if"):
        engine.refuse("newif", "not a plain definition", token)
        return
    engine.define(name, Switch(False))
    for word in ("true", "false"):
        setter = f"{name[2:]}{word}"
        body = (Token("control", "set-switch", NOWHERE), Token("control", name, NOWHERE))
        engine.define(setter, Macro(setter, (*body, Token("control", f"if{word}", NOWHERE))))


def _set_switch(engine: Engine, token: Token) -> None:
    name, value = engine.next_char(), engine.next_char()
    if name is not None and value is not None:
        engine.define(name.text, Switch(value.text == "iftrue"))


def _new_list(engine: Engine, token: Token) -> None:
    name, kind = engine.words(), engine.words()
    engine.argument()
    if name and kind and not kind.endswith("*"):
        engine.define(name, Standard(kind))
        engine.define(f"end{name}", Standard(f"end{kind}"))


def _column_type(engine: Engine, token: Token) -> None:
    letter = engine.words()
    parameters = _counted(engine)
    body = engine.argument()
    if letter and len(letter) == 1 and parameters is not None and body is not None:
        engine.document.columns[letter] = Macro(letter, tuple(body), parameters)


def _paired_delimiter(engine: Engine, token: Token) -> None:
    """`\\DeclarePairedDelimiter{\\abs}{\\lvert}{\\rvert}`: starred by \\left and \\right."""
    name, left, right = engine.control_name(), engine.argument(), engine.argument()
    if name is None or left is None or right is None:
        engine.refuse(token.text, "not a plain definition", token)
        return
    at, body = token.place, Token("param", "3", token.place)
    fences = [Token("control", "left", at), *left, body, Token("control", "right", at), *right]
    plain = [*left, body, *right]
    sized = [Token("param", "2", at), *left, body, Token("param", "2", at), *right]
    choice = [Token("control", "IfBooleanTF", at), Token("param", "1", at), *_braced(fences)]
    inner = [Token("control", "IfNoValueTF", at), *_braced([Token("param", "2", at)])]
    inner += [*_braced(plain), *_braced(sized)]
    parameters = (Parameter("test", _STAR), Parameter("optional", _pair("[]")), _PLAIN)
    engine.define(name, Macro(name, (*choice, *_braced(inner)), parameters))


def _braced(tokens: list[Token]) -> list[Token]:
    return [Token("begin", "{", NOWHERE), *tokens, Token("end", "}", NOWHERE)]


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(
        names(
            "newcommand renewcommand providecommand DeclareRobustCommand newrobustcmd "
            "renewrobustcmd"
        ),
        _new_command,
    ),
    **dict.fromkeys(("def", "gdef", "edef", "xdef"), _def),
    "let": _let,
    **dict.fromkeys(("newenvironment", "renewenvironment", "provideenvironment"), _new_environment),
    "DeclareMathOperator": _operator,
    **dict.fromkeys(
        (
            f"{verb}{what}"
            for verb in ("NewDocument", "RenewDocument", "DeclareDocument", "ProvideDocument")
            for what in ("Command", "Environment")
        ),
        _document_command,
    ),
    "newif": _new_if,
    "set-switch": _set_switch,
    "newlist": _new_list,
    "newcolumntype": _column_type,
    "DeclarePairedDelimiter": _paired_delimiter,
}
