"""Counts how many charts of the bundled corpora hold, and why the others do not.

`python -m tests.pipelines.charts.proof.acceptance --charts 200` prints a line per library, language
and content: charts that hold, refusals by reason, and how many took more than one layout.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass, field
from itertools import product
from typing import get_args

from dataengine import seeding
from dataengine.pipeline import Context, Unit
from dataengine.sample import Sample
from pipelines.charts.options import Content, Language, Options
from pipelines.charts.renderer import ChartRenderer
from pipelines.charts.spec.kinds import Library
from tests.pipelines.charts.content.materials import bundled_stock

CONTENTS: tuple[Content, ...] = ("random", "tables")


@dataclass
class Counts:
    """Of charts of one library, language and content."""

    held: int = 0
    again: int = 0
    refused: Counter[str] = field(default_factory=Counter)


def count(
    library: Library, language: Language, content: Content, charts: int, seed: int = 1
) -> Counts:
    """Draw charts with the pipeline's own defaults and count them."""
    context = Context(
        lambda item: b"",
        wants_preview=lambda reason: False,
        material=bundled_stock(language).material,
        block_rng=lambda block: seeding.block_rng(seed, "charts", block),
    )
    options = Options(language=language, library=library, content=content)
    renderer, made = ChartRenderer(options, context), Counts()
    try:
        for index in range(charts):
            outcome = renderer.render(Unit(index), seeding.unit_rng(seed, "charts", index))
            if isinstance(outcome, Sample):
                made.held += 1
                made.again += outcome.proof["layouts"] > 1
            else:
                made.refused[outcome.reason] += 1
    finally:
        renderer.close()
    return made


def main() -> None:
    """Print the counts of every library, language and content."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--charts", type=int, default=200, help="of each")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    for library, language, content in product(get_args(Library), get_args(Language), CONTENTS):
        made = count(library, language, content, wanted.charts, wanted.seed)
        reasons = ", ".join(f"{reason} {number}" for reason, number in made.refused.most_common())
        print(
            f"{library} {language} {content}: {made.held} of {wanted.charts} hold, "
            f"{made.again} of them laid out again; {reasons or 'none refused'}",
            flush=True,
        )


if __name__ == "__main__":
    main()
