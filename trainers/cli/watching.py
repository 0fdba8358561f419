"""What `train` shows: two lines with a bar on a terminal, plain lines now and then elsewhere.

Texts come from data and model and are shown as Python writes strings: what steers a terminal is
escaped.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from dataengine.cli.console import duration, say
from trainers.loop.log import is_number
from trainers.loop.watching import Moment

PLAIN_S = 10.0
"""Between two plain lines about steps."""

RECENT = 50
"""Steps that loss, speed and the time left are taken from."""

_A_SECOND = 4
_BAR_WIDTH = 28
_MOST_CHARS = 60
_TOLD = 2
"""Transcripts that are shown in lines."""


class Watching:
    """Keeps what was seen last of a run, and prints its lines.

    Args:
        every_s: seconds between plain lines about steps; None: a bar shows them.
        clock: seconds.
        say: prints a line; above the bar, where there is one.
    """

    def __init__(
        self,
        every_s: float | None = PLAIN_S,
        clock: Callable[[], float] = time.monotonic,
        say: Callable[[str], None] = say,
    ) -> None:
        self.say = say
        self._every_s, self._clock = every_s, clock
        self._lock = threading.Lock()
        self._recent: deque[tuple[Moment, float]] = deque(maxlen=RECENT)
        self._steps, self._paused_s = 0, 0.0
        self._ended = self._said = clock()
        self._gap: float | None = None
        self._doing, self._doing_since = "", 0.0

    def recall(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """Take what the log of a resumed run has: the last vision gap."""
        for line in lines:
            if line.get("kind") == "held_out" and is_number(line.get("vision_gap")):
                self._gap = line["vision_gap"]

    def stepped(self, moment: Moment) -> None:
        """Take a step; where there is no bar, say now and then how it goes."""
        with self._lock:
            now = self._clock()
            if self._recent and self._recent[-1][0].number != moment.number:
                self._recent.clear()
                self._steps, self._paused_s = 0, 0.0
            if self._steps == 1:  # the first one waited for what is only done once
                self._recent.clear()
            self._recent.append((moment, now - self._ended))
            self._steps += 1
            self._ended = now
            late = self._every_s is not None and now - self._said >= self._every_s
            ends = self._steps == 1 or moment.step == moment.steps
            due = late or (ends and self._every_s is not None)
            if due:
                self._said = now
        if due:
            self.say(", ".join((*self.place(), *self.figures())))

    def doing(self, words: str) -> None:
        """Take what the run does other than steps."""
        with self._lock:
            now = self._clock()
            if not words:  # steps are timed without it
                self._ended += now - self._doing_since
                self._paused_s += now - self._doing_since
            self._doing, self._doing_since = words, now

    def tell(self, step: int, kind: str, values: Mapping[str, Any]) -> None:
        """Take a line of the log and print it, if it is about something else than steps."""
        if kind == "held_out":
            with self._lock:
                self._gap = values["vision_gap"]
            self.say(
                f"step {step}: held-out loss {values['loss']:.3f}, vision gap "
                f"{values['vision_gap']:.3f}, edit distance {values['edit_distance']:.3f}, exact "
                f"{values['exact']:.1%}"
            )
            for one in values["transcripts"][:_TOLD]:
                self.say(f"    {_shown(one['target'])} read as {_shown(one['said'])}")
        elif kind == "curriculum":
            self.say(
                f"step {step}: the curriculum goes from {values['from']!r} to {values['to']!r}"
            )
        elif kind == "skipped":
            self.say(f"step {step}: left out {values['id']}: {_shown(str(values['reason']), 200)}")
        elif kind != "step":
            self.say(f"step {step}: {kind} {dict(values)!r}")

    def place(self) -> tuple[str, ...]:
        """Return where the run is, in words: stage, step, time left."""
        with self._lock:
            if not self._recent:
                return (f"{self._doing or 'preparing the first step'}",)
            moment = self._recent[-1][0]
            several = moment.stages > 1
            stage = f"{moment.stage} ({moment.number} of {moment.stages}), " if several else ""
            reads = f"{moment.curriculum}, " if moment.curriculum else ""
            words = [f"{stage}{reads}step {moment.step:,} of {moment.steps:,}"]
            if self._doing:
                return (*words, f"{self._doing}, {duration(self._clock() - self._doing_since)}")
            left = self._left_s(moment)
            if left is None:
                return tuple(words)
            return (*words, f"{duration(left)} left{' in this stage' if several else ''}")

    def figures(self) -> tuple[str, ...]:
        """Return the figures of the last steps, in words; none before the first step."""
        with self._lock:
            if not self._recent:
                return ()
            moments = [moment for moment, _ in self._recent]
            pictures = max(1, sum(one.pictures for one in moments))
            seconds = max(sum(took for _, took in self._recent), 1e-9)
            loss = sum(one.loss * one.pictures for one in moments) / pictures
            waited = min(1.0, sum(one.waited_s for one in moments) / seconds)
            gap = "–" if self._gap is None else f"{self._gap:.3f}"
            learned = (f"loss {loss:.3f}", f"vision gap {gap}")
            if self._steps == 1:  # of which most went into beginning
                return learned
            speed = pictures / seconds
            return (
                *learned,
                f"{speed:,.0f} images/s" if speed >= 10 else f"{speed:.2g} images/s",
                f"waiting for data {waited:.0%}",
            )

    def share(self) -> float:
        """Return how much of the stage is done, of 1."""
        with self._lock:
            if not self._recent:
                return 0.0
            moment = self._recent[-1][0]
            return moment.step / max(1, moment.steps)

    def _left_s(self, moment: Moment) -> float | None:
        """Return the stage's time left by the last steps and all pauses; None after one step."""
        if self._steps < 2:
            return None
        step_s = sum(took for _, took in self._recent) / len(self._recent)
        return (step_s + self._paused_s / self._steps) * (moment.steps - moment.step)


@contextmanager
def watching() -> Iterator[Watching]:
    """Show a run on standard error for as long as the block runs."""
    if not sys.stderr.isatty():
        yield Watching()
        return
    console = Console(stderr=True)
    seen = Watching(None, say=lambda line: console.print(Text(line), soft_wrap=True))
    live = Live(
        console=console, refresh_per_second=_A_SECOND, transient=True,
        get_renderable=lambda: drawn(seen),
    )  # fmt: skip
    with live:
        yield seen


def drawn(seen: Watching) -> RenderableType:
    """Return a run as two lines: where it is, and its figures."""
    row = Table.grid(padding=(0, 1))
    row.add_row(
        ProgressBar(total=1.0, completed=seen.share(), width=_BAR_WIDTH),
        Text(" · ".join(seen.place()), no_wrap=True, overflow="ellipsis"),
    )
    figures = Text(" · ".join(seen.figures()), style="dim", no_wrap=True, overflow="ellipsis")
    return Group(row, figures)


def _shown(text: str, most: int = _MOST_CHARS) -> str:
    """Return a text as Python writes strings, cut."""
    return repr(text[:most])
