"""Scores of charts that were read back as data: SCRM's AP and mAP, titles, structure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from trainers.evaluation.metrics.chart_output import TITLES, Chart, Parsed, chart_of, parse_chart
from trainers.evaluation.metrics.chart_triples import (
    TOLERANCES,
    Tolerance,
    TooManyTriples,
    similarity,
    similarity_as_scrm,
    triples_of,
)
from trainers.evaluation.metrics.modes import Mode, check_mode
from trainers.evaluation.metrics.scores import (
    ABSENT,
    EMPTY,
    INVENTED,
    SKIPPED,
    TOO_LARGE,
    Sample,
    Score,
    mean_score,
)
from trainers.evaluation.metrics.text import levenshtein, unfit

THRESHOLDS = tuple(Fraction(percent, 100) for percent in range(50, 100, 5))
"""Of mAP: .50, .55 … .95."""

_QUOTED = (Fraction(1, 2), Fraction(3, 4), Fraction(9, 10))
"""Thresholds of the single APs that papers give."""


def similarity_of(
    parsed: Parsed, target: Chart, tolerance: Tolerance, mode: Mode = "correct"
) -> Sample:
    """Return the similarity of one chart to its target; see `chart_triples`.

    An answer that cannot be read, or is too large, is 0 in `correct` mode; `paper` has no value
    for it and multiplies by the share of readable ones in the end (`chart_scores`).
    """
    try:
        triples_of(target.values)
    except TooManyTriples:
        return Sample(None, TOO_LARGE)
    if parsed.chart is None:
        return Sample(0.0 if mode == "correct" else None, parsed.note)
    try:
        if mode == "correct":
            return Sample(float(similarity(parsed.chart.values, target.values, tolerance)))
        value = similarity_as_scrm(parsed.chart.values, target.values, tolerance)
        return Sample(value, "" if value is not None else EMPTY)
    except TooManyTriples:
        return Sample(0.0 if mode == "correct" else None, TOO_LARGE)


def average_precision(
    similarities: Sequence[Sample],
    threshold: Fraction,
    *,
    tolerance: Tolerance = "strict",
    mode: Mode = "correct",
) -> Score:
    """Return AP: the share of charts whose similarity is at least the threshold.

    `paper` compares with what `numpy.arange(0.5, 1, 0.05)` gives, where .6 is 0.6000000000000001
    and so on up to .95: a chart of just 0.6, or 0.9, is below in mAP. `correct` compares exactly.
    """
    check_mode(mode)
    limit = float(threshold)
    samples = [
        Sample(float(one.value >= limit), one.note) if one.value is not None else one
        for one in similarities
    ]
    name = "chart_exact" if threshold == 1 else f"chart_ap{limit:.2f}".replace("0.", "")
    return mean_score(samples, name=name, variant=tolerance, mode=mode)


def mean_average_precision(
    similarities: Sequence[Sample], *, tolerance: Tolerance = "strict", mode: Mode = "correct"
) -> Score:
    """Return mAP: the mean of AP over `THRESHOLDS`; a sample's value is its share of them."""
    check_mode(mode)
    limits = [float(one) for one in THRESHOLDS]
    if mode == "paper":
        limits = [float(one) for one in np.arange(0.5, 1, 0.05)]
    samples = [
        Sample(sum(one.value >= limit for limit in limits) / len(limits), one.note)
        if one.value is not None
        else one
        for one in similarities
    ]
    return mean_score(samples, name="chart_map", variant=tolerance, mode=mode)


def title_of(parsed: Parsed, target: Chart, name: str, mode: Mode = "correct") -> Sample:
    """Return 1 - edits / max length of a title, source or axis title, in lower case.

    Source: OneChart `SCRM.py ocr_eval`. "None" stands for no title. Modes differ thus:

    * Target has none: `paper` leaves the chart out, so that an invented title costs nothing.
      `correct` does so only if the prediction has none either, and else gives 0.
    * `correct` takes a missing one, JSON's null and "" for "None", and strips white space; answers
      that cannot be read are 0 where there is a title. `paper` leaves them out.
    """
    if mode == "paper":
        return _title_as_scrm(parsed, target, name)
    given = None if parsed.chart is None else _title(parsed.chart.titles.get(name))
    expected = _title(target.titles.get(name))
    if expected is None:
        return Sample(None, ABSENT) if given is None else Sample(0.0, INVENTED)
    if given is None:
        return Sample(0.0, parsed.note or ABSENT)
    return _likeness(given, expected)


def _title_as_scrm(parsed: Parsed, target: Chart, name: str) -> Sample:
    if parsed.chart is None:
        return Sample(None, parsed.note)
    given, expected = parsed.chart.titles.get(name), target.titles.get(name)
    if not isinstance(given, str) or not isinstance(expected, str):
        return Sample(None, SKIPPED)
    if expected == "None":
        return Sample(None, ABSENT)
    return Sample(0.0) if given == "None" else _likeness(given, expected)


def _likeness(given: str, expected: str) -> Sample:
    left_out = unfit(given, expected, worst=0.0)
    if left_out is not None:
        return left_out
    first, second = given.lower(), expected.lower()
    if first == second:
        return Sample(1.0)
    return Sample(1 - levenshtein(first, second) / max(len(first), len(second)))


def _title(value: object) -> str | None:
    text = "" if value is None else " ".join(str(value).split())
    return None if text.lower() in ("", "none") else text


def chart_scores(
    answers: Sequence[str],
    targets: Sequence[Mapping[str, Any]],
    *,
    mode: Mode = "correct",
) -> dict[str, Score]:
    """Return all scores of a set of charts, from what the model wrote and the targets' data.

    Keys: `structure` (share of answers that can be read); per tolerance `map_strict`,
    `ap50_strict`, `ap75_strict`, `ap90_strict` …; `exact` (similarity 1 under strict); `title`,
    `source`, `x_title`, `y_title`; in `paper` also `final_strict` … = mAP times structure, which
    is the figure in OneChart's and GOT's tables. `correct` counts an answer that cannot be read as
    0 in mAP itself, so that there is nothing to multiply.
    """
    check_mode(mode)
    charts = [chart_of(target) for target in targets]
    parsed = [parse_chart(answer, mode) for answer in answers]
    readable = [Sample(float(one.chart is not None), one.note) for one in parsed]
    scores = {"structure": mean_score(readable, name="chart_structure", variant="", mode=mode)}
    pairs = list(zip(parsed, charts, strict=True))
    for tolerance in TOLERANCES:
        likeness = [similarity_of(one, target, tolerance, mode) for one, target in pairs]
        overall = mean_average_precision(likeness, tolerance=tolerance, mode=mode)
        scores[f"map_{tolerance}"] = overall
        for threshold in _QUOTED:
            score = average_precision(likeness, threshold, tolerance=tolerance, mode=mode)
            scores[f"ap{int(threshold * 100)}_{tolerance}"] = score
        if tolerance == "strict":
            scores["exact"] = average_precision(likeness, Fraction(1), mode=mode)
        if mode == "paper":
            scores[f"final_{tolerance}"] = _final(overall, scores["structure"], tolerance)
    for name in TITLES:
        samples = [title_of(one, target, name, mode) for one, target in pairs]
        scores[name] = mean_score(samples, name=name, variant="", mode=mode)
    return scores


def _final(overall: Score, structure: Score, tolerance: Tolerance) -> Score:
    value = None
    if overall.value is not None and structure.value is not None:
        value = overall.value * structure.value
    return Score(
        name="chart_final",
        variant=tolerance,
        mode="paper",
        value=value,
        count=structure.count,
        notes=structure.notes,
    )
