"""Tables: columns line up, ratios are of what is needed."""

from __future__ import annotations

from trainers.bench.data import Parts, Speed
from trainers.bench.demand import Demand
from trainers.bench.tables import data_tables, table


def test_columns_line_up():
    lines = table(("a", "long head"), [("first one", "1"), ("b", "22")]).splitlines()
    assert lines == ["a          long head", "first one          1", "b                 22"]


def test_ratios_of_what_is_needed():
    parts = Parts(0.1, 0.2, 0.3, 0.4, 100, 5000)
    speed = Speed("processes", 3, 100, 1.0, 50.0, 5000.0, 0.5, 0)
    found = data_tables(parts, [speed], [Demand("all", "H200", 80.0, 200.0, 2e4)])
    assert "1.000" in found
    (row,) = [line for line in found.splitlines() if line.startswith("3 processes")]
    assert row.endswith("25.0%")
    assert "200/s" in found.splitlines()[-1]
