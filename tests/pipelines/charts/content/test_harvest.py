"""Tests of harvesting text files, tables and written charts, hostile ones among them."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.material import Piece, Refusal
from dataengine.pipeline import Item
from pipelines.charts.content.harvest import harvest, probe


def pieces(name: str, data: bytes, language: str = "") -> list[Piece]:
    item = Item("toy", name, sha256="s", language=language)
    return [one for one in harvest(item, data) if isinstance(one, Piece)]


def refusals(name: str, data: bytes) -> list[str]:
    item = Item("toy", name, sha256="s")
    return [one.reason for one in harvest(item, data) if isinstance(one, Refusal)]


@given(
    st.sampled_from(["a.txt", "titles.txt", "a.csv", "a.parquet", "a.jsonl"]),
    st.binary(max_size=400),
)
def test_any_bytes_give_pieces_or_refusals(name: str, data: bytes) -> None:
    for one in harvest(Item("toy", name, sha256="s"), data):
        assert isinstance(one, Piece | Refusal)


@given(st.sampled_from(["titles.txt", "a.csv", "a.jsonl"]), st.text(max_size=300))
def test_any_text_gives_pieces_or_refusals(name: str, text: str) -> None:
    for one in harvest(Item("toy", name, sha256="s"), text.encode("utf-8", "surrogatepass")):
        assert isinstance(one, Piece | Refusal)


def test_roles_come_from_file_names_and_language_from_the_script() -> None:
    assert [p.group for p in pieces("x/titles.txt", "Rain\n降水\n".encode())] == [
        "en/phrase/titles",
        "zh/phrase/titles",
    ]
    assert pieces("notes.txt", b"One long sentence, that is cut; into its clauses for phrases.")[
        0
    ].body == {"text": "One long sentence"}


def test_lists_with_frequencies_give_their_words() -> None:
    assert [p.body["text"] for p in pieces("words.txt", "硬盘\t1203\n内存\t998\n".encode())] == [
        "硬盘",
        "内存",
    ]


def test_encodings_are_told_apart() -> None:
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        assert pieces("titles.txt", "季度产量".encode(encoding))[0].body["text"] == "季度产量"


def test_phrases_that_cannot_be_shown_are_refused() -> None:
    data = "fine\nbad\u202eeman\nnul\x00\n" + "x" * 200 + "\n"
    assert refusals("titles.txt", data.encode()) == ["odd-characters", "odd-characters", "too-long"]


def test_topics_are_not_phrases() -> None:
    assert probe(Item("toy", "topics.txt"), b"Bicycles\n").units == 0
    assert probe(Item("toy", "titles.txt"), b"Bicycles\n").units == 1
    assert probe(Item("toy", "titles.txt"), b" \n").units == 0


CSV = b"""# title: Apples of the valley
# source: Growers' yearbook
Orchard,Harvest (t),Share (%)
North,"1,200",60.5
South,800,
West,400,39.5
"""


def test_table_with_comments_units_and_gaps() -> None:
    found = {piece.group: piece.body for piece in pieces("apples.csv", CSV)}
    body = found["en/table/values"]
    assert body["title"] == "Apples of the valley"
    assert [(c["name"], c["unit"], c["kind"]) for c in body["columns"]] == [
        ("Orchard", "", "text"),
        ("Harvest", "t", "number"),
        ("Share", "%", "number"),
    ]
    assert body["columns"][1]["values"] == [1200, 800, 400]
    assert body["columns"][2]["values"] == [60.5, None, 39.5]


@pytest.mark.parametrize(
    ("rows", "use"),
    [
        ("Year,Output (t)\n2019,3\n2020,4\n2021,5\n2022,9\n", "series"),
        ("Step,Amount\nStart,10\nGain,5\nLoss,-3\nEnd,12\n", "steps"),
        ("Stage,People\nSeen,100\nTried,60\nBought,20\n", "stages"),
        ("From,To,Amount\na,b,3\na,c,4\nb,c,1\n", "flow"),
        ("Class,Kind,Area\nx,p,3\nx,q,4\ny,r,5\n", "tree"),
        ("Town,Bus,Tram,Foot\na,20,30,50\nb,10,10,80\nc,40,20,40\n", "shares"),
        (
            "Day,Open,Close,Low,High\n" + "".join(f"2020-01-0{d},5,6,4,7\n" for d in range(1, 8)),
            "prices",
        ),
        ("Group,Mass (g)\n" + "".join(f"{'ab'[n % 2]},{n * 1.5}\n" for n in range(60)), "groups"),
        ("Mass (g),Length (mm)\n" + "".join(f"{n},{n * n}\n" for n in range(30)), "points"),
    ],
)
def test_tables_find_their_uses(rows: str, use: str) -> None:
    groups = [piece.group for piece in pieces("t.csv", rows.encode())]
    assert f"en/table/{use}" in groups


def test_long_tables_are_cut_by_their_categories() -> None:
    rows = "".join(f"land {n % 5},{1900 + n // 5},{n}\n" for n in range(600))
    found = pieces("t.csv", b"Land,Year,People\n" + rows.encode())
    assert {p.body["title"] for p in found} == {f"t: land {n}" for n in range(5)}


@pytest.mark.parametrize(
    "data",
    [b"", b"a\n1\n", b"a,a\n1,2\n3,4\n", b"a,b\n1\n2,3\n", b"a,\n1,2\n3,4\n", b'a,b\n"1,2\n3,4\n',
     b",".join([b"c%d" % n for n in range(99)]) + b"\n1\n2\n"],
)  # fmt: skip
def test_what_is_no_table_is_refused(data: bytes) -> None:
    assert refusals("t.csv", data) == ["bad-table"]


def test_parquet_tables_are_read() -> None:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    table = pa.table({"年份": [2019, 2020, 2021, 2022], "产量（吨）": [3.5, None, 4.0, 5.5]})
    file = io.BytesIO()
    pq.write_table(table, file)
    found = pieces("t.parquet", file.getvalue())
    assert [p.group for p in found] == ["zh/table/series"]


def test_written_charts_with_faults_are_refused_by_line() -> None:
    deep = b"[" * 5000 + b"]" * 5000
    lines = [b"{", b"[]", b'{"kind": "bar"}', b'{"spec": {}, "facts": 3}', deep, b'{"kind": NaN}']
    item = Item("toy", "c.jsonl", sha256="s")
    found = list(harvest(item, b"\n".join(lines)))
    assert all(isinstance(one, Refusal) for one in found)
    assert [one.place for one in found] == [f"line {n}" for n in range(1, 7)]
