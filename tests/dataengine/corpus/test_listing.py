"""Every form of corpus gives its items in one order; whatever cannot be listed says why."""

from __future__ import annotations

import bz2
import fnmatch
import gzip
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import fsspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataengine.corpus.archives import MAX_HEADER_BYTES
from dataengine.corpus.listing import list_items
from dataengine.errors import CorpusError
from tests.dataengine.corpus.conftest import SUFFIXES, THREE, listed, reasons, write_tree
from tests.hostile_trees import (
    HOSTILE_ARCHIVES,
    HOSTILE_NAMES,
    make_deep_tree,
    make_directory_loop,
    make_links_and_devices,
    make_tar,
    make_tree_of_names,
    make_tree_of_tiny_files,
    make_zip,
)

PDF = (".pdf",)


def pdf_reasons(path: object) -> dict[str, str]:
    found = list_items(str(path), PDF)[1]
    return {f"{one.path}!{one.member}" if one.member else one.path: one.reason for one in found}


def test_listing_finds_three_files_in_every_form(form):
    assert [one.reason for one in listed(form)] == ["", "", ""]


def test_listing_gives_the_same_order_every_time(form):
    assert listed(form) == listed(form)


def test_listing_of_a_single_file_ignores_its_ending(tmp_path):
    (tmp_path / "letter.odd").write_bytes(b"x")
    assert reasons(tmp_path / "letter.odd") == {"letter.odd": ""}


def test_text_file_is_no_list_where_text_files_are_items(tmp_path):
    path = tmp_path / "titles.txt"
    path.write_text("elsewhere.pdf\n")
    _, items = list_items(str(path), (".txt",))
    assert [item.path for item in items] == ["titles.txt"]


def test_listing_of_a_folder_leaves_out_other_endings(tmp_path):
    write_tree(tmp_path, {"a.toy": b"", "b.txt": b"", "C.TOY": b"", "toy": b""})
    assert list(reasons(tmp_path)) == ["C.TOY", "a.toy"]


def test_listing_of_nothing_says_what_a_corpus_may_be(tmp_path):
    with pytest.raises(CorpusError, match=r"nothing is at .*nowhere; a corpus is a folder"):
        listed(tmp_path / "nowhere")


@pytest.mark.parametrize("url", ["memory://no/such", "nosuch://x", "memory://no/such.toy"])
def test_listing_of_a_url_without_anything_names_it(url):
    with pytest.raises(CorpusError, match=url.replace(".", r"\.")):
        listed(url)


def test_list_file_may_name_what_is_not_there(tmp_path):
    (tmp_path / "files.txt").write_bytes(b"\xef\xbb\xbfa.toy\nb.toy\n.\nnul\0byte.toy\nb\xff.toy\n")
    (tmp_path / "a.toy").write_bytes(b"x")
    found = reasons(tmp_path / "files.txt")
    assert list(found.values()) == ["", *["unreadable"] * 4]
    assert list(found)[-1] == "b\\udcff.toy"


def test_list_file_keeps_a_path_with_a_doubled_slash_inside_its_folder(tmp_path):
    (tmp_path / "files.txt").write_text(f"{tmp_path}//a.toy\n")
    (tmp_path / "a.toy").write_bytes(b"x")
    (one,) = listed(tmp_path / "files.txt")
    assert one.path == f"{tmp_path}//a.toy"
    assert one.reason == ""


def test_listing_of_odd_names_keeps_all_but_those_that_are_not_utf8(tmp_path):
    make_tree_of_names(tmp_path)
    found = pdf_reasons(tmp_path)
    assert len(found) == sum(name.lower().endswith(".pdf") for name in HOSTILE_NAMES)
    assert [name for name, reason in found.items() if reason] == ["not utf-8 \\udcff\\udcfe.pdf"]


def test_directory_loops_end_as_items_with_a_reason(tmp_path):
    make_directory_loop(tmp_path)
    found = pdf_reasons(tmp_path)
    assert found["again.pdf/page.pdf"] == found["inner/page.pdf"] == ""
    assert found["again.pdf/parent"] == found["inner/self"] == "directory-loop"


def test_recursive_glob_over_a_directory_loop_ends(tmp_path):
    make_directory_loop(tmp_path)
    found = pdf_reasons(f"{tmp_path}/**/*.pdf")
    assert found["inner/page.pdf"] == ""
    assert "directory-loop" in found.values()


def test_links_that_spell_a_billion_paths_are_walked_once(tmp_path):
    for level in range(30):
        folder = tmp_path / f"level{level:02d}"
        folder.mkdir()
        (folder / "page.toy").write_bytes(b"x")
        for side in "ab":
            (folder / side).symlink_to(f"../level{level + 1:02d}")
    (tmp_path / "level30").mkdir()
    found = reasons(tmp_path / "level00")
    assert sum(reason == "" for reason in found.values()) == 30
    assert set(found.values()) == {"", "directory-loop"}


def test_links_and_devices_are_not_opened(tmp_path):
    make_links_and_devices(tmp_path)
    assert pdf_reasons(tmp_path) == {
        "circle_a.pdf": "unreadable",
        "circle_b.pdf": "unreadable",
        "dangling.pdf": "unreadable",
        "device.pdf": "unreadable",
        "pipe.pdf": "unreadable",
    }


def test_glob_reports_a_link_that_leads_nowhere(tmp_path):
    make_links_and_devices(tmp_path)
    assert pdf_reasons(f"{tmp_path}/d*.pdf") == {
        "dangling.pdf": "unreadable",
        "device.pdf": "unreadable",
    }


def test_link_to_a_file_is_an_item(tmp_path):
    write_tree(tmp_path, {"far/a.toy": b"x"})
    (tmp_path / "near").mkdir()
    (tmp_path / "near" / "b.toy").symlink_to("../far/a.toy")
    assert reasons(tmp_path / "near") == {"b.toy": ""}


def test_deep_tree_is_walked_to_its_end(tmp_path):
    make_deep_tree(tmp_path)
    assert list(pdf_reasons(tmp_path).values()) == [""]


def test_folder_that_cannot_be_listed_is_an_item_with_a_reason(tmp_path):
    """A path beyond the kernel's 4,096 bytes can be made step by step, and not be opened."""
    here = os.getcwd()
    os.chdir(tmp_path)
    try:
        for _ in range(20):
            os.mkdir("x" * 250)
            os.chdir("x" * 250)
    finally:
        os.chdir(here)
    assert list(reasons(tmp_path).values()) == ["unreadable"]
    subprocess.run(["rm", "-rf", str(tmp_path / ("x" * 250))], check=True)


def test_ten_thousand_tiny_files_take_little_memory(tmp_path):
    make_tree_of_tiny_files(tmp_path)
    program = (
        "import sys\n"
        "from dataengine.corpus.listing import list_items\n"
        "from tests.dataengine.memory import peak_mb\n"
        "before = peak_mb()\n"
        "count = sum(1 for _ in list_items(sys.argv[1], ('.pdf',))[1])\n"
        "print(count, int(peak_mb() - before))\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    count, grown_mb = map(int, out.split())
    assert count == 10_000
    assert grown_mb < 20


@pytest.mark.parametrize("name", HOSTILE_ARCHIVES)
def test_hostile_archive_ends_as_items(tmp_path, name):
    (tmp_path / name).write_bytes(HOSTILE_ARCHIVES[name]())
    found = set(pdf_reasons(tmp_path).values())
    assert found <= {"", "broken-archive", "encrypted-archive", "nested-archive", "unreadable"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("truncated.zip", "broken-archive"),
        ("no_archive.zip", "broken-archive"),
        ("no_archive.tar", "broken-archive"),
        ("truncated.tar", "broken-archive"),
        ("false_size.tar", "broken-archive"),
        ("encrypted.zip", "encrypted-archive"),
        ("nested.zip", "nested-archive"),
    ],
)
def test_bad_archive_says_what_is_wrong_with_it(tmp_path, name, reason):
    (tmp_path / name).write_bytes(HOSTILE_ARCHIVES[name]())
    assert reason in pdf_reasons(tmp_path / name).values()


def test_empty_archives_hold_nothing(tmp_path):
    write_tree(tmp_path, {"a.zip": make_zip({}), "b.tar": make_tar({})})
    assert reasons(tmp_path) == {}


def test_archive_of_no_bytes_is_broken(tmp_path):
    write_tree(tmp_path, {"a.zip": b"", "b.tar": b"", "c.tar.gz": b""})
    assert set(reasons(tmp_path).values()) == {"broken-archive"}


def test_members_before_a_break_stay(tmp_path):
    (tmp_path / "two.tar").write_bytes(HOSTILE_ARCHIVES["truncated.tar"]())
    assert pdf_reasons(tmp_path / "two.tar")["two.tar!one.pdf"] == ""


def test_archive_with_rubbish_between_members_is_broken(tmp_path):
    """The standard library takes such a place for the end, and says nothing."""
    whole = make_tar({"a.toy": b"x", "b.toy": b"y"})
    (tmp_path / "odd.tar").write_bytes(whole[:1024] + b"?" * 512 + whole[1024:])
    assert reasons(tmp_path / "odd.tar") == {"odd.tar!a.toy": "", "odd.tar": "broken-archive"}


def test_members_of_the_same_name_are_two_items(tmp_path):
    (tmp_path / "twins.zip").write_bytes(HOSTILE_ARCHIVES["twins.zip"]())
    first, second = list_items(str(tmp_path / "twins.zip"), PDF)[1]
    assert first.member == second.member
    assert first.offset != second.offset


def test_only_regular_members_of_a_tar_are_items(tmp_path):
    (tmp_path / "links.tar").write_bytes(HOSTILE_ARCHIVES["links.tar"]())
    members = [name.partition("!")[2] for name in pdf_reasons(tmp_path / "links.tar")]
    good = ["good.pdf", "../../escaped.pdf", "/absolute.pdf", "./././dots.pdf", "good.pdf/in.pdf"]
    assert members == good


def _header(name: str, kind: bytes, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.size = size
    return info.tobuf(tarfile.GNU_FORMAT)


def test_header_that_claims_gigabytes_is_not_read(tmp_path):
    bomb = _header("long", tarfile.GNUTYPE_LONGNAME, 4 << 30)
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1) as stream:
        stream.write(bomb)
        for _ in range(64):
            stream.write(b"n" * (1 << 20))
    (tmp_path / "bomb.tar.gz").write_bytes(packed.getvalue())
    (one,) = listed(tmp_path / "bomb.tar.gz")
    assert one.reason == "broken-archive"
    assert "a header of 4294967296 bytes" in one.detail
    assert MAX_HEADER_BYTES < 1 << 20


@pytest.mark.parametrize("size", [-512, -1024, -(8 << 30)])
def test_negative_size_does_not_turn_the_reader_round(tmp_path, size):
    head = bytearray(make_tar({"a.toy": b"x"})[:1024] + _header("b.toy", tarfile.REGTYPE, 0))
    head[1024 + 124 : 1024 + 136] = b"\xff" + (size + (1 << 88)).to_bytes(11, "big")
    head[1024 + 148 : 1024 + 156] = b" " * 8
    total = sum(head[1024:1536])
    head[1024 + 148 : 1024 + 156] = f"{total:06o}\0 ".encode()
    (tmp_path / "back.tar").write_bytes(bytes(head) + bytes(1024))
    assert "broken-archive" in reasons(tmp_path / "back.tar").values()


def test_chain_of_long_names_does_not_exhaust_the_stack(tmp_path):
    link = _header("long", tarfile.GNUTYPE_LONGNAME, 5) + b"name\0".ljust(512, b"\0")
    (tmp_path / "chain.tar").write_bytes(link * 2000 + make_tar({"a.toy": b"x"}))
    assert "broken-archive" in reasons(tmp_path / "chain.tar").values()


def test_sparse_member_is_refused_because_its_bytes_lie_in_pieces(tmp_path):
    (tmp_path / "hole.toy").write_bytes(b"")
    with open(tmp_path / "hole.toy", "r+b") as stream:
        stream.truncate(1 << 20)
        stream.seek(0, 2)
        stream.write(b"end")
    command = ["tar", "--sparse", "-C", str(tmp_path), "-cf", str(tmp_path / "s.tar"), "hole.toy"]
    subprocess.run(command, check=True)
    assert "unreadable" in reasons(tmp_path / "s.tar").values()


ARCHIVES = {
    "x.zip": make_zip(THREE),
    "x.tar": make_tar(THREE),
    "x.tar.gz": gzip.compress(make_tar(THREE), mtime=0),
    "x.tar.bz2": bz2.compress(make_tar(THREE)),
}


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.sampled_from(sorted(ARCHIVES)),
    at=st.floats(0, 1),
    change=st.binary(min_size=1, max_size=12),
    cut=st.none() | st.floats(0, 1),
)
def test_damaged_archive_never_raises(tmp_path, name, at, change, cut):
    whole = bytearray(ARCHIVES[name])
    place = int(at * (len(whole) - 1))
    whole[place : place + len(change)] = change
    if cut is not None:
        del whole[int(cut * len(whole)) :]
    (tmp_path / name).write_bytes(whole)
    assert set(reasons(tmp_path / name).values()) <= {
        "",
        "broken-archive",
        "encrypted-archive",
        "unreadable",
        "nested-archive",
    }


NAMES = st.lists(
    st.lists(st.sampled_from(["a", "b.toy", ".h", "c-d.toy", "x y.toy", "[1].toy"]), min_size=1)
    .filter(lambda steps: len(steps) <= 4)
    .map("/".join),
    unique=True,
    max_size=8,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(names=NAMES, data=st.data())
def test_listing_does_not_depend_on_the_order_of_creation(tmp_path_factory, names, data):
    kept = [name for name in names if not any(one.startswith(f"{name}/") for one in names)]
    orders = [kept, data.draw(st.permutations(kept))]
    found = []
    for order in orders:
        folder = tmp_path_factory.mktemp("tree")
        write_tree(folder, dict.fromkeys(order, b"x"))
        found.append(list(reasons(folder)))
        assert list(reasons(f"{folder}/**/*.toy")) == [
            name for name in found[-1] if not any(step.startswith(".") for step in name.split("/"))
        ]
    assert found[0] == found[1]
    assert sorted(found[0]) == sorted(name for name in kept if fnmatch.fnmatch(name, "*.toy"))


def test_file_of_a_web_server_is_listed(web):
    address, folder = web
    (folder / "a.toy").write_bytes(b"alpha\n")
    (one,) = listed(f"{address}/a.toy")
    assert (one.path, one.size, one.reason) == ("a.toy", 6, "")


def test_archive_of_a_web_server_is_listed(web):
    address, folder = web
    (folder / "three.zip").write_bytes(make_zip(THREE))
    assert [one.member for one in listed(f"{address}/three.zip")] == list(THREE)


@pytest.mark.parametrize("path", ["missing.toy", "refused/a.toy"])
def test_refusal_of_a_web_server_is_a_corpus_error(web, path):
    address, _ = web
    with pytest.raises(CorpusError, match=path):
        listed(f"{address}/{path}")


def test_remote_list_names_files_beside_it():
    fs = fsspec.filesystem("memory")
    fs.pipe("/listed/a.toy", b"x")
    fs.pipe("/listed/files.txt", b"a.toy\nmissing.toy\n")
    assert reasons("memory://listed/files.txt") == {"a.toy": "", "missing.toy": "unreadable"}


def test_corpus_at_the_root_of_a_store_is_read(tmp_path):
    fsspec.filesystem("memory").pipe("/alone.toy", b"x")
    assert reasons("memory://alone.toy") == {"/alone.toy": ""}


def test_unreadable_folder_is_an_item_with_a_reason(tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    write_tree(tmp_path, {"closed/a.toy": b"x", "b.toy": b"x"})
    (tmp_path / "closed").chmod(0)
    assert reasons(tmp_path) == {"b.toy": "", "closed": "unreadable"}
    (tmp_path / "closed").chmod(0o700)


def test_suffixes_of_a_generated_kind_match_no_file(tmp_path):
    write_tree(tmp_path, {"a.toy": b"x"})
    assert list(list_items(str(tmp_path), ())[1]) == []


def test_listing_is_lazy_and_may_be_left_half_way(tmp_path):
    make_tree_of_tiny_files(Path(tmp_path), 100)
    first = next(list_items(str(tmp_path), PDF)[1])
    assert first.path == "0000/000000.pdf"
    assert SUFFIXES
