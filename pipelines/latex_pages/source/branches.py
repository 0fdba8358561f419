"""Conditionals that take their branches in braces: etoolbox, ifthen, xparse, LaTeX's own.

As with `\\if…`, what cannot be decided is refused in the body and false in the preamble.
"""

from __future__ import annotations

from collections.abc import Callable

from pipelines.latex_pages.source.conditionals import is_defined
from pipelines.latex_pages.source.engine import Engine, Handler
from pipelines.latex_pages.source.meanings import NO_VALUE, TRUE, Macro, Switch, single
from pipelines.latex_pages.source.tokens import Token, join


def _branches(count: int, test: Callable[[Engine, list[list[Token]]], bool | None]) -> Handler:
    """Take `count` arguments, then a branch for true and one for false."""

    def handle(engine: Engine, token: Token) -> None:
        arguments = [engine.argument() for _ in range(count)]
        taken = [one for one in arguments if one is not None]
        yes, no = engine.argument(), engine.argument()
        if len(taken) < count or yes is None or no is None:
            engine.refuse(token.text, "its arguments are not plain", token)
            return
        truth = test(engine, taken)
        if truth is None and engine.in_body:
            engine.refuse(token.text, "a conditional that cannot be decided", token)
            return
        engine.push(yes if truth else no)

    return handle


def _one_branch(test: Callable[[list[Token]], bool], wanted: bool) -> Handler:
    def handle(engine: Engine, token: Token) -> None:
        tested, branch = engine.argument(), engine.argument()
        if tested is None or branch is None:
            engine.refuse(token.text, "its arguments are not plain", token)
        elif test(tested) == wanted:
            engine.push(branch)

    return handle


def _is_missing(tokens: list[Token]) -> bool:
    return [one[:2] for one in tokens] == [NO_VALUE[:2]]


def _is_true(tokens: list[Token]) -> bool:
    return [one[:2] for one in tokens] == [TRUE[:2]]


def _is_blank(engine: Engine, arguments: list[list[Token]]) -> bool:
    return all(one.kind in ("space", "par") for one in arguments[0])


def _is_empty(engine: Engine, arguments: list[list[Token]]) -> bool:
    return not arguments[0]


def _are_equal(engine: Engine, arguments: list[list[Token]]) -> bool:
    return join(single(arguments[0])) == join(single(arguments[1]))


def _names_defined(engine: Engine, arguments: list[list[Token]]) -> bool | None:
    text = join(engine.expand_fully(arguments[0])).strip()
    return is_defined(engine, text)


def _control_defined(engine: Engine, arguments: list[list[Token]]) -> bool | None:
    names = [one for one in arguments[0] if one.kind == "control"]
    return is_defined(engine, names[0].text) if len(names) == 1 else None


def _macro_empty(engine: Engine, arguments: list[list[Token]]) -> bool | None:
    meaning = engine.meaning(arguments[0][0]) if len(arguments[0]) == 1 else None
    return not meaning.body if isinstance(meaning, Macro) else None


def _is_loaded(engine: Engine, arguments: list[list[Token]]) -> bool:
    return join(arguments[0]).strip() in engine.document.packages


def _is_class(engine: Engine, arguments: list[list[Token]]) -> bool:
    return join(arguments[0]).strip() == engine.document.document_class


def _file_exists(engine: Engine, arguments: list[list[Token]]) -> bool:
    name = join(engine.expand_fully(arguments[0]))
    return bool(engine.document.resolve(name, tuple(engine.document.folders)))


def _switch_set(engine: Engine, arguments: list[list[Token]]) -> bool | None:
    name = join(arguments[0]).strip()
    meaning = engine.meanings.get(f"if{name}")
    if isinstance(meaning, Switch):
        return meaning.value
    return engine.document.switches.get(name)


def _condition(engine: Engine, arguments: list[list[Token]]) -> bool | None:
    """Decide `\\ifthenelse`'s test if it is `\\equal` or `\\boolean` alone."""
    test = [one for one in arguments[0] if one.kind != "space"]
    wanted = True
    while test and test[0].text in ("not", "NOT"):
        test, wanted = test[1:], not wanted
    if not test or test[0].kind != "control":
        return None
    truth = _plain_condition(engine, test)
    return None if truth is None else truth == wanted


def _plain_condition(engine: Engine, test: list[Token]) -> bool | None:
    engine.stack.append(Token("endfile", "", test[0].place))
    engine.push(test[1:])
    one = engine.argument() or []
    other = engine.argument() if test[0].text in ("equal", "equals") else None
    rest = engine.stack[-1].kind != "endfile"
    while engine.stack.pop().kind != "endfile":
        pass
    if rest:
        return None
    if other is not None:
        return join(engine.expand_fully(one)) == join(engine.expand_fully(other))
    return _switch_set(engine, [one]) if test[0].text == "boolean" else None


def _negated(
    test: Callable[[Engine, list[list[Token]]], bool | None],
) -> Callable[[Engine, list[list[Token]]], bool | None]:
    def opposite(engine: Engine, arguments: list[list[Token]]) -> bool | None:
        truth = test(engine, arguments)
        return None if truth is None else not truth

    return opposite


HANDLERS: dict[str, Handler] = {
    "IfNoValueTF": _branches(1, lambda engine, taken: _is_missing(taken[0])),
    "IfValueTF": _branches(1, lambda engine, taken: not _is_missing(taken[0])),
    "IfBooleanTF": _branches(1, lambda engine, taken: _is_true(taken[0])),
    "IfNoValueT": _one_branch(_is_missing, True),
    "IfNoValueF": _one_branch(_is_missing, False),
    "IfValueT": _one_branch(_is_missing, False),
    "IfValueF": _one_branch(_is_missing, True),
    "IfBooleanT": _one_branch(_is_true, True),
    "IfBooleanF": _one_branch(_is_true, False),
    "ifblank": _branches(1, _is_blank),
    "notblank": _branches(1, _negated(_is_blank)),
    "ifstrempty": _branches(1, _is_empty),
    "ifstrequal": _branches(2, _are_equal),
    "@ifundefined": _branches(1, _negated(_names_defined)),
    "ifcsdef": _branches(1, _names_defined),
    "ifcsundef": _branches(1, _negated(_names_defined)),
    "ifdef": _branches(1, _control_defined),
    "ifundef": _branches(1, _negated(_control_defined)),
    "ifdefempty": _branches(1, _macro_empty),
    "@ifpackageloaded": _branches(1, _is_loaded),
    "@ifpackagelater": _branches(2, lambda engine, taken: True),
    "@ifclassloaded": _branches(1, _is_class),
    "IfFileExists": _branches(1, _file_exists),
    "iftoggle": _branches(1, _switch_set),
    "ifbool": _branches(1, _switch_set),
    "ifthenelse": _branches(1, _condition),
}
EXPANDABLE = frozenset(HANDLERS)
