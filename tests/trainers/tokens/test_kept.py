"""A layout comes back from what a checkpoint keeps, whatever became of its file and tokenizer."""

from __future__ import annotations

import shutil

import pytest

from dataengine.errors import ConfigError
from dataengine.sample import Turn
from tests.trainers.models.conftest import tiny
from trainers.tokens import layout as layouts
from trainers.tokens.kept import files_to_keep, kept_layout
from trainers.tokens.layout import Layout

TALK = [Turn("user", "Read </s> it."), Turn("assistant", "the fox\nand 12")]


def write(layout: Layout, folder) -> None:
    for name, content in files_to_keep(layout).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)


@pytest.mark.parametrize("name", ["opt_caption", "opt_600k", "qwen_mpt", "qwen_eod", "vicuna_v1"])
def test_nothing_else_is_needed(name, tokenizer_folder, tmp_path, monkeypatch):
    shutil.copytree(tokenizer_folder, tmp_path / "tokenizer")
    first = Layout(name, str(tmp_path / "tokenizer"))
    write(first, tmp_path)
    shutil.rmtree(tmp_path / "tokenizer")
    monkeypatch.setattr(layouts, "layout_paths", dict)  # the bundled file was renamed since
    recipe = tiny(layout=name, tokenizer=str(tmp_path / "tokenizer"))
    again = kept_layout(recipe, tmp_path)
    assert (again.ids, again.name, again.settings) == (first.ids, name, first.settings)
    turns = TALK[:2]
    ours, theirs = first.encode(turns, 3), again.encode(turns, 3)
    assert ours.ids.tolist() == theirs.ids.tolist()
    assert ours.learned.tolist() == theirs.learned.tolist()
    said = ours.ids[ours.learned].tolist()
    assert again.text_of(said) == first.text_of(said)


def test_a_byte_layout_is_kept_as_it_was(tmp_path, monkeypatch):
    write(Layout("bytes"), tmp_path)
    assert not (tmp_path / "tokens" / "tokenizer.json").exists()
    changed = layouts.load_layout("bytes").model_copy(update={"user": "changed"})
    monkeypatch.setattr(layouts, "load_layout", lambda name: changed)
    again = kept_layout(tiny(layout="bytes"), tmp_path)
    assert again.settings.user == "<user>{text}"


def test_without_anything_kept_the_recipe_counts(tmp_path):
    assert kept_layout(tiny(layout="bytes"), tmp_path).name == "bytes"
    assert kept_layout(tiny(layout="bytes"), None).name == "bytes"


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("ids.json", b'"end"', b'"ende"'),
        ("ids.json", b'"end": 258', b'"end": 257'),
        ("layout.yaml", b"image: <image>", b"imagine: <image>"),
        ("layout.yaml", b"image: <image>", b"image: ["),
    ],
)
def test_what_was_changed_is_refused(tmp_path, file, old, new):
    write(Layout("bytes"), tmp_path)
    path = tmp_path / "tokens" / file
    assert old in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(old, new))
    with pytest.raises(
        ConfigError, match=file if file == "layout.yaml" else r"ids\.json|other ids"
    ):
        kept_layout(tiny(layout="bytes"), tmp_path)
