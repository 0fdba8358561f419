"""Whether a member may draw a sample and, if not, what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dataengine.mixture.settings import Filter, Range
from dataengine.sample import works_of

TURNS = "turns"


def filter_columns(chosen: Filter) -> set[str]:
    """Return the columns that a filter looks at."""
    wanted = {name for name in ("kind", "language", "template") if getattr(chosen, name)}
    wanted |= {name for name in ("width", "height") if _bounded(getattr(chosen, name))}
    if chosen.licence:
        wanted.add("source")
    if chosen.min_proof or chosen.max_proof:
        wanted.add("proof")
    wanted |= {"turns" if name == TURNS else "targets" for name in chosen.chars}
    return wanted


def refusal(row: Mapping[str, Any], chosen: Filter) -> str:
    """Return the first condition that a decoded row does not fulfil, or "" where it fulfils all.

    Conditions are looked at in the order of `Filter`. A score, target or value that a sample does
    not have fulfils nothing: it is said as "min_proof.inked (missing)".
    """
    for name in ("part", "kind", "language", "template"):
        wanted: tuple[str, ...] = getattr(chosen, name)
        if wanted and row[name] not in wanted:
            return name
    if chosen.licence and not _licences(row["source"]) <= set(chosen.licence):
        return "licence"
    for kind, value, bounds in _measured(row, chosen):
        if value is None:
            return f"{kind} (missing)"
        if not _inside(value, bounds):
            return kind
    return ""


def _measured(row: Mapping[str, Any], chosen: Filter) -> Iterator[tuple[str, float | None, Range]]:
    for name, least in chosen.min_proof.items():
        yield f"min_proof.{name}", score(row["proof"], name), (least, None)
    for name, greatest in chosen.max_proof.items():
        yield f"max_proof.{name}", score(row["proof"], name), (None, greatest)
    for name, bounds in chosen.chars.items():
        yield f"chars.{name}", chars(row, name), bounds
    for name in ("width", "height"):
        if _bounded(getattr(chosen, name)):
            yield name, row[name], getattr(chosen, name)


def score(proof: Mapping[str, Any], name: str) -> float | None:
    """Return a score by its name, which may be dotted; None where there is no such number."""
    value: Any = proof
    for step in [name] if name in proof else name.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return float(value) if isinstance(value, int | float) else None


def chars(row: Mapping[str, Any], target: str) -> int | None:
    """Return the length of a target that is text, or of what the assistant says (`turns`)."""
    if target == TURNS:
        turns = row["turns"]
        said = (len(turn["text"]) for turn in turns or () if turn["role"] == "assistant")
        return sum(said) if turns else None
    value = row["targets"].get(target)
    return len(value) if isinstance(value, str) else None


def licences(source: Mapping[str, Any]) -> str:
    """Return the licences of a sample's works, sorted and joined; "none" stands for unknown."""
    return " AND ".join(sorted(_licences(source)))


def _licences(source: Mapping[str, Any]) -> set[str]:
    return {str(work.get("licence") or "none") for work in works_of(source)}


def _inside(value: float, bounds: Range) -> bool:
    low, high = bounds
    return (low is None or value >= low) and (high is None or value <= high)


def _bounded(bounds: Range) -> bool:
    return bounds != (None, None)
