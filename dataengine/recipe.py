"""Recipes: which parts a dataset has, from which corpora, how many, and with which seed.

Unknown keys are refused with their path and the nearest known name. `content_hash` covers what the
bytes of the dataset depend on; where the corpora lie on this machine, how long a unit may take and
how large the gallery is are not part of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator

from dataengine.canonical import canonical_json, content_hash
from dataengine.documents import Interval
from dataengine.errors import ConfigError
from dataengine.registry import get_pipeline
from dataengine.settings import Settings
from dataengine.settings_errors import explain

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]*")


class CorpusSpec(Settings):
    """A corpus: where it lies and what its owner says of it."""

    path: str = Field(
        description="folder, file, glob, archive, list file (.txt), fsspec URL or bundled:NAME"
    )
    name: str = Field("", description="name in the dataset; by default the path's last part")
    language: str = Field("", description="language claimed: en, zh, mixed; checked page by page")
    licence: str = Field("", description="SPDX identifier where no corpus.yaml says otherwise")
    url: str = Field("", description="where it was fetched from")
    files: tuple[str, ...] = Field(
        (), description="folders or archives where files that its items name lie, too"
    )


class Part(Settings):
    """One kind of sample in a dataset; its key is its name on the Hub (the `config`)."""

    pipeline: str
    corpora: tuple[CorpusSpec, ...] = ()
    samples: int | None = Field(
        None,
        ge=1,
        description="generated kinds: exactly so many samples; found kinds: so many units, drawn "
        "at random from the corpora; null: every unit",
    )
    split: str = "train"
    documents: Interval | None = Field(
        None,
        description="[low, high): only source documents whose place between 0 and 1 lies there "
        "(`dataengine.documents`), so that parts can be made of documents held out from others",
    )
    options: Mapping[str, Any] = Field(default_factory=dict)

    @property
    def paths(self) -> dict[str, str]:
        """Corpus -> its path."""
        return {corpus.name: corpus.path for corpus in self.corpora}

    @property
    def files(self) -> dict[str, tuple[str, ...]]:
        """Corpus -> where files that its items name lie, too."""
        return {corpus.name: corpus.files for corpus in self.corpora if corpus.files}

    @field_validator("corpora", mode="before")
    @classmethod
    def _accept_plain_paths(cls, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return value
        return [{"path": one} if isinstance(one, str) else one for one in value]

    @field_validator("documents")
    @classmethod
    def _check_documents(cls, value: Interval | None) -> Interval | None:
        if value is not None and not 0 <= value[0] < value[1] <= 1:
            raise ValueError("documents are [low, high) with 0 <= low < high <= 1")
        return value

    @field_validator("split")
    @classmethod
    def _check_split(cls, value: str) -> str:
        if not re.fullmatch(r"[a-z0-9_]+", value):
            raise ValueError("a split's name is made of a-z, 0-9 and _")
        return value


class Shards(Settings):
    """How units are cut into shards; never depends on the number of workers."""

    rows: int = Field(2500, ge=1, description="units per shard: some 250 MB of page images")
    at_least: int = Field(16, ge=1, description="cut small jobs finer, so that workers share them")
    min_rows: int = Field(50, ge=1, description="but no finer than this")
    row_group_rows: int = Field(100, ge=1, description="rows per Parquet row group")
    row_group_mb: int = Field(32, ge=1, description="MiB per row group, before it is closed early")


class Limits(Settings):
    """How much a unit, a worker and a run may cost; not part of what the bytes depend on."""

    unit_cpu_s: float = Field(20, gt=0, description="CPU seconds per unit, held by the kernel")
    unit_wall_s: float = Field(120, gt=0, description="wall-clock seconds per unit")
    memory_mb: int = Field(2000, ge=100, description="memory that a worker may add, MiB")
    units_per_worker: int = Field(5000, ge=1, description="units before a worker is replaced")
    item_mb: int = Field(256, ge=1, description="largest corpus file or archive member, MiB")
    item_units: int = Field(100_000, ge=1, description="most units that an item may claim to hold")
    max_failed_share: float = Field(
        0.5, ge=0, le=1, description="share of crash, timeout, memory, error that fails a shard"
    )
    max_rejected_share: float = Field(
        1.0, ge=0, le=1, description="share of all rejections that fails a shard"
    )
    min_counted: int = Field(20, ge=1, description="rejections before the two shares are looked at")
    max_failed_shards: int = Field(3, ge=1, description="failed shards in a row that stop the run")


class Gallery(Settings):
    """How much the gallery shows."""

    samples: int = Field(200, ge=0, description="samples, spread over all shards")
    rejections: int = Field(200, ge=0, description="rejections, spread over all reasons")
    previews_per_reason: int = Field(
        8, ge=0, description="pictures of rejected units kept per reason and shard"
    )


class Recipe(Settings):
    """A dataset, as a user describes it."""

    name: str
    seed: int = Field(0, ge=0, lt=2**63)
    parts: dict[str, Part] = Field(min_length=1)
    near_duplicates: float | None = Field(
        0.9,
        gt=0,
        le=1,
        description="reject a unit whose text is at least this similar to an earlier one of its "
        "shard; the same across shards is listed by finalize; null: keep all",
    )
    shards: Shards = Shards()
    limits: Limits = Limits()
    gallery: Gallery = Gallery()

    @field_validator("name")
    @classmethod
    def _check_name(cls, value: str) -> str:
        if not _SLUG.fullmatch(value):
            raise ValueError("a recipe's name is made of a-z, 0-9, - and _")
        return value

    @field_validator("parts")
    @classmethod
    def _check_part_names(cls, value: dict[str, Part]) -> dict[str, Part]:
        for name in value:
            if not _SLUG.fullmatch(name):
                raise ValueError(f"the part name {name!r} must be made of a-z, 0-9, - and _")
        return value

    def dump(self) -> dict[str, Any]:
        """Return the recipe as plain data."""
        return self.model_dump(mode="json")

    def content(self) -> dict[str, Any]:
        """Return what the dataset's bytes depend on, apart from the corpora's contents."""
        data = self.dump()
        del data["limits"]
        for key in ("samples", "rejections"):
            del data["gallery"][key]
        for part in data["parts"].values():
            if part["documents"] is None:
                del part["documents"]
            for corpus in part["corpora"]:
                del corpus["path"], corpus["files"]
        return data

    def content_hash(self) -> str:
        """Return the sha256 of `content`."""
        return content_hash(self.content())

    @property
    def label(self) -> str:
        """Name and short hash, as written into every row."""
        return f"{self.name}@{self.content_hash()[:12]}"


def resolve(data: Mapping[str, Any], origin: str) -> Recipe:
    """Validate plain data, fill in every default, and name the corpora apart.

    Raises:
        ConfigError: as `load_recipe`; `origin` names the source in its message.
    """
    try:
        recipe = Recipe.model_validate(data)
    except ValidationError as error:
        raise ConfigError(explain(error, Recipe, origin)) from error
    parts = {name: _resolve_part(name, part, origin) for name, part in recipe.parts.items()}
    resolved = recipe.model_copy(update={"parts": parts})
    try:
        canonical_json(resolved.dump())
    except ValueError as error:
        raise ConfigError(
            f"{origin}: a value cannot be written as JSON ({error}); names must be UTF-8"
        ) from error
    return resolved


def _resolve_part(name: str, part: Part, origin: str) -> Part:
    pipeline = get_pipeline(part.pipeline)
    try:
        options = pipeline.Options.model_validate(dict(part.options))
        canonical_json(options.model_dump())
    except ValidationError as error:
        prefix = ("parts", name, "options")
        raise ConfigError(explain(error, pipeline.Options, origin, prefix)) from error
    except ValueError as error:  # .nan and .inf, which JSON would silently make null
        raise ConfigError(f"{origin}: parts.{name}.options: {error}") from error
    if (pipeline.promise == "found" or pipeline.material) and not part.corpora:
        raise ConfigError(
            f"{origin}: parts.{name}.corpora is empty, and {part.pipeline} needs a corpus; "
            "name one there or with --corpus FOLDER"
        )
    if part.documents and pipeline.promise == "generated" and not pipeline.material:
        raise ConfigError(
            f"{origin}: parts.{name}.documents is set, and {part.pipeline} draws from no documents"
        )
    if pipeline.promise == "generated" and part.samples is None:
        raise ConfigError(
            f"{origin}: parts.{name}.samples is not set, and {part.pipeline} makes as many samples "
            "as it is asked for; set it there or with --samples N"
        )
    return part.model_copy(
        update={"options": options.model_dump(mode="json"), "corpora": _name_corpora(part.corpora)}
    )


def _name_corpora(corpora: tuple[CorpusSpec, ...]) -> tuple[CorpusSpec, ...]:
    taken: set[str] = set()
    named = []
    for corpus in corpora:
        stem = corpus.name or Path(corpus.path.rstrip("/").split(":")[-1]).name or "corpus"
        name, count = stem, 1
        while name in taken:
            count += 1
            name = f"{stem}-{count}"
        taken.add(name)
        named.append(corpus.model_copy(update={"name": name}))
    return tuple(named)
