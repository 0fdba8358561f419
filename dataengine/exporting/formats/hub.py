"""The Hub's layout: Parquet of pictures and messages with the features that `datasets` reads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any, ClassVar, Literal

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import Field

from dataengine.canonical import canonical_json, file_sha256
from dataengine.exporting.format import Files, Format, Shards
from dataengine.exporting.pictures import picture
from dataengine.exporting.records import facts_of
from dataengine.exporting.settings import FormatOptions
from dataengine.exporting.writing import shard_name
from dataengine.licences import hub_licence
from dataengine.receipt import StoredFile
from dataengine.storage import Storage, storage_errors
from dataengine.views.example import Example

CONFIG = "default"
_GROUP_BYTES = 32 << 20  # of pictures: the viewer and a resuming reader fetch one group
_GROUP_ROWS = 100

_TEXT = pa.string()
_MESSAGE = pa.struct([("role", _TEXT), ("content", _TEXT)])
_COLUMNS: dict[str, tuple[pa.DataType, Any]] = {
    "id": (_TEXT, None),
    "image": (pa.struct([("bytes", pa.binary()), ("path", _TEXT)]), {"_type": "Image"}),
    "messages": (
        pa.list_(pa.field("element", _MESSAGE)),
        {
            "feature": {
                name: {"dtype": "string", "_type": "Value"} for name in ("role", "content")
            },
            "_type": "List",
        },
    ),
    "task": (_TEXT, None),
    "prompt_language": (_TEXT, None),
    "kind": (_TEXT, None),
    "language": (_TEXT, None),
    "width": (pa.int32(), None),
    "height": (pa.int32(), None),
    "sample": (_TEXT, None),
    "member": (_TEXT, None),
    "template": (_TEXT, None),
    "source": (_TEXT, None),
    "degraded": (_TEXT, None),
    "details": (_TEXT, None),
}
_JSON = ("source", "degraded", "details")


def _schema() -> pa.Schema:
    features = {
        name: feature or {"dtype": str(kind), "_type": "Value"}
        for name, (kind, feature) in _COLUMNS.items()
    }
    metadata = {"huggingface": json.dumps({"info": {"features": features}})}
    return pa.schema([(name, kind) for name, (kind, _) in _COLUMNS.items()], metadata=metadata)


SCHEMA = _schema()


class HubOptions(FormatOptions):
    """Options of the Hub's layout."""

    config_by: Literal["none", "kind", "member", "task"] = Field(
        "none", description="files of their own for each of these, which the Hub's viewer shows"
    )
    group_rows: int = Field(_GROUP_ROWS, ge=1, description="rows of a row group, at most")


class HubFormat(Format):
    """Parquet files under `data/CONFIG/`."""

    name: ClassVar[str] = "hub"
    summary: ClassVar[str] = "Parquet with images and messages, as load_dataset reads it"
    split_pattern = r"\w+(\.\w+)*"
    Options = HubOptions
    options: HubOptions

    def write(
        self, storage: Storage, split: str, number: int, examples: Iterator[Example]
    ) -> Files:
        """Write a Parquet file for each config."""
        with ExitStack() as stack:
            files: dict[str, _ParquetFile] = {}
            for example in examples:
                config = self._config(example)
                if config not in files:
                    name = f"data/{config}/{shard_name(split, number)}.parquet"
                    file = _ParquetFile(storage, name, self.options.group_rows)
                    files[config] = stack.enter_context(file)
                files[config].add(self._row(example))
            return tuple(files[config].finish() for config in sorted(files))

    def _config(self, example: Example) -> str:
        values = {
            "none": CONFIG,
            "kind": example.kind,
            "member": example.member or CONFIG,
            "task": example.conversation.task,
        }
        return re.sub(r"[^a-z0-9_-]", "_", values[self.options.config_by].lower())

    def _row(self, example: Example) -> dict[str, Any]:
        facts = facts_of(example)
        facts |= {key: canonical_json(facts[key]) for key in _JSON}
        data, suffix = picture(example, self.options.images)
        turns = example.conversation.turns
        return {
            **facts,
            "image": {"bytes": data, "path": f"{example.id}.{suffix}"},
            "messages": [{"role": turn.role, "content": turn.text} for turn in turns],
        }

    def finish(self, storage: Storage, shards: Shards) -> Files:
        """Return the Parquet files."""
        return tuple(file for of in shards.values() for one in of for file in one)

    def front(self, files: Files, licences: Sequence[str]) -> dict[str, Any]:
        """Return what the Hub reads at the head of the page: licence and configs.

        Beside a config for each value of `config_by` there is one of all files, `default`.
        """
        by_config: dict[str, dict[str, str]] = {CONFIG: {}}
        for file in files:
            _, config, name = file.name.split("/")
            split = name.rpartition("-")[0]
            place = CONFIG if self.options.config_by == "none" else "*"
            by_config[CONFIG][split] = f"data/{place}/{split}-*.parquet"
            by_config.setdefault(config, {})[split] = f"data/{config}/{split}-*.parquet"
        configs = [
            {
                "config_name": config,
                "data_files": [{"split": split, "path": path} for split, path in splits.items()],
            }
            for config, splits in by_config.items()
        ]
        names = sorted({hub_licence(one) for one in licences})
        return {"license": names[0] if len(names) == 1 else names or "unknown", "configs": configs}

    def usage(self) -> str:
        """Return how the export is read."""
        return '```python\nfrom datasets import load_dataset\nload_dataset("FOLDER")\n```'


class _ParquetFile:
    """A Parquet file that is written group by group; dropped unless it is finished."""

    def __init__(self, storage: Storage, name: str, group_rows: int) -> None:
        self._storage, self._name, self._group_rows = storage, name, group_rows
        self._group: list[dict[str, Any]] = []
        self._bytes = self._rows = 0
        self._stack = ExitStack()

    def __enter__(self) -> _ParquetFile:
        self._path = self._stack.enter_context(self._storage.scratch(self._name))
        with storage_errors(self._path):
            self._writer = self._stack.enter_context(_writer(self._path))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def add(self, row: dict[str, Any]) -> None:
        """Add a row; a full group goes to disk."""
        size = len(row["image"]["bytes"])
        if len(self._group) == self._group_rows or self._bytes + size > _GROUP_BYTES:
            self._flush()
        self._group.append(row)
        self._bytes += size

    def finish(self) -> StoredFile:
        """Close and publish the file."""
        self._flush()
        with storage_errors(self._path):
            self._writer.close()
        size = self._path.stat().st_size
        stored = StoredFile(self._name, self._rows, size, file_sha256(self._path))
        self._storage.publish(self._path, self._name)
        return stored

    def _flush(self) -> None:
        if self._group:
            with storage_errors(self._path):
                self._writer.write_table(pa.Table.from_pylist(self._group, SCHEMA))
            self._rows += len(self._group)
            self._group, self._bytes = [], 0


def _writer(path: Any) -> pq.ParquetWriter:
    texts = [name for name in SCHEMA.names if name not in ("image", "messages")]
    compressed = [*texts, "image.path"]
    compressed += [f"messages.list.element.{name}" for name in ("role", "content")]
    return pq.ParquetWriter(
        path,
        SCHEMA,
        compression=dict.fromkeys(compressed, "zstd") | {"image.bytes": "none"},
        use_dictionary=compressed,
        write_statistics=compressed,
        write_page_index=True,
        use_content_defined_chunking=True,
    )


FORMAT = HubFormat
