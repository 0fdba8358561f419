"""Charts of the bundled corpora hold, nearly all of them."""

from __future__ import annotations

import pytest

from tests.pipelines.charts.proof.acceptance import CONTENTS, count

CHARTS = 16


@pytest.mark.parametrize("content", CONTENTS)
def test_nearly_all_charts_hold(content: str) -> None:
    pytest.importorskip("matplotlib")
    made = count("matplotlib", "en", content, CHARTS)  # type: ignore[arg-type]
    assert made.held + made.refused.total() == CHARTS
    assert made.held >= 0.85 * CHARTS, made.refused
