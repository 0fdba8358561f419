"""Words of charts: plain, on one line, in the language asked for."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.charts.content.llm.reasons import BadAnswer
from pipelines.charts.content.llm.text_rules import OddText, check_language, plain_text


@given(st.text())
def test_what_passes_is_plain(text):
    try:
        plain = plain_text(text)
    except OddText:
        return
    assert plain == " ".join(plain.split())
    assert plain == plain_text(plain)
    assert not {unicodedata.category(char)[0] for char in plain} & {"C"}
    assert not set(plain) & set("{}\\`")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "</title><img src=x>",
        "< b onclick=x>",
        "{0.__class__}",
        "{{ 7*7 }}",
        "{b}: {c}",
        "a `id` b",
        "\\input{/etc/passwd}",
        "&lt;b&gt;",
        "a\x00b",
        "a\x1b[31mb",
        "a\u202eb",
        "a\u200bb",
        "\ue000",
        "Sales \U0001f680",
        "a\ufffeb",
    ],
)
def test_odd_texts_are_refused(text):
    with pytest.raises(OddText):
        plain_text(text)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  Sales\n by\tregion ", "Sales by region"),
        ("R&D, Q1 (50 % < 60 %)", "R&D, Q1 (50 % < 60 %)"),
        ("from $5 to $10", "from $5 to $10"),
        ("../../etc/passwd", "../../etc/passwd"),
        ("%s %n", "%s %n"),
        ("Cafe\u0301", "Café"),
        ("产量\u3000（万吨）", "产量 （万吨）"),
    ],
)
def test_ordinary_texts_pass(text, plain):
    assert plain_text(text) == plain


@pytest.mark.parametrize(
    ("language", "title", "others"),
    [
        ("en", "Sales of cafés", ["µg/m³", "Zürich", "2024"]),
        ("zh", "2023年GDP增长率", ["北京", "NBA", "产量"]),
        ("zh", "各校PISA成绩", ["A校", "B校"]),
    ],
)
def test_language_that_was_asked_for(language, title, others):
    check_language([title, *others], title, language)


@pytest.mark.parametrize(
    ("language", "title", "others"),
    [
        ("en", "各地产量", []),
        ("en", "Sales", ["北部"]),
        ("en", "Продажи", []),
        ("en", "2024", []),
        ("zh", "Sales by region", ["North"]),
        ("zh", "产量", ["North region", "South region"]),
        ("zh", "売上の推移", []),
        ("zh", "판매량", []),
    ],
)
def test_other_languages_are_refused(language, title, others):
    with pytest.raises(BadAnswer) as caught:
        check_language([title, *others], title, language)
    assert caught.value.reason == "wrong-language"
