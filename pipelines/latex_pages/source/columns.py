"""Column types that a source makes with `\\newcolumntype`, expanded in its column arguments."""

from __future__ import annotations

from pipelines.latex_pages.source.engine import Engine
from pipelines.latex_pages.source.meanings import single
from pipelines.latex_pages.source.tokens import Token

_MAX_COLUMNS = 2_000


def write_columns(engine: Engine, before: str) -> None:
    """Expand the source's column types in the column argument that follows."""
    if not engine.document.columns:
        return
    kept: list[Token] = []
    for kind in before:
        taken = engine.optional() if kind == "o" else engine.argument()
        if taken is not None:
            marks = "[]" if kind == "o" else "{}"
            kept += [_mark(marks[0]), *taken, _mark(marks[1])]
    spec = engine.argument()
    if spec is not None:
        kept += [_mark("{"), *expandwrite_columns(engine, spec), _mark("}")]
    engine.push(kept)


def _mark(char: str) -> Token:
    kind = {"{": "begin", "}": "end"}.get(char, "letter")
    return Token(kind, char, (0, 0))


def expandwrite_columns(engine: Engine, spec: list[Token]) -> list[Token]:
    """Return a column argument with column types of the source replaced by what they stand for."""
    columns = engine.document.columns
    done: list[Token] = []
    todo = list(reversed(single(spec)))
    depth = steps = 0
    while todo and steps < _MAX_COLUMNS:
        steps += 1
        one = todo.pop()
        depth += (one.kind == "begin") - (one.kind == "end")
        macro = columns.get(one.text) if one.kind == "letter" and not depth else None
        arguments = _groups(todo, len(macro.parameters)) if macro else None
        filled = macro.fill(arguments, one.place) if macro and arguments is not None else None
        if filled is None:
            done.append(one)
        else:
            todo.extend(reversed(single(filled)))
    engine.charge(steps + len(done))
    return done if steps < _MAX_COLUMNS else list(spec)


def _groups(todo: list[Token], count: int) -> list[list[Token]] | None:
    groups: list[list[Token]] = []
    for _ in range(count):
        if not todo or todo.pop().kind != "begin":
            return None
        depth, group = 1, []
        while todo:
            one = todo.pop()
            depth += (one.kind == "begin") - (one.kind == "end")
            if not depth:
                break
            group.append(one)
        groups.append(group)
    return groups
