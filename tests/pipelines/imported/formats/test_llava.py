"""LLaVA's JSON: what was written comes back, and every record is accounted for."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.sample import Rejection, Sample
from tests.pipelines.imported.importing import (
    chat,
    encoded,
    import_all,
    picture,
    reasons,
    samples,
    write,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(
    lambda text: text.strip() and "<image>" not in text
)
GOOD = st.tuples(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=3), st.integers(0, 2))
BAD = st.sampled_from(
    [
        ("missing-image", chat("nowhere.jpg", "<image>\na", "b")),
        ("image-marks", chat("0.jpg", "a", "b")),
        ("empty-answer", chat("0.jpg", "<image>a", " ")),
        ("unreadable-image", chat("set.json", "<image>a", "b")),
        ("text-only", {"id": "t", "conversations": chat("", "a", "b")["conversations"]}),
        ("several-images", chat(["0.jpg", "1.jpg"], "<image><image>a", "b")),
        ("malformed-record", chat({"a": 1}, "<image>a", "b")),
        ("malformed-record", chat(4, "<image>a", "b")),
        ("malformed-record", {"image": "0.jpg"}),
        ("malformed-record", 5),
        ("malformed-record", [chat("0.jpg", "<image>a", "b")]),
        ("malformed-record", None),
        ("bad-name", chat("", "<image>a", "b")),
        ("no-turns", chat("0.jpg")),
    ]
)


@settings(max_examples=40, deadline=None)
@given(st.lists(GOOD | BAD, min_size=1, max_size=8), st.booleans(), st.booleans())
def test_what_was_written_comes_back(written: list[Any], lines: bool, escaped: bool) -> None:
    records = [
        one[1]
        if isinstance(one[0], str)
        else chat(
            f"img/{one[1]}.jpg",
            *[
                ("<image>\n" if n == 0 and k == 0 else "") + text
                for n, pair in enumerate(one[0])
                for k, text in enumerate(pair)
            ],
        )
        for one in written
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(3):
            write(folder / f"img/{number}.jpg", picture(number))
        for number in range(2):
            write(folder / f"{number}.jpg", picture(number))
        texts = [json.dumps(one, ensure_ascii=escaped) for one in records]
        text = "\n".join(texts) if lines else f"[{', '.join(texts)}]"
        path = write(folder / ("set.jsonl" if lines else "set.json"), text)
        if lines:
            write(folder / "set.json", "{}")
        outcomes = import_all(path, format="llava")
    assert len(outcomes) == len(records)
    for number, (one, outcome) in enumerate(zip(written, outcomes, strict=True)):
        assert outcome.source["records"] == [number]
        if isinstance(one[0], str):
            assert isinstance(outcome, Rejection)
            assert outcome.reason == one[0]
            assert f"record {number}:" in outcome.detail
            continue
        assert isinstance(outcome, Sample), outcome
        assert outcome.image == picture(one[1])
        assert [turn.text for turn in outcome.turns] == [
            text.strip() for pair in one[0] for text in pair
        ]
        assert outcome.kind == "conversation"
        assert outcome.source["mark"] == {"turn": 0, "character": 0}


def test_the_record_names_what_it_can(tmp_path: Path) -> None:
    write(tmp_path / "a.png", picture(0, "PNG"))
    record = chat("a.png", "这是什么？\n<image>", "一只猫。", url="http://x/a", license="CC-BY-4.0")
    (sample,) = samples(import_all(write(tmp_path / "a.json", [record])))
    assert sample.source["format"] == "llava"
    assert sample.source["record_id"] == "1"
    assert sample.source["url"] == "http://x/a"
    assert sample.source["licence"] == "CC-BY-4.0"
    assert sample.source["image"] == "a.png"
    assert sample.source["mark"] == {"turn": 0, "character": 6}
    assert len(sample.source["image_sha256"]) == 64
    assert sample.language == "zh"


def test_messages_of_chat_sets(tmp_path: Path) -> None:
    write(tmp_path / "a.webp", picture(0, "WEBP"))
    record = {
        "images": ["a.webp"],
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "<image>What?"},
            {"role": "assistant", "content": "Noise."},
        ],
    }
    (sample,) = samples(import_all(write(tmp_path / "a.jsonl", json.dumps(record))))
    assert [turn.text for turn in sample.turns] == ["What?", "Noise."]
    assert sample.source["system"] == "Be brief."


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ('[{"image": "a.jpg", "conversations": [', "broken-file"),
        ("", "broken-file"),
        ("null", "broken-file"),
        ("[]", "no-records"),
        ('["' + "x" * 100, "broken-file"),
        ("[" * 100_000, "broken-file"),
    ],
)
def test_files_that_are_no_records_are_refused_as_a_whole(
    text: str, due: str, tmp_path: Path
) -> None:
    (outcome,) = import_all(write(tmp_path / "a.json", text), format="llava")
    assert isinstance(outcome, Rejection)
    assert outcome.reason == due


@pytest.mark.parametrize(
    "record",
    [
        '{"image": "a.jpg", "conversations": ' + "[" * 5000 + "]" * 5000 + "}",
        '{"image": "a.jpg", "conversations": ' + '{"a":' * 5000 + "1" + "}" * 5000 + "}",
        '{"image": "a.jpg", "conversations": NaN}',
        '{"image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\ud800"}]}',
        '{"image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\ud800"}]}',
        '{"image": "a.jpg", "x": 1' + "0" * 400 + ".5e999}",
        '{"image": "a.jpg" "conversations": []}',
        "{'image': 'a.jpg'}",
        "\x00",
    ],
)
def test_a_hostile_record_costs_itself_only(record: str, tmp_path: Path) -> None:
    write(tmp_path / "a.jpg", picture())
    good = json.dumps(chat("a.jpg", "<image>a", "b"))
    path = write(tmp_path / "a.json", f"[{good}, {record}, {good}]")
    outcomes = import_all(path, format="llava")
    assert reasons(outcomes) == {"sample": 2, "malformed-record": 1}
    assert isinstance(outcomes[1], Rejection)


def test_a_hundred_thousand_turns(tmp_path: Path) -> None:
    write(tmp_path / "a.jpg", picture())
    for text, due in (("", "too-many-turns"), ("x" * 200, "malformed-record")):
        turn = json.dumps({"from": "gpt", "value": text})
        turns = ",".join([turn] * 100_000)
        path = write(tmp_path / "a.json", f'[{{"image":"a.jpg","conversations":[{turns}]}}]')
        assert reasons(import_all(path)) == {due: 1}


def test_gifs_that_are_called_jpg_become_png(tmp_path: Path) -> None:
    """As in the OCR-VQA pictures of the 665k set."""
    write(tmp_path / "a.jpg", picture(0, "GIF"))
    (sample,) = samples(import_all(write(tmp_path / "a.json", [chat("a.jpg", "<image>a", "b")])))
    assert sample.image_format == "png"
    assert sample.proof["picture"]["changes"] == ["format"]


def test_pictures_lie_in_the_corpus_files(tmp_path: Path) -> None:
    import zipfile

    write(tmp_path / "pictures/coco/1.jpg", picture(1))
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        archive.writestr("gqa/2.jpg", picture(2))
    records = [chat(name, "<image>a", "b") for name in ("coco/1.jpg", "gqa/2.jpg", "gqa/3.jpg")]
    path = write(tmp_path / "set/a.json", records)
    outcomes = import_all(path, [tmp_path / "pictures", tmp_path / "more.zip"])
    assert [one.image for one in samples(outcomes)] == [picture(1), picture(2)]
    assert reasons(outcomes)["missing-image"] == 1


def test_an_image_of_text_only_records_of_the_665k_set(tmp_path: Path) -> None:
    record = {"id": "x", "model": "", "conversations": chat("", "a", "b")["conversations"]}
    assert reasons(import_all(write(tmp_path / "a.json", [record]))) == {"text-only": 1}
    assert orjson.loads((tmp_path / "a.json").read_bytes()) == [record]


def test_the_same_picture_with_other_words_is_another_sample(tmp_path: Path) -> None:
    write(tmp_path / "a.png", encoded_noise())
    records = [chat("a.png", "<image>a", "b"), chat("a.png", "<image>c", "d")]
    found = samples(import_all(write(tmp_path / "a.json", records)))
    assert len(found) == 2
    assert {one.fingerprint for one in found} == {b""}


def encoded_noise() -> bytes:
    from PIL import Image

    return encoded(Image.effect_noise((32, 32), 50), "PNG")
