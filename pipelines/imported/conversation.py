"""Conversations as LLaVA, Vary, ShareGPT and chat datasets keep them, made into turns.

The mark `<image>` is taken out, since the picture always stands before the first turn; where it
stood is recorded. Blanks around a turn go, all else in it stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dataengine.sample import Turn
from pipelines.imported.options import Options
from pipelines.imported.records import Problem

MARK = "<image>"
_ROLES = {
    "human": "user",
    "user": "user",
    "gpt": "assistant",
    "assistant": "assistant",
    "system": "system",
}
_KEYS = (("from", "value"), ("role", "content"))
_EMPTY = {"user": "empty-question", "assistant": "empty-answer"}
_SHOWN_CHARS = 60


def read_turns(raw: object, options: Options, source: dict[str, Any]) -> tuple[Turn, ...]:
    """Return the turns of a conversation.

    Args:
        raw: list of objects with "from" and "value", or "role" and "content"; a content is a text,
            or a list of parts {"type": "text", "text": …} and {"type": "image"}.
        source: gets "mark" (where it stood: turn, character) and "system" (such a turn's text).

    Raises:
        Problem: it is none, or the picture's mark is not there once.
    """
    if not isinstance(raw, list):
        raise Problem("malformed-record", f"the conversation is a {_kind(raw)}, not a list")
    if len(raw) > options.max_turns:
        raise Problem("too-many-turns", f"{len(raw):,} turns")
    said = [_read_turn(number, turn) for number, turn in enumerate(raw)]
    if said and said[0][0] == "system":
        source["system"] = said.pop(0)[1].strip()
    if not said:
        raise Problem("no-turns", "the conversation is empty")
    turns = tuple(Turn(role, text) for role, text in _without_mark(said, options, source))
    check_turns(turns, options)
    return turns


def check_turns(turns: Sequence[Turn], options: Options) -> None:
    """Refuse turns that are empty, marked, out of order or too long.

    Raises:
        Problem: saying which turn.
    """
    for number, turn in enumerate(turns):
        due = "assistant" if number % 2 else "user"
        if turn.role != due:
            raise Problem("turn-order", f"turn {number} is the {turn.role}'s, the {due}'s was due")
        if MARK in turn.text:
            raise Problem("image-marks", f"turn {number} has a mark {MARK} in its text")
        if not turn.text:
            raise Problem(_EMPTY[turn.role], f"turn {number}, the {turn.role}'s, has no text")
    if len(turns) % 2:
        raise Problem("turn-order", "the last turn is the user's, without an answer")
    if (chars := sum(len(turn.text) for turn in turns)) > options.max_chars:
        raise Problem("too-long", f"{chars:,} characters")


def _read_turn(number: int, turn: object) -> tuple[str, str]:
    if not isinstance(turn, Mapping):
        raise Problem("malformed-record", f"turn {number} is a {_kind(turn)}, not an object")
    keys = next((keys for keys in _KEYS if keys[0] in turn), None)
    if keys is None:
        raise Problem("malformed-record", f"turn {number} has no from nor role")
    role = turn[keys[0]]
    if not isinstance(role, str):
        raise Problem("malformed-record", f"turn {number}: {keys[0]} is a {_kind(role)}")
    if role.strip().lower() not in _ROLES:
        raise Problem("unknown-role", f"turn {number} is by {role[:_SHOWN_CHARS]!r}")
    text = turn.get(keys[1])
    if isinstance(text, list):
        text = "".join(_read_part(number, part) for part in text)
    if not isinstance(text, str):
        raise Problem("malformed-record", f"turn {number}: {keys[1]} is a {_kind(text)}")
    return _ROLES[role.strip().lower()], text


def _read_part(number: int, part: object) -> str:
    if isinstance(part, Mapping):
        if part.get("type") == "image":
            return MARK
        if part.get("type") == "text" and isinstance(part.get("text"), str):
            return str(part["text"])
    raise Problem("malformed-record", f"turn {number} has a part that is neither text nor image")


def _without_mark(
    said: list[tuple[str, str]], options: Options, source: dict[str, Any]
) -> list[tuple[str, str]]:
    marks = [(number, text.count(MARK)) for number, (_, text) in enumerate(said) if MARK in text]
    count = sum(times for _, times in marks)
    if count > 1 or (not count and options.unmarked == "reject"):
        raise Problem("image-marks", f"{count} marks {MARK} for one picture")
    if marks:
        turn = marks[0][0]
        role, text = said[turn]
        if role != "user":
            raise Problem("image-marks", f"the mark {MARK} is in turn {turn}, the {role}'s")
        source["mark"] = {"turn": turn, "character": text.index(MARK)}
        said[turn] = (role, text.replace(MARK, ""))
    return [(role, text.strip()) for role, text in said]


def _kind(value: object) -> str:
    return type(value).__name__
