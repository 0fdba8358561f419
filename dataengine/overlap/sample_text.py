"""Which of a sample's texts are compared: targets and the conversation that came with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

TEXT_COLUMNS = ("targets", "turns")


def comparable_text(row: Mapping[str, Any]) -> str:
    """Return the text that tells a sample from others, without white space; "" if it has none.

    That is the conversation that came with it or else its most exact target: `dict` where there
    is one (two charts may show the same words and other values), then `text`, then the longest.
    Captions are no such text: many photos show a man who rides a wave.
    """
    turns = row.get("turns")
    if turns:
        return _squeezed("\n".join(str(turn["text"]) for turn in turns))
    targets = row.get("targets") or {}
    if "dict" in targets:
        return _squeezed("\n".join(leaves(targets["dict"])))
    if isinstance(targets.get("text"), str):
        return _squeezed(targets["text"])
    others = [
        text
        for name, text in targets.items()
        if isinstance(text, str) and not name.startswith("caption")
    ]
    return _squeezed(max(others, key=len, default=""))


def answer_chars(row: Mapping[str, Any]) -> int:
    """Return how many characters the assistant says in the conversation that came with a sample."""
    turns = row.get("turns") or ()
    return sum(len(_squeezed(str(turn["text"]))) for turn in turns if turn["role"] == "assistant")


def all_texts(row: Mapping[str, Any]) -> list[str]:
    """Return every text of a sample: targets that are text or lists of texts, and all turns."""
    texts: list[str] = []
    for target in (row.get("targets") or {}).values():
        if isinstance(target, str):
            texts.append(target)
        elif isinstance(target, list):
            texts.extend(one for one in target if isinstance(one, str))
    texts.extend(str(turn["text"]) for turn in row.get("turns") or ())
    return list(dict.fromkeys(texts))


def leaves(value: Any, *, with_keys: bool = True) -> Iterator[str]:
    """Yield the values of nested data as text, and their keys, in order, without recursion."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            for key, below in reversed(list(one.items())):
                waiting += [below, str(key)] if with_keys else [below]
        elif isinstance(one, list | tuple):
            waiting += reversed(one)
        elif one is not None:
            yield str(one)


def _squeezed(text: str) -> str:
    return "".join(text.split())
