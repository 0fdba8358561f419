"""What references and citations show: numbers given in the order of their first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.latex_pages.content.text_commands import PREFIXES

if TYPE_CHECKING:
    from pipelines.latex_pages.content.scope import Scope

_NAMED = frozenset(("cref", "Cref", "autoref"))


def reference_text(command: str, keys: str, scope: Scope) -> str:
    """Return what `\\ref{keys}` and its kin show: "3", "(3)", "Table 3"."""
    names = [key.strip() for key in keys.split(",")] if command != "ref" else [keys.strip()]
    numbers = ", ".join(str(scope.references.label(name)) for name in names)
    if command == "eqref":
        return f"({numbers})"
    prefix = names[0].partition(":")[0].lower()
    if command not in _NAMED or prefix not in PREFIXES or len(names) > 1:
        return numbers
    english, chinese = PREFIXES[prefix]
    return f"{chinese}{numbers}" if scope.chinese else f"{english} {numbers}"


def citation_text(keys: str, scope: Scope) -> str:
    """Return the numbers that a citation shows between its brackets: "3, 7"."""
    names = [key for key in keys.split(",") if key.strip()]
    return ", ".join(str(scope.references.citation(name)) for name in names)
