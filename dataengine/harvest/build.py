"""Makes the material of a part: harvests what is new, merges, and keeps the result in the cache."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataengine.canonical import content_hash, file_sha256
from dataengine.corpus.index import cache_folder, index_setup, reading_options
from dataengine.documents import Interval
from dataengine.errors import StorageError
from dataengine.harvest.chunk_file import load_facts
from dataengine.harvest.chunks import cut_chunks, harvest_key
from dataengine.harvest.harvesting import chunk_path, harvest_chunks
from dataengine.harvest.leftovers import sharing
from dataengine.harvest.merging import Source, merge
from dataengine.harvest.report import Counts
from dataengine.material import MATERIAL_FORMAT
from dataengine.pipeline import Pipeline
from dataengine.recipe import Limits, Part
from dataengine.storage import Storage


@dataclass(frozen=True, slots=True)
class MaterialReport:
    """What making material came to.

    Attributes:
        path: the material file in the cache.
        works: works that were harvested, now or earlier; of them those that `Part.documents` keeps.
        groups: pieces by group, duplicates left out.
        reused: works that were harvested earlier, whether they are kept or not.
        facts: all counts, as in the report beside the file.
    """

    path: Path
    sha256: str
    works: int
    groups: Mapping[str, int]
    reused: int
    facts: Mapping[str, Any]

    @property
    def pieces(self) -> int:
        """Pieces of all groups."""
        return sum(self.groups.values())


def build_material(
    name: str,
    part: Part,
    pipeline: Pipeline,
    *,
    index: Path,
    limits: Limits,
    workers: int,
    seen: Callable[[int], None] = lambda works: None,
) -> MaterialReport:
    """Harvest the works of an index and return the material that they give.

    Args:
        index: as from `build_index`.
        seen: called with the number of works done, now and then.

    Raises:
        CorpusChanged: a work is no longer the one that was indexed.
        StorageError: the cache cannot be written, or is damaged.
        ToolMissing, WorkerError: no work can be harvested.
    """
    options = pipeline.Options.model_validate(dict(part.options))
    key = harvest_key(
        pipeline.name,
        pipeline.version,
        reading_options(part, pipeline),
        pipeline.requirements(options).versions,
    )
    cache = Storage(cache_folder() / "harvest")
    folder = cache.local_path()
    setup = index_setup(name, part, pipeline, limits)
    digests = []
    works = reused = 0
    try:
        with sharing(cache):
            for chunk in harvest_chunks(index, key, setup, workers, folder):
                digests.append(chunk.digest)
                works += chunk.works
                reused += chunk.works * chunk.reused
                seen(works)
            path, facts = _merged(pipeline.name, index, key, folder, digests, part.documents)
    except StorageError as error:
        remedy = "material is made there; set DATAENGINE_CACHE to choose another folder"
        raise StorageError(f"{error}; {remedy}") from error
    if part.documents:
        works = facts["works"]
    return MaterialReport(path, facts["sha256"], works, facts["groups"], reused, facts)


def _merged(
    pipeline: str,
    index: Path,
    key: str,
    folder: Path,
    digests: list[str],
    documents: Interval | None,
) -> tuple[Path, dict[str, Any]]:
    """Return the material file of some chunks and its report, made now or earlier."""
    cache = Storage(cache_folder() / "material")
    depends = [MATERIAL_FORMAT, digests, *([list(documents)] if documents else [])]
    stem = f"{pipeline}-{content_hash(depends)[:20]}"
    path = cache.local_path(f"{stem}.parquet")
    facts = _load_report(cache, stem)
    if facts is not None and path.is_file() and file_sha256(path) == facts["sha256"]:
        return path, facts

    def sources() -> Iterator[Source]:
        # Another job may put a new index or chunk under the same name meanwhile.
        expected = iter(digests)
        for chunk in cut_chunks(index, key):
            chunk_file = chunk_path(folder, chunk.key)
            found = load_facts(chunk_file, chunk)
            if found is None or found.digest != next(expected, ""):
                raise StorageError(_gone(chunk_file))
            yield Source(chunk_file, chunk.works, found)
        if next(expected, None):
            raise StorageError(_gone(index))

    counts = Counts()
    with sharing(cache), cache.staged(path.name) as staged:
        merge(sources, staged, staged.with_name("side.parquet"), counts, documents)
        sha256 = file_sha256(staged)
    facts = counts.as_data() | {"sha256": sha256}
    cache.write_text(f"{stem}.json", json.dumps(facts, ensure_ascii=False, indent=1) + "\n")
    return path, facts


def _load_report(cache: Storage, stem: str) -> dict[str, Any] | None:
    try:
        facts = json.loads(cache.read_bytes(f"{stem}.json"))
    except (OSError, ValueError, RecursionError):
        return None
    known = isinstance(facts, dict) and {"sha256", "groups", "refusals"} <= {*facts}
    return facts if known else None


def _gone(path: Path) -> str:
    return f"{path} was changed meanwhile, or is damaged; remove it and run again"
