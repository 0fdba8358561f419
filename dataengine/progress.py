"""How far a running job is: units, rate and time left, from its slots and its receipts."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, field
from typing import Any

from dataengine.canonical import canonical_json
from dataengine.executors import Done
from dataengine.plan import Plan
from dataengine.rendering import Progress, ShardRenderer
from dataengine.storage import Storage

PROGRESS_FILE = ".progress.json"


@dataclass(slots=True)
class JobProgress:
    """What a running job is doing: for its own terminal, and in a file for `status` in another."""

    storage: Storage
    plan: Plan
    renderers: list[ShardRenderer] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)
    made: int = 0
    rejected: int = 0
    planned: int = 0

    def watch(self, renderer: ShardRenderer) -> None:
        """Include a slot's renderer."""
        self.renderers.append(renderer)

    def count(self, done: Done) -> None:
        """Include a finished shard."""
        if done.receipt:
            self.made += done.receipt.units
            self.rejected += done.receipt.rejections

    def in_work(self) -> list[Progress]:
        """Return what the slots are doing."""
        return [one.progress for one in self.renderers if one.progress.shard]

    def now(self) -> dict[str, Any]:
        """Return units done by this run, its rate per second and the seconds left."""
        slots = [one for one in self.in_work() if one.done < one.planned]
        done = self.made + sum(one.done for one in slots)
        rejected = self.rejected + sum(one.rejections for one in slots)
        elapsed = time.monotonic() - self.started
        rate = done / elapsed if elapsed > 0 else 0.0
        left = max(0, self.planned - done)
        return {
            "done": done,
            "planned": self.planned,
            "rejected": rejected,
            "rate": round(rate, 2),
            "left_s": round(left / rate, 1) if rate else None,
        }

    def write(self) -> None:
        """Write the file (local folders only: a store would charge for it)."""
        if self.storage.is_local:
            body = {"pid": os.getpid(), "plan": self.plan.hash, **self.now()}
            body["shards"] = [one.shard for one in self.in_work()]
            body["workers"] = [one.pid for one in self.in_work()]
            self.storage.write_text(PROGRESS_FILE, canonical_json(body) + "\n")

    def remove(self) -> None:
        """Remove the file: the run has ended."""
        if self.storage.is_local:
            self.storage.remove(PROGRESS_FILE)


def read_progress(storage: Storage) -> dict[str, Any] | None:
    """Return what a job in this folder last said of itself, or None; `alive` says if it still runs.

    A file that a killed job left behind is told apart by its process being gone.
    """
    try:
        said = json.loads(storage.read_bytes(PROGRESS_FILE))
        os.kill(int(said["pid"]), 0)
    except (FileNotFoundError, ValueError, KeyError):
        return None
    except ProcessLookupError:
        return {**said, "alive": False}
    except PermissionError:  # it runs, under another user
        pass
    return {**said, "alive": True}
