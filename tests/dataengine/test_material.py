"""A material file read back: every piece in its place, damage noticed, memory bounded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dataengine.material
from dataengine.errors import PlanError
from dataengine.harvest.chunk_file import ChunkFacts, ChunkWriter, load_facts
from dataengine.harvest.chunks import Chunk
from dataengine.harvest.merging import Source, merge
from dataengine.harvest.report import Counts
from dataengine.harvest_frames import Part
from dataengine.material import ROW_GROUP_PIECES, Material
from dataengine.pipeline import Item
from dataengine.worker_process import Harvested

Pieces = list[tuple[str, str]]


def write_material(folder: Path, chunks: list[list[Pieces]]) -> tuple[Path, Counts]:
    """Write chunks of works of pieces (group, key) and merge them."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = []
    for number, works in enumerate(chunks):
        items = [Item("c", f"{number}/{at}", licence=f"L{at}") for at in range(len(works))]
        chunk = Chunk(f"chunk{number}", tuple(items))
        path = folder / f"{number}.parquet"
        with ChunkWriter(path, chunk) as writer:
            for at, pieces in enumerate(works):
                rows = [
                    (group, key, json.dumps({"from": [number, at, step]}))
                    for step, (group, key) in enumerate(pieces)
                ]
                writer.take(at, 1, Part([("dead", "x", "{}")]))  # an attempt that does not count
                writer.take(at, 2, Part(rows))
                writer.end(at, Harvested(2))
            writer.finish({})
        facts = load_facts(path, chunk)
        assert isinstance(facts, ChunkFacts)
        sources.append(Source(path, chunk.works, facts))
    counts = Counts()
    target = folder / "material.parquet"
    merge(lambda: sources, target, folder / "side.parquet", counts)
    return target, counts


NAMES = st.sampled_from(["a", "b", "ab", "", "é\n"])
WORKS = st.lists(
    st.lists(st.tuples(st.sampled_from(["a", "b", "aa", "zh/表"]), NAMES), max_size=8), max_size=4
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(chunks=st.lists(WORKS, max_size=4), row_group=st.integers(1, 5), pending=st.integers(0, 99))
def test_merging_is_sorting_and_dropping_repeats(
    tmp_path_factory, monkeypatch, chunks, row_group, pending
):
    """As if all pieces were put in a list, the first of each (group, key) kept, and sorted."""
    for module in ("dataengine.material", "dataengine.harvest.merging"):
        monkeypatch.setattr(f"{module}.ROW_GROUP_PIECES", row_group)
    monkeypatch.setattr("dataengine.harvest.merging.PENDING_BYTES", pending * 100)
    path, counts = write_material(tmp_path_factory.mktemp("material"), chunks)
    expected: dict[str, dict[str, tuple]] = {}
    total = 0
    for number, works in enumerate(chunks):
        for at, pieces in enumerate(works):
            for step, (group, key) in enumerate(pieces):
                total += 1
                place = ([number, at, step], f"{number}/{at}", f"L{at}")
                expected.setdefault(group, {}).setdefault(key, place)
    material = Material(path)
    assert dict(material.groups) == {group: len(expected[group]) for group in sorted(expected)}
    for group, places in expected.items():
        rows = material.read(group, 0, len(places))
        assert [(row.body["from"], row.item, row.licence) for row in rows] == [*places.values()]
    assert counts.duplicates == total - sum(map(len, expected.values()))
    by_work = sum(work["pieces"] for work in counts.works.values())
    assert by_work == sum(counts.groups.values()) == total - counts.duplicates
    material.close()


def read_all(material: Material) -> None:
    """Read every piece of every group."""
    for group, count in material.groups.items():
        material.read(group, 0, count)


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> Path:
    """Three groups of 5,000, 256 and 1 pieces."""
    pieces = [("a", str(n)) for n in range(5000)]
    pieces += [("b", str(n)) for n in range(256)] + [("c", "0")]
    return write_material(tmp_path_factory.mktemp("large"), [[pieces]])[0]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, 5000), count=st.integers(0, 600))
def test_any_run_of_pieces_can_be_read(large, start, count):
    material = Material(large)
    if start + count > 5000:
        with pytest.raises(IndexError, match="of the 5000 in material group 'a'"):
            material.read("a", start, count)
        return
    steps = [row.body["from"][2] for row in material.read("a", start, count)]
    assert steps == [*range(start, start + count)]


def test_row_groups_hold_one_group_each(large):
    import pyarrow.parquet as pq

    file = pq.ParquetFile(large)
    sizes = [file.metadata.row_group(at).num_rows for at in range(file.num_row_groups)]
    assert sizes == [ROW_GROUP_PIECES] * 19 + [5000 - 19 * ROW_GROUP_PIECES, 256, 1]
    for at in range(file.num_row_groups):
        assert len(set(file.read_row_group(at).column("group").to_pylist())) == 1


@pytest.mark.parametrize(("start", "count"), [(-1, 1), (0, -1), (5000, 1), (1, 5000)])
def test_nothing_is_wrapped(large, start, count):
    with pytest.raises(IndexError):
        Material(large).read("a", start, count)


def test_unknown_group_is_a_key_error(large):
    with pytest.raises(KeyError):
        Material(large).read("d", 0, 1)


def test_few_row_groups_are_kept(large, monkeypatch):
    monkeypatch.setattr(dataengine.material, "CACHED_ROW_GROUPS", 4)
    material = Material(large)
    first = material.read("a", 0, 1)[0]
    assert material.read("a", 0, 1)[0] is first
    material.read("a", 0, 5000)
    assert len(material._cache) == 4
    assert material.read("a", 0, 1)[0] is not first
    monkeypatch.setattr(dataengine.material, "CACHED_BYTES", 1)
    material.read("a", 0, 5000)
    assert len(material._cache) == 1


@pytest.mark.parametrize("at", [0.02, 0.3, 0.6, 0.999])
def test_damage_is_noticed_wherever_it_is(large, tmp_path, at):
    data = bytearray(large.read_bytes())
    for place in range(int(len(data) * at), int(len(data) * at) + 8):
        data[place % len(data)] ^= 0xFF
    path = tmp_path / "damaged.parquet"
    path.write_bytes(bytes(data))
    with pytest.raises(PlanError, match="damaged"):
        read_all(Material(path))


def test_other_parquet_file_is_no_material(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"a": [1]}), tmp_path / "x.parquet")
    for path in (tmp_path / "x.parquet", tmp_path / "absent.parquet"):
        with pytest.raises(PlanError, match="no material file"):
            _ = Material(path).groups


def test_contract_needs_no_arrow():
    code = "import sys, dataengine, dataengine.material; sys.exit('pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
