"""Strings survive the way through pyecharts and JavaScript, and cannot break out of it."""

from __future__ import annotations

from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from pipelines.charts.echarts.build.script import packed

texts = st.lists(
    st.text(st.characters(exclude_characters="\x1f", exclude_categories=["Cs"])), min_size=1
)


@given(texts)
def test_packed(given_texts: list[str]) -> None:
    source = packed(given_texts)
    head, _, rest = source.partition("'")
    body, _, tail = rest.partition("'")
    assert head == "decodeURIComponent("
    assert tail == ").split(String.fromCharCode(31))"
    assert unquote(body).split("\x1f") == given_texts
    assert not set(body) & set("'\"\\\n<>")
