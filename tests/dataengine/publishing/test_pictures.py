"""Which samples the card shows, and that their pictures are small and plain."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from typing import Any, cast

import numpy as np
import pyarrow as pa
from PIL import Image

from dataengine.publishing.files import Publishable
from dataengine.publishing.pictures import BOX_PX, TRUTH_CHARS, sample_pictures


def picture(side: int = 30, mode: str = "RGB") -> bytes:
    sink = io.BytesIO()
    Image.fromarray(np.full((side, side, 3), 90, np.uint8)).convert(mode).save(sink, "PNG")
    return sink.getvalue()


def row(name: str, image: bytes, targets: object, turns: object = None) -> dict[str, Any]:
    return {
        "id": name,
        "image": {"bytes": image, "path": "x.png"},
        "targets": json.dumps(targets),
        "turns": turns,
    }


class Rows:
    def __init__(self, configs: dict[str, list[dict[str, Any]]]) -> None:
        self._configs = configs

    def first_rows(self, columns: Sequence[str]) -> Iterator[tuple[str, pa.RecordBatch]]:
        for config, rows in self._configs.items():
            yield config, pa.RecordBatch.from_pylist(rows)


def shown(configs: dict[str, list[dict[str, Any]]], limit: int = 9) -> list[Any]:
    return sample_pictures(cast(Publishable, Rows(configs)), limit)


def test_one_sample_of_each_config_up_to_the_limit() -> None:
    configs = {name: [row(name, picture(), {"text": name})] for name in "abc"}
    assert [facts.config for facts, _ in shown(configs)] == ["a", "b", "c"]
    assert [facts.config for facts, _ in shown(configs, 2)] == ["a", "b"]
    assert shown(configs, 0) == []


def test_truth_of_a_handy_length_is_chosen_and_long_ones_are_cut() -> None:
    texts = ["x", "y" * 300, "z" * 5000]
    rows = [row(text[0], picture(), {"text": text}) for text in texts]
    ((facts, _),) = shown({"a": rows})
    assert (facts.id, facts.cut) == ("y", False)
    ((facts, _),) = shown({"a": rows[2:]})
    assert facts.cut
    assert len(facts.truth) == TRUTH_CHARS


def test_broken_pictures_and_rows_without_truth_are_passed_over() -> None:
    rows = [
        row("broken", b"\x89PNG no", {"text": "y" * 300}),
        row("nothing", picture(), {}),
        row("fine", picture(), {"dict": {"a": "1"}}),
    ]
    ((facts, _),) = shown({"a": rows})
    assert (facts.id, facts.target, facts.truth) == ("fine", "dict", '{\n "a": "1"\n}')
    assert shown({"a": rows[:2]}) == []


def test_conversations_are_shown_as_they_were() -> None:
    turns = [{"role": "user", "text": "Q"}, {"role": "assistant", "text": "A"}]
    ((facts, _),) = shown({"a": [row("x", picture(), {}, turns)]})
    assert (facts.target, facts.truth) == ("turns", "user: Q\nassistant: A")


def test_pictures_are_small_plain_jpegs() -> None:
    for mode in ("RGB", "L", "RGBA", "P"):
        ((_, file),) = shown({"a": [row("x", picture(2000, mode), {"text": "t"})]})
        image = Image.open(io.BytesIO(file.read()))
        assert image.format == "JPEG"
        assert max(image.size) <= max(BOX_PX)
        assert "exif" not in image.info
