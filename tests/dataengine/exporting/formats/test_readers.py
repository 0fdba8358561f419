"""Exports are read back by the readers that they are for, words and pictures unchanged."""

from __future__ import annotations

import io
import json
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from dataengine.errors import ConfigError
from dataengine.exporting.registry import format_names, make_format
from dataengine.views.example import Example
from tests.dataengine.exporting.sources import ListSource, contents, example, exported, picture

HARD = "Quotes \" ' and \\n, a tab\t, CR LF\r\n, U+2028 \u2028, 汉字, 𝛼, </s> {x} ,;"
TALK = ("Who?", "She.", "When?", "Then.")
EXAMPLES = [
    example(1),
    example(2, "Read it.", HARD),
    example(3, *TALK),
    example(4, "", "An empty request."),
    example(5, image=picture(5, "JPEG"), image_format="jpeg"),
    example(6, image=picture(6, "WEBP"), image_format="webp"),
]


def pairs(one: Example) -> list[tuple[str, str]]:
    return [(turn.role, turn.text) for turn in one.conversation.turns]


@pytest.fixture
def made(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    exported(tmp_path, request.param, ListSource({"train": EXAMPLES}), shard_examples=4)
    return tmp_path


@pytest.mark.parametrize("made", ["llava"], indirect=True)
def test_llava_is_the_documented_form(made: Path) -> None:
    records: list[dict[str, Any]] = json.loads((made / "train.json").read_text("utf-8"))
    for record, one in zip(records, EXAMPLES, strict=True):
        assert set(record) == {"id", "image", "conversations"}
        turns = record["conversations"]
        assert [turn["from"] for turn in turns] == ["human", "gpt"] * (len(turns) // 2)
        assert sum(turn["value"].count("<image>") for turn in turns) == 1
        assert turns[0]["value"].startswith("<image>\n")
        said = [turns[0]["value"].removeprefix("<image>\n"), *(it["value"] for it in turns[1:])]
        assert said == [text for _, text in pairs(one)]
        by_llava = os.path.join(made / "images", record["image"])
        by_vary = f"{made / 'images'}/" + record["image"]
        assert Path(by_llava).read_bytes() == Path(by_vary).read_bytes() == one.image


@pytest.mark.parametrize("made", ["llava", "swift"], indirect=True)
def test_sources_stand_beside_the_records(made: Path) -> None:
    lines = "".join(path.read_text() for path in sorted((made / "sources").iterdir()))
    facts = [json.loads(line) for line in lines.split("\n") if line]
    assert [one["id"] for one in facts] == [one.id for one in EXAMPLES]
    assert facts[0]["source"]["licence"] == "CC0-1.0"


@pytest.mark.parametrize("made", ["swift"], indirect=True)
def test_swift_is_the_documented_form(made: Path) -> None:
    lines = (made / "train.jsonl").read_bytes().split(b"\n")
    assert lines.pop() == b""
    for line, one in zip(lines, EXAMPLES, strict=True):
        record = json.loads(line)
        assert set(record) == {"messages", "images"}
        said = [(it["role"], it["content"]) for it in record["messages"]]
        [image] = record["images"]
        assert (made / image).read_bytes() == one.image
        assert said == [("user", "<image>" + pairs(one)[0][1]), *pairs(one)[1:]]


@pytest.mark.parametrize("made", ["swift"], indirect=True)
def test_swift_is_read_as_json_lines_by_datasets(made: Path, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    file = str(made / "train.jsonl")
    cache = str(tmp_path / "cache")
    found = datasets.load_dataset("json", data_files=file, split="train", cache_dir=cache)
    assert [len(row["messages"]) for row in found] == [len(pairs(one)) for one in EXAMPLES]
    assert found[1]["messages"][1]["content"] == HARD


@pytest.mark.parametrize("made", ["swift"], indirect=True)
def test_no_line_is_parted_by_unicodes_line_ends(made: Path) -> None:
    text = (made / "train.jsonl").read_bytes().decode()
    assert len(text.splitlines()) == len(EXAMPLES)


def test_swift_has_the_older_form_too(tmp_path: Path) -> None:
    source = ListSource({"train": EXAMPLES})
    exported(tmp_path, "swift", source, form="query", image_root="/data/x/")
    records = [json.loads(one) for one in (tmp_path / "train.jsonl").read_bytes().splitlines()]
    assert records[2] == {
        "query": "When?",
        "response": "Then.",
        "history": [["<image>Who?", "She."]],
        "images": ["/data/x/images/train-000000/pages-7-000000003-0.png"],
    }
    assert records[0]["query"] == "<image>Read number 1."


def test_a_prefix_and_a_mark_are_as_asked_for(tmp_path: Path) -> None:
    source = ListSource({"train": EXAMPLES[:1]})
    exported(tmp_path, "llava", source, image_prefix="/", mark="<image>")
    [record] = json.loads((tmp_path / "train.json").read_text())
    assert record["image"].startswith("/train-000000/")
    assert record["conversations"][0]["value"] == "<image>Read number 1."


def test_reserved_strings_leave_an_example_out(tmp_path: Path) -> None:
    source = ListSource({"train": [example(1, "Read.", "a <bbox> here"), example(2)]})
    assert exported(tmp_path / "s", "swift", source)["total"]["left_out"] == {"mark-in-text": 1}
    assert exported(tmp_path / "l", "llava", source)["total"]["left_out"] == {}
    counts = exported(tmp_path / "r", "llava", source, reserved=["<bbox>"])
    assert counts["total"]["left_out"] == {"mark-in-text": 1}


def test_a_shared_picture_is_stored_once(tmp_path: Path) -> None:
    twin = example(1, id="pages-7-000000001-1")
    exported(tmp_path, "llava", ListSource({"train": [example(1), twin]}))
    records = json.loads((tmp_path / "train.json").read_text())
    assert records[0]["image"] == records[1]["image"]
    assert len([name for name in contents(tmp_path) if name.startswith("images/")]) == 1


def test_webdataset_is_read_by_its_package(tmp_path: Path) -> None:
    wds = pytest.importorskip("webdataset")
    source = ListSource({"train": EXAMPLES})
    exported(tmp_path, "webdataset", source, shard_examples=4, images="png")
    urls = str(tmp_path / "train-{000000..000001}.tar")
    found = list(wds.WebDataset(urls, shardshuffle=False).decode("pil"))
    for sample, one in zip(found, EXAMPLES, strict=True):
        assert sample["__key__"] == one.id
        said = [(it["role"], it["content"]) for it in sample["json"]["messages"]]
        assert said == pairs(one)
        shown = sample["jpg" if one.image_format == "jpeg" else "png"]
        with Image.open(io.BytesIO(one.image)) as stored:
            assert shown.convert("RGB").tobytes() == stored.convert("RGB").tobytes()
        if len(said) == 2:
            assert sample["txt"] == said[1][1]
        else:
            assert "txt" not in sample
    index = json.loads((tmp_path / "train.index.json").read_text())
    assert [one["nsamples"] for one in index["shardlist"]] == [4, 2]


@pytest.mark.parametrize("made", ["webdataset"], indirect=True)
def test_tars_say_nothing_of_who_made_them_and_when(made: Path) -> None:
    with tarfile.open(made / "train-000000.tar") as tar:
        for member in tar:
            about = (member.mtime, member.uid, member.gid, member.uname, member.gname, member.mode)
            assert about == (0, 0, 0, "", "", 0o644)


def test_hub_is_read_by_datasets(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    out = tmp_path / "out"
    source = ListSource({"train": EXAMPLES, "test": EXAMPLES[:2]})
    exported(out, "hub", source, shard_examples=4)
    found = datasets.load_dataset(str(out), cache_dir=str(tmp_path / "cache"))
    assert {split: len(rows) for split, rows in found.items()} == {"train": 6, "test": 2}
    for row, one in zip(found["train"], EXAMPLES, strict=True):
        assert [(it["role"], it["content"]) for it in row["messages"]] == pairs(one)
        assert json.loads(row["source"]) == one.source
        with Image.open(io.BytesIO(one.image)) as stored:
            assert row["image"].convert("RGB").tobytes() == stored.convert("RGB").tobytes()
    raw = found["train"].cast_column("image", datasets.Image(decode=False))
    assert [row["image"]["bytes"] for row in raw] == [one.image for one in EXAMPLES]


def test_hub_shows_each_kind(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    out, cache = tmp_path / "out", str(tmp_path / "cache")
    charts = [example(n, kind="chart") for n in (7, 8)]
    mixed = {"train": [EXAMPLES[0], charts[0], *EXAMPLES[1:4], charts[1]], "test": charts[:1]}
    exported(out, "hub", ListSource(mixed), config_by="kind")
    assert datasets.get_dataset_config_names(str(out)) == ["default", "chart", "page"]

    def ids(config: str, split: str) -> list[str]:
        found = datasets.load_dataset(str(out), config, split=split, cache_dir=cache)
        return list(found["id"])

    assert ids("chart", "train") == [one.id for one in charts]
    assert ids("page", "train") == [one.id for one in EXAMPLES[:4]]
    assert sorted(ids("default", "train")) == sorted(one.id for one in mixed["train"])
    assert ids("chart", "test") == [charts[0].id]


def test_wrong_formats_and_options_are_explained() -> None:
    for name, options, message in (
        ("lava", {}, "did you mean 'llava'"),
        ("llava", {"marks": "x"}, "did you mean 'mark'"),
        ("llava", {"mark": "x"}, "<image> once"),
        ("hub", {"shard_examples": 0}, "shard_examples"),
    ):
        with pytest.raises(ConfigError, match=message):
            make_format(name, options)
    assert format_names() == ["hub", "llava", "swift", "webdataset"]
