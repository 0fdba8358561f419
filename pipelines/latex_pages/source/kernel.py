"""Small commands of TeX and LaTeX that expand, choose, or set nothing."""

from __future__ import annotations

from pipelines.latex_pages.source import standard
from pipelines.latex_pages.source.engine import Engine, Handler
from pipelines.latex_pages.source.meanings import Character, Macro, Standard
from pipelines.latex_pages.source.tokens import Token, join, names

_XSPACE_EXCEPTIONS = frozenset(".,'/?;:!~-)]}’”、，。；：！？）")
_XSPACE_CONTROLS = frozenset((" ", "/", "@", "xspace", "footnote", "footnotemark", "\\", ","))
_MAX_NAME = 200


# ---------------------------------------------------------------- what expands


def _csname(engine: Engine, token: Token) -> None:
    taken = 0
    name = ""
    while True:
        one = engine.next_unexpandable()
        if one is not None and one[:2] == ("control", "endcsname"):
            break
        if one is None or one.kind not in ("letter", "space", "active") or taken > _MAX_NAME:
            if one is not None:
                engine.stack.append(one)
            engine.refuse("csname", "its name is not plain", token)
            return
        name += one.text
        taken += 1
    if name and (name in engine.meanings or all(char.isalpha() or char in "@*" for char in name)):
        engine.push([Token("control", name, token.place)])
    else:
        engine.refuse("csname", "its name is not plain", token)


def _expandafter(engine: Engine, token: Token) -> None:
    kept, behind = engine.next_char(), engine.next_char()
    if kept is None or behind is None or "endfile" in (kept.kind, behind.kind):
        engine.refuse("expandafter", "nothing to expand", token)
        if behind is not None:
            engine.stack.append(behind)
        return
    if not engine.expand_once(behind):
        engine.stack.append(behind)
    engine.push([kept])


def _detokenize(engine: Engine, token: Token) -> None:
    taken = engine.argument()
    if taken is None:
        engine.refuse(token.text, "no argument", token)
        return
    text = join(taken)
    engine.push([Token("letter", text, token.place)] if text else [])


def _string(engine: Engine, token: Token) -> None:
    one = engine.next_char()
    if one is not None:
        engine.push([Token("letter", join([one]) or " ", token.place)])


def _pick(count: int, chosen: int | None) -> Handler:
    def handle(engine: Engine, token: Token) -> None:
        taken = [engine.argument() for _ in range(count)]
        if chosen is not None:
            engine.push(taken[chosen] or [])

    return handle


def _if_next(engine: Engine, token: Token) -> None:
    """`\\@ifnextchar`: the next token is looked at, not expanded."""
    engine.skip_blanks()
    wanted = engine.next_char()
    yes, no = engine.argument(), engine.argument()
    if wanted is None or yes is None or no is None:
        engine.refuse(token.text, "its arguments are not plain", token)
        return
    engine.skip_blanks()
    engine.push(yes if _is_next(engine, wanted) else no)


def _is_next(engine: Engine, wanted: Token) -> bool:
    following = engine.peek()
    if following is None:
        return False
    if wanted.kind == "control":
        meaning = engine.meanings.get(wanted.text)
        if isinstance(meaning, Character):
            wanted = meaning.token
        elif wanted.text in ("bgroup", "egroup"):
            return following.kind == ("begin" if wanted.text == "bgroup" else "end")
        else:
            return _same_control(engine, following, wanted)
    if following.kind == "letter" and wanted.kind == "letter":
        return following.text[0] == wanted.text
    return following[:2] == wanted[:2]


def _same_control(engine: Engine, one: Token, other: Token) -> bool:
    if one.kind != "control":
        return False
    meanings = [engine.meanings.get(token.text) or Standard(token.text) for token in (one, other)]
    return one.text == other.text or meanings[0] == meanings[1]


def _if_star(engine: Engine, token: Token) -> None:
    yes, no = engine.argument(), engine.argument()
    if yes is None or no is None:
        engine.refuse(token.text, "its arguments are not plain", token)
        return
    engine.skip_blanks()
    engine.push(yes if engine.take_star() else no)


def _math_choice(engine: Engine, token: Token) -> None:
    """Displays take the first, other formulas the second: sub-formulas' styles are not followed."""
    choices = [engine.argument() for _ in range(4)]
    chosen = choices[0] if engine.mode == "display" else choices[1]
    if None in choices or chosen is None:
        engine.refuse("mathchoice", "its arguments are not plain", token)
        return
    engine.push(chosen)


def _math_palette(engine: Engine, token: Token) -> None:
    command, argument = engine.argument(), engine.argument()
    if not command or argument is None:
        engine.refuse("mathpalette", "its arguments are not plain", token)
        return
    at = token.place
    style = "displaystyle" if engine.mode == "display" else "textstyle"
    braces = Token("begin", "{", at), Token("end", "}", at)
    engine.push([*command, Token("control", style, at), braces[0], *argument, braces[1]])


def _ensure_math(engine: Engine, token: Token) -> None:
    taken = engine.argument()
    if taken is None:
        engine.refuse("ensuremath", "no argument", token)
        return
    dollar = Token("math", "$", token.place)
    engine.push(taken if engine.mode != "text" else [dollar, *taken, dollar])


def _xspace(engine: Engine, token: Token) -> None:
    following = engine.peek()
    if engine.mode != "text" or following is None:
        return
    kind, text, _ = following
    if (
        (kind == "letter" and text[0] not in _XSPACE_EXCEPTIONS and text[0].isascii())
        or (kind == "control" and text not in _XSPACE_CONTROLS and text.isalpha())
        or kind in ("math", "begin")
    ):
        engine.stack.append(Token("space", " ", token.place))


def _relax(engine: Engine, token: Token) -> None:
    """Drop it, but where it keeps a bracket or a star from being an argument."""
    if engine.starts_with("[") or engine.starts_with("*"):
        engine.emit(Token("begin", "{", token.place), Token("end", "}", token.place))


def _name_use(engine: Engine, token: Token) -> None:
    name = engine.words()
    if name and all(char.isalpha() or char == "@" for char in name):
        engine.push([Token("control", name, token.place)])
    else:
        engine.refuse(token.text, "its name is not plain", token)


def _name_define(engine: Engine, token: Token) -> None:
    name = engine.words()
    if name is None:
        engine.refuse(token.text, "its name is not plain", token)
        return
    at = token.place
    engine.push([Token("control", token.text[-4:] if "g" in token.text else "def", at)])
    engine.stack.insert(len(engine.stack) - 1, Token("control", name, at))


# ---------------------------------------------------------------- what sets nothing


def _silent(spec: str) -> Handler:
    def handle(engine: Engine, token: Token) -> None:
        for kind in spec:
            if kind == "s":
                engine.take_star()
            elif kind == "o":
                engine.optional()
            else:
                engine.argument()

    return handle


def _nothing(engine: Engine, token: Token) -> None:
    """A command that sets nothing."""


def _rule(engine: Engine, token: Token) -> None:
    """A rule over the whole line is decoration and dropped; others are passed on."""
    engine.skip_blanks()
    raised = engine.optional()
    width, height = engine.argument(), engine.argument()
    if width is None or height is None:
        engine.refuse("rule", "its arguments are not plain", token)
        return
    if any(one.text in ("linewidth", "textwidth", "columnwidth", "hsize") for one in width):
        return
    at = token.place
    engine.emit(token)
    if raised is not None:
        engine.emit(Token("letter", "[", at), *raised, Token("letter", "]", at))
    for part in (width, height):
        engine.emit(Token("begin", "{", at), *part, Token("end", "}", at))


def _tex_or_pdf(engine: Engine, token: Token) -> None:
    first, _ = engine.argument(), engine.argument()
    engine.push(first or [])


def _switch(engine: Engine, token: Token) -> None:
    name = (engine.words() or "").strip()
    if token.text in ("setboolean", "setbool", "settoggle"):
        engine.document.switches[name] = (engine.words() or "").strip().lower() == "true"
    elif token.text.startswith("provide"):
        engine.document.switches.setdefault(name, False)
    else:
        engine.document.switches[name] = token.text.endswith("true")


EXPANDING: dict[str, Handler] = {
    "csname": _csname,
    "expandafter": _expandafter,
    "detokenize": _detokenize,
    "string": _string,
    "unexpanded": _pick(1, 0),
    "@firstofone": _pick(1, 0),
    "@iden": _pick(1, 0),
    "@firstoftwo": _pick(2, 0),
    "@secondoftwo": _pick(2, 1),
    "@gobble": _pick(1, None),
    "@gobbletwo": _pick(2, None),
    "@nameuse": _name_use,
    "csuse": _name_use,
    "texorpdfstring": _tex_or_pdf,
}
HANDLERS: dict[str, Handler] = {
    **{name: _silent(spec) for name, spec in standard.SILENT.items()},
    **dict.fromkeys(standard.ALONE, _nothing),
    **EXPANDING,
    **dict.fromkeys(("@ifnextchar", "kernel@ifnextchar", "@ifnextchar@"), _if_next),
    "@ifstar": _if_star,
    "mathchoice": _math_choice,
    "mathpalette": _math_palette,
    **dict.fromkeys(("ensuremath", "@ensuredmath"), _ensure_math),
    "xspace": _xspace,
    "relax": _relax,
    "@namedef": _name_define,
    "csdef": _name_define,
    "csgdef": _name_define,
    "rule": _rule,
    "useshorthands": _pick(1, None),
    **dict.fromkeys(
        names(
            "newboolean setboolean provideboolean newbool providebool setbool booltrue boolfalse "
            "newtoggle providetoggle settoggle toggletrue togglefalse"
        ),
        _switch,
    ),
}
EXPANDABLE = frozenset(EXPANDING)
_EMPTY = Macro("@empty", ())
PREDEFINED: dict[str, Macro | Character] = {
    "@empty": _EMPTY,
    "empty": _EMPTY,
    "bgroup": Character(Token("begin", "{", (0, 0))),
    "egroup": Character(Token("end", "}", (0, 0))),
    "sp": Character(Token("sup", "^", (0, 0))),
    "sb": Character(Token("sub", "_", (0, 0))),
}
