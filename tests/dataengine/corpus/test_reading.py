"""Items' bytes come back whole, bounded, and only if they are the ones that were indexed."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataengine.corpus.listing import list_items
from dataengine.corpus.reading import ItemReader, ItemTooLarge
from dataengine.errors import CorpusChanged, CorpusError
from dataengine.pipeline import Item
from tests.dataengine.corpus.conftest import THREE, item_of, listed, read_all, write_tree
from tests.hostile_trees import HOSTILE_ARCHIVES, make_tar, make_zip, zip_bomb

PDF = (".pdf",)


def hashed(one, data: bytes) -> Item:
    return replace(item_of(one), sha256=hashlib.sha256(data).hexdigest())


def test_reading_gives_the_bytes_of_three_files_in_every_form(form):
    assert read_all(form) == list(THREE.values())


def test_reading_in_any_order_gives_the_same_bytes(form):
    reader = ItemReader({"it": form}, 1)
    for one, data in reversed(list(zip(listed(form), THREE.values(), strict=True))):
        assert reader.read(hashed(one, data)) == data
    reader.close()


def test_reading_of_a_web_server(web):
    address, folder = web
    write_tree(folder, {"a.toy": b"alpha\n", "three.zip": make_zip(THREE)})
    (folder / "three.tar").write_bytes(make_tar(THREE))
    assert read_all(f"{address}/a.toy") == [b"alpha\n"]
    assert read_all(f"{address}/three.zip") == list(THREE.values())
    assert read_all(f"{address}/three.tar") == list(THREE.values())


def test_large_file_of_a_web_server_comes_whole(web):
    address, folder = web
    data = bytes(range(256)) * (12 << 12)
    write_tree(folder, {"a.toy": data, "x.zip": make_zip({"a.toy": data}, compression=0)})
    assert read_all(f"{address}/a.toy", max_mb=20) == [data]
    assert read_all(f"{address}/x.zip", max_mb=20) == [data]


def test_refusal_of_a_web_server_is_a_corpus_error(web):
    address, folder = web
    write_tree(folder, {"a.toy": b"x"})
    reader = ItemReader({"it": f"{address}/a.toy"}, 1)
    with pytest.raises(CorpusError):
        reader.read_unchecked(Item("it", "refused/a.toy"))


def test_changed_file_is_refused(tmp_path):
    (tmp_path / "a.toy").write_bytes(b"now")
    (one,) = listed(tmp_path)
    with pytest.raises(CorpusChanged, match=r"a\.toy of corpus it is not the file"):
        ItemReader({"it": str(tmp_path)}, 1).read(hashed(one, b"then"))


def test_file_that_is_gone_is_refused(tmp_path):
    (tmp_path / "a.toy").write_bytes(b"x")
    (one,) = listed(tmp_path)
    (tmp_path / "a.toy").unlink()
    with pytest.raises(CorpusChanged, match="cannot be read now"):
        ItemReader({"it": str(tmp_path)}, 1).read(hashed(one, b"x"))


def test_corpus_that_is_gone_is_refused(tmp_path):
    item = Item("it", "a.toy", sha256="0" * 64)
    with pytest.raises(CorpusChanged, match="nothing is at"):
        ItemReader({"it": str(tmp_path / "gone")}, 1).read(item)


def test_last_item_is_kept_so_that_asking_again_is_free(tmp_path):
    (tmp_path / "a.toy").write_bytes(b"x")
    (one,) = listed(tmp_path)
    reader = ItemReader({"it": str(tmp_path)}, 1)
    reader.read(hashed(one, b"x"))
    (tmp_path / "a.toy").unlink()
    assert reader.read(hashed(one, b"x")) == b"x"


def test_item_that_failed_its_check_is_not_kept(tmp_path):
    (tmp_path / "a.toy").write_bytes(b"now")
    (one,) = listed(tmp_path)
    reader = ItemReader({"it": str(tmp_path)}, 1)
    for _ in range(2):
        with pytest.raises(CorpusChanged):
            reader.read(hashed(one, b"then"))


@pytest.mark.parametrize("extra", [0, 1])
def test_item_may_have_just_as_many_bytes_as_the_limit(tmp_path, extra):
    (tmp_path / "a.toy").write_bytes(bytes((1 << 20) + extra))
    if extra:
        with pytest.raises(ItemTooLarge, match=r"more than 1 MiB; raise limits\.item_mb"):
            read_all(tmp_path)
    else:
        assert len(read_all(tmp_path)[0]) == 1 << 20


def test_zip_bomb_is_read_no_further_than_the_limit(tmp_path):
    (tmp_path / "bomb.zip").write_bytes(zip_bomb())
    program = (
        "import sys\n"
        "from dataengine.corpus.listing import list_items\n"
        "from dataengine.corpus.reading import ItemReader, ItemTooLarge\n"
        "from dataengine.pipeline import Item\n"
        "from tests.dataengine.memory import peak_mb\n"
        "(one,) = list_items(sys.argv[1], ('.pdf',))[1]\n"
        "before = peak_mb()\n"
        "item = Item('it', one.path, one.member, one.offset, one.size)\n"
        "try:\n"
        "    ItemReader({'it': sys.argv[1]}, 4).read_unchecked(item)\n"
        "except ItemTooLarge:\n"
        "    print(int(peak_mb() - before))\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "bomb.zip")]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert int(out) < 24


def test_zip_that_lies_about_a_size_is_broken(tmp_path):
    whole = bytearray(make_zip({"a.toy": b"x" * 5000}))
    at = whole.index(b"PK\x01\x02") + 24
    whole[at : at + 4] = (10).to_bytes(4, "little")
    (tmp_path / "liar.zip").write_bytes(whole)
    with pytest.raises(CorpusError, match=r"cannot read liar\.zip!a\.toy"):
        read_all(tmp_path / "liar.zip")


def test_wrong_checksum_is_a_corpus_error(tmp_path):
    (tmp_path / "x.zip").write_bytes(HOSTILE_ARCHIVES["wrong_checksum.zip"]())
    (one,) = list_items(str(tmp_path), PDF)[1]
    with pytest.raises(CorpusError, match="CRC"):
        ItemReader({"it": str(tmp_path)}, 1).read_unchecked(item_of(one))


def test_members_of_the_same_name_are_told_apart(tmp_path):
    (tmp_path / "twins.zip").write_bytes(HOSTILE_ARCHIVES["twins.zip"]())
    first, second = list_items(str(tmp_path / "twins.zip"), PDF)[1]
    reader = ItemReader({"it": str(tmp_path / "twins.zip")}, 1)
    data = reader.read_unchecked(item_of(first))
    # The second entry's own header was renamed as well: both are whole, and they differ.
    assert data != reader.read_unchecked(item_of(second))


def test_reader_goes_on_after_a_broken_member(tmp_path):
    write_tree(tmp_path, {"x.zip": HOSTILE_ARCHIVES["wrong_checksum.zip"](), "b.pdf": b"fine"})
    reader = ItemReader({"it": str(tmp_path)}, 1)
    items = [item_of(one) for one in list_items(str(tmp_path), PDF)[1]]
    assert reader.read_unchecked(items[0]) == b"fine"
    with pytest.raises(CorpusError):
        reader.read_unchecked(items[1])
    assert reader.read_unchecked(items[0]) == b"fine"


def test_names_that_lead_out_of_an_archive_lead_nowhere(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "bad_names.zip").write_bytes(HOSTILE_ARCHIVES["bad_names.zip"]())
    before = sorted(tmp_path.rglob("*"))
    place = str(tmp_path / "in")
    for one in list_items(place, PDF)[1]:
        assert ItemReader({"it": place}, 1).read_unchecked(item_of(one)).startswith(b"%PDF")
    assert sorted(tmp_path.rglob("*")) == before


def test_member_that_is_no_longer_in_its_archive_is_named(tmp_path):
    (tmp_path / "x.zip").write_bytes(make_zip({"a.toy": b"x"}))
    item = Item("it", "x.zip", "gone.toy", 0, 1)
    with pytest.raises(CorpusError, match=r"x\.zip!gone\.toy: it is no longer in the archive"):
        ItemReader({"it": str(tmp_path)}, 1).read_unchecked(item)


def test_tar_that_ends_inside_a_member_is_refused(tmp_path):
    (tmp_path / "x.tar").write_bytes(make_tar({"a.toy": b"x" * 4000}))
    (one,) = listed(tmp_path)
    (tmp_path / "x.tar").write_bytes((tmp_path / "x.tar").read_bytes()[:2000])
    with pytest.raises(CorpusError, match="ends inside it; fetch it again"):
        ItemReader({"it": str(tmp_path)}, 1).read_unchecked(item_of(one))


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.sampled_from(["x.zip", "x.tar", "x.tar.gz"]),
    at=st.floats(0, 1),
    change=st.binary(min_size=1, max_size=8),
)
def test_reading_a_damaged_archive_gives_bytes_or_a_corpus_error(tmp_path, name, at, change):
    plain = make_tar(THREE)
    packed = {"x.zip": make_zip(THREE), "x.tar": plain, "x.tar.gz": gzip.compress(plain, mtime=0)}
    whole = bytearray(packed[name])
    place = int(at * (len(whole) - 1))
    (tmp_path / name).write_bytes(packed[name])
    items = [item_of(one) for one in listed(tmp_path / name)]
    whole[place : place + len(change)] = change
    (tmp_path / name).write_bytes(whole)
    reader = ItemReader({"it": str(tmp_path / name)}, 1)
    for item in items:
        with contextlib.suppress(CorpusError):
            assert isinstance(reader.read_unchecked(item), bytes)
