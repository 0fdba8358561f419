"""A mixture that was exported in Hub layout, as something that can be published.

Such a folder holds `data/CONFIG/SPLIT-*.parquet` and `export.json`, an `ExportManifest`:

    {"format": "hub", "version": 1, "name": "...", "summary": "...", "engine": "0.1.0",
     "hash": "what the export was made from", "seed": 7, "recipe": "YAML text of the mixture",
     "files": [{"name": "data/all/train-00000-of-00001.parquet", "config": "all",
                "split": "train", "rows": 10, "bytes": 1, "sha256": "..."}]}

Rows have `id`, `image`, `source` (JSON, as in a dataset), `messages` (role and content), and where
known `language`, `kind` and `task`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import Field, ValidationError

from dataengine.card import CardFacts, ColumnFacts, ConfigFacts
from dataengine.card_facts import GATHERED_COLUMNS, RowFacts
from dataengine.errors import ConfigError, ShardError
from dataengine.publishing.files import PublishedFile
from dataengine.reader import read_batches
from dataengine.receipt import StoredFile
from dataengine.schema import SAMPLE_COLUMNS, SCHEMA_VERSION
from dataengine.settings import Settings
from dataengine.storage import Storage
from dataengine.validate import GROUP_BYTES_LIMIT

EXPORT_FILE = "export.json"
COLUMNS = ("language", "kind", "task", "messages.list.element.role")
MEANINGS = {
    "id": "unique in this export, and stable",
    "messages": "the conversation: role and content; the picture stands before the first message",
    "task": "what is asked for",
    "prompt_language": "language of the request",
    "sample": "id of the sample in its dataset",
    "member": "member of the mixture that gave it",
    "degraded": "JSON: what was done to the picture",
    "details": "JSON: which wording was drawn, which region, and what else the request hung on",
}


class ExportedFile(Settings):
    """A Parquet file of an export; `name` is `data/CONFIG/SPLIT-….parquet`."""

    name: str
    config: str
    split: str
    rows: int = Field(ge=0)
    bytes: int = Field(ge=0)
    sha256: str

    @property
    def stored(self) -> StoredFile:
        """The file as the reader takes it."""
        return StoredFile(self.name, self.rows, self.bytes, self.sha256)


class ExportManifest(Settings):
    """What an export consists of."""

    format: str = Field(pattern="^hub$")
    version: int = Field(ge=1, le=1)
    name: str
    hash: str
    seed: int
    engine: str
    recipe: str
    files: tuple[ExportedFile, ...]
    summary: str = ""


class ExportFolder:
    """An export of `dataengine export --format hub`.

    Raises:
        ConfigError: the folder is not on this machine's disk.
        ShardError: `export.json` is damaged, or names files outside `data/`.
    """

    def __init__(self, storage: Storage) -> None:
        if not storage.is_local:
            raise ConfigError(
                f"{storage.url} is not on this machine's disk; copy the export to one first"
            )
        self._storage = storage
        try:
            text = storage.read_bytes(EXPORT_FILE)
            self._manifest = ExportManifest.model_validate_json(text)
        except ValidationError as error:
            raise ShardError(
                f"{storage.path(EXPORT_FILE)} is damaged; run `dataengine export` again: {error}"
            ) from error
        for file in self._manifest.files:
            pattern = f"data/{file.config}/{file.split}-*.parquet"
            parts = PurePosixPath(file.name).parts
            if ".." in parts or not PurePosixPath(file.name).match(pattern) or len(parts) != 3:
                raise ShardError(f"{EXPORT_FILE} names {file.name!r}, which is not {pattern}")

    def facts(self) -> CardFacts:
        """Return what the card says of the export, told from its rows."""
        gathered = RowFacts()
        languages: Counter[str] = Counter()
        kinds: Counter[str] = Counter()
        for config, batch in self.rows([*GATHERED_COLUMNS, *COLUMNS]):
            gathered.add(config, batch)
            for name, counts in (("language", languages), ("kind", kinds)):
                if name in batch.schema.names:
                    counts.update(batch.column(name).to_pylist())
        manifest = self._manifest
        return CardFacts(
            title=manifest.name,
            summary=manifest.summary,
            configs=[
                ConfigFacts(
                    config,
                    splits,
                    targets=gathered.targets(config),
                    levels=gathered.levels(config),
                    tasks=gathered.tasks(config),
                )
                for config, splits in self._splits().items()
            ],
            by_language=dict(languages.most_common()),
            by_kind=dict(kinds.most_common()),
            sources=gathered.sources(),
            columns=self._columns(),
            scores=gathered.scores(),
            recipe=manifest.recipe,
            plan_hash=manifest.hash,
            seed=manifest.seed,
            engine_version=manifest.engine,
            schema_version=SCHEMA_VERSION,
            works=gathered.works(),
            made_by="mixture",
        )

    def files(self) -> list[PublishedFile]:
        """Return the data files, then `export.json`."""
        local = self._storage.local_path
        data = [
            PublishedFile(file.name, file.bytes, file.sha256, local(file.name))
            for file in self._manifest.files
        ]
        return [*data, PublishedFile.stored(EXPORT_FILE, local(EXPORT_FILE))]

    def faults(self, seen: Callable[[str], None]) -> list[str]:
        """Return which files are missing, changed or of no use to the Hub's viewer."""
        faults = []
        for file in self._manifest.files:
            seen(file.name)
            path = self._storage.local_path(file.name)
            if not path.is_file():
                faults.append(f"{path} is missing")
                continue
            found = PublishedFile.stored(file.name, path)
            if (found.size, found.sha256) != (file.bytes, file.sha256):
                faults.append(f"{path} was changed after it was exported")
            else:
                faults += _parquet_faults(file, path)
        known = {file.name for file in self._manifest.files}
        found_names = self._storage.names("data", ".parquet")
        return [*faults, *(f"{n} is not in {EXPORT_FILE}" for n in found_names if n not in known)]

    def rows(self, columns: Sequence[str]) -> Iterator[tuple[str, pa.RecordBatch]]:
        """Yield config and rows, file by file."""
        for file in self._manifest.files:
            for batch in read_batches(self._storage, file.stored, list(columns)):
                yield file.config, batch

    def first_rows(self, columns: Sequence[str]) -> Iterator[tuple[str, pa.RecordBatch]]:
        """Yield the first row group of each config."""
        filled = [file for file in self._manifest.files if file.rows]
        first = {file.config: file.stored for file in reversed(filled)}
        for config in self._splits():
            if config in first:
                yield config, next(read_batches(self._storage, first[config], list(columns)))

    def other_rows(self, columns: Sequence[str]) -> Iterator[tuple[str, pa.RecordBatch]]:
        """Yield nothing: an export holds samples only."""
        yield from ()

    def private_texts(self) -> list[str]:
        """Return where the export lies."""
        folder = self._storage.local_path()
        texts = {str(folder), str(folder.resolve()), str(Path.home())}
        return sorted(text for text in texts if len(text) > len("/root"))

    def _splits(self) -> dict[str, Counter[str]]:
        splits: dict[str, Counter[str]] = {}
        for file in self._manifest.files:
            splits.setdefault(file.config, Counter())[file.split] += file.rows
        return splits

    def _columns(self) -> list[ColumnFacts]:
        """Return the columns of the first file, with the meanings that are known."""
        for file in self._manifest.files[:1]:
            schema = pq.read_schema(self._storage.local_path(file.name))
            known = {name: meaning for name, (_, meaning) in SAMPLE_COLUMNS.items()} | MEANINGS
            return [ColumnFacts(one.name, str(one.type), known.get(one.name, "")) for one in schema]
        return []


def _parquet_faults(file: ExportedFile, path: Path) -> list[str]:
    try:
        with pq.ParquetFile(path) as opened:
            metadata = opened.metadata
            if metadata.num_rows != file.rows:
                return [f"{path} has {metadata.num_rows} rows, {EXPORT_FILE} says {file.rows}"]
            if "source" not in opened.schema_arrow.names:
                return [f"{path} has no column `source`, so nobody can tell its licences"]
            return [
                f"{file.name}: row group {group} has {size >> 20} MiB"
                for group in range(metadata.num_row_groups)
                if (size := metadata.row_group(group).total_byte_size) > GROUP_BYTES_LIMIT
            ]
    except (OSError, pa.ArrowException) as error:
        return [f"{path} cannot be read ({error})"]
