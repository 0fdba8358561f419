"""What is checked before anything is sent: limits of the Hub, paths of this machine, the card.

Limits: hub-docs `storage-limits.md` (files per folder and repository, size of a file) and the
viewer's largest row group, of which `dataengine validate` knows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dataengine.card import CardFacts, front_matter
from dataengine.publishing.files import Check, PublishedFile

MAX_FILE_BYTES = 50 * 10**9
MAX_FOLDER_FILES = 10_000
MAX_FILES = 100_000
TEXT_SUFFIXES = (".md", ".json", ".yaml", ".txt", ".html", ".js", ".css", "LICENSE")
TEXT_COLUMNS = ("source", "proof", "recipe", "template", "targets", "detail", "details")
CONTENT_COLUMNS = ("targets", "details")
CONTENT_FILES = (".html", ".js", "README.md")
"""What shows documents: a page may speak of /home, so only this machine's own paths count there."""

# The usual roots of files on a disk, at the start of a JSON or YAML value or after a blank.
_LOCAL_PATH = (
    r"""(^|[\s"'(=>])(file:/|/(home|root|tmp|mnt|srv|var|opt|media|scratch|Users|Volumes)/"""
    r"""|[A-Za-z]:\\\\?(Users|Documents|Temp|Windows)\b)"""
)
_FOUND = re.compile(_LOCAL_PATH)
_SHOWN = 5


def limit_check(files: Sequence[PublishedFile]) -> Check:
    """Compare sizes and numbers of files with the Hub's limits."""
    faults = [
        f"{file.name} has {file.size / 1e9:.1f} GB; files stay below {MAX_FILE_BYTES / 1e9:.0f} GB"
        for file in files
        if file.size >= MAX_FILE_BYTES
    ]
    folders = Counter(str(PurePosixPath(file.name).parent) for file in files)
    faults += [
        f"the folder {name} has {count:,} files; the Hub wants fewer than {MAX_FOLDER_FILES:,}"
        for name, count in folders.items()
        if count >= MAX_FOLDER_FILES
    ]
    if len(files) >= MAX_FILES:
        faults.append(f"{len(files):,} files; the Hub wants fewer than {MAX_FILES:,}")
    names = Counter(file.name for file in files)
    faults += [f"{name} would be sent twice" for name, count in names.items() if count > 1]
    total = sum(file.size for file in files)
    return Check(
        "limits of the Hub",
        faults,
        f"{len(files):,} files, {total / 1e6:,.1f} MB, the largest folder has "
        f"{max(folders.values(), default=0):,} files",
        "make larger shards (`shards.rows` of the recipe), or fewer extras (--with)",
    )


def path_check(
    files: Iterable[PublishedFile], batches: Iterable[pa.RecordBatch], private: Sequence[str]
) -> Check:
    """Look for paths of this machine in texts and in the text columns of the rows.

    Args:
        batches: rows with (some of) `TEXT_COLUMNS`.
        private: texts that must not occur at all: where the dataset and its corpora lie.
    """
    faults: list[str] = []
    texts = 0
    for file in files:
        if file.name.endswith(TEXT_SUFFIXES):
            texts += 1
            text = file.read().decode("utf-8", "replace")
            found = next((one for one in private if one in text), None)
            match = None if file.name.endswith(CONTENT_FILES) else _FOUND.search(text)
            if found or match:
                faults.append(f"{file.name} holds {found or match[0].strip()!r}")  # type: ignore[index]
    rows = 0
    for batch in batches:
        rows += len(batch)
        if len(faults) < _SHOWN:
            faults += _row_faults(batch, private)
    return Check(
        "no paths of this machine",
        faults[:_SHOWN],
        f"{texts} texts and {rows:,} rows looked through for {len(private)} paths",
        "name corpora by `name` and items by relative names, then render again; a path in "
        "`options` is cut to its last part",
    )


def _row_faults(batch: pa.RecordBatch, private: Sequence[str]) -> list[str]:
    faults = []
    for name in TEXT_COLUMNS:
        if name not in batch.schema.names:
            continue
        column = batch.column(name)
        hits = [pc.match_substring(column, text) for text in private]
        if name not in CONTENT_COLUMNS:
            hits.append(pc.match_substring_regex(column, _LOCAL_PATH))
        for hit in hits:
            place = pc.index(hit.fill_null(False), True).as_py()
            if place >= 0:
                which = batch.column("id")[place].as_py() if "id" in batch.schema.names else place
                faults.append(f"column {name} of {which} holds a path of a machine")
                break
    return faults


def card_check(card: str, facts: CardFacts, files: Sequence[PublishedFile]) -> Check:
    """Check that the card can be read by the Hub's own classes, and names each data file once."""
    faults: list[str] = []
    front = front_matter(facts)
    try:
        read = _read_card(card)
    except (ValueError, TypeError) as error:
        faults.append(f"the Hub's library cannot read its front matter: {error}")
    else:
        faults += [
            f"the Hub's library reads {key!r} as {read.get(key)!r}, not {value!r}"
            for key, value in front.items()
            if read.get(key) != value
        ]
    patterns = [entry["path"] for config in front["configs"] for entry in config["data_files"]]
    data = [file.name for file in files if file.name.startswith("data/")]
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in data):
            faults.append(f"no file is called {pattern}")
    for name in data:
        matching = sum(fnmatchcase(name, pattern) for pattern in patterns)
        if matching != 1:
            faults.append(f"{name} belongs to {matching} configs of the card")
    return Check(
        "dataset card",
        faults,
        f"{len(front['configs'])} configs, {len(card.encode()):,} bytes",
        "rename the parts that clash",
    )


def _read_card(card: str) -> dict[str, Any]:
    from huggingface_hub import DatasetCard

    data: dict[str, Any] = DatasetCard(card).data.to_dict()  # type: ignore[no-untyped-call]
    return data
