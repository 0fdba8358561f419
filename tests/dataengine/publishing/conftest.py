"""A small dataset of works under an attribution licence, and a Hub that runs beside the test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dataengine.finalize import finalize
from dataengine.publishing.dataset_folder import DatasetFolder
from dataengine.publishing.hub import Hub
from dataengine.publishing.publication import Publication, prepare
from dataengine.publishing.sending import Sent, send
from dataengine.recipe import resolve
from dataengine.storage import Storage
from tests.conftest import render, words
from tests.hub_server import HubServer, hub_server

pytest.importorskip("huggingface_hub")

TOKEN = "hf_PlantedTokenThatNobodyMaySee"
REPOSITORY = "owner/toy"
OBJECTS = r"^/lfs/[0-9a-f]{64}"
COMMIT = r"/commit/"
MakeDataset = Callable[..., Path]


def make_dataset(folder: Path, licences: dict[str, str], lines: int = 60) -> Path:
    """Finalize a dataset of one part; each corpus has one file and its own licence."""
    corpora = []
    for place, (name, licence) in enumerate(licences.items()):
        root = folder / "secret-place" / name
        root.mkdir(parents=True)
        made = [*words(1000 * place, lines), "!reject ordered"]
        (root / f"{name}.toy").write_text("".join(f"{line}\n" for line in made), "utf-8")
        url = f"https://example.org/{name}"
        corpora.append({"path": str(root), "name": name, "licence": licence, "url": url})
    part = {"pipeline": "toy_found", "corpora": corpora}
    shards = {"rows": 20, "at_least": 1, "min_rows": 10}
    data = {"name": "toy", "seed": 5, "parts": {"toy": part}, "shards": shards}
    plan, report = render(folder / "set", resolve(data, "test"))
    assert report.complete
    finalize(Storage(str(folder / "set")), plan)
    return folder / "set"


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One finished dataset for all tests; not to be written to."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATAENGINE_CACHE", str(tmp_path_factory.mktemp("cache")))
        return make_dataset(tmp_path_factory.mktemp("toy"), {"found": "CC-BY-4.0"})


@pytest.fixture
def dataset(finished: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(finished, tmp_path / "copy"))


@pytest.fixture(scope="session")
def publication(finished: Path) -> Publication:
    return prepare(DatasetFolder(Storage(str(finished))), REPOSITORY)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    """A Hub, and `huggingface_hub` made to use LFS, online, with no waiting between attempts."""
    from huggingface_hub import close_session, constants
    from huggingface_hub.utils import _http, disable_progress_bars

    class NoWaiting:
        """The library's clock: pauses are over at once."""

        sleep = staticmethod(lambda seconds: None)

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr(_http, "time", NoWaiting)
    disable_progress_bars()
    with hub_server() as server:
        server.account(TOKEN)
        yield server
    close_session()


class Client:
    """Sends publications to a server, and keeps what it was told."""

    def __init__(self, server: HubServer) -> None:
        self.server = server
        self.said: list[str] = []
        self.paused: list[float] = []

    def __call__(
        self,
        publication: Publication,
        *,
        token: str = TOKEN,
        revision: str = "main",
        endpoint: str = "",
        **settings: bool,
    ) -> Sent:
        hub = Hub(
            publication.repository,
            endpoint=endpoint or self.server.url,
            token=token,
            revision=revision,
            pause=self.paused.append,
            say=self.said.append,
        )
        return send(publication, hub, say=self.said.append, **settings)


@pytest.fixture
def client(hub: HubServer) -> Client:
    return Client(hub)


def content(publication: Publication) -> dict[str, bytes]:
    return {file.name: file.read() for file in publication.files}


def on_hub(hub: HubServer, revision: str = "main") -> dict[str, bytes]:
    files = hub.files(REPOSITORY, revision)
    del files[".gitattributes"]
    return files
