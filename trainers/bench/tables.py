"""Tables of figures as people read them on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from trainers.bench.data import Parts, Speed
from trainers.bench.demand import Demand
from trainers.bench.steps import StepRow


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table whose first column stands left and whose others stand right."""
    lines = [columns, *rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(columns))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def data_tables(parts: Parts, speeds: Sequence[Speed], wanted: Sequence[Demand]) -> str:
    """Return what a stream gives, what its parts take, and what models would take of it."""
    took = table(
        ("CPU ms per example, one core", "reading", "pictures", "tokens", "batches", "together"),
        [("", *(f"{one:.3f}" for one in (
            parts.reading, parts.pictures, parts.tokens, parts.batches, parts.together
        )))],
    )  # fmt: skip
    devices = [f"{one.stage} {one.device}" for one in wanted]
    given = table(
        ("prepared by", "pictures/s", "tokens/s", "own ms", *devices),
        [
            (
                f"{one.workers} {one.by}", f"{one.images_per_s:,.0f}", f"{one.tokens_per_s:,.0f}",
                f"{one.own_ms:.2f}",
                *(f"{one.images_per_s / need.images_per_s:.1%}" for need in wanted),
            )
            for one in speeds
        ]
        + [("needed", *[""] * 3, *(f"{one.images_per_s:,.0f}/s" for one in wanted))],
    )  # fmt: skip
    return f"{took}\n\n{given}"


def step_table(rows: Sequence[StepRow]) -> str:
    """Return what steps gave; what failed has its reason."""
    return table(
        ("step", "micro-batch", "images/s", "ms", "MFU", "peak MB", "start s", "loss"),
        [
            (
                one.variant, str(one.micro_batch), *(
                    (
                        f"{one.images_per_s:,.2f}", f"{one.step_ms:,.0f}",
                        "" if one.mfu is None else f"{one.mfu:.1%}",
                        "" if one.peak_memory_mb is None else f"{one.peak_memory_mb:,.0f}",
                        f"{one.start_s:.1f}", f"{one.loss:.3f}",
                    )
                    if not one.error
                    else (one.error, *[""] * 5)
                ),
            )
            for one in rows
        ],
    )  # fmt: skip
