"""A run as one page: curves, curriculum, transcripts, what was left out, and the recipe.

Made from the run's folder alone: log and checkpoint. Texts come from data and model and are
escaped; the same folder gives the same bytes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dataengine.audit.report import plain
from dataengine.report.page import Page, Plot, Section, Table, tally
from dataengine.report.plots import shown
from trainers.errors import TrainError
from trainers.loop import checkpoint
from trainers.loop.curves import Mark, curve
from trainers.loop.log import LOG_FILE, read_log
from trainers.loop.run import CHECKPOINTS
from trainers.loop.trackers import is_number

CURVES = (
    ("step", "loss", "Loss", "nats per learned token"),
    ("held_out", "loss", "Held-out loss", "nats per learned token"),
    ("held_out", "vision_gap", "Vision gap", "nats; loss with swapped pictures minus loss"),
    ("held_out", "edit_distance", "Held-out edit distance", "of 1; 0 is exact"),
    ("held_out", "exact", "Held-out exact transcripts", "share"),
    ("step", "learning_rate", "Learning rate", ""),
    ("step", "gradient_norm", "Gradient norm", "largest before clipping"),
    ("step", "images_per_s", "Images per second", "over all devices"),
    ("step", "tokens_per_s", "Tokens per second", "over all devices"),
    ("step", "wait_share", "Waiting for data", "share of the time"),
    ("step", "mfu", "Model FLOPs utilisation", "share of the device's bf16 peak"),
    ("step", "peak_memory_mb", "Peak memory", "MiB"),
)
"""Kind of line, its value, title, unit."""

_DIGITS = re.compile(r"\d+")
_MOST_LINES = 400
_MOST_CHARS = 1500

Line = Mapping[str, Any]


def run_page(folder: Path) -> Page:
    """Return the page of a run, finished or not.

    Raises:
        TrainError: the folder has no log.
    """
    lines = [one for one in read_log(folder) if _is_line(one)]
    if not lines:
        raise TrainError(f"{folder} has no {LOG_FILE} with a line in it: is it a run's folder?")
    recipe = _recipe(folder)
    sections = [
        Section("Curves", _curves(lines)),
        Section("Curriculum", _curriculum(lines), "Upright lines in the curves."),
        Section("Last transcripts", _transcripts(lines)),
        Section("Left out", _left_out(lines), "Examples that were not learned from, by reason."),
        Section("Recipe", _settings(recipe)),
    ]
    return Page(
        f"Training run {plain(str(recipe.get('name') or 'without a checkpoint'))}",
        f"{shown(_last(lines))} steps in its log.",
        _tiles(lines),
        [one for one in sections if one.figures],
    )


def _is_line(line: object) -> bool:
    return (
        isinstance(line, dict)
        and isinstance(line.get("kind"), str)
        and is_number(line.get("step"))
        and line["step"] >= 0
    )


def _last(lines: Sequence[Line]) -> float:
    return float(max(one["step"] for one in lines))


def _points(lines: Sequence[Line], kind: str, name: str) -> list[tuple[float, float]]:
    """Return a curve's points; where a step was logged twice, the later line counts."""
    found = {
        float(one["step"]): float(one[name])
        for one in lines
        if one["kind"] == kind and is_number(one.get(name))
    }
    return sorted(found.items())


def _curves(lines: Sequence[Line]) -> list[Plot]:
    marks = [
        Mark(float(one["step"]), plain(f"{one.get('from')} to {one.get('to')}"))
        for one in lines
        if one["kind"] == "curriculum"
    ]
    plots = []
    for kind, name, title, unit in CURVES:
        points = _points(lines, kind, name)
        if points:
            values = [value for _, value in points]
            caption = (
                f"{f'{unit}; ' if unit else ''}last {shown(values[-1])}, least "
                f"{shown(min(values))}, most {shown(max(values))}"
            )
            plots.append(Plot(title, curve(points, marks, _last(lines)), caption))
    return plots


def _tiles(lines: Sequence[Line]) -> list[tuple[str, str]]:
    tiles = [(shown(_last(lines)), "steps")]
    wanted = (
        ("step", "samples", "samples"),
        ("step", "loss", "loss"),
        ("held_out", "vision_gap", "vision gap, nats"),
        ("held_out", "edit_distance", "held-out edit distance"),
        ("held_out", "exact", "exact transcripts"),
    )
    for kind, name, words in wanted:
        points = _points(lines, kind, name)
        if points:
            tiles.append((shown(points[-1][1]), words))
    return tiles


def _curriculum(lines: Sequence[Line]) -> list[Table]:
    rows = [
        [plain(str(one.get("to"))), plain(str(one.get("from"))), shown(one["step"])]
        for one in lines
        if one["kind"] == "curriculum"
    ]
    return [Table("Steps of the curriculum", ["began", "after", "at step"], rows)] if rows else []


def _transcripts(lines: Sequence[Line]) -> list[Table]:
    measured = [one for one in lines if one["kind"] == "held_out"]
    found = measured[-1].get("transcripts") if measured else None
    step = shown(measured[-1]["step"]) if measured else ""
    head = [f"what stands there, and what was read at step {step}"]
    return [
        Table(_text(one.get("id")), head, [[_text(one.get("target"))], [_text(one.get("said"))]])
        for one in (found if isinstance(found, list) else ())
        if isinstance(one, dict)
    ]


def _text(value: object) -> str:
    text = plain(str(value)).replace("\n", "↵")
    return (
        text if len(text) <= _MOST_CHARS else f"{text[:_MOST_CHARS]} … ({len(text):,} characters)"
    )


def _left_out(lines: Sequence[Line]) -> list[Any]:
    """Count reasons; numbers in them, such as lengths, are left out so that like goes to like."""
    counts = Counter(
        _text(_DIGITS.sub("…", str(one.get("reason")))) for one in lines if one["kind"] == "skipped"
    )
    return [tally("Reasons", counts)] if counts else []


def _recipe(folder: Path) -> Mapping[str, Any]:
    newest = checkpoint.latest(folder / CHECKPOINTS)
    recipe = checkpoint.read_recipe(newest).get("recipe") if newest else None
    return recipe if isinstance(recipe, dict) else {}


def _settings(recipe: Mapping[str, Any]) -> list[Table]:
    """Return the recipe as rows of dotted keys."""
    rows = [[key, _text(value)] for key, value in _flat(recipe, "")][:_MOST_LINES]
    return [Table("Recipe of the newest checkpoint", ["key", "value"], rows)] if rows else []


def _flat(value: Any, key: str) -> list[tuple[str, Any]]:
    pairs = (
        value.items() if isinstance(value, dict)
        else enumerate(value) if isinstance(value, list) and any(map(_nested, value))
        else None
    )  # fmt: skip
    if pairs is None or not value:
        return [(key, value)]
    return [
        row for name, inner in pairs for row in _flat(inner, f"{key}.{name}" if key else str(name))
    ]


def _nested(value: object) -> bool:
    return isinstance(value, dict | list)
