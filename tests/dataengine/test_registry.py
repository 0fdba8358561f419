"""Pipelines are found by name, and a malformed or doubled one is named."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import pipelines
from dataengine.errors import ConfigError, ToolMissing
from dataengine.registry import get_pipeline, near, pipeline_names, recipe_paths


@pytest.fixture
def plug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that installs a package: entry points, and the text of its module."""

    def install(points: str, text: str = "", name: str = "plugged_in") -> None:
        folder = tmp_path / name
        (folder / f"{name}-1.dist-info").mkdir(parents=True)
        (folder / f"{name}.py").write_text(text)
        (folder / f"{name}-1.dist-info" / "METADATA").write_text(f"Name: {name}\nVersion: 1\n")
        (folder / f"{name}-1.dist-info" / "entry_points.txt").write_text(
            f"[dataengine.pipelines]\n{points}\n"
        )
        monkeypatch.syspath_prepend(folder)
        monkeypatch.delitem(sys.modules, name, raising=False)

    return install


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that adds a file to the package `pipelines`."""

    def write(name: str, text: str) -> None:
        (tmp_path / "more").mkdir(exist_ok=True)
        (tmp_path / "more" / f"{name}.py").write_text(text)
        monkeypatch.setattr(pipelines, "__path__", [*pipelines.__path__, str(tmp_path / "more")])
        monkeypatch.delitem(sys.modules, f"pipelines.{name}", raising=False)

    return write


SUBCLASS = "from toy_pipelines import Drawn\nclass Mine(Drawn):\n    name = 'mine'\n"


def test_names_are_sorted_and_hold_bundled_and_installed_ones():
    names = pipeline_names()
    assert names == sorted(names)
    assert {"pdf_pages", "toy_drawn", "toy_found"} <= set(names)
    assert "recipes" not in names


def test_every_name_leads_to_its_pipeline():
    for name in pipeline_names():
        assert get_pipeline(name).name == name


def test_one_more_file_is_one_more_pipeline(bundle):
    bundle("mine", f"{SUBCLASS}PIPELINE = Mine()\n")
    assert get_pipeline("mine").promise == "generated"


@pytest.mark.parametrize("name", ["", "toy", "../pdf_pages", "pdf_pages.canvas", "os", "a\nb"])
def test_unknown_name_is_refused(name):
    with pytest.raises(ConfigError, match="no pipeline is called"):
        get_pipeline(name)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "malformed: module 'pipelines.mine' has no attribute 'PIPELINE'"),
        ("PIPELINE = 5", "must be an object of type Pipeline .found 5"),
        ("PIPELINE =", "malformed: invalid syntax"),
        (f"{SUBCLASS}PIPELINE = Mine", "must be an object of type Pipeline"),
        ("from toy_pipelines import DRAWN as PIPELINE", "name is 'toy_drawn', it must be 'mine'"),
    ],
)
def test_malformed_module_is_named(bundle, text, words):
    bundle("mine", text)
    with pytest.raises(ConfigError, match=rf"pipelines\.mine(.|\n)*{words}"):
        get_pipeline("mine")


def test_missing_library_of_a_pipeline_is_named(bundle):
    bundle("mine", "import toy_ink_library")
    with pytest.raises(ToolMissing, match=r"'mine'.*cannot be imported: .*toy_ink_library"):
        get_pipeline("mine")


def test_entry_point_to_nothing_is_named(plug):
    plug("mine = plugged_in:NOTHING")
    with pytest.raises(ConfigError, match=r"plugged_in:NOTHING.*malformed"):
        get_pipeline("mine")


def test_installed_package_brings_a_pipeline(plug):
    plug("mine = plugged_in:THINGS.one", f"{SUBCLASS}class THINGS:\n    one = Mine()\n")
    assert get_pipeline("mine").name == "mine"


def test_two_installed_pipelines_of_one_name_are_refused(plug):
    plug("mine = one_of_them:A", name="one_of_them")
    plug("mine = other_of_them:B", name="other_of_them")
    with pytest.raises(ConfigError, match="two installed packages bring a pipeline 'mine'"):
        get_pipeline("mine")


def test_installed_pipeline_may_not_take_a_bundled_name(plug):
    plug("pdf_pages = plugged_in:A")
    with pytest.raises(ConfigError, match="two pipelines are called 'pdf_pages'"):
        get_pipeline("pdf_pages")


def test_recipes_are_the_yaml_files_of_their_folder():
    assert recipe_paths()["demo"].name == "demo.yaml"


@pytest.mark.parametrize(
    ("name", "known", "words"),
    [
        ("seeed", ["seed", "name"], "; did you mean 'seed'?"),
        ("zzz", ["seed", "name"], "; known: seed, name"),
        ("zzz", [], ""),
    ],
)
def test_near_ends_a_message_with_what_may_be_meant(name, known, words):
    assert near(name, known) == words
