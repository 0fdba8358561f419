"""Outcomes depend on the unit alone: not on what came before, nor on who asks."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.corpus.reading import ItemReader
from dataengine.outcome_frames import pack_outcome, unpack_outcome
from dataengine.pipeline import Context, Unit
from dataengine.sample import Outcome
from pipelines.imported import PIPELINE
from pipelines.imported.options import Options
from tests.pipelines.imported.importing import RNG, chat, items, picture, write


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a list of files of several forms, good and bad records in each."""
    root = tmp_path_factory.mktemp("corpus")
    for number in range(4):
        write(root / f"{number}.jpg", picture(number)[: 200 if number == 3 else None])
        write(root / f"png/{number}.png", picture(number, "PNG"))
    chats = [chat(f"{n}.jpg", "<image>a" if n % 3 else "a", f"{n}") for n in range(6)]
    write(root / "chats.json", chats)
    asked = [{"imgname": f"{n % 5}.png", "query": f"{n}?", "label": f"{n}"} for n in range(8)]
    write(root / "train_human.json", asked)
    kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    rows = [
        {"image": {"bytes": picture(n), "path": None}, "text": f"{n}"[n % 2 :]} for n in range(9)
    ]
    table = pa.Table.from_pylist(rows, pa.schema([("image", kind), ("text", pa.string())]))
    pq.write_table(table, root / "a.parquet", row_group_size=4)
    write(root / "all.txt", "chats.json\ntrain_human.json\na.parquet\n")
    return root / "all.txt"


def told(outcome: Outcome) -> object:
    """Return an outcome as it travels, without the time that it took."""
    header, blobs = pack_outcome(outcome)
    unpack_outcome(header, list(blobs))  # it can travel
    return {**header, "seconds": {}}, blobs


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_any_order_gives_the_same_outcomes(corpus: Path, data: st.DataObject) -> None:
    reader = ItemReader({"set": str(corpus)}, 64)
    context = Context(reader.read, beside=reader.beside)
    first, second = (PIPELINE.open(Options(), context) for _ in range(2))
    units = [
        Unit(number, item, number)
        for item in items(corpus, reader)
        for number in range(first.probe(item, reader.read(item)).units)
    ]
    assert len(units) == 6 + 5 + 9
    due = [told(first.render(unit, RNG)) for unit in units]
    for at in data.draw(st.permutations(range(len(units)))):
        assert told(second.render(units[at], RNG)) == due[at]
