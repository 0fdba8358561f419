"""CPU seconds by stage of a piece of work: what `Sample.seconds` and `Rejection.seconds` hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import process_time


@dataclass(slots=True, kw_only=True)
class Laps:
    """Base of what a renderer knows of a unit while it works on it.

    Attributes:
        seconds: CPU seconds by stage.
        lap: CPU time of this process when the last stage ended.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    lap: float = field(default_factory=process_time)

    def stage(self, name: str) -> None:
        """Book the CPU time since the last stage."""
        now = process_time()
        self.seconds[name] = self.seconds.get(name, 0.0) + now - self.lap
        self.lap = now
