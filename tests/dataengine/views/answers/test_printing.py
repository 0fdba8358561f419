"""Mappings are printed with their keys in the order in which people read them."""

from __future__ import annotations

import ast
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.views.answers.printing import arranged, columns_of, printed
from dataengine.views.settings import View
from dataengine.views.viewing import Viewer
from tests.dataengine.views.rows import CSV, chart

NESTED = st.recursive(
    st.text(), lambda inner: st.dictionaries(st.text(), inner) | st.lists(inner), max_leaves=10
)


@given(value=NESTED, keys=st.lists(st.text()), columns=st.lists(st.lists(st.text())))
def test_arranging_changes_nothing_but_the_order(
    value: Any, keys: list[str], columns: list[list[str]]
) -> None:
    assert arranged(value, keys, columns) == value


@settings(max_examples=40)
@given(value=st.dictionaries(st.text(), NESTED, max_size=4))
def test_forms_can_be_read_back(value: Any) -> None:
    assert json.loads(printed(value, "json") or "") == value
    assert ast.literal_eval(printed(value, "python") or "") == value


@given(text=st.text())
def test_columns_of_any_text_can_be_taken(text: str) -> None:
    columns_of(text)


def test_a_field_that_is_too_long_for_the_reader_gives_no_columns() -> None:
    assert columns_of("a,b\n" + "x" * 200_000) == []


def test_the_header_comes_first_then_the_columns() -> None:
    assert columns_of(CSV) == [
        ["", "North", "Coast"],
        ["Pears", "Apples"],
        ["4", "12"],
        ["7", "3"],
    ]


def asked(task: str) -> str:
    [one] = Viewer(View(tasks={task: 1}), 1).conversations(chart())
    return one.turns[1].text


def test_a_chart_is_printed_in_the_order_of_the_drawing() -> None:
    data = '{"North": {"Pears": "4", "Apples": "12"}, "Coast": {"Pears": "7", "Apples": "3"}}'
    titles = '"title": "Fruit", "source": "None", "x_title": "None", "y_title": "t"'
    assert asked("dict") == f'{{{titles}, "values": {data}}}'
    assert asked("dict_vary") == f'{{"title": "Fruit", "y_title": "t", "data": {data}}}'


def test_python_has_single_quotes() -> None:
    assert asked("dict_vary_python").startswith("{'title': 'Fruit', 'y_title': 't', 'data': {")


def test_csv_keeps_its_line_ends() -> None:
    assert asked("csv") == CSV


def test_a_form_that_does_not_fit_gives_nothing() -> None:
    assert printed({"a": 1}, "text") is None
    assert printed("a", "json") is None
    assert printed(None, "python") is None
