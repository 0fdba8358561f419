"""Bundled files are found in a checkout and in an installation, and nothing outside them is."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dataengine
from dataengine.errors import ToolMissing
from dataengine.resources import bundled


def test_bundled_finds_the_gallery_and_the_card_in_a_checkout() -> None:
    assert (bundled("templates", "gallery") / "index.html.j2").is_file()
    assert bundled("templates", "card/README.md.j2").is_file()


def test_bundled_finds_templates_beside_an_installed_package(tmp_path: Path) -> None:
    package = Path(dataengine.__file__).parent
    (tmp_path / "dataengine").mkdir()
    (tmp_path / "dataengine" / "__init__.py").touch()
    for name in ("errors.py", "resources.py"):
        shutil.copy(package / name, tmp_path / "dataengine")
    (tmp_path / "templates" / "gallery").mkdir(parents=True)
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from dataengine.resources import bundled\n"
        "sys.stdout.write(str(bundled('templates', 'gallery')))"
    )
    run = [sys.executable, "-I", "-c", program]
    found = subprocess.run(run, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert Path(found.stdout) == (tmp_path / "templates" / "gallery").resolve()


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("templates", "no-such-folder"),
        ("no-such-kind", ""),
        ("templates", "../pyproject.toml"),
        ("..", ""),
        ("templates", "/etc/hostname"),
        ("", "templates"),
    ],
)
def test_bundled_refuses_what_is_absent_or_outside(kind: str, name: str) -> None:
    with pytest.raises(ToolMissing, match="installation is incomplete"):
        bundled(kind, name)
