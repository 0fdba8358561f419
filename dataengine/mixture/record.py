"""`mixture.json`: what a finished mixture consists of. It is written last; readers go by it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dataengine.canonical import content_hash
from dataengine.errors import ShardError
from dataengine.storage import Storage

RECORD_FILE = "mixture.json"
RECORD_FORMAT = 1


@dataclass(frozen=True, slots=True)
class SplitEntry:
    """A split's file of chosen examples.

    Attributes:
        windows: its row groups.
    """

    file: str
    sha256: str
    bytes: int
    examples: int
    samples: int
    windows: int


@dataclass(frozen=True, slots=True)
class DatasetEntry:
    """A dataset that examples lie in.

    Attributes:
        path: from the mixture's folder, or an absolute path or URL.
        manifest: sha256 of its manifest, which carries the hashes of all its shards.
        recipe: name and hash of the recipe that it was made by.
        samples: how many it has, in the parts that are drawn from.
    """

    path: str
    manifest: str
    recipe: str
    samples: int


@dataclass(frozen=True, slots=True)
class Record:
    """A finished mixture.

    Attributes:
        plan: hash of its plan.
        mixture: its settings, every default filled in.
        splits: `train` and the held-out ones.
        members: member -> "wanted", "available", "drawn" (samples), "repeated" (drawn more than
            once), "left_out" (reason -> samples that it might not draw).
        report: split -> dimension ("member", "kind", "language", "task", "licence") -> examples.
        overlap: what was found of duplicates and benchmarks, as far as it was asked for.
    """

    format: int
    name: str
    seed: int
    engine: str
    plan: str
    mixture: Mapping[str, Any]
    datasets: Mapping[str, DatasetEntry]
    splits: Mapping[str, SplitEntry]
    members: Mapping[str, Mapping[str, Any]]
    report: Mapping[str, Mapping[str, Mapping[str, int]]]
    overlap: Mapping[str, Any]

    @property
    def hash(self) -> str:
        """The sha256 that `mixture.json` carries."""
        return content_hash(dataclasses.asdict(self))


def save_record(storage: Storage, record: Record) -> None:
    """Write `mixture.json`; from here on the mixture is finished."""
    body = dataclasses.asdict(record)
    text = json.dumps({"mixture": body, "hash": content_hash(body)}, indent=1, ensure_ascii=False)
    storage.write_text(RECORD_FILE, text + "\n")


def load_record(storage: Storage) -> Record:
    """Read `mixture.json` back.

    Raises:
        ShardError: there is none, or it is damaged or of another format.
    """
    path = storage.path(RECORD_FILE)
    try:
        data = json.loads(storage.read_bytes(RECORD_FILE))
        body: dict[str, Any] = data["mixture"]
        if content_hash(body) != data["hash"]:
            raise ShardError(f"{path} was changed after it was written; run `dataengine mix` again")
        if body["format"] != RECORD_FORMAT:
            raise ShardError(
                f"{path} has format {body['format']}, this dataengine reads {RECORD_FORMAT}; run "
                "`dataengine mix` again"
            )
        datasets = {name: DatasetEntry(**one) for name, one in body["datasets"].items()}
        splits = {name: SplitEntry(**one) for name, one in body["splits"].items()}
        return Record(**{**body, "datasets": datasets, "splits": splits})
    except FileNotFoundError as error:
        raise ShardError(f"{path} is not there: run `dataengine mix` first") from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ShardError(f"{path} is damaged; remove it and run `dataengine mix` again") from error
