"""Corpora of every form with the same three files, and functions that list and read them."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable, Iterator
from pathlib import Path

import fsspec
import pytest

from dataengine.corpus.listing import Listed, list_items
from dataengine.corpus.reading import ItemReader
from dataengine.pipeline import Item
from tests.dataengine.corpus.servers import web_server
from tests.hostile_trees import make_tar, make_zip

THREE = {"a.toy": b"alpha\n", "b/c.toy": b"gamma\n", "b/d.toy": b"delta\n"}
SUFFIXES = (".toy",)


def listed(path: object) -> list[Listed]:
    """Return what is listed at a path."""
    return list(list_items(str(path), SUFFIXES)[1])


def reasons(path: object) -> dict[str, str]:
    """Return the name of every item -> its reason, "" for good ones."""
    return {
        f"{one.path}!{one.member}" if one.member else one.path: one.reason for one in listed(path)
    }


def item_of(one: Listed, corpus: str = "it") -> Item:
    """Return what is listed as an item, not hashed."""
    return Item(corpus, one.path, one.member, one.offset, one.size, reason=one.reason)


def read_all(path: object, max_mb: int = 1) -> list[bytes]:
    """List a corpus and read its good items, in order."""
    reader = ItemReader({"it": str(path)}, max_mb)
    return [reader.read_unchecked(item_of(one)) for one in listed(path) if not one.reason]


def write_tree(folder: Path, files: dict[str, bytes]) -> Path:
    """Write files below a folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def _folder(tmp_path: Path) -> str:
    return str(write_tree(tmp_path / "tree", THREE))


def _archive(name: str, data: bytes) -> Callable[[Path], str]:
    def write(tmp_path: Path) -> str:
        (tmp_path / name).write_bytes(data)
        return str(tmp_path / name)

    return write


def _list(tmp_path: Path) -> str:
    folder = write_tree(tmp_path / "tree", THREE)
    text = f"# three files\na.toy\n\n{folder}/b/c.toy\nb/d.toy\r\n"
    (folder / "files.txt").write_text(text)
    return str(folder / "files.txt")


def _memory(tmp_path: Path) -> str:
    fs = fsspec.filesystem("memory")
    for name, data in THREE.items():
        fs.pipe(f"/{tmp_path.name}/{name}", data)
    return f"memory://{tmp_path.name}"


def _memory_archive(tmp_path: Path) -> str:
    fsspec.filesystem("memory").pipe(f"/{tmp_path.name}/three.zip", make_zip(THREE))
    return f"memory://{tmp_path.name}/three.zip"


TAR = make_tar(THREE)
FORMS: dict[str, Callable[[Path], str]] = {
    "folder": _folder,
    "glob": lambda tmp_path: f"{_folder(tmp_path)}/**/*.toy",
    "list": _list,
    "zip": _archive("three.zip", make_zip(THREE)),
    "tar": _archive("three.tar", TAR),
    "tar.gz": _archive("three.tar.gz", gzip.compress(TAR)),
    "tgz": _archive("three.TGZ", gzip.compress(TAR)),
    "tar.bz2": _archive("three.tar.bz2", bz2.compress(TAR)),
    "tar.xz": _archive("three.tar.xz", lzma.compress(TAR)),
    "gzip named .tar": _archive("packed.tar", gzip.compress(TAR)),
    "tar named .tar.gz": _archive("plain.tar.gz", TAR),
    "archive in a folder": lambda tmp_path: str(
        write_tree(tmp_path / "tree", {"in/three.zip": make_zip(THREE)})
    ),
    "file://": lambda tmp_path: f"file://{_folder(tmp_path)}",
    "memory://": _memory,
    "memory:// glob": lambda tmp_path: f"{_memory(tmp_path)}/**/*.toy",
    "memory:// zip": _memory_archive,
    "zip:: folder": lambda tmp_path: f"zip://::{FORMS['zip'](tmp_path)}",
    "zip:: glob": lambda tmp_path: f"zip://**/*.toy::{FORMS['zip'](tmp_path)}",
}


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the path of a corpus with the three files, once per form."""
    return FORMS[request.param](tmp_path)


@pytest.fixture(params=[True, False], ids=["ranges", "no ranges"])
def web(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Return the address and the folder of a web server."""
    pytest.importorskip("aiohttp")
    folder = tmp_path / "www"
    folder.mkdir()
    with web_server(folder, ranges=request.param) as address:
        yield address, folder
