"""The hostile inputs are what they claim to be: otherwise the tests that use them prove nothing."""

from __future__ import annotations

import io
import os
import re
import stat
import tarfile
import zipfile
import zlib
from pathlib import Path

import pymupdf
import pytest

from dataengine.reasons import ENGINE_REASONS
from pipelines.pdf_pages import PIPELINE
from tests.hostile_pdfs import HOSTILE, hostile
from tests.hostile_trees import (
    HOSTILE_ARCHIVES,
    HOSTILE_NAMES,
    make_deep_tree,
    make_directory_loop,
    make_links_and_devices,
    make_tree_of_names,
    make_tree_of_tiny_files,
    tiny_pdf,
    zip_bomb,
)
from tests.hostile_writer import deflate_repeated

CODES = {*PIPELINE.reasons, *ENGINE_REASONS, "sample"}
HARMLESS = [item.name for item in HOSTILE if item.expect == frozenset({"sample"})]


def opened(name: str) -> pymupdf.Document:
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    return pymupdf.open(stream=hostile(name).make(), filetype="pdf")


def test_names_are_unique_and_plain() -> None:
    names = [item.name for item in HOSTILE]
    assert len(set(names)) == len(names) > 80
    assert all(re.fullmatch(r"[a-z0-9_]+", name) for name in names)


def test_every_file_is_small_and_the_same_each_time() -> None:
    for item in HOSTILE:
        first = item.make()
        assert first == item.make(), item.name
        assert len(first) < 1_000_000, item.name


def test_outcomes_are_known_codes_and_every_file_has_a_note() -> None:
    for item in HOSTILE:
        assert item.note, item.name
        assert item.expect is None or (item.expect and item.expect <= CODES), item.name


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_files_really_hold_text_to_read(name: str) -> None:
    with opened(name) as document:
        assert not document.needs_pass
        assert len(document[0].get_text()) > 2000


def test_only_the_password_locks_a_document() -> None:
    with opened("encrypted_user_password") as document:
        assert document.needs_pass
        assert document.authenticate("let me in")
        assert len(document[0].get_text()) > 2000
    with opened("encrypted_empty_password") as document:
        assert document.metadata["encryption"]


def test_not_a_pdf_lacks_the_header_in_its_first_kilobyte() -> None:
    for item in HOSTILE:
        if item.expect == frozenset({"not-a-pdf"}):
            assert b"%PDF-" not in item.make()[:1024], item.name


def test_deflate_repeated_is_valid_zlib() -> None:
    chunk = b"a chunk that is repeated\n" * 40
    assert zlib.decompress(deflate_repeated(chunk, 1000)) == chunk * 1000
    assert zlib.decompress(deflate_repeated(chunk, 1000, raw=True), -15) == chunk * 1000


def test_content_bomb_unpacks_to_more_than_a_gigabyte() -> None:
    item = hostile("content_bomb_1_gb").make()
    inner = zlib.decompress(item[item.index(b"stream\n") + 7 : item.index(b"\nendstream")])
    unpacker, size = zlib.decompressobj(), 0
    while inner and size < 50 << 20:
        size += len(unpacker.decompress(inner, 1 << 20))
        inner = unpacker.unconsumed_tail
    assert size >= 50 << 20
    assert len(item) < 20_000


def test_false_counts_are_false() -> None:
    with opened("count_a_billion") as document:
        assert document.page_count == 1_000_000_000
    with opened("zero_pages") as document:
        assert document.page_count == 0


def test_box_claims() -> None:
    for name, side in (("box_14400", 14_400), ("box_million", 1e6), ("box_billion", 1e9)):
        with opened(name) as document:
            assert document[0].rect.width == side


def test_actual_text_lies_even_where_it_should_be_ignored() -> None:
    flags = pymupdf.TEXTFLAGS_TEXT | pymupdf.TEXT_IGNORE_ACTUALTEXT
    with opened("actual_text_is_a_lie") as document:
        assert document[0].get_text().split() == ["Nothing", "to", "see", "here", "."]
        assert len(document[0].get_text(flags=flags)) > 2000
        assert document[0].get_text(flags=flags).rstrip().endswith("Nothing to see here.")


def test_a_stream_from_outside_is_not_read() -> None:
    with opened("content_from_outside") as document:
        assert document[0].get_text() == ""


def test_odd_names_can_be_written_and_differ(tmp_path: Path) -> None:
    paths = make_tree_of_names(tmp_path)
    assert len(set(paths)) == len(HOSTILE_NAMES) == len(os.listdir(tmp_path))
    assert len({path.read_bytes() for path in paths}) == len(paths)
    assert max(len(os.fsencode(path.name)) for path in paths) > 250


def test_directory_loop_contains_itself(tmp_path: Path) -> None:
    make_directory_loop(tmp_path / "loop")
    inner = tmp_path / "loop" / "inner"
    assert (inner / "parent" / "inner" / "parent" / "inner" / "self" / "page.pdf").is_file()


def test_links_and_devices_are_no_files(tmp_path: Path) -> None:
    make_links_and_devices(tmp_path)
    assert stat.S_ISFIFO((tmp_path / "pipe.pdf").stat().st_mode)
    assert not any(path.is_file() for path in tmp_path.iterdir())


def test_tiny_files_are_as_many_as_asked_for(tmp_path: Path) -> None:
    make_tree_of_tiny_files(tmp_path / "bad", 250)
    make_tree_of_tiny_files(tmp_path / "good", 10, valid=True)
    assert len(list((tmp_path / "bad").rglob("*.pdf"))) == 250
    for path in (tmp_path / "good").rglob("*.pdf"):
        with pymupdf.open(path) as document:
            assert document.page_count == 1


def test_deep_tree_can_be_reached(tmp_path: Path) -> None:
    assert make_deep_tree(tmp_path).read_bytes() == tiny_pdf("deep tree")


def test_archives_are_small_and_the_same_each_time() -> None:
    for name, make in HOSTILE_ARCHIVES.items():
        first = make()
        assert first == make(), name
        assert len(first) < 1_000_000, name


def test_zip_bomb_has_a_true_checksum() -> None:
    with zipfile.ZipFile(io.BytesIO(zip_bomb(8))) as archive:
        assert len(archive.read("bomb.pdf")) == 8 << 20


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("encrypted.zip", RuntimeError),
        ("truncated.zip", zipfile.BadZipFile),
        ("wrong_checksum.zip", zipfile.BadZipFile),
        ("no_archive.zip", zipfile.BadZipFile),
    ],
)
def test_broken_zips_cannot_be_read(name: str, error: type[Exception]) -> None:
    def read_all(data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                archive.read(member)

    with pytest.raises(error):
        read_all(HOSTILE_ARCHIVES[name]())


def test_overlapping_zip_lists_one_member_many_times() -> None:
    with zipfile.ZipFile(io.BytesIO(HOSTILE_ARCHIVES["overlapping.zip"]())) as archive:
        entries = archive.infolist()
    assert len({entry.filename for entry in entries}) == 1000
    assert len({entry.header_offset for entry in entries}) == 1


def test_hostile_tar_holds_every_kind_of_entry() -> None:
    with tarfile.open(fileobj=io.BytesIO(HOSTILE_ARCHIVES["links.tar"]())) as archive:
        members = {member.name: member for member in archive}
    assert members["link.pdf"].issym()
    assert members["hard.pdf"].islnk()
    assert members["null.pdf"].ischr()
    assert members["pipe.pdf"].isfifo()
    assert {"../../escaped.pdf", "/absolute.pdf"} <= set(members)
