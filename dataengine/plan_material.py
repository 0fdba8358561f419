"""The material of a planned part as a file on this machine, checked against the plan.

It lies in the dataset's own folder; from another machine's or a store's it is fetched once and kept
in the cache under its hash.
"""

from __future__ import annotations

import threading
from pathlib import Path

from dataengine.canonical import file_sha256
from dataengine.corpus.index import cache_folder
from dataengine.errors import PlanError
from dataengine.plan import PartPlan
from dataengine.storage import Storage

_checked: set[tuple[str, int, int, str]] = set()
"""Files that were hashed already: path, time, size, sha256. A job has many workers of one part."""
_lock = threading.Lock()


def local_material(storage: Storage, planned: PartPlan) -> str:
    """Return the local path of a part's material, or "" for kinds without.

    Raises:
        PlanError: it is missing, or was changed since it was planned.
        StorageError: it cannot be fetched.
    """
    if not planned.pieces:
        return ""
    with _lock:
        if storage.is_local:
            path = storage.local_path(planned.file)
            if not path.is_file():
                raise PlanError(_missing(storage, planned))
            if not _is_whole(path, planned.sha256):
                raise PlanError(_changed(storage, planned))
            return str(path)
        size = storage.size(planned.file)
        if size is None:
            raise PlanError(_missing(storage, planned))
        cache = Storage(cache_folder() / "material")
        path = cache.local_path(f"{planned.sha256}.parquet")
        if not (path.is_file() and _is_whole(path, planned.sha256)):
            with cache.staged(path.name) as staged:
                storage.fs.get_file(storage.path(planned.file), str(staged))
                if file_sha256(staged) != planned.sha256:
                    raise PlanError(_changed(storage, planned))
        elif path.stat().st_size != size:
            raise PlanError(_changed(storage, planned))
        return str(path)


def _is_whole(path: Path, sha256: str) -> bool:
    status = path.stat()
    key = (str(path), status.st_mtime_ns, status.st_size, sha256)
    if key not in _checked and file_sha256(path) == sha256:
        _checked.add(key)
    return key in _checked


def _missing(storage: Storage, planned: PartPlan) -> str:
    return f"{storage.path(planned.file)} is missing; plan again into a new folder"


def _changed(storage: Storage, planned: PartPlan) -> str:
    return (
        f"{storage.path(planned.file)} was changed after it was planned; plan again into a new "
        "folder"
    )
