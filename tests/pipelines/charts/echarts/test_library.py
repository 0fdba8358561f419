"""Bringing ECharts' JavaScript: by npm, by pip, from a file; never one with another hash."""

from __future__ import annotations

import io
import os
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from dataengine.errors import ToolMissing
from pipelines.charts.echarts import library

INNER = "panel/dist/bundled/echarts/echarts@5.6.0/dist/echarts.min.js"


@pytest.fixture
def source(echarts_cache: str) -> bytes:
    """The real file."""
    path = Path(echarts_cache) / "echarts" / library.VERSION / "echarts.min.js"
    return path.read_bytes()


def _tarball(path: Path, data: bytes) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name in ("package/readme.md", "package/dist/echarts.min.js"):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def _wheel(path: Path, data: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(INNER.replace("5.6.0", "5.4.1"), data[:-9])
        archive.writestr(INNER, data)
    return path


@pytest.mark.parametrize("kind", ["file", "tarball", "wheel"])
def test_a_given_file_is_taken(source, tmp_path, kind):
    assert library.missing()
    given = tmp_path / kind
    if kind == "file":
        given.write_bytes(source)
    else:
        {"tarball": _tarball, "wheel": _wheel}[kind](given, source)
    said: list[str] = []
    path = library.fetch(said.append, given)
    assert path.read_bytes() == source
    assert library.find() == path == library.library_path()
    assert library.missing() == ()
    assert os.environ["DATAENGINE_CACHE"] in str(path)
    assert str(path) in said[-1]


def test_another_file_is_refused_and_nothing_is_kept(source, tmp_path):
    for kind in (_tarball, _wheel):
        with pytest.raises(ToolMissing, match="not found in"):
            library.fetch(lambda words: None, kind(tmp_path / "given", source + b" "))
    assert not library.library_path().exists()


@pytest.mark.parametrize("data", [b"PK\x03\x04 broken", b"\x1f\x8b broken", b""])
def test_broken_files_are_said(tmp_path, data):
    given = tmp_path / "given"
    given.write_bytes(data)
    with pytest.raises(ToolMissing):
        library.fetch(lambda words: None, given)
    with pytest.raises(ToolMissing, match="cannot be read"):
        library.fetch(lambda words: None, tmp_path / "absent")


def test_a_library_that_was_changed_is_noticed(source, tmp_path):
    given = tmp_path / "echarts.min.js"
    given.write_bytes(source)
    path = library.fetch(lambda words: None, given)
    path.chmod(0o644)
    path.write_bytes(source.replace(b"5.6.0", b"5.6.1"))
    with pytest.raises(ToolMissing, match="its hash differs"):
        library.find()
    assert "dataengine setup charts" in library.missing()[0]


def _program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_npm_brings_it(source, tmp_path, monkeypatch):
    package = _tarball(tmp_path / "echarts-5.6.0.tgz", source)
    script = f'[ "$1" = pack ] && [ "$4" = {library.NPM_PACKAGE} ] && cp {package} .'
    _program(tmp_path / "bin", "npm", script)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    said: list[str] = []
    assert library.fetch(said.append).read_bytes() == source
    assert "by npm" in said[0]
    assert library.fetch(said.append).exists()
    assert "is at" in said[-1], "the second time nothing is fetched"


def test_pip_brings_it_where_npm_fails(source, tmp_path, monkeypatch):
    package = _wheel(tmp_path / "panel-1.7.5-py3-none-any.whl", source)
    _program(tmp_path / "bin", "npm", "echo no such registry >&2; exit 1")
    script = f'[ "$3" = download ] && case "$*" in *{library.PIP_PACKAGE}) cp {package} . ;; esac'
    _program(tmp_path / "bin", "python", script)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    said: list[str] = []
    assert library.fetch(said.append).read_bytes() == source
    assert any("no such registry" in words for words in said)


def test_where_nothing_brings_it_the_remedy_is_said(tmp_path, monkeypatch):
    _program(tmp_path / "bin", "npm", "exit 1")
    _program(tmp_path / "bin", "python", "echo offline >&2; exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    with pytest.raises(ToolMissing, match="setup charts --from FILE"):
        library.fetch(lambda words: None)
