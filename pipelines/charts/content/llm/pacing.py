"""Spreads requests over time: so many per minute, and none while the endpoint asks for a break."""

from __future__ import annotations

import asyncio


class Pacer:
    """Gives turns to requests, evenly spaced.

    Args:
        per_minute: None for no limit.
    """

    def __init__(self, per_minute: float | None) -> None:
        self._gap = 60 / per_minute if per_minute else 0.0
        self._next = 0.0
        self._quiet_until = 0.0

    async def turn(self) -> None:
        """Return when the next request may be sent."""
        clock = asyncio.get_running_loop().time
        slot = max(clock(), self._next)
        self._next = slot + self._gap
        while (wait := max(slot, self._quiet_until) - clock()) > 0:
            await asyncio.sleep(wait)

    def pause(self, seconds: float) -> None:
        """Send nothing for so long."""
        now = asyncio.get_running_loop().time()
        self._quiet_until = max(self._quiet_until, now + seconds)
