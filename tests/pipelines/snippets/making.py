"""One call that renders a snippet, and what a sample's boxes hold."""

from __future__ import annotations

from typing import Any

from dataengine import seeding
from dataengine.pipeline import Context, Renderer, Unit
from dataengine.sample import Outcome, Sample
from pipelines.snippets import PIPELINE
from pipelines.snippets.options import Options

DIGITS: dict[str, Any] = {
    "text": "digits",
    "width": 64,
    "height": 64,
    "chars": (2, 5),
    "size": (18, 18),
    "fonts": 1,
}


def renderer(**options: Any) -> Renderer:
    return PIPELINE.open(Options(**options), Context(lambda item: b""))


def render(made: Renderer, index: int) -> Outcome:
    return made.render(Unit(index), seeding.unit_rng(3, "snippets", index))


def samples(count: int, **options: Any) -> list[Sample]:
    """Render so many units, all of which must become samples."""
    made = renderer(**options)
    found = [render(made, index) for index in range(count)]
    kept = [one for one in found if isinstance(one, Sample)]
    assert len(kept) == count, [one for one in found if not isinstance(one, Sample)]
    return kept
