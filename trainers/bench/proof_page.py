"""A proof as one page; curves and transcripts are on the run's own page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dataengine.report.page import Page, Section, Table

Found = Mapping[str, Any]


def proof_page(found: Found) -> Page:
    """Return the page of what `trainers.bench.found` collected, finished or not."""
    sections = [
        Section("Held-out while training", [_held_out(found)], _prior(found)),
        Section("Kill and resume", [_pairs("What lay there", found["resume"])]),
        Section("Curriculum", [_curriculum(found)]),
        Section("Read in the end", _evaluation(found), "Pages: results/report.html, run.html."),
        Section("Training steps", [*_steps(found["steps"]), *_steps(found["own_steps"])]),
        Section("Data", _data(found["data"])),
        Section("Time", [_pairs("Seconds of each phase", found["phases_s"])]),
    ]
    training = found["training"]
    last = found["held_out"][-1] if found["held_out"] else {}
    tiles = [
        (f"{training['samples']:,}", "samples learned from"),
        (f"{training['seconds']:,.0f} s", "of training"),
        (f"{training['speed'].get('images_per_s', 0):,.0f}/s", "pictures, median"),
        (_share(training["speed"].get("mfu")), "of the device's peak, median"),
        (f"{last.get('edit_distance', 1):.3f}", "held-out edit distance"),
        (f"{last.get('vision_gap', 0):.2f}", "vision gap, nats"),
    ]
    return Page(f"Proof of {found['recipe']['name']}", _device(found), tiles, sections)


def _device(found: Found) -> str:
    for one in (found["own_steps"], found["steps"]):
        if one:
            machine = one["machine"]
            return f"{machine['device']}; {machine['processor']}, {machine['cores']} cores"
    return ""


def _held_out(found: Found) -> Table:
    head = ("step", "samples", "loss, nats", "vision gap, nats", "edit distance", "exact")
    rows = [
        (
            f"{one['step']:,}", f"{one['samples']:,}", f"{one['loss']:.3f}",
            f"{one['vision_gap']:.3f}", f"{one['edit_distance']:.3f}", f"{one['exact']:.1%}",
        )
        for one in found["held_out"]
    ]  # fmt: skip
    return Table("Held-out figures", head, rows)


def _prior(found: Found) -> str:
    first = found["left_prior"]
    if first is None:
        return "The model does not look at its pictures yet: it is on its language prior."
    return f"It looks at its pictures from step {first['step']:,} on, {first['samples']:,} samples."


def _curriculum(found: Found) -> Table:
    rows = [(one["from"], str(one["step"]), one["to"]) for one in found["curriculum"]]
    return Table("Steps of the curriculum", ("ended", "at step", "next"), rows)


def _pairs(title: str, values: Mapping[str, Any]) -> Table:
    return Table(title, ("", ""), [(str(key), str(value)) for key, value in values.items()])


def _evaluation(found: Found) -> list[Table]:
    tables = []
    for group in found["evaluation"].get("groups", ()):
        rows = [
            (name, _shown(figure.get("value"))) for name, figure in group.get("figures", {}).items()
        ]
        names = [
            str(group[key]) for key in ("task", "kind", "language", "member") if group.get(key)
        ]
        tables.append(Table(f"{', '.join(names)}; cases: {group['cases']:,}", ("", "value"), rows))
    return tables


def _steps(found: Found) -> list[Table]:
    if not found:
        return []
    head = ("way", "micro-batch", "tokens", "images/s", "ms", "MFU", "peak MB")
    rows = [
        (one["variant"], str(one["micro_batch"]), str(one["tokens"]), one["error"], "", "", "")
        if one["error"]
        else (
            one["variant"], str(one["micro_batch"]), str(one["tokens"]),
            f"{one['images_per_s']:,.1f}", f"{one['step_ms']:,.0f}",
            _share(one["mfu"]), _shown(one["peak_memory_mb"]),
        )
        for one in found["rows"]
    ]  # fmt: skip
    return [Table(f"Steps of {found['recipe']}", head, rows)]


def _data(found: Found) -> list[Table]:
    if not found:
        return []
    speeds: Sequence[Found] = found["speeds"]
    rows = [
        (f"{one['workers']} {one['by']}", f"{one['images_per_s']:,.0f}", f"{one['own_ms']:.2f}")
        for one in speeds
    ]
    needed = [
        (f"{one['stage']}, {one['device']}", f"{one['images_per_s']:,.0f}", f"{one['gflop']:,.0f}")
        for one in found["needed"]
    ]
    return [
        Table("The stream alone", ("prepared by", "pictures/s", "own CPU ms"), rows),
        Table("What devices take at 40 % of their peak", ("", "pictures/s", "GFLOP each"), needed),
    ]


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:,.3f}" if value < 10 else f"{value:,.0f}"
