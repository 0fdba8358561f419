"""From recipes to a published training set and back: every step by its command, on a local Hub."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from dataengine.cli import main
from dataengine.mixture.reading import MixtureReader
from tests.dataengine.publishing.conftest import TOKEN, hub
from tests.hub_server import HubServer
from tests.pipelines.charts.conftest import echarts_folder

datasets = pytest.importorskip("datasets")

__all__ = ["echarts_folder", "hub"]


def run(*words: object) -> str:
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == 0, (words, done.output)
    return done.output


@pytest.mark.slow
def test_demo_mixture_goes_to_the_hub_and_comes_back(
    hub: HubServer, echarts_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(echarts_folder, Path(os.environ["DATAENGINE_CACHE"]) / "echarts")
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    run("mix", "demo_vary_tiny", "--out", tmp_path / "mix")
    run("export", tmp_path / "mix", "--format", "hub", "--option", "config_by=kind", "--out",
        tmp_path / "hub")  # fmt: skip
    said = run("publish", tmp_path / "hub", "--repo", "owner/tiny", "--endpoint", hub.url)
    assert TOKEN not in said
    folder = tmp_path / "downloaded"
    for name, data in hub.files("owner/tiny").items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    reader = MixtureReader(str(tmp_path / "mix"))
    for split in ("train", "test"):
        mixed = {one.id: one for one in reader.examples(split)}
        found = {}
        for kind in {one.kind for one in mixed.values()}:
            rows = datasets.load_dataset(str(folder), kind, split=split)
            found |= {row["id"]: row for row in rows}
        assert found.keys() == mixed.keys()
        for name, row in found.items():
            said = [(turn["role"], turn["content"]) for turn in row["messages"]]
            wanted = [(turn.role, turn.text) for turn in mixed[name].conversation.turns]
            assert [role for role, _ in said] == [role for role, _ in wanted]
            assert [text for _, text in said][1:] == [text for _, text in wanted][1:]
            assert row["image"].size == (mixed[name].width, mixed[name].height)
    commits = hub.count("POST", r"/commit/")
    run("publish", tmp_path / "hub", "--repo", "owner/tiny", "--endpoint", hub.url)
    assert hub.count("POST", r"/commit/") == commits
