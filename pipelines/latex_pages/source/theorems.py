"""Names of theorem-like environments, however a source makes them."""

from __future__ import annotations

import re

from pipelines.latex_pages.source.engine import Engine, Handler
from pipelines.latex_pages.source.tokens import Token, join

_LOCALISED = re.compile(r"\\([a-z]+)name")  # babel and its kin: \theoremname


def _new_theorem(engine: Engine, token: Token) -> None:
    star = engine.take_star()
    name = engine.words()
    engine.optional()
    title = engine.argument()
    if token.text == "spnewtheorem":
        engine.optional()
        engine.argument()
        engine.argument()
    else:
        engine.optional()
    if name is not None and title is not None:
        _keep_theorem(engine, name.strip(), title, star)


def _keep_theorem(engine: Engine, name: str, title: list[Token], star: bool) -> None:
    engine.document.titles[name] = title
    (engine.document.unnumbered.add if star else engine.document.unnumbered.discard)(name)
    _print_title(engine, name)


def _print_title(engine: Engine, name: str) -> None:
    title = engine.document.titles[name]
    kept = (one for one in engine.expand_fully(title) if one.kind != "refused")
    engine.document.theorems[name] = _in_words(join(kept).strip())


def expand_titles(engine: Engine) -> None:
    """Write the printed names again when the document begins, as babel's words come late."""
    for name in engine.document.titles:
        _print_title(engine, name)


def _in_words(printed: str) -> str:
    known = _LOCALISED.fullmatch(printed)
    return known[1].capitalize() if known else printed


def _declare_theorem(engine: Engine, token: Token) -> None:
    """thmtools: `\\declaretheorem[name=Lemma, numbered=no]{lem}`."""
    options = join(engine.optional() or [])
    names = engine.words()
    options += "," + join(engine.optional() or [])
    fields = {
        key.strip(): value.strip().strip("{}")
        for key, _, value in (option.partition("=") for option in options.split(","))
    }
    for name in (names or "").split(","):
        name = name.strip()
        title = fields.get("name", fields.get("title", name.capitalize()))
        engine.document.theorems[name] = _in_words(title)
        if fields.get("numbered") == "no":
            engine.document.unnumbered.add(name)


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(("newtheorem", "spnewtheorem", "newmdtheoremenv"), _new_theorem),
    "declaretheorem": _declare_theorem,
}
