"""The repository keeps its own promises: README's tree, one list of packages, no stray words."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.readme_tree import BEGIN, END, README, REPOSITORY, purpose, tracked_files, tree

TOP = {
    "dataengine",
    "pipelines",
    "templates",
    "corpora",
    "trainers",
    "tests",
    "docs",
    ".ci",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "Makefile",
    ".gitignore",
}


def test_readme_shows_the_tree_as_it_is():
    text = README.read_text(encoding="utf-8")
    shown = text[text.index(BEGIN) + len(BEGIN) : text.index(END)]
    assert shown == tree(), "run `make tree`"


def test_every_file_says_what_it_is():
    silent = [name for name in tracked_files() if not purpose(REPOSITORY / name, name)]
    assert not silent, "give these a first line that says what they are"


def test_top_level_is_fixed():
    assert {name.split("/")[0] for name in tracked_files()} == TOP


def test_system_packages_are_listed_once():
    listed = (REPOSITORY / ".ci" / "system-packages.txt").read_text()
    names = [line for line in listed.splitlines() if line and not line.startswith("#")]
    for user in ("Makefile", ".ci/Dockerfile"):
        text = (REPOSITORY / user).read_text()
        assert "system-packages.txt" in text
        assert not [name for name in names if re.search(rf"\b{re.escape(name)}\b", text)]


def test_readme_commands_exist():
    text = README.read_text(encoding="utf-8")
    commands_shown = "".join(re.findall(r"```sh\n(.*?)```", text, re.S))
    verbs = set(re.findall(r"^dataengine ([a-z]+)", commands_shown, re.M))
    commands = {path.stem for path in (REPOSITORY / "dataengine/cli/commands").glob("*.py")}
    assert verbs
    assert verbs <= commands
    targets = set(re.findall(r"^make ([a-z]+)", commands_shown, re.M))
    makefile = (REPOSITORY / "Makefile").read_text()
    assert {"demo", "test"} <= targets
    assert all(re.search(rf"^{target}:", makefile, re.M) for target in targets)


@pytest.mark.parametrize("package", ["dataengine", "pipelines", "trainers"])
def test_layers_point_downwards_only(package):
    """The engine imports no pipeline or trainer, and pipelines import no executor or trainer."""
    forbidden = {
        "dataengine": r"^\s*(from|import) (pipelines\.|trainers)",
        "pipelines": r"^\s*(from|import) (trainers|dataengine\.executors)",
        "trainers": r"^\s*(from|import) (pipelines|dataengine\.executors)",
    }[package]
    for name in tracked_files():
        if name.startswith(f"{package}/") and name.endswith(".py"):
            found = re.search(forbidden, (REPOSITORY / name).read_text(), re.M)
            assert not found, f"{name}: {found}"


def test_no_binary_is_committed_but_pdfs_and_pictures():
    command = ["git", "grep", "-lI", "--cached", "-e", ""]
    texts = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True).stdout.split()
    strange = {name for name in tracked_files() if name not in texts}
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True
    ).stdout.split()
    assert not [
        name
        for name in strange
        if name in tracked
        and not name.endswith((".pdf", ".png", ".jpg"))
        and (REPOSITORY / name).stat().st_size
    ]
