"""What a running job shows: a bar on a terminal, a line every 30 seconds elsewhere."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from dataengine.cli import INCOMPLETE
from dataengine.progress import JobProgress

TERMINAL_S, PLAIN_S, FILE_S = 0.5, 30.0, 2.0


def say(text: str = "") -> None:
    """Print a line to standard error, where people read; standard output is for results."""
    click.echo(text, err=True)


def print_json(data: Any) -> None:
    """Print JSON to standard output."""
    click.echo(json.dumps(data, indent=1, ensure_ascii=False))


def duration(seconds: float | None) -> str:
    """Return seconds as people say them: 42 s, 3 min 20 s, 5 h 10 min."""
    if seconds is None:
        return "unknown"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def describe(now: dict[str, Any]) -> str:
    """Return a job's progress as one line."""
    share = now["rejected"] / now["done"] if now["done"] else 0.0
    return (
        f"{now['done']:,} of {now['planned']:,} units, {now['rate']:.1f}/s, "
        f"{share:.1%} rejected, {duration(now['left_s'])} left"
    )


@contextmanager
def shown(progress: JobProgress) -> Iterator[None]:
    """Show a job while the block runs, and keep its progress file up to date."""
    ended = threading.Event()
    show = _bar if sys.stderr.isatty() else _lines
    threads = [
        threading.Thread(target=show, args=(progress, ended), daemon=True),
        threading.Thread(target=_file, args=(progress, ended), daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()
        progress.remove()


def _lines(progress: JobProgress, ended: threading.Event) -> None:
    while not ended.wait(PLAIN_S):
        say(describe(progress.now()))


def _file(progress: JobProgress, ended: threading.Event) -> None:
    progress.write()
    while not ended.wait(FILE_S):
        progress.write()


def _bar(progress: JobProgress, ended: threading.Event) -> None:
    columns = (BarColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=progress.planned)
        while not ended.wait(TERMINAL_S):
            now = progress.now()
            bar.update(task, completed=now["done"], description=describe(now))


class Interrupts:
    """Ctrl-C (or SIGTERM) once: begin no more shards. Ctrl-C again: stop at once.

    Stopping at once loses only the shards in work: what is done has receipts, the workers are
    ended by the kernel with their parent, and leftovers are swept by the next run.
    """

    def __init__(self) -> None:
        self.draining = False

    def __enter__(self) -> Interrupts:
        self._before = {
            number: signal.signal(number, self._on_signal)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if not self.draining:
            self.draining = True
            say("finishing the shards in work; press Ctrl-C again to stop at once")
            return
        say("stopped; run the same command again to go on")
        os._exit(INCOMPLETE)
