"""A finding of the doctor: what was looked at, how it stands, and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check came to.

    Attributes:
        check: what was looked at.
        level: a problem means that training would fail or teach nothing.
        words: what was found and, if it is not well, what to do.
        lines: figures that belong to it, one per line.
    """

    check: str
    level: Level
    words: str
    lines: tuple[str, ...] = ()
