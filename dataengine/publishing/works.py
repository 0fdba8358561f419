"""The works that samples were made from: gathered, judged by licence, and listed for attribution.

Memory: about 150 bytes for each work, as Arrow columns; a million photographs take 150 MB.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Iterator

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dataengine.licences import rule_of
from dataengine.publishing.files import Check, PublishedFile
from dataengine.sample import works_of

SOURCES_FILE = "sources.parquet"
KEYS = ("corpus", "item", "url", "licence")
SCHEMA = pa.schema([*((name, pa.string()) for name in KEYS), ("samples", pa.int64())])


def works_table(rows: Iterable[pa.RecordBatch]) -> pa.Table:
    """Return one row per work: corpus, item, url, licence and how many samples came from it.

    Args:
        rows: batches with the `source` column.
    """
    tables = [_counted(_works(batch)) for batch in rows]
    if not tables:
        return SCHEMA.empty_table()
    total = pa.concat_tables(tables).group_by([*KEYS]).aggregate([("samples", "sum")])
    named = total.rename_columns([*KEYS, "samples"]).select(SCHEMA.names).cast(SCHEMA)
    return named.sort_by([(name, "ascending") for name in KEYS])


def _works(batch: pa.RecordBatch) -> pa.Table:
    works = list(_each(batch))
    columns = zip(*works, strict=True) if works else ([] for _ in KEYS)
    arrays = (pa.array(values, pa.string()) for values in columns)
    return pa.table(dict(zip(KEYS, arrays, strict=True)))


def _each(batch: pa.RecordBatch) -> Iterator[tuple[str, ...]]:
    for text in batch.column("source").to_pylist():
        # A sample that uses a work twice is one sample of it; a drawn one may use none.
        works = (
            tuple(str(work.get(name) or "") for name in KEYS)
            for work in works_of(orjson.loads(text))
        )
        yield from dict.fromkeys(work for work in works if any(work))


def _counted(works: pa.Table) -> pa.Table:
    counted = works.group_by([*KEYS]).aggregate([([], "count_all")])
    return counted.rename_columns(
        ["samples" if name == "count_all" else name for name in counted.column_names]
    ).select(SCHEMA.names)


def sources_file(works: pa.Table) -> PublishedFile:
    """Return the list of works as a file."""
    sink = io.BytesIO()
    pq.write_table(works, sink, compression="zstd")
    return PublishedFile.made(SOURCES_FILE, sink.getvalue())


def licence_check(works: pa.Table, allowed: Collection[str]) -> Check:
    """Judge every licence of a source.

    Args:
        allowed: licences that the publisher lets through by name; "" or "unknown" for works of
            which no licence is known.
    """
    through = {"" if name.strip().lower() == "unknown" else name for name in allowed}
    faults, passed = [], []
    for licence, count, corpora in _by_licence(works):
        rule = rule_of(licence)
        shown = licence or "unknown"
        if rule.allowed or licence in through:
            note = rule.kind if rule.allowed else f"{rule.kind}, let through by name"
            passed.append(f"{shown} ({note}): {count:,}")
        else:
            faults.append(f"{shown}: {count:,} works of {', '.join(corpora)}: {rule.asks}")
    return Check(
        "licences",
        faults,
        f"works by licence: {'; '.join(passed) or 'none'}",
        "leave these works out, or let a licence through by its exact name, which the card will "
        'say: --allow-licence "NAME"',
    )


def overridden(works: pa.Table, allowed: Collection[str]) -> list[str]:
    """Return the licences that pass only because they were named."""
    through = {"" if name.strip().lower() == "unknown" else name for name in allowed}
    refused = (name for name, _, _ in _by_licence(works) if not rule_of(name).allowed)
    return [name or "unknown" for name in refused if name in through]


def _by_licence(works: pa.Table) -> Iterator[tuple[str, int, list[str]]]:
    """Yield licence, works and corpora (the first few), in order of name."""
    for licence in sorted(pc.unique(works.column("licence")).to_pylist()):
        chosen = works.filter(pc.equal(works.column("licence"), licence))
        corpora = sorted(pc.unique(chosen.column("corpus")).to_pylist())
        yield licence, len(chosen), [name or "(no name)" for name in corpora[:5]]
