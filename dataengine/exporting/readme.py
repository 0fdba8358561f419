"""The page that says what an export is, how it is read, and under which licences it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from dataengine.exporting.format import Files, Format
from dataengine.exporting.source import Source


def readme(
    source: Source,
    format: Format,
    counts: Mapping[str, Any],
    licences: Sequence[Mapping[str, Any]],
    files: Files,
) -> str:
    """Return the page as Markdown; for the Hub it begins with what `datasets` reads."""
    front = format.front(files, [one["licence"] for one in licences])
    head = f"---\n{yaml.safe_dump(front, sort_keys=False)}---\n\n" if front else ""
    total = counts["total"]
    lines = [
        f"# {source.name}",
        "",
        f"{source.summary} Exported as {format.name}: {format.summary}.",
        "",
        "| split | examples | left out | shards |",
        "|---|---|---|---|",
        *(
            f"| {split} | {one['written']:,} | {sum(one['left_out'].values()):,} "
            f"| {one['shards']:,} |"
            for split, one in counts["splits"].items()
        ),
        "",
        "## Reading it",
        "",
        format.usage(),
        "",
        "## What is in it",
        "",
        "| | | examples |",
        "|---|---|---|",
        *(
            f"| {key} | {value} | {count:,} |"
            for key in ("task", "set", "kind", "language", "member")
            for value, count in total["tallies"].get(key, {}).items()
        ),
        "",
        "## Licences",
        "",
        "Pictures are made from works under these licences; each example's `source` names its "
        "works.",
        "",
        "| licence | examples | asks |",
        "|---|---|---|",
        *(f"| {one['licence']} | {one['examples']:,} | {one['asks']} |" for one in licences),
        "",
        "## How it was made",
        "",
        "```yaml",
        source.recipe.rstrip(),
        "```",
    ]
    return head + "\n".join(lines) + "\n"
