"""`dataengine publish` as a person runs it, against a Hub beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dataengine.cli import main
from dataengine.cli.commands import publish as command_module
from tests.dataengine.publishing.conftest import REPOSITORY, TOKEN, hub, make_dataset
from tests.hub_server import HubServer

pytest.importorskip("huggingface_hub")

__all__ = ["hub"]  # the fixture of a Hub that runs beside the test

MAIN = "from dataengine.cli import main; main()"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATAENGINE_CACHE", str(tmp_path_factory.mktemp("cache")))
        return make_dataset(tmp_path_factory.mktemp("toy"), {"found": "CC-BY-4.0"})


@pytest.fixture(scope="module")
def unknown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATAENGINE_CACHE", str(tmp_path_factory.mktemp("cache")))
        return make_dataset(tmp_path_factory.mktemp("toy"), {"found": ""}, lines=12)


class Shell:
    """Runs programs with the Hub's settings, and keeps all that they print."""

    def __init__(self, server: HubServer, home: Path) -> None:
        self.environment = {
            **os.environ,
            "HF_HOME": str(home),
            "HF_ENDPOINT": server.url,
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_OFFLINE": "0",
            "HF_TOKEN": TOKEN,
            "HF_DEBUG": "1",
        }
        self.printed = ""

    def python(self, program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-c", program, *map(str, arguments)],
            capture_output=True,
            text=True,
            env=self.environment,
            timeout=120,
        )
        self.printed += done.stdout + done.stderr
        return done

    def publish(self, folder: Path, *options: object) -> subprocess.CompletedProcess[str]:
        return self.python(MAIN, "--verbose", "publish", folder, "--repo", REPOSITORY, *options)


@pytest.fixture
def shell(hub: HubServer, tmp_path: Path) -> Shell:
    return Shell(hub, tmp_path / "home")


def publish(folder: Path, server: HubServer, *options: object, token: str = TOKEN) -> Result:
    """Run the command in this process, which is a matter of milliseconds."""
    arguments = ["publish", folder, "--repo", REPOSITORY, "--endpoint", server.url, *options]
    runner = CliRunner(env={"HF_TOKEN": token})
    result = runner.invoke(main, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert TOKEN not in result.output
    return result


# In a process of its own: `datasets` may hang at exit after streaming (arrow #45214).
LOAD = """
import json, os, sys
from datasets import get_dataset_config_names, load_dataset
from dataengine import Dataset
name, folder = sys.argv[1:]
assert get_dataset_config_names(name) == ["toy"]
made = list(Dataset(folder).rows())
for rows in (load_dataset(name, "toy", split="train"),
             list(load_dataset(name, "toy", split="train", streaming=True)),
             list(Dataset(f"hf://datasets/{name}").rows())):
    assert len(rows) == len(made) == 60
    for row, original in zip(rows, made, strict=True):
        for key in ("id", "width", "kind", "language", "regions", "template", "pixel_hash"):
            assert row[key] == original[key], key
        for key in ("targets", "source", "proof"):
            value = row[key]
            assert (json.loads(value) if isinstance(value, str) else value) == original[key], key
        if not isinstance(row["image"], dict):
            import io
            from PIL import Image
            same = Image.open(io.BytesIO(original["image"]["bytes"]))
            assert row["image"].tobytes() == same.tobytes()
print("equal row by row")
sys.stdout.flush(); os._exit(0)
"""


def test_published_dataset_loads_back_equal_row_by_row(
    finished: Path, shell: Shell, hub: HubServer
) -> None:
    done = shell.publish(finished, "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["passed"]
    assert result["sent"]["files"] == len(result["files"])
    assert hub.store.repositories[REPOSITORY].private
    again = publish(finished, hub)
    assert again.exit_code == 0
    assert "0 files sent" in again.stderr
    loaded = shell.python(LOAD, REPOSITORY, finished)
    assert "equal row by row" in loaded.stdout, loaded.stderr[-3000:]
    assert TOKEN not in shell.printed


def test_dry_run_lists_all_and_asks_nobody(finished: Path, hub: HubServer) -> None:
    done = publish(finished, hub, "--dry-run", "--json", token="")
    assert done.exit_code == 0, done.output
    assert hub.requests == []
    result = json.loads(done.stdout)
    for file in result["files"]:
        assert f"{file['bytes']:,}  {file['name']}" in done.stderr
        if file["name"].startswith("data/"):
            assert file["bytes"] == (finished / file["name"]).stat().st_size
    assert sum(check["passed"] for check in result["checks"]) == 5
    for check in result["checks"]:
        assert f"passed: {check['name']}" in done.stderr


def test_long_lists_are_told_by_folder(
    finished: Path, hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command_module, "LISTED", 3)
    done = publish(finished, hub, "--dry-run")
    assert "data/toy: 4 files" in done.stderr
    assert "(top): 6 files" in done.stderr


def test_refusals_exit_with_1_and_send_nothing(unknown: Path, hub: HubServer) -> None:
    for options in ((), ("--dry-run",)):
        done = publish(unknown, hub, *options)
        assert done.exit_code == 1
        assert "unknown: 1 works of found" in done.stderr
        assert "--allow-licence" in done.stderr
    assert hub.requests == []
    assert publish(unknown, hub, "--allow-licence", "unknown").exit_code == 0
    card = hub.files(REPOSITORY)["README.md"].decode()
    assert "let the following through by name and answers for it: `unknown`" in card


def test_wrong_use_exits_with_2(finished: Path, hub: HubServer, tmp_path: Path) -> None:
    for options in (
        ("--repo", "no-owner"),
        ("--endpoint", "http://hub.example.org"),
        ("--allow-licence", "none such"),
        ("--token-file", tmp_path / "none"),
        ("--with", "plan"),
    ):
        assert publish(finished, hub, *options).exit_code == 2, options
    assert publish(tmp_path / "nothing", hub).exit_code == 2
    assert hub.requests == []


def test_options_reach_the_hub(finished: Path, hub: HubServer) -> None:
    options = ("--public", "--revision", "draft", "--with", "receipts", "--pictures", 0)
    assert publish(finished, hub, *options).exit_code == 0
    assert not hub.store.repositories[REPOSITORY].private
    assert set(hub.files(REPOSITORY)) == {".gitattributes"}
    sent = {name.split("/")[0] for name in hub.files(REPOSITORY, "draft")}
    assert "receipts" in sent
    assert "assets" not in sent
    again = publish(finished, hub, "--public", "--revision", "draft", "--replace")
    assert again.exit_code == 0
    assert "4 removed" in again.stderr


def test_refused_commits_exit_with_1(finished: Path, hub: HubServer) -> None:
    hub.fault("POST", "/commit/", status=413, message="too large")
    assert publish(finished, hub).exit_code == 1
    hub.fault("POST", "/commit/", status=404)
    assert publish(finished, hub).exit_code == 1


def test_connection_that_breaks_exits_with_3(finished: Path, shell: Shell, hub: HubServer) -> None:
    hub.fault("PUT", "^/lfs/", times=10**6, after=2)
    hasty = f"import time; time.sleep = lambda seconds: None; {MAIN}"
    done = shell.python(hasty, "publish", finished, "--repo", REPOSITORY)
    assert done.returncode == 3, done.stderr
    assert "run the same command again" in done.stderr
    assert len(hub.store.objects) == 2
    hub.faults.clear()
    assert publish(finished, hub).exit_code == 0
    assert "Traceback" not in shell.printed
    assert TOKEN not in shell.printed


def test_wrong_token_and_dead_network_exit_with_1(
    finished: Path, hub: HubServer, tmp_path: Path
) -> None:
    wrong = tmp_path / "token"
    wrong.write_text("hf_WrongButStillASecret\n")
    done = publish(finished, hub, "--token-file", wrong)
    assert done.exit_code == 1
    assert "does not accept the token" in done.stderr
    assert "hf_Wrong" not in done.output
    done = publish(finished, hub, "--endpoint", "http://127.0.0.1:9")
    assert done.exit_code == 1
    assert "check the network" in done.stderr
