"""What an export is an export of; a folder holds one, and going on with another is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dataengine.canonical import content_hash
from dataengine.errors import ConfigError, ShardError
from dataengine.storage import LOCK, PARTIAL, Storage

IDENTITY_FILE = "export_plan.json"


@dataclass(frozen=True, slots=True)
class Identity:
    """All that an export's bytes depend on.

    Attributes:
        source: hash of the dataset or mixture, its view and seed.
        limit: examples of each split at most.
    """

    format: str
    options: Mapping[str, Any]
    source: str
    name: str
    splits: tuple[str, ...]
    limit: int | None
    engine: str

    @property
    def hash(self) -> str:
        """What the export is known by."""
        return content_hash(asdict(self))


def claim(storage: Storage, identity: Identity) -> None:
    """Take a folder for an export: an empty one, or one that holds the same export.

    Raises:
        ConfigError: it holds another export, or something else.
        ShardError: what it says of its export is damaged.
    """
    mine = json.loads(json.dumps(asdict(identity)))
    try:
        held = json.loads(storage.read_bytes(IDENTITY_FILE))
    except FileNotFoundError:
        found = [name for name in storage.names("") if not _is_ours(name)]
        if found:
            raise ConfigError(
                f"{storage.url} is not empty ({found[0]} is there); choose another folder"
            ) from None
        storage.write_text(IDENTITY_FILE, json.dumps(mine, indent=1, ensure_ascii=False) + "\n")
        return
    except ValueError as error:
        raise ShardError(f"{storage.path(IDENTITY_FILE)} is damaged; choose another folder") from (
            error
        )
    if held != mine:
        keys = sorted({*mine, *held}, key=str)
        other = next(key for key in keys if held.get(key) != mine.get(key))
        raise ConfigError(
            f"{storage.url} holds another export: its {other} is {held.get(other)!r}, not "
            f"{mine.get(other)!r}; choose another folder"
        )


def _is_ours(name: str) -> bool:
    return name == LOCK or name.startswith(f"{PARTIAL}/")
