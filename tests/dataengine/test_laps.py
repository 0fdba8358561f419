"""Laps: stages share out all CPU time since the start, and add up when they come again."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from dataengine import laps
from dataengine.laps import Laps


@dataclass(slots=True)
class Job(Laps):
    name: str


def test_stages_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([1.0, 1.5, 3.5, 4.0])
    monkeypatch.setattr(laps, "process_time", lambda: next(times))
    job = Job("page", lap=next(times))
    for stage in ("read", "draw", "read"):
        job.stage(stage)
    assert job.name == "page"
    assert job.seconds == {"read": 1.0, "draw": 2.0}
