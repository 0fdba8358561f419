"""Conversations that came with a picture, taken as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from dataengine.sample import ROLES, Turn
from dataengine.settings import Settings


class TurnsAnswer(Settings):
    """The conversation is the one that came with the picture; a request may stand before it."""

    of: Literal["turns"]

    needs: ClassVar[tuple[str, ...]] = ("turns",)
    slots: ClassVar[frozenset[str]] = frozenset(["question"])
    many: ClassVar[bool] = False


def turns_of(row: Mapping[str, Any]) -> tuple[Turn, ...]:
    """Return the turns of a row; none unless user and assistant speak in turn, both of them."""
    turns = tuple(Turn(one["role"], one["text"]) for one in row.get("turns") or ())
    expected = ROLES * (len(turns) // len(ROLES))
    return turns if tuple(turn.role for turn in turns) == expected else ()
