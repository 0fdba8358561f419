"""Looks for what a job would stop at: missing tools, little memory or disk, workers that fail."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dataengine.audit.tesseract import INSTALL, MODELS, installed
from dataengine.corpus.index import cache_folder
from dataengine.environment import engine_version, fingerprint
from dataengine.errors import DataEngineError
from dataengine.recipe import Limits
from dataengine.registry import get_pipeline, pipeline_names
from dataengine.resources import bundled
from dataengine.worker_child import WorkerSetup
from dataengine.worker_process import WorkerProcess

WORKER_MB = 250
DISK_MB = 2000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    name: str
    state: Literal["ok", "warning", "missing"]
    detail: str


def examine(folder: str = ".") -> Iterator[Finding]:
    """Yield findings, one per thing; `folder` is where output would go."""
    yield Finding("dataengine", "ok", engine_version())
    supported = sys.version_info >= (3, 11) and platform.system() == "Linux"
    detail = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    yield Finding("python", "ok" if supported else "missing", f"{detail}; needs 3.11 on Linux")
    for name, version in fingerprint([]).items():
        if name != "python":
            yield Finding(name, "ok", version)
    yield _memory()
    yield _disk(folder)
    yield _writable("cache", cache_folder())
    for kind in ("templates", "corpora"):
        yield _resource(kind)
    yield _tesseract()
    for name in pipeline_names():
        yield from _pipeline(name)


def _memory() -> Finding:
    cores = len(os.sched_getaffinity(0))
    free_mb = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20
    enough = free_mb > cores * WORKER_MB
    detail = f"{free_mb:,} MiB free for {cores} workers of about {WORKER_MB} MiB"
    return Finding("memory", "ok" if enough else "warning", detail)


def _disk(folder: str) -> Finding:
    place = Path(folder).absolute()
    while not place.exists():
        place = place.parent
    free_mb = shutil.disk_usage(place).free >> 20
    state: Literal["ok", "warning"] = "ok" if free_mb > DISK_MB else "warning"
    return Finding("disk", state, f"{free_mb:,} MiB free at {place}")


def _writable(name: str, folder: Path) -> Finding:
    place = folder
    while not place.exists():
        place = place.parent
    if os.access(place, os.W_OK):
        return Finding(name, "ok", str(folder))
    return Finding(name, "missing", f"{folder} cannot be written; set DATAENGINE_CACHE")


def _resource(kind: str) -> Finding:
    try:
        return Finding(kind, "ok", str(bundled(kind)))
    except DataEngineError as error:
        return Finding(kind, "missing", str(error))


def _tesseract() -> Finding:
    """Only `dataengine audit` needs it, so that its absence is no more than a warning."""
    version, models = installed()
    lacking = [model for model in MODELS if model not in models]
    if not version or lacking:
        what = f"no model {', '.join(lacking)}" if version else "not installed"
        return Finding("tesseract", "warning", f"{what}; for `dataengine audit`: {INSTALL}")
    return Finding("tesseract", "ok", version)


def _pipeline(name: str) -> Iterator[Finding]:
    """Check what a pipeline needs with its default options, and start a worker of it."""
    try:
        pipeline = get_pipeline(name)
        options = pipeline.Options()
        needs = pipeline.requirements(options)
        for library, version in needs.versions.items():
            yield Finding(f"{name}: {library}", "ok", version)
        for doubt in needs.doubts:
            yield Finding(name, "warning", doubt)
        for missing in needs.missing:
            yield Finding(name, "missing", missing)
        if needs.missing:
            return
        setup = WorkerSetup(name, options.model_dump(mode="json"), {}, 0, name, Limits())
        pipeline.prepare(options)
        with WorkerProcess(setup) as worker:
            worker.start()
        yield Finding(f"{name}: worker", "ok", "starts")
    except (DataEngineError, ValueError) as error:
        yield Finding(name, "missing", str(error))
