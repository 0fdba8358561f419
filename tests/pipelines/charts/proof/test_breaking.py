"""Broken pairs of chart and picture are caught; good ones are not refused."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.charts.proof.prove import Disproved, Proved
from pipelines.charts.reasons import REASONS
from pipelines.charts.spec.kinds import Library
from tests.pipelines.charts.proof.breaking import BREAKS, judge
from tests.pipelines.charts.proof.drawing import DRAWN, LIBRARIES, can_go_unlabelled, draw

CAUGHT = 0.99
REFUSED = 0.05


def _variant(at: int, kind: str) -> tuple[str, bool]:
    return ("en", "zh")[at % 2], at % 4 < 2 or not can_go_unlabelled(kind)


@pytest.mark.parametrize("library", LIBRARIES)
def test_broken_pairs_are_caught(library: Library) -> None:
    tried, missed = 0, []
    for at, (name, kind) in enumerate(DRAWN):
        if name != library:
            continue
        language, labelled = _variant(at, kind)
        pair = draw(library, kind, language, labelled=labelled)
        rng = np.random.default_rng(at)
        for break_name, make in BREAKS.items():
            broken = make(pair, rng)
            if broken is None:
                continue
            verdict = judge(broken)
            tried += 1
            if isinstance(verdict, Proved):
                missed.append(f"{break_name} of {kind}")
            else:
                assert verdict.reason in REASONS
    assert tried > 20 * len({kind for name, kind in DRAWN if name == library})
    print(f"\n{library}: {tried - len(missed)} of {tried} broken pairs are caught; not {missed}")
    assert len(missed) <= (1 - CAUGHT) * tried, missed


@pytest.mark.parametrize("library", LIBRARIES)
def test_good_pairs_are_not_refused(library: Library) -> None:
    tried, refused = 0, []
    for at, (name, kind) in enumerate(DRAWN):
        if name != library:
            continue
        for language, labelled in (_variant(at, kind), _variant(at + 3, kind)):
            verdict = judge(draw(library, kind, language, labelled=labelled))
            tried += 1
            if isinstance(verdict, Disproved):
                refused.append(f"{kind} {language}: {verdict}")
    print(f"\n{library}: {len(refused)} of {tried} good pairs are refused")
    assert len(refused) <= REFUSED * tried, refused


@pytest.mark.parametrize("name", BREAKS)
def test_every_break_applies_somewhere(name: str) -> None:
    applied = 0
    for at, (library, kind) in enumerate(DRAWN):
        if library == "matplotlib":
            language, labelled = _variant(at, kind)
            pair = draw(library, kind, language, labelled=labelled)
            applied += BREAKS[name](pair, np.random.default_rng(at)) is not None
    assert applied
