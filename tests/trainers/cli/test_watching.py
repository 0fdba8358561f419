"""What people see: figures of the last steps by hand, a bar on a terminal, lines elsewhere."""

from __future__ import annotations

import io
import os
import pty
import sys

import pytest
from rich.console import Console

from trainers.cli.watching import RECENT, Watching, drawn, watching
from trainers.loop.watching import Moment

HOSTILE = "\x1b[2J\u202e\nab"
MEASURED = {
    "loss": 0.5, "vision_gap": 2.25, "edit_distance": 0.125, "exact": 0.75,
    "transcripts": [{"target": HOSTILE, "said": HOSTILE * 50}] * 9,
}  # fmt: skip


class Clock:
    """Seconds that pass when they are told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Seen:
    """A run that is watched, with what was said about it."""

    def __init__(self, every_s: float | None = 10.0, stages: int = 1) -> None:
        self.clock, self.said, self.stages = Clock(), [], stages
        self.watching = Watching(every_s, self.clock, self.said.append)

    def steps(self, *numbers: int, took_s: float = 2.0, loss: float = 1.0, stage: int = 1) -> None:
        for number in numbers:
            self.clock.now += took_s
            moment = Moment("all", stage, self.stages, "", number, 1000, loss, 32, took_s / 4)
            self.watching.stepped(moment)


def test_figures_of_the_last_steps():
    seen = Seen()
    assert seen.watching.place() == ("preparing the first step",)
    assert seen.watching.figures() == ()
    seen.steps(1, took_s=100.0, loss=9.0)
    assert seen.watching.place() == ("step 1 of 1,000",)
    assert seen.watching.figures() == ("loss 9.000", "vision gap –")
    seen.steps(2, 3, loss=2.0)
    assert seen.watching.figures() == (
        "loss 2.000", "vision gap –", "16 images/s", "waiting for data 25%",
    )  # fmt: skip
    assert seen.watching.place() == ("step 3 of 1,000", "33 min 14 s left")
    seen.steps(*range(4, 4 + RECENT), loss=1.5)
    assert seen.watching.figures()[0] == "loss 1.500"


def test_measuring_is_no_part_of_the_speed_but_of_the_time_left():
    seen = Seen()
    seen.steps(1, 2, 3)
    seen.watching.doing("measuring held-out examples")
    seen.clock.now += 40
    assert seen.watching.place() == ("step 3 of 1,000", "measuring held-out examples, 40 s")
    seen.watching.doing("")
    seen.steps(4)
    assert "16 images/s" in seen.watching.figures()
    assert seen.watching.place() == ("step 4 of 1,000", "3 h 19 min left")  # 2 s + 40 / 4 a step


def test_stages_begin_anew():
    seen = Seen(stages=2)
    seen.steps(1, 2, 3, loss=5.0)
    seen.steps(1, 2, loss=1.0, stage=2)
    words, left = seen.watching.place()
    assert words == "all (2 of 2), step 2 of 1,000"
    assert left == "33 min 16 s left in this stage"
    assert seen.watching.figures()[0] == "loss 1.000"


def test_the_curriculum_is_named():
    seen = Seen()
    seen.watching.stepped(Moment("all", 1, 1, "two lines", 3, 10, 1.0, 32, 0.0))
    assert seen.watching.place()[0] == "two lines, step 3 of 10"


def test_plain_lines_come_now_and_then():
    seen = Seen()
    seen.steps(*range(1, 12))
    assert [line.split(",")[0] for line in seen.said] == [
        "step 1 of 1", "step 6 of 1", "step 11 of 1",
    ]  # fmt: skip
    seen.steps(1000)
    assert seen.said[-1].startswith("step 1,000 of 1,000, 0 s left, loss 1.000")


def test_a_bar_says_nothing_about_steps():
    seen = Seen(every_s=None)
    seen.steps(*range(1, 30))
    seen.watching.tell(5, "step", {"loss": 1.0})
    assert seen.said == []


def test_lines_of_the_log_are_told_and_escaped():
    seen = Seen()
    seen.watching.tell(5, "held_out", MEASURED)
    seen.watching.tell(6, "skipped", {"id": "a", "reason": HOSTILE})
    seen.watching.tell(7, "curriculum", {"from": HOSTILE, "to": "all"})
    seen.watching.tell(8, "odd", {"x": HOSTILE})
    assert seen.said[0] == (
        "step 5: held-out loss 0.500, vision gap 2.250, edit distance 0.125, exact 75.0%"
    )
    assert len(seen.said) == 1 + 2 + 3
    for line in seen.said:
        assert line.isprintable()
        assert len(line) < 700
    seen.steps(9)
    assert "vision gap 2.250" in seen.watching.figures()


def test_a_resumed_run_has_its_last_gap():
    seen = Seen()
    lines = [{"kind": "held_out", "vision_gap": gap} for gap in (1.0, 1.5, "x")]
    seen.watching.recall([*lines, {"kind": "step"}, {}])
    seen.steps(1)
    assert "vision gap 1.500" in seen.watching.figures()


@pytest.mark.parametrize("width", [20, 60, 80, 200])
def test_the_bar_has_two_lines_of_any_width(width):
    seen = Seen(every_s=None)
    seen.steps(1, 2, 500)
    out = io.StringIO()
    Console(file=out, width=width, force_terminal=True, color_system=None).print(
        drawn(seen.watching)
    )
    lines = out.getvalue().rstrip("\n").split("\n")
    assert len(lines) == 2
    assert max(map(len, lines)) <= width
    if width >= 80:
        assert "step 500 of 1,000" in lines[0]
        assert lines[1].startswith("loss 1.000 · vision gap – · 16 images/s · waiting")


def test_on_a_terminal_lines_stand_above_the_bar(monkeypatch):
    master, slave = pty.openpty()
    shown = ""
    with os.fdopen(slave, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        monkeypatch.setenv("TERM", "xterm")
        with watching() as seen:
            seen.stepped(Moment("all", 1, 1, "", 3, 10, 1.0, 32, 0.0))
            while "step 3 of 10" not in shown:
                shown += os.read(master, 1 << 16).decode()
            seen.say("a line")
            print("a warning", file=sys.stderr)
    shown += os.read(master, 1 << 16).decode()
    os.close(master)
    for words in ("a line", "a warning"):  # the two lines of the bar are taken away first
        assert shown.split(words)[0].endswith("\r\x1b[2K\x1b[1A\x1b[2K"), shown


def test_elsewhere_there_is_no_bar(monkeypatch):
    out = io.StringIO()
    monkeypatch.setattr(sys, "stderr", out)
    with watching() as seen:
        seen.stepped(Moment("all", 1, 1, "", 1, 10, 1.0, 32, 0.0))
    assert out.getvalue() == "step 1 of 10, loss 1.000, vision gap –\n"
