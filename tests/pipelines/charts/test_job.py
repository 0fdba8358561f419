"""Jobs of charts: the same bytes with any number of workers, valid, each row made again."""

from __future__ import annotations

from pathlib import Path

import pytest

from dataengine.finalize import finalize
from dataengine.reader import Dataset
from dataengine.recipe import Recipe, resolve
from dataengine.reproduce import reproduce
from dataengine.storage import Storage
from dataengine.validate import validate
from tests.conftest import REPOSITORY, contents, render

SAMPLES = 10


@pytest.fixture(autouse=True)
def _shared_cache(
    echarts_folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path_factory.mktemp("cache")
    (cache / "echarts").symlink_to(echarts_folder, target_is_directory=True)
    monkeypatch.setenv("DATAENGINE_CACHE", str(cache))
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))


def recipe() -> Recipe:
    parts = {
        f"{library}_{language}": {
            "pipeline": "charts",
            "samples": SAMPLES,
            "corpora": [{"path": f"bundled:charts/{language}", "name": language}],
            "options": {
                "language": language,
                "library": library,
                "content": content,
                "charts_per_frame": 4,
            },
        }
        for library, language, content in (
            ("matplotlib", "zh", "tables"),
            ("pyecharts", "en", "random"),
        )
    }
    shards = {"rows": 5, "min_rows": 5}
    return resolve({"name": "charts", "seed": 3, "parts": parts, "shards": shards}, "test")


def test_a_job_with_one_and_two_workers(tmp_path: Path) -> None:
    plan, report = render(tmp_path / "one", recipe())
    assert report.complete
    again, report = render(tmp_path / "two", recipe(), workers=2)
    assert report.complete
    assert again == plan
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    storage = Storage(str(tmp_path / "one"))
    finalize(storage, plan)
    assert validate(storage, plan, deep=True) == []
    rows = list(Dataset(str(tmp_path / "one")).rows())
    assert len(rows) == 2 * SAMPLES
    for row in (rows[0], rows[7], rows[-1]):
        assert reproduce(storage, plan, row["id"]).exact, row["id"]
    card = (tmp_path / "one" / "README.md").read_text()
    assert "cc0-1.0" in card
