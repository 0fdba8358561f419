"""Every condition refuses what it must, says why, and names the columns that it looks at."""

from __future__ import annotations

import pytest

from dataengine.mixture.filters import filter_columns, licences, refusal, score
from dataengine.mixture.settings import Filter

ROW = {
    "part": "pages",
    "kind": "page",
    "language": "en",
    "template": None,
    "width": 700,
    "height": 1024,
    "targets": {"text": "x" * 50, "dict": {"a": 1}},
    "turns": [{"role": "user", "text": "why?"}, {"role": "assistant", "text": "so"}],
    "source": {"works": [{"licence": "MIT"}, {"licence": "CC0-1.0"}]},
    "proof": {"inked": 0.99, "canvas": {"scale": 2}, "sharp": True, "a.b": 3, "note": "x"},
}


@pytest.mark.parametrize(
    ("chosen", "why"),
    [
        ({}, ""),
        ({"part": ["pages"], "kind": ["page", "latex"], "language": ["en"]}, ""),
        ({"part": ["others"]}, "part"),
        ({"kind": ["chart"]}, "kind"),
        ({"language": ["zh"]}, "language"),
        ({"template": ["article"]}, "template"),
        ({"licence": ["MIT", "CC0-1.0"]}, ""),
        ({"licence": ["MIT"]}, "licence"),
        ({"min_proof": {"inked": 0.99}, "max_proof": {"inked": 0.99}}, ""),
        ({"min_proof": {"inked": 0.991}}, "min_proof.inked"),
        ({"max_proof": {"inked": 0.98}}, "max_proof.inked"),
        ({"min_proof": {"canvas.scale": 2, "sharp": 1, "a.b": 3}}, ""),
        ({"min_proof": {"inkd": 0}}, "min_proof.inkd (missing)"),
        ({"max_proof": {"note": 9}}, "max_proof.note (missing)"),
        ({"min_proof": {"canvas.scale.x": 0}}, "min_proof.canvas.scale.x (missing)"),
        ({"chars": [50, 50]}, ""),
        ({"chars": [51, None]}, "chars.text"),
        ({"chars": {"text": [None, 49]}}, "chars.text"),
        ({"chars": {"turns": [2, 2]}}, ""),
        ({"chars": {"dict": [0, None]}}, "chars.dict (missing)"),
        ({"width": [700, 700], "height": [None, 1024]}, ""),
        ({"width": [701, None]}, "width"),
        ({"height": [None, 1023]}, "height"),
        ({"kind": ["chart"], "language": ["zh"]}, "kind"),
    ],
)
def test_a_filter_says_the_first_condition_that_fails(chosen, why):
    settings = Filter.model_validate(chosen)
    assert refusal(ROW, settings) == why
    needed = {name: ROW[name] for name in {*filter_columns(settings), "part"}}
    assert refusal(needed, settings) == why


def test_a_sample_without_conversation_has_no_length_of_turns():
    settings = Filter.model_validate({"chars": {"turns": [0, None]}})
    assert refusal({**ROW, "turns": None}, settings) == "chars.turns (missing)"


def test_licences_of_all_works_are_named_and_unknown_ones_too():
    assert licences(ROW["source"]) == "CC0-1.0 AND MIT"
    assert licences({"licence": ""}) == licences({}) == "none"


def test_scores_are_numbers_or_nothing():
    assert score({"a": {"b": 1}}, "a.b") == 1
    assert score({"a": [1]}, "a.0") is None
    assert score({}, "") is None
