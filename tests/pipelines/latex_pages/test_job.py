"""Jobs of LaTeX pages: the same bytes whatever happens to the workers, and a bounded memory."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from dataengine.executors.inline import InlineExecutor
from dataengine.finalize import finalize
from dataengine.job import open_plan, run
from dataengine.plan import Plan
from dataengine.reader import Dataset
from dataengine.recipe import Recipe, resolve
from dataengine.reproduce import reproduce
from dataengine.storage import Storage
from dataengine.validate import validate
from pipelines.latex_pages.forms.mathpix import normal
from tests.conftest import REPOSITORY, contents, render
from tests.pipelines.latex_pages.sources import CHINESE, ENGLISH

MOST_MB = 300
VARIANTS = (
    ("river", "canal", "Concrete", "0.013"),
    ("stream", "drain", "Timber", "0.017"),
    ("brook", "ditch", "Brick", "0.019"),
)
TEMPLATES = {"en": ("article", "exam"), "zh": ("zh_article",), "mixed": ("mixed",)}


@pytest.fixture(scope="module")
def cache(tex: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache in which jobs find the formats that this session has dumped."""
    folder = tmp_path_factory.mktemp("cache")
    (folder / "tex").symlink_to(tex, target_is_directory=True)
    return folder


@pytest.fixture(autouse=True)
def _shared_cache(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATAENGINE_CACHE", str(cache))


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Works in both languages, some alike, with a licence."""
    root = tmp_path_factory.mktemp("corpora") / "works"
    for folder in ("en", "zh"):
        (root / folder).mkdir(parents=True)
    for number, (water, other, wall, roughness) in enumerate(VARIANTS):
        english = ENGLISH.replace("river", water).replace("canals", f"{other}s")
        english = english.replace("Concrete", wall).replace("0.013", roughness)
        (root / "en" / f"water{number}.tex").write_text(english)
        chinese = CHINESE.replace("茶叶", "茶叶茶树茶汤"[2 * number :][:2])
        chinese = chinese.replace("75.2", f"7{number}.2").replace(
            "鲜叶的", "嫩鲜新"[number] + "叶的"
        )
        (root / "zh" / f"tea{number}.tex").write_text(chinese)
    (root / "corpus.yaml").write_text("licence: CC-BY-4.0\n")
    return root


def latex_recipe(works: Path, samples: int = 12, **changes: Any) -> Recipe:
    """Return a recipe with a part per language."""
    parts = {
        f"latex_{language}": {
            "pipeline": "latex_pages",
            "samples": samples,
            "corpora": [{"path": str(works), "name": "works"}],
            "options": {
                "language": language,
                "templates": dict.fromkeys(TEMPLATES[language], 1),
                "pages_per_template": 6,
                "canvas": {"long_edge": 512},
                "proof": {"min_em_px": 4},
                **changes.get("options", {}),
            },
        }
        for language in changes.get("languages", ("en", "zh"))
    }
    data = {"name": "pages", "seed": 5, "parts": parts, "shards": {"rows": 8, "min_rows": 4}}
    # Three small works give pages that are much alike.
    return resolve(data | changes.get("data", {}), "test")


@pytest.fixture(scope="module")
def calm(works: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Path]:
    """A job that nothing disturbs."""
    out = tmp_path_factory.mktemp("jobs") / "calm"
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DATAENGINE_CACHE", str(cache))
        patched.setenv("PYTHONPATH", str(REPOSITORY))
        plan, report = render(out, latex_recipe(works))
    assert report.complete
    return plan, out


def test_one_and_two_workers_give_the_same_bytes(
    calm: tuple[Plan, Path], works: Path, tmp_path: Path
) -> None:
    plan, one = calm
    again, report = render(tmp_path / "two", latex_recipe(works), workers=2)
    assert report.complete
    assert again == plan
    assert contents(one) == contents(tmp_path / "two")
    assert sum(receipt.samples for receipt in report.made) == 24


def test_a_dataset_is_valid_and_each_row_is_made_again(calm: tuple[Plan, Path]) -> None:
    plan, out = calm
    storage = Storage(str(out))
    finalize(storage, plan)
    assert validate(storage, plan, deep=True) == []
    rows = list(Dataset(str(out)).rows())
    assert len(rows) == 24
    for row in (rows[0], rows[11], rows[-1]):
        assert reproduce(storage, plan, row["id"]).exact, row["id"]
    for row in rows:
        targets = json.loads(row["targets"]) if isinstance(row["targets"], str) else row["targets"]
        assert normal(targets["markdown"]) == targets["markdown"]
        assert all(work["licence"] == "CC-BY-4.0" for work in row["source"]["works"])
    card = (out / "README.md").read_text()
    assert "cc-by-4.0" in card
    assert {row["template"] for row in rows} <= {"article", "exam", "zh_article"}


KILLS = 2


def test_killed_workers_change_no_byte(
    calm: tuple[Plan, Path], works: Path, tmp_path: Path
) -> None:
    _, one = calm
    recipe = latex_recipe(works)
    storage = Storage(str(tmp_path / "killed"))
    plan = open_plan(storage, recipe, workers=1)
    killed: list[int] = []

    def assassinate(renderer: Any) -> None:
        def loop() -> None:
            while len(killed) < KILLS:  # two: a unit whose worker dies thrice is rejected
                pid = renderer.progress.pid
                if pid and pid not in killed:
                    time.sleep(0.2)
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                    killed.append(pid)
                time.sleep(0.01)

        threading.Thread(target=loop, daemon=True).start()

    report = run(
        storage, plan, plan.tasks(), InlineExecutor(), limits=recipe.limits, watch=assassinate
    )
    assert report.complete
    assert len(killed) == KILLS
    assert contents(one) == contents(tmp_path / "killed")


def test_a_worker_stays_small(works: Path, tmp_path: Path) -> None:
    recipe = latex_recipe(works, 40, languages=("mixed",))
    storage = Storage(str(tmp_path / "out"))
    plan = open_plan(storage, recipe, workers=1)
    seen: list[int] = []

    def watch(renderer: Any) -> None:
        def loop() -> None:
            while not done.is_set():
                with suppress(OSError, IndexError, ValueError):
                    status = Path(f"/proc/{renderer.progress.pid}/status").read_text()
                    seen.append(int(status.split("VmHWM:")[1].split()[0]) >> 10)
                time.sleep(0.05)

        threading.Thread(target=loop, daemon=True).start()

    done = threading.Event()
    report = run(storage, plan, plan.tasks(), InlineExecutor(), limits=recipe.limits, watch=watch)
    done.set()
    assert report.complete
    assert len(seen) > 5
    print(f"the largest worker took {max(seen)} MB")
    assert max(seen) < MOST_MB


def test_a_hostile_work_stops_no_plan(works: Path, tmp_path: Path) -> None:
    root = tmp_path / "works"
    shutil.copytree(works, root)
    (root / "en" / "evil.tex").write_text(
        "\\documentclass{article}\\begin{document}\\immediate\\write18{touch x} Evil.\n\n"
        "\\[ x^1^2 \\]\n\nA good paragraph.\\end{document}\n"
    )
    before = open_plan(Storage(str(tmp_path / "calm")), latex_recipe(works), workers=1)
    after = open_plan(Storage(str(tmp_path / "out")), latex_recipe(root), workers=1)
    one, other = before.parts["latex_en"], after.parts["latex_en"]
    assert (one.items, other.items) == (6, 7)
    more = {name: count - one.pieces.get(name, 0) for name, count in other.pieces.items()}
    assert {name: count for name, count in more.items() if count} == {"en/flow": 1}
