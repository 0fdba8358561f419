"""What a sample gives to a task: an answer, and what the request names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that a sample can be asked for.

    Attributes:
        answer: what the assistant says.
        slots: what stands for {box}, {text}, … in the request.
        details: what was drawn, such as "region".
    """

    answer: str
    slots: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
