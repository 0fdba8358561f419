"""Loops over lists with commas, unrolled: `\\@for` and etoolbox's `\\docsvlist`."""

from __future__ import annotations

from pipelines.latex_pages.source.engine import Engine, Handler
from pipelines.latex_pages.source.meanings import Macro
from pipelines.latex_pages.source.tokens import Token


def _for(engine: Engine, token: Token) -> None:
    """`\\@for\\name:=list\\do{body}`, unrolled."""
    name = engine.next_char()
    given = engine.until((Token("control", "do", (0, 0)),))
    body = engine.argument()
    if name is None or name.kind != "control" or given is None or body is None:
        engine.refuse("@for", "its arguments are not plain", token)
        return
    given = given[:]
    while given and given[0].kind == "letter" and given[0].text[:1] in ":=":
        rest = given[0].text.lstrip(":=")
        given[:1] = [Token("letter", rest, token.place)] if rest else []
    meaning = engine.meaning(given[0]) if len(given) == 1 else None
    if isinstance(meaning, Macro) and not meaning.parameters:
        given = list(meaning.body)
    for item in reversed(_by_commas(given)):
        at = token.place
        value = [Token("begin", "{", at), *item, Token("end", "}", at)]
        engine.push([Token("control", "def", at), name, *value, *body])


def _by_commas(tokens: list[Token]) -> list[list[Token]]:
    items: list[list[Token]] = [[]]
    depth = 0
    for one in tokens:
        depth += (one.kind == "begin") - (one.kind == "end")
        if one.kind != "letter" or depth or "," not in one.text:
            items[-1].append(one)
            continue
        for number, piece in enumerate(one.text.split(",")):
            if number:
                items.append([])
            if piece:
                items[-1].append(Token("letter", piece, one.place))
    return items


def _csv_list(engine: Engine, token: Token) -> None:
    """etoolbox: `\\docsvlist{a,b}` does `\\do{a}\\do{b}`."""
    given = engine.argument()
    if given is None:
        engine.refuse(token.text, "no argument", token)
        return
    at = token.place
    for item in reversed(_by_commas(given)):
        while item and item[0].kind == "space":
            item = item[1:]
        braced = [Token("begin", "{", at), *item, Token("end", "}", at)]
        engine.push([Token("control", "do", at), *braced])


HANDLERS: dict[str, Handler] = {"@for": _for, "docsvlist": _csv_list}
