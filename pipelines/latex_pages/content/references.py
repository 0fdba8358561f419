"""What references and citations show: numbers given in the order of their first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.latex_pages.content.reading import Refusal, environment_at
from pipelines.latex_pages.content.structure import FIGURES, HEADINGS, LISTS, TABLE_FLOATS, THEOREMS
from pipelines.latex_pages.content.text_commands import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipelines.latex_pages.content.scope import Scope
    from pipelines.latex_pages.source.tokens import Token

_NAMED = frozenset(("cref", "Cref", "autoref", "Autoref"))
_UNKNOWN = frozenset(("pageref", "cpageref", "Cpageref", "nameref", "Nameref", "crefrange"))
"""What they show (a page, a title) is not known here."""
_EQUATIONS = frozenset(
    ("equation", "align", "gather", "multline", "flalign", "alignat", "eqnarray", "subequations")
)
_SECTIONS = {"part": ("Part", "部分"), "chapter": ("Chapter", "章"), "section": ("Section", "节")}
_ITEM = "item"
"""A label in a list: what its number looks like is the list's affair."""
_PLURALS = {"Corollary": "Corollaries", "Appendix": "Appendices"}


def reference_text(command: str, keys: str, scope: Scope) -> str:
    """Return what `\\ref{keys}` and its kin show: "3", "(3)", "Table 3".

    Raises:
        Refusal: what it shows is not known.
    """
    if command in _UNKNOWN:
        raise Refusal("reference", "\\" + command)
    names = [key.strip() for key in keys.split(",") if key.strip()]
    if command in ("ref", "eqref") or not names:
        names = [keys.strip()]
    for name in names:
        if scope.nouns.get(name) == _ITEM:
            raise Refusal("reference", f"an item of a list: {name[:40]}")
    if command not in _NAMED:
        numbers = [str(scope.references.label(name)) for name in names]
        return f"({', '.join(numbers)})" if command == "eqref" else ", ".join(numbers)
    kinds = [_noun(name, scope) for name in names]
    if len(set(kinds)) > 1:
        return _listed([_named(kinds[at], [name], scope) for at, name in enumerate(names)], scope)
    return _named(kinds[0], names, scope)


def _named(noun: str, names: Sequence[str], scope: Scope) -> str:
    numbers = [str(scope.references.label(name)) for name in names]
    if noun in ("Equation", "式"):
        numbers = [f"({number})" for number in numbers]
    if scope.chinese:
        return noun + _listed(numbers, scope)
    if len(numbers) > 1:
        noun = _PLURALS.get(noun, f"{noun}s")
    return f"{noun} {_listed(numbers, scope)}"


def _listed(parts: Sequence[str], scope: Scope) -> str:
    if len(parts) < 2:
        return "".join(parts)
    if scope.chinese:
        return "、".join(parts[:-1]) + "和" + parts[-1]
    return ", ".join(parts[:-1]) + (", and " if len(parts) > 2 else " and ") + parts[-1]


def _noun(key: str, scope: Scope) -> str:
    """Return the word before a label's number: by its prefix, or by where the label stands."""
    if key in scope.nouns:
        return scope.nouns[key]
    if _prefix(key) in PREFIXES:
        return PREFIXES[_prefix(key)][scope.chinese]
    raise Refusal("reference", key[:40])


def _prefix(key: str) -> str:
    return key.partition(":")[0].lower() if ":" in key else ""


def label_nouns(
    tokens: Sequence[Token], theorems: Mapping[str, str], *, chinese: bool
) -> dict[str, str]:
    """Return label -> the word before its number, by the block or the heading it stands in.

    Labels of items of lists have the word "item".

    Args:
        theorems: environment -> printed name, as the work declares them.
    """
    found: dict[str, str] = {}
    heading = ""
    around: list[tuple[str, str]] = []
    for at, token in enumerate(tokens):
        if token.kind != "control":
            continue
        name = token.text
        if name == "label":
            key = _key(tokens, at + 1)
            noun = next((noun for _, noun in reversed(around) if noun), "")
            if not noun and _prefix(key) not in PREFIXES:
                noun = heading
            if noun:
                found.setdefault(key, noun)
        elif name in HEADINGS and not name.startswith("frame"):
            heading = _SECTIONS.get(name, _SECTIONS["section"])[chinese]
        elif name in ("begin", "end"):
            _enter(tokens, at, around, theorems, chinese=chinese)
    return found


def _enter(
    tokens: Sequence[Token],
    at: int,
    around: list[tuple[str, str]],
    theorems: Mapping[str, str],
    *,
    chinese: bool,
) -> None:
    """Follow a `\\begin` or `\\end`; one that fits nothing is left alone."""
    try:
        name, _ = environment_at(tokens, at)
    except Refusal:
        return
    if tokens[at].text == "begin":
        if len(around) < 40:
            around.append((name, _environment_noun(name, theorems, chinese=chinese)))
    elif around and around[-1][0] == name:
        around.pop()


def _environment_noun(name: str, theorems: Mapping[str, str], *, chinese: bool) -> str:
    stem = name.rstrip("*")
    if stem in _EQUATIONS:
        return ("Equation", "式")[chinese]
    if name in TABLE_FLOATS:
        return ("Table", "表")[chinese]
    if name in FIGURES:
        return ("Figure", "图")[chinese]
    if name in LISTS:
        return _ITEM
    if name in theorems:
        return theorems[name]
    return THEOREMS[stem][chinese] if stem in THEOREMS else ""


def _key(tokens: Sequence[Token], at: int) -> str:
    """Return the plain text of the group that opens at an index, or ""."""
    if at >= len(tokens) or tokens[at].kind != "begin":
        return ""
    key = ""
    for token in tokens[at + 1 : at + 40]:
        if token.kind not in ("letter", "sub", "space", "active", "sup"):
            break
        key += token.text
    return key.strip()


def citation_text(keys: str, scope: Scope) -> str:
    """Return the numbers that a citation shows between its brackets: "3, 7"."""
    names = [key for key in keys.split(",") if key.strip()]
    return ", ".join(str(scope.references.citation(name)) for name in names)
