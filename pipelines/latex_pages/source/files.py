"""Files that a source asks for: `\\input`, `\\include`, subfiles, import, local packages."""

from __future__ import annotations

import posixpath

from pipelines.latex_pages.source import standard
from pipelines.latex_pages.source.engine import Engine, Handler
from pipelines.latex_pages.source.tokens import Token, join

_MAX_READS = 3_000
_MAX_NESTED = 40


def _input(engine: Engine, token: Token) -> None:
    engine.skip_blanks()
    following = engine.peek()
    if following is not None and following.kind == "begin":
        name = engine.words()
    else:
        name = ""
        while engine.stack and engine.stack[-1].kind in ("letter", "sub", "active"):
            name += engine.stack.pop().text
        if engine.stack and engine.stack[-1].kind == "space":
            engine.stack.pop()
    _follow(engine, name, "", moves=token.text.startswith("subfile"))


def _import(engine: Engine, token: Token) -> None:
    engine.take_star()
    folder, name = engine.words(), engine.words()
    if folder is not None and token.text.startswith("sub"):
        folder = posixpath.join(engine.document.folders[-1], folder)
    _follow(engine, name, folder or "")


def _input_if(engine: Engine, token: Token) -> None:
    name, yes, no = engine.words(), engine.argument(), engine.argument()
    path = engine.document.resolve(name or "", tuple(engine.document.folders))
    if path:
        engine.push(yes or [])
        _read(engine, path, "")
    else:
        engine.push(no or [])


def _follow(engine: Engine, name: str | None, folder: str, *, moves: bool = False) -> None:
    """Read a file; one that is missing or has no plain name is passed over.

    Names inside it count from `folder` (from its own if it `moves`), else from where they did.
    """
    folders = engine.document.folders
    options = tuple(dict.fromkeys((folder or folders[-1], *reversed(folders), "")))
    path = engine.document.resolve(name, options) if name else ""
    if path:
        _read(engine, path, posixpath.dirname(path) if moves else folder or folders[-1])


def _read(engine: Engine, path: str, folder: str) -> None:
    document = engine.document
    tokens = document.files[path]
    document.read += 1
    if document.read > _MAX_READS or len(document.bases) > _MAX_NESTED:
        engine.refuse("input", "too many files in each other", Token("control", path, (0, 0)))
        return
    engine.stack.append(Token("endfile", "", (0, 0)))
    document.bases.append(len(engine.stack))
    document.folders.append(folder or posixpath.dirname(path))
    engine.stack.extend(reversed(tokens))
    engine.charge(len(tokens))
    engine.floor = len(engine.stack) + 1  # what is read now is source again


def start(engine: Engine, path: str) -> None:
    """Begin to read the root file."""
    engine.document.folders.append(posixpath.dirname(path))
    _read(engine, path, "")


def end_file(engine: Engine) -> None:
    """Go back to the file that asked for the one that ended."""
    if engine.document.bases:
        engine.document.bases.pop()
        engine.document.folders.pop()


def end_input(engine: Engine, token: Token) -> None:
    if engine.document.bases:
        del engine.stack[engine.document.bases[-1] :]


def _packages(engine: Engine, token: Token) -> None:
    options = engine.optional() or []
    names = engine.words()
    engine.optional()
    for name in (names or "").split(","):
        name = name.strip()
        engine.document.packages[name] = join(options)
        here = engine.document.folders
        path = engine.document.resolve(f"{name}.sty", tuple(here))
        if path:
            _read(engine, path, "")


def _class(engine: Engine, token: Token) -> None:
    if engine.in_body:
        _skip_preamble(engine)
        return
    engine.optional()
    name = (engine.words() or "").strip()
    engine.optional()
    if not engine.document.document_class:
        engine.document.document_class = name
        for theorem in standard.CLASS_THEOREMS.get(name, "").split():
            engine.document.theorems.setdefault(theorem, theorem.capitalize())
    path = engine.document.resolve(f"{name}.cls", tuple(engine.document.folders))
    if path:
        _read(engine, path, "")


def _skip_preamble(engine: Engine) -> None:
    """Go to a subfile's \\begin{document}: its preamble is the main document's."""
    stack = engine.stack
    base = engine.document.bases[-1] if engine.document.bases else 0
    for at in range(len(stack) - 1, base + 1, -1):
        if stack[at][:2] == ("control", "begin") and stack[at - 2].text == "document":
            engine.charge(len(stack) - at)
            del stack[at + 1 :]
            return


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(("usepackage", "RequirePackage", "RequirePackageWithOptions"), _packages),
    **dict.fromkeys(("documentclass", "documentstyle", "LoadClass"), _class),
    **dict.fromkeys(("input", "@input", "include", "subfile", "subfileinclude"), _input),
    **dict.fromkeys(
        ("import", "subimport", "inputfrom", "subinputfrom", "includefrom", "subincludefrom"),
        _import,
    ),
    "InputIfFileExists": _input_if,
    "endinput": end_input,
}
