"""What all tests share: the toy pipelines on the import path, a cache of their own, no network."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dataengine.environment import fingerprint
from dataengine.executors.local import LocalExecutor
from dataengine.job import RunReport, open_plan, run, standing
from dataengine.plan import Plan
from dataengine.recipe import Recipe, resolve
from dataengine.storage import Storage

PLUGINS = Path(__file__).parent / "plugins"
REPOSITORY = Path(__file__).parent.parent
SHARED_PDFS = REPOSITORY.parent / "shared" / "data" / "pdf"

sys.path.insert(0, str(PLUGINS))


@pytest.fixture(autouse=True)
def _own_surroundings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch):
    """Give each test its own index cache, and subprocesses the plugins and no Hub."""
    monkeypatch.setenv("DATAENGINE_CACHE", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(REPOSITORY), str(PLUGINS)]))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path_factory.mktemp("hf")))
    assert fingerprint([])


@pytest.fixture(scope="session")
def shared_pdfs() -> Path:
    """The real PDFs, where they lie beside the repository."""
    if not SHARED_PDFS.is_dir():
        pytest.skip(f"the real PDFs are not at {SHARED_PDFS}")
    return SHARED_PDFS


Corpus = Callable[..., Path]


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """Return a function that writes toy files: name (without ending) -> lines."""

    def write(files: dict[str, list[str]], folder: str = "corpus") -> Path:
        root = tmp_path / folder
        for name, lines in files.items():
            path = root / f"{name}.toy"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return root

    return write


def words(start: int, count: int) -> list[str]:
    """Return lines of which no two are near-duplicates."""
    return [
        " ".join(
            hashlib.sha256(f"{start + line} {step}".encode()).hexdigest()[:8] for step in range(12)
        )
        for line in range(count)
    ]


def recipe_for(folder: Path | str, **changes: object) -> Recipe:
    """Return a recipe of one `toy_found` part over a folder."""
    part = {"pipeline": "toy_found", "corpora": [{"path": str(folder)}]}
    part |= {key: changes.pop(key) for key in ("samples", "options") if key in changes}
    return resolve({"name": "toy", "seed": 5, "parts": {"toy_found": part}, **changes}, "test")


def drawn_recipe(samples: int, **changes: object) -> Recipe:
    """Return a recipe of one `toy_drawn` part."""
    part: dict[str, object] = {"pipeline": "toy_drawn", "samples": samples}
    part |= {key: changes.pop(key) for key in ("options",) if key in changes}
    return resolve({"name": "toy", "seed": 5, "parts": {"toy_drawn": part}, **changes}, "test")


def render(out: Path | str, recipe: Recipe, workers: int = 1) -> tuple[Plan, RunReport]:
    """Plan and run a recipe; what is done is not done again."""
    storage = Storage(str(out))
    plan = open_plan(storage, recipe, workers=1)
    todo = standing(storage, plan).todo
    report = run(storage, plan, todo, LocalExecutor(workers), limits=recipe.limits)
    return plan, report


def contents(out: Path, *folders: str) -> dict[str, bytes]:
    """Return the bytes of every file below some folders of a dataset."""
    return {
        str(path.relative_to(out)): path.read_bytes()
        for folder in folders or ("data", "rejects")
        for path in sorted((out / folder).rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def all_gone() -> Iterator[Callable[[int], bool]]:
    """Return a function that says whether a process is gone (or only a zombie)."""

    def gone(pid: int) -> bool:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        return state == "Z"

    return gone
