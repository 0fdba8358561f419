"""Towers of other runs, under the same name or another."""

from __future__ import annotations

from trainers.weights.names import arrange, recognise
from trainers.weights.sources import run

KEYS = {
    "towers.a.patch", "towers.b.patch", "towers.c.other", "connector.x", "language.y", "towers.odd"
}  # fmt: skip


def test_the_tower_of_the_same_name_comes_first():
    for wanted, prefix in [("b", "towers.b."), ("a", "towers.a."), ("new", "towers.a.")]:
        assert recognise(run.tower(KEYS, "patch", wanted), KEYS).prefix == prefix


def test_other_parts_are_left_out_and_strange_ones_are_not():
    source = recognise(run.tower(KEYS, "patch", "b"), KEYS)
    made = arrange(source, KEYS | {"towers.b.strange"}, {"patch"})
    assert made.targets["patch"].key == "towers.b.patch"
    assert made.unknown == ["towers.b.strange", "towers.odd"]
    assert made.dropped == {
        run.OTHER: ["connector.x", "language.y", "towers.a.patch", "towers.c.other"]
    }


def test_no_tower_of_the_kind():
    assert run.tower({"towers.c.other", "patch"}, "patch", "c") == ()
