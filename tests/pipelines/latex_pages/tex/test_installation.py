"""TeX is found with its versions, or named package by package; the sandbox says what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from dataengine.errors import ToolMissing
from pipelines.latex_pages.tex import installation, sandbox
from pipelines.latex_pages.tex.installation import find, missing
from pipelines.latex_pages.tex.sandbox import Limits, Sandbox, bubblewrap, sandbox_note
from pipelines.latex_pages.tex.search import get_search_tree


@pytest.fixture
def no_tex(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    caches = (find, installation._absent_packages, bubblewrap)
    monkeypatch.setenv("PATH", str(tmp_path))
    for function in caches:
        function.cache_clear()
    yield
    for function in caches:
        function.cache_clear()


def test_an_installation_has_versions_and_trees(tex: Path) -> None:
    found = find("xelatex")
    assert found.program.is_file()
    assert found.driver
    assert {"xelatex", "LaTeX", "TeX files", "xdvipdfmx", "system fonts"} == set(found.versions)
    assert all((tree / "ls-R").is_file() for tree in found.trees)
    assert find("pdflatex").versions["TeX files"] == found.versions["TeX files"]


def test_absent_tex_names_the_packages(no_tex: None) -> None:
    (sentence,) = missing()
    for package in ("texlive-latex-extra", "texlive-xetex", "lmodern", "latex-cjk-chinese"):
        assert package in sentence
    with pytest.raises(ToolMissing, match="apt-get install"):
        find("pdflatex")


def test_absent_bubblewrap_is_said(no_tex: None) -> None:
    works, sentence = sandbox_note()
    assert not works
    assert "apt-get install bubblewrap" in sentence
    assert sandbox.best_walls() == "limits"


def test_bubblewrap_that_does_not_work_is_said(no_tex: None, tmp_path: Path) -> None:
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    works, sentence = sandbox_note()
    assert not works
    assert "user namespaces" in sentence


def test_the_sandbox_shows_no_home_and_no_etc(tex: Path, tmp_path: Path) -> None:
    found = find("pdflatex")
    box = Sandbox("bubblewrap", found, get_search_tree(found, tex), tex / "none")
    command = box.command(tmp_path, ["x"], Limits())
    shown = [command[at + 1] for at, word in enumerate(command) if word == "--ro-bind"]
    assert "--unshare-all" in command
    assert "--die-with-parent" in command
    assert not [path for path in shown if path.startswith(("/home", "/root", "/proc", "/var/log"))]
    assert [path for path in shown if path.startswith("/etc")] == ["/etc/ld.so.cache"]


def test_the_search_tree_is_made_once_and_forbids_programs(tex: Path, tmp_path: Path) -> None:
    found = find("pdflatex")
    tree = get_search_tree(found, tmp_path)
    assert get_search_tree(found, tmp_path) == tree
    settings = (tree / "texmf.cnf").read_text()
    for line in ("openin_any=p", "openout_any=p", "shell_escape=f"):
        assert line in settings.splitlines()
    names = (tree / "ls-R").read_text().splitlines()
    assert "dvipdfmx.cfg" not in names
    assert "lmr10.pfb" in names
    assert not [name for name in names if name.endswith((".sty", ".cls"))]
