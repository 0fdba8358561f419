"""From a work to the tokens of its document, with the source's own macros expanded.

Definitions are honoured in the order of reading and within their groups, as TeX does. What the
source does not define is passed on as it stands: the content parser's allow-list decides about it.
Where expanding is not safe a token of the kind "refused" stands in the place, with the reason, so
that only the block around it is lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.latex_pages.source import (
    branches,
    characters,
    conditionals,
    counters,
    defining,
    files,
    formulas,
    kernel,
    lengths,
    loops,
    structure,
    theorems,
)
from pipelines.latex_pages.source.document import Document
from pipelines.latex_pages.source.engine import Engine, Refusal
from pipelines.latex_pages.source.reading import TooMuch
from pipelines.latex_pages.source.tokens import DROPPED, VERBATIM, Token, tokenize
from pipelines.latex_pages.source.works import Work

_HANDLERS = {
    **kernel.HANDLERS,
    **counters.HANDLERS,
    **characters.HANDLERS,
    **lengths.HANDLERS,
    **loops.HANDLERS,
    **conditionals.HANDLERS,
    **branches.HANDLERS,
    **defining.HANDLERS,
    **structure.HANDLERS,
    **files.HANDLERS,
    **theorems.HANDLERS,
    **formulas.HANDLERS,
}
_EXPANDABLE = (
    kernel.EXPANDABLE | conditionals.EXPANDABLE | branches.EXPANDABLE | {*counters.EXPANDING}
)
_PER_TOKEN = 60
_NEW_VERBATIM = re.compile(
    r"\\(?:lstnewenvironment|DefineVerbatimEnvironment|CustomVerbatimEnvironment|newtcblisting|"
    r"newminted|newverbatim)\s*(?:\[[^\]]*\])?\{([A-Za-z@]+\*?)\}"
)
_NEW_ENVIRONMENT = re.compile(r"\\(?:re)?newenvironment\*?\s*\{([A-Za-z@]+\*?)\}")
_READS_VERBATIM = re.compile(
    r"\\(?:verbatim@start|verbatim(?![A-Za-z@*])|VerbatimEnvironment|lstlisting|begin\{verbatim\}"
    r"|begin\{lstlisting\}|begin\{Verbatim\}|@verbatim|alltt(?![A-Za-z@]))"
)
_EXCLUDED = re.compile(r"\\(?:excludecomment|NewEnviron|specialcomment-)\{([A-Za-z@]+)\}")


@dataclass(frozen=True, slots=True)
class Expanded:
    """A document's body.

    Attributes:
        tokens: between `\\begin{document}` and `\\end{document}`, after the preamble's title.
        refused: what could not be expanded.
        files: names of the files that places count.
        theorem_names: printed name of each theorem-like environment, as LaTeX.
        unnumbered_theorems: those without numbers.
        document_class: of the root file.
        packages: options by the names of packages asked for.
        expanded: how many uses of the source's macros were expanded.
        missing: files that were asked for and not found.
    """

    tokens: list[Token]
    refused: tuple[Refusal, ...]
    files: tuple[str, ...]
    theorem_names: dict[str, str]
    unnumbered_theorems: frozenset[str]
    document_class: str
    packages: dict[str, str]
    expanded: int
    missing: tuple[str, ...]


def expand(work: Work) -> Expanded:
    """Expand a work; never raises for what stands in it."""
    tokens = _tokenized(work)
    document = Document(tokens, work.resolve)
    engine = Engine(handlers=_HANDLERS, expandable=_EXPANDABLE, document=document)
    engine.meanings.update(kernel.PREDEFINED)
    engine.allowance += _PER_TOKEN * sum(map(len, tokens.values()))
    files.start(engine, work.root)
    try:
        _read_all(engine)
    except TooMuch:
        engine.refuse("document", "too much to expand", Token("control", "", (0, 0)))
    return Expanded(
        tokens=engine.out,
        refused=tuple(engine.refusals),
        files=tuple(work.files),
        theorem_names=document.theorems,
        unnumbered_theorems=frozenset(document.unnumbered),
        document_class=document.document_class,
        packages=document.packages,
        expanded=engine.expanded,
        missing=work.missing,
    )


def _tokenized(work: Work) -> dict[str, list[Token]]:
    verbatim, dropped = set(VERBATIM), set(DROPPED)
    for text in work.files.values():
        verbatim.update(_NEW_VERBATIM.findall(text))
        verbatim.update(_own_verbatim(text))
        dropped.update(_EXCLUDED.findall(text))
    return {
        name: tokenize(
            text,
            number,
            verbatim=frozenset(verbatim),
            dropped=frozenset(dropped),
            inside=name.endswith((".sty", ".cls")),
        )
        for number, (name, text) in enumerate(work.files.items())
    }


def _own_verbatim(text: str) -> set[str]:
    """Return the names of environments that a source builds upon a verbatim one."""
    found = list(_NEW_ENVIRONMENT.finditer(text))
    names = set()
    for number, one in enumerate(found):
        following = found[number + 1].start() if number + 1 < len(found) else len(text)
        end = min(one.end() + 400, following)
        reads = _READS_VERBATIM.search(text, one.end(), end)
        if reads and "\n\n" not in text[one.end() : reads.start()]:
            names.add(one[1])
    return names


def _read_all(engine: Engine) -> None:
    stack, out, meanings, handlers = engine.stack, engine.out, engine.meanings, engine.handlers
    while stack and not engine.done:
        token = stack.pop()
        kind = token.kind
        if kind == "letter":
            if engine.in_body and not _is_command(engine, token):
                out.append(token)
        elif kind == "space":
            if engine.in_body and not (out and out[-1].kind == "space"):
                out.append(token)
        elif kind == "control":
            name = token.text
            if name in meanings or name in handlers or name[:2] == "if":
                engine.control(token)
            elif engine.in_body:
                out.append(token)
        elif kind == "begin":
            _open_brace(engine, token)
        elif kind == "end":
            if engine.close("{"):
                engine.emit(token)
            else:
                engine.refuse("}", "closes no group", token)
        elif kind == "math" or kind == "math2":
            formulas.dollar(engine, token)
        elif kind == "par":
            formulas.end_paragraph(engine, token)
        elif kind == "endfile":
            files.end_file(engine)
        elif kind == "endenv":
            engine.close(f"env:{token.text}")
        elif engine.in_body:
            out.append(token)


def _is_command(engine: Engine, token: Token) -> bool:
    return characters.has_characters(engine) and characters.use_character(engine, token)


def _open_brace(engine: Engine, token: Token) -> None:
    mode = None
    if engine.pending:
        engine.pending -= 1
        if not engine.pending:
            mode = "text"
    engine.open("{", mode)
    engine.emit(token)
