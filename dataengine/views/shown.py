"""Conversations of a dataset under a view, for people who want to see what a trainer will see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dataengine.reader import Dataset
from dataengine.views.viewing import Viewer


def conversations_of(url: str, viewer: Viewer, count: int) -> Iterator[dict[str, Any]]:
    """Yield up to `count` conversations of a dataset as plain data, evenly from its parts.

    Each part is read from its start, and no further than needed; a part that gives too few leaves
    its share to the next.
    """
    parts = list(dict.fromkeys(shard.part for shard in Dataset(url).shards()))
    shown = 0
    for number, part in enumerate(parts):
        share = -(-(count - shown) // (len(parts) - number))
        for row in Dataset(url, [part]).rows(viewer.columns):
            if share <= 0:
                break
            for conversation in viewer.conversations(row)[:share]:
                share, shown = share - 1, shown + 1
                yield {
                    "sample": row["id"],
                    "task": conversation.task,
                    "language": conversation.language,
                    "turns": [{"role": one.role, "text": one.text} for one in conversation.turns],
                    "details": dict(conversation.details),
                }
