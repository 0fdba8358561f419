"""What is asked for: pure functions of seed and index, all topics in turn, fitting sizes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.errors import ConfigError
from pipelines.charts.content.llm.orders import draw_order, read_personas, read_topics
from pipelines.charts.content.llm.settings import parse_settings
from pipelines.charts.spec.kinds import KINDS

TOPICS = [f"topic {at}" for at in range(7)]
PERSONAS = ["a", "b", "c"]


@given(st.integers(0, 2**40), st.integers(0, 10**6))
def test_order_is_a_pure_function_and_fits_its_kind(seed, index):
    settings = parse_settings({"model": "m", "seed": seed})
    order = draw_order(settings, TOPICS, PERSONAS, index)
    assert order == draw_order(settings, TOPICS, PERSONAS, index)
    about = KINDS[order.kind]
    assert about.series[0] <= order.series <= about.series[1]
    assert about.items[0] <= order.items <= about.items[1]


def test_every_topic_comes_once_per_round():
    settings = parse_settings({"model": "m", "seed": 4})
    drawn = [draw_order(settings, TOPICS, PERSONAS, index).topic for index in range(21)]
    for start in (0, 7, 14):
        assert sorted(drawn[start : start + 7]) == TOPICS
    assert drawn[:7] != drawn[7:14]


def test_kinds_are_those_of_the_settings():
    settings = parse_settings({"model": "m", "kinds": {"pie": 3, "bar": 1, "line": 0}})
    drawn = [draw_order(settings, TOPICS, PERSONAS, index).kind for index in range(400)]
    assert set(drawn) == {"pie", "bar"}
    assert 240 < drawn.count("pie") < 360


@pytest.mark.parametrize("language", ["en", "zh"])
def test_bundled_lists_are_there(language):
    assert len(read_topics([], language)) >= 200
    settings = parse_settings({"model": "m", "language": language})
    assert len(read_personas(settings)) == len(set(read_personas(settings))) >= 40


def test_topics_of_files(tmp_path):
    one, two = tmp_path / "one.txt", tmp_path / "two.txt"
    one.write_bytes("\ufeff# comment\n Rain  in\tspring \n\nSnow\n".encode())
    two.write_bytes("降雨\nSnow\n".encode("gb18030"))
    assert read_topics([str(one), str(two)], "en") == ["Rain in spring", "Snow", "降雨"]


@pytest.mark.parametrize("text", ["x" * 161, "a\x1b[31m", "# only\n\n", ""])
def test_file_without_usable_topics_is_refused(tmp_path, text):
    path = tmp_path / "topics.txt"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"topics\.txt"):
        read_topics([str(path)], "en")


@pytest.mark.parametrize("name", ["missing.txt", ".", "a\x00b"])
def test_file_that_cannot_be_read_is_named(name):
    with pytest.raises(ConfigError, match="cannot read"):
        read_topics([name], "en")
