"""Turns of requests, on a clock that runs as fast as it is waited for."""

from __future__ import annotations

import asyncio
import selectors

from pipelines.charts.content.llm.pacing import Pacer


class _Selector(selectors.SelectSelector):
    """Does not wait: the time that it should have waited has passed."""

    now = 0.0

    def select(self, timeout=None):
        self.now += timeout or 0.0
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.clock = _Selector()
        super().__init__(self.clock)

    def time(self) -> float:
        return self.clock.now


def turns(pacer: Pacer, count: int, pause_at: float | None = None) -> list[float]:
    """Return when requests that all wait from the start get their turns."""
    sent: list[float] = []

    async def one() -> None:
        await pacer.turn()
        sent.append(round(asyncio.get_running_loop().time(), 3))

    async def run() -> None:
        tasks = [asyncio.create_task(one()) for _ in range(count)]
        if pause_at is not None:
            await asyncio.sleep(pause_at)
            pacer.pause(100)
        await asyncio.gather(*tasks)

    with asyncio.Runner(loop_factory=_Loop) as runner:
        runner.run(run())
    return sent


def test_turns_are_evenly_spaced():
    assert turns(Pacer(30), 4) == [0, 2, 4, 6]


def test_no_limit_no_wait():
    assert turns(Pacer(None), 5) == [0] * 5


def test_nobody_gets_a_turn_during_a_pause():
    assert turns(Pacer(30), 4, pause_at=3) == [0, 2, 103, 103]
