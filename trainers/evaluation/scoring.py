"""Scoring: predictions, of whatever system, held against the targets of their cases.

A case without a prediction is scored as if nothing had been read, so that leaving out what is hard
gains nothing; it is counted and named. Left out of the scores are only cases without targets, and
those whose picture is not there, unless a prediction for it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from trainers.evaluation.cases import CaseSet
from trainers.evaluation.errors import EvaluationError
from trainers.evaluation.metric_sets import MetricSet, Values, metric_set, set_of_task
from trainers.evaluation.metrics.modes import Mode
from trainers.evaluation.predictions import Prediction


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """A case with its values.

    Attributes:
        number: of the case in its set.
        picture: cases with the same are about one picture.
        unread: why there is no prediction; "" where there is one.
        cut: the answer did not end by itself.
    """

    number: int
    id: str
    task: str
    kind: str
    language: str
    member: str
    picture: str
    metrics: MetricSet
    values: Values
    unread: str = ""
    cut: bool = False

    @property
    def badness(self) -> float:
        """How bad it is by its headline: more is worse."""
        return self.metrics.badness(self.values)


@dataclass(frozen=True, slots=True, eq=False)
class Scoring:
    """All cases with their values.

    Attributes:
        left_out: id -> why it was not scored.
        unknown: ids of predictions that no case has.
    """

    mode: Mode
    scored: Sequence[Scored]
    left_out: Mapping[str, str]
    unknown: Sequence[str]

    @property
    def unread(self) -> dict[str, str]:
        """Return the cases that have no prediction: id -> why."""
        return {one.id: one.unread for one in self.scored if one.unread}

    @property
    def cut(self) -> list[str]:
        """Return the cases whose answers did not end by themselves, as those that go in circles."""
        return [one.id for one in self.scored if one.cut]


def score(
    cases: CaseSet,
    predictions: Mapping[str, Prediction],
    mode: Mode,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Scoring:
    """Score predictions, by id.

    Raises:
        EvaluationError: no prediction belongs to any case, or two cases have the same id.
        ToolMissing: a metric needs a library that is not installed.
    """
    scored: list[Scored] = []
    left_out: dict[str, str] = {}
    seen: set[str] = set()
    order = sorted(int(number) for number in cases.order())
    for place, number in enumerate(order, 1):
        case = cases.case(number)
        if case.id in seen:
            raise EvaluationError(f"{cases.name} has two cases with the id {case.id!r}")
        seen.add(case.id)
        found = predictions.get(case.id)
        text = found.prediction if found else None
        if text is None and case.missing:
            left_out[case.id] = case.missing
            continue
        if not case.targets:
            left_out[case.id] = "its targets are not published"
            continue
        unread = (found.failed if found else "no prediction") if text is None else ""
        metrics = metric_set(case.metrics) if case.metrics else set_of_task(case.task)
        scored.append(
            Scored(
                number, case.id, case.task, case.kind, case.language, case.member,
                case.picture or case.id, metrics,
                metrics.score(text or "", case.targets, mode), unread, bool(found and found.cut),
            )
        )  # fmt: skip
        tell(place, len(order))
    unknown = [name for name in predictions if name not in seen]
    if predictions and len(unknown) == len(predictions):
        raise EvaluationError(
            f"no prediction belongs to {cases.name}: its ids are like {next(iter(seen), '')!r}, "
            f"those of the predictions like {unknown[0]!r}"
        )
    return Scoring(mode, scored, left_out, unknown)
