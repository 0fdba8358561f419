"""Other files of a work: found where they should be, and nothing outside is ever given."""

from __future__ import annotations

import os
import posixpath
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.corpus.archives import open_archive
from dataengine.corpus.beside import members_by_path, readings
from dataengine.corpus.listing import list_items
from dataengine.corpus.reading import ItemReader
from dataengine.pipeline import Item
from tests.dataengine.corpus.conftest import item_of, listed, read_all, write_tree
from tests.hostile_trees import make_tar, make_zip

SECRET = b"secret"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A corpus with a work in a folder, and a secret outside."""
    (tmp_path / "secret.toy").write_bytes(SECRET)
    files = {
        "w/main.toy": b"main",
        "w/part.toy": b"part",
        "w/in/deep.toy": b"deep",
        "shared.toy": b"shared",
        "w/large.toy": b"x" * ((1 << 20) + 1),
    }
    return write_tree(tmp_path / "corpus", files)


def beside(root: object, name: str, item: str = "w/main.toy", member: str = "") -> bytes | None:
    """Ask for a file beside an item, with items of up to 1 MiB."""
    return ItemReader({"it": str(root)}, 1).beside(Item("it", item, member), name)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("part.toy", b"part"),
        ("./part.toy", b"part"),
        ("in/deep.toy", b"deep"),
        ("in/../part.toy", b"part"),
        ("../shared.toy", b"shared"),
        ("shared.toy", b"shared"),  # not in the folder: from the root
        ("w/part.toy", b"part"),
        ("nothing.toy", None),
        ("large.toy", None),
        ("in", None),
        ("", None),
        (".", None),
        ("..", None),
    ],
)
def test_names_are_relative_to_the_folder_then_to_the_root(tree, name, data):
    assert beside(tree, name) == data


@pytest.mark.parametrize(
    "name",
    [
        "../../secret.toy",
        "../secret.toy",
        "in/../../../secret.toy",
        "{outside}/secret.toy",
        "/etc/passwd",
        "//etc/passwd",
        "link.toy",
        "folder/secret.toy",
        "loop.toy",
        "/dev/zero",
        "pipe",
        "zero",
        "x\0.toy",
        "\ud800",
        "a" * 5000,
        "/".join(["in", ".."] * 400 + ["part.toy"]),
        "~/secret.toy",
        "file:///etc/passwd",
    ],
)
def test_nothing_outside_is_given(tree, name):
    work = tree / "w"
    (work / "link.toy").symlink_to("../../secret.toy")
    (work / "folder").symlink_to("../..")
    (work / "loop.toy").symlink_to("loop.toy")
    (work / "zero").symlink_to("/dev/zero")
    os.mkfifo(work / "pipe")
    assert beside(tree, name.replace("{outside}", str(tree.parent))) is None


def test_link_inside_the_corpus_is_followed(tree):
    (tree / "w" / "inner.toy").symlink_to("../shared.toy")
    assert beside(tree, "inner.toy") == b"shared"


def test_item_outside_of_its_corpus_sees_its_own_folder_only(tree, tmp_path):
    other = write_tree(
        tmp_path / "other", {"w/main.toy": b"m", "w/near.toy": b"n", "far.toy": b"f"}
    )
    item = str(other / "w" / "main.toy")
    assert beside(tree, "near.toy", item) == b"n"
    assert beside(tree, "../far.toy", item) is None
    assert beside(tree, "shared.toy", item) is None


@given(st.text("ab./", max_size=12), st.text("ab./", max_size=12))
def test_readings_stay_below_the_root(folder, name):
    for path in readings(folder, name):
        assert path == posixpath.normpath(path)
        assert path[0] != "/"
        assert path.split("/")[0] not in ("..", ".")


def test_every_form_of_corpus_gives_the_files_beside(form):
    """`b/c.toy` asks for its neighbour and for the file at the root."""
    wanted = (one for one in listed(form) if (one.member or one.path).endswith("c.toy"))
    one = item_of(next(wanted))
    reader = ItemReader({"it": form}, 1)
    assert reader.beside(one, "d.toy") == b"delta\n"
    assert reader.beside(one, "no.toy") is None
    assert reader.read_unchecked(one) == b"gamma\n"
    assert reader.beside(one, "../../../../etc/passwd") is None


HOSTILE = {
    "9107/main.toy": b"main",
    "9107/part.toy": b"part",
    "../secret.toy": SECRET,
    "/abs.toy": SECRET,
    "top.toy": b"top",
}


@pytest.mark.parametrize("make", [make_tar, make_zip])
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("part.toy", b"part"),
        ("top.toy", b"top"),
        ("../top.toy", b"top"),
        ("../secret.toy", None),
        ("../../secret.toy", None),
        ("/abs.toy", None),
        ("abs.toy", None),
        ("none.toy", None),
    ],
)
def test_member_sees_its_own_archive_only(tmp_path, make, name, data):
    suffix = "tar" if make is make_tar else "zip"
    (tmp_path / "secret.toy").write_bytes(SECRET)
    path = tmp_path / f"works.{suffix}"
    path.write_bytes(make(HOSTILE))
    (one,) = [item_of(one) for one in listed(path) if one.member == "9107/main.toy"]
    assert ItemReader({"it": str(path)}, 1).beside(one, name) == data


def test_what_stands_before_the_break_of_an_archive_is_given(tmp_path):
    path = tmp_path / "works.tar"
    data = make_tar({"a.toy": b"a" * 2000, "b.toy": b"b", "c.toy": b"c" * 5000})
    path.write_bytes(data[: len(data) - 14_000])
    with path.open("rb") as stream:
        names = [*members_by_path(open_archive(path.name, stream))]
    assert names[0] == "a.toy"
    (first, *_) = [item_of(one) for one in listed(path) if one.member == "a.toy"]
    assert ItemReader({"it": str(path)}, 1).beside(first, "b.toy") in (b"b", None)


def test_bulk_files_of_arxiv_are_listed_member_by_member(tmp_path):
    """A bulk tar holds one packed work per member; a lone packed work is an item, too."""
    import gzip

    gz = gzip.compress(b"\\documentclass{article}")
    bulk = make_tar({"9107/hep-th9107001.gz": gz, "9107/hep-th9107002.pdf": b"%PDF"})
    inner = make_tar({"main.tex": b"x", "fig.png": b"y"})
    tree = {
        "arXiv_src_9107_001.tar": bulk,
        "lone.gz": gz,
        "plain.tex": b"x",
        "tree.tar.gz": gzip.compress(inner),
        "tree.tgz": gzip.compress(inner),
        "tree.zip": make_zip({"main.tex": b"x", "deep.gz": gz}),
    }
    root = write_tree(tmp_path / "corpus", tree)
    found = list(list_items(str(root), (".tex", ".gz"))[1])
    assert [f"{one.path}!{one.member}" if one.member else one.path for one in found] == [
        "arXiv_src_9107_001.tar!9107/hep-th9107001.gz",
        "lone.gz",
        "plain.tex",
        "tree.tar.gz!main.tex",
        "tree.tgz!main.tex",
        "tree.zip!main.tex",
        "tree.zip!deep.gz",
    ]
    assert not any(one.reason for one in found)
    alone = list(list_items(str(root / "arXiv_src_9107_001.tar"), (".tex", ".gz"))[1])
    assert [one.member for one in alone] == ["9107/hep-th9107001.gz"]
    reader = ItemReader({"it": str(root)}, 1)
    assert reader.read_unchecked(item_of(found[0])) == gz
    assert read_all(root / "lone.gz") == [gz]
