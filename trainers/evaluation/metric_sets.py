"""Which metrics a task's answers are held to: the seam between tasks and `metrics`.

A set is a function from a prediction and its targets to named values. Where several targets are
right, the one that the set's headline likes best counts, for all of its measures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from dataengine.errors import ConfigError
from dataengine.registry import near
from trainers.evaluation.metrics.boxes import NAMES as BOX_NAMES
from trainers.evaluation.metrics.boxes import boxes_of
from trainers.evaluation.metrics.chart_output import TITLES, parse_chart
from trainers.evaluation.metrics.chart_triples import TOLERANCES
from trainers.evaluation.metrics.charts import chart_scores
from trainers.evaluation.metrics.markdown import STRUCTURE, markdown_scores
from trainers.evaluation.metrics.modes import Mode, Reference
from trainers.evaluation.metrics.page_parts import PARTS
from trainers.evaluation.metrics.pages import page_scores
from trainers.evaluation.metrics.scores import ABSENT, UNPARSABLE, Sample, Score
from trainers.evaluation.metrics.tables import teds_of
from trainers.evaluation.metrics.text import distance_of, exact_of, summed_distance_of
from trainers.evaluation.metrics.vqa import anls, relaxed_accuracy

BOXES = "boxes"
"""The set of answers that are boxes."""

Values = Mapping[str, Sample]
Better = Literal["higher", "lower"]
Single = Callable[[str, str, Mode], Values]
"""Values for one prediction and one target."""


@dataclass(frozen=True, slots=True)
class MetricSet:
    """Measures that belong together.

    Attributes:
        measures: name -> which way is better, in the order in which they are shown. Some belong to
            one mode only: cases have no value under their names in the other.
        headline: the measure by which cases are called better or worse.
        single: values for one prediction and one target.
        shown: measures that the page has room for; none: all.
    """

    name: str
    measures: Mapping[str, Better]
    headline: str
    single: Single
    shown: tuple[str, ...] = ()

    def score(self, prediction: str, targets: Sequence[str], mode: Mode) -> Values:
        """Return the values for the target that suits the prediction best."""
        return self.nearest(prediction, targets, mode)[1]

    def nearest(self, prediction: str, targets: Sequence[str], mode: Mode) -> tuple[str, Values]:
        """Return the target that suits the prediction best, and the values for it."""
        scored = [(target, self.single(prediction, target, mode)) for target in targets]
        known = [pair for pair in scored if pair[1][self.headline].value is not None]
        return min(known or scored[:1], key=lambda pair: self.badness(pair[1]))

    def badness(self, values: Values) -> float:
        """Return how bad a case is by the headline: more is worse, least where it is undefined."""
        value = values[self.headline].value
        if value is None:
            return -math.inf
        return value if self.measures[self.headline] == "lower" else -value


def _page(prediction: str, target: str, mode: Mode, *, reference: Reference) -> Values:
    scores = page_scores([prediction], [target], mode=mode, reference=reference)
    values = {name: _only(score) for name, score in scores.items()}
    return {**values, **_whole(prediction, target, mode)}


def _whole(prediction: str, target: str, mode: Mode) -> Values:
    """Return what papers quote besides, by no script that could be followed."""
    if mode == "paper":
        return {}
    return {
        "edit_distance_sum": summed_distance_of(prediction, target),
        "edit_distance_token": distance_of(prediction, target, unit="token"),
        "exact": exact_of(prediction, target),
    }


def _markdown(prediction: str, target: str, mode: Mode, *, reference: Reference) -> Values:
    by_part = markdown_scores([prediction], [target], mode=mode, reference=reference)
    values = {
        name if part == "all" else f"{part}.{name}": _only(score)
        for part, scores in by_part.items()
        for name, score in scores.items()
    }
    return {**values, **_whole(prediction, target, mode)}


def _answer(prediction: str, target: str, mode: Mode) -> Values:
    return {
        "anls": _only(anls([prediction], [[target]], mode=mode)),
        "relaxed_accuracy": _only(relaxed_accuracy([prediction], [[target]], mode=mode)),
        "exact": exact_of(prediction, target),
    }


def _chart(prediction: str, target: str, mode: Mode) -> Values:
    expected = parse_chart(target).chart
    if expected is None:  # no fault of the prediction's
        names = [one for one in _CHART if mode == "paper" or one not in _FINAL]
        return dict.fromkeys(names, Sample(None, f"target {UNPARSABLE}"))
    record = {**expected.titles, "values": expected.values}
    scores = chart_scores([prediction], [record], mode=mode)
    values = {name: _only(scores[name]) for name in _CHART if name not in _FINAL}
    if mode == "paper":  # the mean of this is mAP times the share that can be read
        unreadable = values["structure"].value == 0
        for name, one in zip(_FINAL, TOLERANCES, strict=True):
            read = values[f"map_{one}"]
            values[name] = Sample(0.0, read.note) if unreadable else read
    return values


def _boxes(prediction: str, target: str, mode: Mode) -> Values:
    return boxes_of(prediction, target, mode=mode)


def _table(prediction: str, target: str, mode: Mode) -> Values:
    return {
        "teds": teds_of(prediction, target, mode=mode),
        "teds_struct": teds_of(prediction, target, structure_only=True, mode=mode),
        "edit_distance": distance_of(prediction, target, mode=mode, reference="nougat"),
    }


def _only(score: Score) -> Sample:
    """Return the value of a score over one case, which a part that no text has lacks."""
    return score.samples[0] if score.samples else Sample(None, ABSENT)


_PAGE: Mapping[str, Better] = {
    "edit_distance": "lower",
    "precision": "higher",
    "recall": "higher",
    "f1": "higher",
    "bleu": "higher",
    "meteor": "higher",
}
_WHOLE: Mapping[str, Better] = {
    "edit_distance_sum": "lower",
    "edit_distance_token": "lower",
    "exact": "higher",
}
_PAGE_SHOWN = (*_PAGE, "exact")
_BY_PART: Mapping[str, Better] = {
    **{f"{part}.{name}": better for part in PARTS for name, better in _PAGE.items()},
    **{f"{part}.{name}": "higher" for part, names in STRUCTURE.items() for name in names},
}
_PARTS_SHOWN = (
    "text.edit_distance",
    "formula.edit_distance",
    "formula.match",
    "table.edit_distance",
    "table.teds",
)
_ANSWER: Mapping[str, Better] = dict.fromkeys(("anls", "relaxed_accuracy", "exact"), "higher")
_TABLE: Mapping[str, Better] = {
    "teds": "higher",
    "teds_struct": "higher",
    "edit_distance": "lower",
}
_FINAL = tuple(f"final_{one}" for one in TOLERANCES)
_CHART: Mapping[str, Better] = dict.fromkeys(
    (
        *(f"map_{one}" for one in TOLERANCES),
        *_FINAL,
        *(f"ap{percent}_{one}" for one in TOLERANCES for percent in (50, 75, 90)),
        "exact",
        "structure",
        *TITLES,
    ),
    "higher",
)
_CHART_SHOWN = (
    *(f"map_{one}" for one in TOLERANCES),
    *_FINAL,
    "exact",
    "structure",
    *TITLES,
)

_SETS = {
    one.name: one
    for one in (
        MetricSet(
            "text",
            {**_PAGE, **_WHOLE},
            "edit_distance",
            partial(_page, reference="nougat"),
            _PAGE_SHOWN,
        ),
        MetricSet(
            "text_fox",
            {**_PAGE, **_WHOLE},
            "edit_distance",
            partial(_page, reference="fox"),
            _PAGE_SHOWN,
        ),
        MetricSet(
            "markdown",
            {**_PAGE, **_WHOLE, **_BY_PART},
            "edit_distance",
            partial(_markdown, reference="nougat"),
            (*_PAGE_SHOWN, *_PARTS_SHOWN),
        ),
        MetricSet("chart", _CHART, "map_strict", _chart, _CHART_SHOWN),
        MetricSet(BOXES, dict.fromkeys(BOX_NAMES, "higher"), "iou", _boxes),
        MetricSet("table", _TABLE, "teds", _table),
        MetricSet("answer_anls", _ANSWER, "anls", _answer),
        MetricSet("answer_relaxed", _ANSWER, "relaxed_accuracy", _answer),
    )
}

_OF_TASK: Mapping[str, str] = {
    "dict": "chart",
    "dict_python": "chart",
    "dict_vary": "chart",
    "dict_vary_python": "chart",
    "markdown": "markdown",
    "objects": BOXES,
    "objects_named": BOXES,
    "question": "answer_anls",
    "region_find": BOXES,
    "table": "table",
    "table_html": "table",
    "turns": "answer_anls",
}
"""Task -> set: a file under `templates/prompts/`, or "question" of benchmarks; others are texts."""


def set_names() -> list[str]:
    """Return the names of all sets, sorted."""
    return sorted(_SETS)


def metric_set(name: str) -> MetricSet:
    """Return a set by name; raises `ConfigError` with the nearest known name."""
    if name not in _SETS:
        raise ConfigError(f"no metric set is called {name!r}{near(name, set_names())}")
    return _SETS[name]


def set_of_task(task: str) -> MetricSet:
    """Return the set that a task's answers are held to."""
    return _SETS[_OF_TASK.get(task, "text")]
