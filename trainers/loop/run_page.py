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
from trainers.loop.log import LOG_FILE, is_number, read_log
from trainers.loop.transcripts import READ_NOTE, further, readings, shortened

FROM_ZERO = {"images_per_s", "tokens_per_s", "wait_share", "mfu", "peak_memory_mb"}
SHARES = {"wait_share", "mfu", "exact"}
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
    ("step", "peak_memory_mb", "Peak memory", "MiB; of the first device, or of its process"),
)
"""Kind of line, its value, title, unit."""

_DIGITS = re.compile(r"\d+")
_MOST_LINES = 400

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
        Section("Transcripts", readings(folder, lines), READ_NOTE),
        Section("Further transcripts", further(lines)),
        Section("Left out", _left_out(lines), "Examples that were not learned from, by reason."),
        Section("Recipe", _settings(recipe)),
    ]
    return Page(
        f"Training run {plain(str(recipe.get('name') or 'without a checkpoint'))}",
        _subtitle(lines, recipe),
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


def _subtitle(lines: Sequence[Line], recipe: Mapping[str, Any]) -> str:
    """Say how far the run is, if the recipe says how many steps there are in all."""
    stages = recipe.get("stages")
    steps = [
        one.get("steps") if isinstance(one, dict) else None
        for one in (stages if isinstance(stages, list) else ())
    ]
    done = f"{_last(lines):,.0f}"
    if steps and all(is_number(one) for one in steps):
        return f"{done} of {sum(one for one in steps if is_number(one)):,.0f} steps."
    return f"{done} steps."


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
                f"{f'{unit}; ' if unit else ''}last {_figure(name, values[-1])}, least "
                f"{_figure(name, min(values))}, most {_figure(name, max(values))}"
            )
            drawn = curve(points, marks, _last(lines), from_zero=name in FROM_ZERO)
            plots.append(Plot(title, drawn, caption))
    return plots


def _tiles(lines: Sequence[Line]) -> list[tuple[str, str]]:
    tiles = [(shown(_last(lines)), "steps")]
    wanted = (
        ("step", "samples", "samples"),
        ("step", "loss", "loss"),
        ("held_out", "vision_gap", "vision gap, nats"),
        ("held_out", "edit_distance", "held-out edit distance"),
        ("held_out", "exact", "exact transcripts"),
        ("step", "images_per_s", "images per second"),
        ("step", "wait_share", "waiting for data"),
        ("step", "mfu", "of the device's bf16 peak"),
        ("step", "peak_memory_mb", "of memory at most"),
    )
    for kind, name, words in wanted:
        points = _points(lines, kind, name)
        if points:
            tiles.append((_figure(name, points[-1][1]), words))
    return tiles


def _figure(name: str, value: float) -> str:
    """Return a value as people read it: shares in per cent, memory in GiB."""
    if name in SHARES:
        return f"{value:.1%}"
    if name == "peak_memory_mb":
        return f"{value / 1024:,.1f} GiB"
    return shown(value)


def _curriculum(lines: Sequence[Line]) -> list[Table]:
    rows = [
        [plain(str(one.get("to"))), plain(str(one.get("from"))), shown(one["step"])]
        for one in lines
        if one["kind"] == "curriculum"
    ]
    return [Table("Steps of the curriculum", ["began", "after", "at step"], rows)] if rows else []


def _left_out(lines: Sequence[Line]) -> list[Any]:
    """Count reasons; numbers in them, such as lengths, are left out so that like goes to like."""
    counts = Counter(
        shortened(_DIGITS.sub("…", str(one.get("reason"))))
        for one in lines
        if one["kind"] == "skipped"
    )
    return [tally("Reasons", counts)] if counts else []


def _recipe(folder: Path) -> Mapping[str, Any]:
    newest = checkpoint.latest(folder / checkpoint.CHECKPOINTS)
    recipe = checkpoint.read_recipe(newest).get("recipe") if newest else None
    return recipe if isinstance(recipe, dict) else {}


def _settings(recipe: Mapping[str, Any]) -> list[Table]:
    """Return the recipe as rows of dotted keys."""
    rows = [[key, shortened(value)] for key, value in _flat(recipe, "")][:_MOST_LINES]
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
