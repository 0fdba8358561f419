"""Meanings of reasons: those of the engine, and those of pipelines that share a code."""

from __future__ import annotations

from dataengine.reasons import ENGINE_REASONS, merged


def test_meanings_that_differ_are_all_told():
    one, other = {"few": "few words", "a": "same"}, {"few": "few glyphs", "a": "same"}
    meanings = merged([one, other])
    assert meanings["few"] == "few words Or: few glyphs"
    assert meanings["a"] == "same"
    assert {code: meanings[code] for code in ENGINE_REASONS} == dict(ENGINE_REASONS)
    assert merged([other])["few"] == "few glyphs"
