"""What a run read of its held-out pictures, as figures of its page: how it changed, what differs.

All of it comes from a log that anybody may have written: what has another form is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dataengine.audit.report import plain
from dataengine.report.page import Reading, Table
from dataengine.report.plots import shown
from dataengine.thumbnails import decode
from trainers.evaluation.differences import differences
from trainers.loop.held_out import PICTURED
from trainers.loop.log import is_number
from trainers.loop.pictures import kept

READ_NOTE = (
    "Held-out pictures, always the same ones, and what the model read of them as it learned; "
    "marked is what one text has and the other lacks."
)
TIMES = 5
"""Measurements that a picture's history shows: the first, the last, and some between."""

MOST_CHARS = 1500
_EARLIER_CHARS = 200
_NARROW_PX, _TIMES_LARGER = 160, 3

Line = Mapping[str, Any]


def readings(folder: Path, lines: Sequence[Line]) -> list[Reading]:
    """Return the examples of the last measurement that have pictures, with their histories.

    Args:
        folder: the run's, which keeps the pictures.
        lines: of its log.
    """
    measured = _measured(lines)
    if not measured:
        return []
    last = [one for one in measured[-1][1] if kept(folder, one.get("picture"))][:PICTURED]
    return [_reading(folder, one, _history(measured, one)) for one in last]


def further(lines: Sequence[Line]) -> list[Table]:
    """Return the last transcripts that have no picture, as one table."""
    measured = _measured(lines)
    if not measured:
        return []
    step, transcripts = measured[-1]
    rows = [
        [f"{shortened(one['target'])} → {shortened(one['said'])}", _verdict(one)]
        for one in transcripts
        if not one.get("picture")
    ]
    head = [f"what stands there → what was read at step {shown(step)}", ""]
    return [Table("Without pictures", head, rows)] if rows else []


def shortened(value: object, most: int = MOST_CHARS) -> str:
    """Return a text in one line, cut where it is long, with what cannot be seen replaced."""
    text = plain(str(value)).replace("\n", "↵")
    return text if len(text) <= most else f"{text[:most]} … ({len(text):,} characters)"


def _measured(lines: Sequence[Line]) -> list[tuple[float, list[Line]]]:
    """Return the transcripts of each measurement by step; of two at a step, the later counts."""
    found: dict[float, list[Line]] = {}
    for line in lines:
        transcripts = line.get("transcripts") if line["kind"] == "held_out" else None
        if isinstance(transcripts, list) and is_number(line["step"]):
            found[float(line["step"])] = [
                one
                for one in transcripts
                if isinstance(one, dict)
                and all(isinstance(one.get(key), str) for key in ("id", "target", "said"))
            ]
    return sorted(found.items(), key=lambda pair: pair[0])


def _history(
    measured: Sequence[tuple[float, Sequence[Line]]], transcript: Line
) -> list[tuple[float, str]]:
    """Return what was read of a picture, at a few steps."""
    said = [
        (step, str(one["said"]))
        for step, transcripts in measured
        for one in transcripts
        if (one["id"], one["target"]) == (transcript["id"], transcript["target"])
    ]
    if len(said) <= TIMES:
        return said
    chosen = sorted({round(part * (len(said) - 1) / (TIMES - 1)) for part in range(TIMES)})
    return [said[number] for number in chosen]


def _reading(folder: Path, transcript: Line, history: Sequence[tuple[float, str]]) -> Reading:
    picture = kept(folder, transcript.get("picture"))
    image = decode(picture)
    width = image.width if image else 0
    if width < _NARROW_PX:  # a line of digits is not to be looked for with a glass
        width *= _TIMES_LARGER
    target, said = str(transcript["target"]), str(transcript["said"])
    left, right = differences(target[:MOST_CHARS], said[:MOST_CHARS])
    texts: list[tuple[str, Sequence[tuple[str, bool]]]] = []
    if transcript.get("asked"):
        texts.append(("asked", [(shortened(transcript["asked"]), False)]))
    texts.append(("stands there", _or_nothing(left)))
    texts.append((f"step {shown(history[-1][0])}", _or_nothing(right)))
    for step, earlier in reversed(history[:-1]):
        cut = earlier[:_EARLIER_CHARS]
        _, marked = differences(target[: len(cut) + _EARLIER_CHARS], cut)
        more = [(" …", False)] if len(earlier) > len(cut) else []
        texts.append((f"step {shown(step)}", _or_nothing([*marked, *more])))
    return Reading(plain(str(transcript["id"])), picture, width, texts)


def _or_nothing(stretches: Sequence[tuple[str, bool]]) -> Sequence[tuple[str, bool]]:
    return stretches or [("(nothing)", False)]


def _verdict(transcript: Line) -> str:
    return "exact" if transcript["said"] == transcript["target"] else "differs"
