"""Breaks good drawings: each function makes a pair of chart and picture that do not agree.

A break changes either what the chart says (the specification, the ground truth) or what the picture
shows (the record of the drawing together with its pixels, or the pixels alone).
"""

from __future__ import annotations

from tests.pipelines.charts.proof.breaking import data, marks, texts
from tests.pipelines.charts.proof.breaking.pairs import BREAKS, Break, Pair, judge

__all__ = ["BREAKS", "Break", "Pair", "data", "judge", "marks", "texts"]
