"""Benchmarks: checked as data of strangers, missing pictures named, prompts replaced."""

from __future__ import annotations

import pytest

from dataengine.errors import ConfigError
from trainers.evaluation.adapters import adapter_names, get_adapter, load_benchmark
from trainers.evaluation.benchmark import Benchmark, Entry, find_one, read_published
from trainers.evaluation.errors import EvaluationError


def entry(name: str, image: str = "a.png", target: str = "x") -> Entry:
    return Entry(name, image, f"what is {name}?", (target,), "page", "en")


def benchmark(folder, *entries: Entry) -> Benchmark:
    source = folder / "file.json"
    source.write_text("[]")
    return Benchmark("toy", folder, entries, task="question", metrics="text", files=[source])


def test_pictures_that_are_not_there_are_named(tmp_path):
    (tmp_path / "a.png").write_bytes(b"a picture")
    made = benchmark(tmp_path, entry("1"), entry("2", "b.png"), entry("3", "b.png"))
    assert made.missing == ("b.png",)
    assert made.case(0).image == b"a picture"
    assert made.case(2).image is None
    assert made.case(2).missing == "b.png is not there"
    assert made.case(1).picture == made.case(2).picture


@pytest.mark.parametrize("image", ["../a.png", "/etc/passwd", "a/../../b", "", "a\0b"])
def test_pictures_lie_in_the_folder(tmp_path, image):
    with pytest.raises(EvaluationError, match="is no picture in"):
        benchmark(tmp_path, entry("1", image))


def test_asks_in_other_words_and_of_fewer(tmp_path):
    made = benchmark(tmp_path, entry("a"), entry("b"))
    other = made.changed("Briefly: {question}", 1)
    assert len(other) == 1
    assert other.case(0).prompt == "Briefly: what is a?"
    assert other.case(0).turns[-1].role == "user"
    assert len({made.identity, other.identity, made.changed("", 1).identity}) == 3


def test_long_answers_are_read_together(tmp_path):
    made = benchmark(tmp_path, entry("a"), entry("b", target="long answer"), entry("c"))
    assert made.order().tolist() == [1, 0, 2]


def test_files_of_another_form_are_named(tmp_path):
    path = tmp_path / "f.json"
    path.write_text('[{"a": 1}, {"a": "x"}]')
    with pytest.raises(EvaluationError, match=r"f\.json: 1\.a: "):
        read_published(path, list[dict[str, int]])
    path.write_text("[" * 100_000)
    with pytest.raises(EvaluationError, match="the file: "):
        read_published(path, list[int])
    with pytest.raises(EvaluationError, match="cannot read"):
        read_published(tmp_path / "absent.json", list[int])
    (tmp_path / "g.json").write_text("[]")
    with pytest.raises(EvaluationError, match=r"there are: f\.json, g\.json"):
        find_one(tmp_path, "*.json")
    with pytest.raises(EvaluationError, match="there are no entries"):
        benchmark(tmp_path)


@pytest.mark.parametrize("name", adapter_names())
def test_every_adapter_says_what_it_is(name, tmp_path):
    adapter = get_adapter(name)
    assert adapter.summary
    assert adapter.parts
    with pytest.raises(EvaluationError):
        load_benchmark(name, tmp_path)
    with pytest.raises(ConfigError, match="has no part"):
        load_benchmark(name, tmp_path, "nothing")


def test_an_unknown_benchmark_is_named():
    with pytest.raises(ConfigError, match="did you mean 'chartqa'"):
        get_adapter("chartqq")
