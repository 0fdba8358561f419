"""The document's frame: environments, groups, lists, the title and what the preamble keeps."""

from __future__ import annotations

from pipelines.latex_pages.source import standard
from pipelines.latex_pages.source.columns import write_columns
from pipelines.latex_pages.source.engine import Engine, Handler
from pipelines.latex_pages.source.files import end_input
from pipelines.latex_pages.source.meanings import Macro, Standard, single
from pipelines.latex_pages.source.theorems import expand_titles
from pipelines.latex_pages.source.tokens import Token

# ---------------------------------------------------------------- environments


def _begin(engine: Engine, token: Token) -> None:
    name = engine.words()
    if name is None:
        engine.refuse("begin", "its environment has no plain name", token)
        return
    name = _renamed(engine, name.strip())
    if name == "document":
        if not engine.in_body:
            _begin_document(engine)
    elif name == "abstract" and not engine.in_body and not engine.document.bases[1:]:
        _early_abstract(engine, token)
    elif is_macro_environment(engine, name):
        engine.open(f"env:{name}")
        meaning = engine.meanings[name]
        assert isinstance(meaning, Macro)
        engine.use(meaning, Token("control", name, token.place))
    elif name in ("list", "trivlist"):
        engine.open(f"env:{name}")
        engine.handlers[name](engine, token)
    else:
        _open_standard(engine, name, token)


def _renamed(engine: Engine, name: str) -> str:
    """Follow `\\let\\mine\\equation` and lists made by `\\newlist`."""
    meaning, ending = engine.meanings.get(name), engine.meanings.get(f"end{name}")
    if isinstance(meaning, Standard) and isinstance(ending, Standard):
        return meaning.name
    return name


def is_macro_environment(engine: Engine, name: str) -> bool:
    """Whether an environment is one that the source defined."""
    meanings = engine.meanings
    return isinstance(meanings.get(name), Macro) and isinstance(meanings.get(f"end{name}"), Macro)


def _open_standard(engine: Engine, name: str, token: Token) -> None:
    mode = "display" if name in standard.MATH_ENVIRONMENTS else None
    engine.open(f"env:{name}", mode)
    _named(engine, "begin", name, token)
    if name in standard.TABLES:
        write_columns(engine, standard.TABLES[name])


def _named(engine: Engine, verb: str, name: str, token: Token) -> None:
    at = token.place
    engine.emit(
        Token("control", verb, at),
        Token("begin", "{", at),
        Token("letter", name, at),
        Token("end", "}", at),
    )


def _end(engine: Engine, token: Token) -> None:
    name = engine.words()
    if name is None:
        engine.refuse("end", "its environment has no plain name", token)
        return
    name = _renamed(engine, name.strip())
    if name == "document":
        if len(engine.document.bases) > 1:
            end_input(engine, token)  # a subfile's own frame
        else:
            engine.done = True
    elif is_macro_environment(engine, name):
        engine.stack.append(Token("endenv", name, token.place))
        ending = engine.meanings[f"end{name}"]
        assert isinstance(ending, Macro)
        engine.use(ending, Token("control", f"end{name}", token.place))
    else:
        if name in ("list", "trivlist"):
            engine.handlers[f"end{name}"](engine, token)
        else:
            _named(engine, "end", name, token)
        engine.close(f"env:{name}")


def _as_environment(engine: Engine, token: Token) -> None:
    """Read `\\center … \\endcenter` in an author's environment as the environment."""
    if any(frame.kind.startswith("env:") for frame in engine.frames[-3:]):
        if token.text.startswith("end"):
            _named(engine, "end", token.text[3:], token)
        else:
            _named(engine, "begin", token.text, token)
            if token.text in standard.TABLES:
                write_columns(engine, standard.TABLES[token.text])
    else:
        engine.emit(token)


def _list(engine: Engine, token: Token) -> None:
    """A list without labels is a quotation to the eye; others are refused."""
    label, layout = engine.argument(), engine.argument()
    if label is None or layout is None or any(one.kind != "space" for one in label):
        engine.refuse("list", "a list of the author's own", token)
        return
    _named(engine, "begin", "quote", token)
    _mark_list(engine)


def _trivial_list(engine: Engine, token: Token) -> None:
    engine.emit(Token("par", "", token.place))
    _mark_list(engine)


def _mark_list(engine: Engine) -> None:
    if engine.frames:
        engine.frames[-1].is_list = True


def _end_list(engine: Engine, token: Token) -> None:
    _named(engine, "end", "quote", token)


def _paragraph(engine: Engine, token: Token) -> None:
    engine.emit(Token("par", "", token.place))


def _item(engine: Engine, token: Token) -> None:
    if engine.frames and engine.frames[-1].is_list:
        engine.emit(Token("par", "", token.place))
    else:
        engine.emit(token)


# ---------------------------------------------------------------- the document


def _begin_document(engine: Engine) -> None:
    """Forget the groups of the preamble, and read what it kept for this moment."""
    engine.frames.clear()
    engine.opened.clear()
    engine.conditions.clear()
    engine.mode, engine.pending = "text", 0
    document = engine.document
    engine.push([*document.begins, Token("control", "begin-body", (0, 0)), *document.title])
    document.begins, document.title = [], []


def _begin_body(engine: Engine, token: Token) -> None:
    expand_titles(engine)
    engine.in_body = True


def _early_abstract(engine: Engine, token: Token) -> None:
    """Keep an abstract that stands before \\begin{document} for the body."""
    end = [Token("control", "end", (0, 0)), Token("begin", "{", (0, 0))]
    body = engine.until((*end, *single([Token("letter", "abstract", (0, 0))])), par=True)
    if body is None:
        return
    engine.argument() if engine.starts_with("}") else None
    if engine.stack and engine.stack[-1].kind == "end":
        engine.stack.pop()
    at = token.place
    name = [Token("begin", "{", at), Token("letter", "abstract", at), Token("end", "}", at)]
    engine.document.title += [Token("control", "begin", at), *name, *body]
    engine.document.title += [Token("control", "end", at), *name]


def _title(engine: Engine, token: Token) -> None:
    if engine.in_body:
        engine.emit(token)
        return
    engine.optional()
    argument = engine.argument()
    if argument is not None and token.text == "title":
        at = token.place
        braced = [Token("begin", "{", at), *argument, Token("end", "}", at)]
        engine.document.title += [token, *braced]


def _at_begin(engine: Engine, token: Token) -> None:
    code = engine.argument()
    if code is not None and not engine.in_body:
        engine.document.begins += code


def _multicolumn(engine: Engine, token: Token) -> None:
    engine.emit(token)
    write_columns(engine, "m")


def _group(engine: Engine, token: Token) -> None:
    engine.open("group")
    engine.emit(Token("begin", "{", token.place))


def _end_group(engine: Engine, token: Token) -> None:
    if engine.close("group"):
        engine.emit(Token("end", "}", token.place))


def _brace(engine: Engine, token: Token) -> None:
    opening = token.text == "bgroup"
    engine.stack.append(Token("begin" if opening else "end", "{" if opening else "}", token.place))


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(standard.AS_COMMANDS, _as_environment),
    **{f"end{name}": _as_environment for name in standard.AS_COMMANDS},
    "begin": _begin,
    "end": _end,
    "list": _list,
    "endlist": _end_list,
    "trivlist": _trivial_list,
    "endtrivlist": _paragraph,
    "item": _item,
    "par": _paragraph,
    "endgraf": _paragraph,
    "begin-body": _begin_body,
    **dict.fromkeys(("title", "author", "date", "subtitle", "keywords"), _title),
    **dict.fromkeys(("AtBeginDocument", "AtEndPreamble"), _at_begin),
    "multicolumn": _multicolumn,
    "begingroup": _group,
    "endgroup": _end_group,
    **dict.fromkeys(("bgroup", "egroup"), _brace),
}
