"""Short answers to questions: ANLS of DocVQA and relaxed accuracy of ChartQA."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from trainers.evaluation.metrics.amounts import parse_answer
from trainers.evaluation.metrics.modes import Mode, check_mode
from trainers.evaluation.metrics.scores import (
    ABSENT,
    EMPTY,
    Sample,
    Score,
    mean_score,
)
from trainers.evaluation.metrics.text import levenshtein, unfit

AnlsCode = Literal["pix2struct", "docvqa", "unstripped"]

RELATIVE_CHANGE = 0.05
"""ChartQA (arXiv 2203.10244) section 5.1."""

_ROUNDING = 1e-9
"""So that 105 against 100 is within 5 % although 0.05 is no binary fraction."""


def anls_of(
    prediction: str,
    answers: Sequence[str],
    *,
    mode: Mode = "correct",
    code: AnlsCode = "pix2struct",
) -> Sample:
    """Return max over answers of s, with s = 1 - d if d <= 0.5 and else 0, d = edits / max length.

    Source: ST-VQA (arXiv 1907.00490) eq. 1, by pix2struct `metrics.py`. `correct` lower-cases and
    strips; the equation has d < 0.5, all three codes have d <= 0.5, and so has this one. No answers
    to compare with: no value. In `paper` mode `code` says whose:

    * `pix2struct`: lower case, not stripped; both empty divides by zero: no value.
    * `docvqa`: lower case and stripped; both empty is 1.
    * `unstripped` (the widely copied `normANLS`): distance of stripped texts, divided by the length
      of the ones that are not, so that white space around an answer makes a wrong one better.
    """
    check_mode(mode)
    best = Sample(None, ABSENT)
    for answer in answers:
        sample = _anls_pair(prediction, answer, "docvqa" if mode == "correct" else code)
        if sample.value is None and mode == "paper":
            return sample
        if best.value is None or (sample.value is not None and sample.value > best.value):
            best = sample
    return best


def _anls_pair(prediction: str, answer: str, code: AnlsCode) -> Sample:
    left_out = unfit(prediction, answer, worst=0.0)
    if left_out is not None:
        return left_out
    first, second = prediction.lower(), answer.lower()
    if code != "pix2struct":
        first, second = first.strip(), second.strip()
    longest = max(len(first), len(second))
    if code == "unstripped":
        longest = max(len(first), len(answer))  # its caller strips the prediction before
    if longest == 0:
        return Sample(None if code == "pix2struct" else 1.0, EMPTY)
    distance = levenshtein(first, second) / longest
    return Sample(1 - distance if distance <= 0.5 else 0.0)


def anls(
    predictions: Sequence[str],
    answers: Sequence[Sequence[str]],
    *,
    mode: Mode = "correct",
    code: AnlsCode = "pix2struct",
) -> Score:
    """Return the mean of `anls_of`, 0 to 1 (papers give it times 100)."""
    samples = [
        anls_of(prediction, given, mode=mode, code=code)
        for prediction, given in zip(predictions, answers, strict=True)
    ]
    variant = "pix2struct, stripped" if mode == "correct" else code
    return mean_score(samples, name="anls", variant=variant, mode=mode)


def relaxed_match(prediction: str, target: str, *, mode: Mode = "correct") -> bool:
    """Say whether an answer is right: numbers within 5 % of the target, other texts equal.

    Source: ChartQA section 5.1 by pix2struct `metrics.py relaxed_correctness`. `paper` is that
    code: both sides by `float`, "%" divides by 100, |p - t| / |t| <= 0.05 if t is not 0; else texts
    equal in lower case. `correct` differs thus:

    * "1,234", "$5", "(5)" for minus 5, "1.2M", "3 billion", "1.2万" are numbers (`parse_answer`).
    * If only one side has a percent sign, 12 % may be 12 or 0.12.
    * Units must be equal if both sides have one; "12 years" is right for "12".
    * A target of 0 wants a number that is 0: "0.0" is right, and text is not compared.
    * Texts are stripped, runs of white space are one space, a full stop at the end is dropped.
    * "nan" and "inf" are texts.

    Both call 2019 right where the answer is 2020: the definition has no years.
    """
    check_mode(mode)
    return (
        _relaxed_as_pix2struct(prediction, target)
        if mode == "paper"
        else _relaxed(prediction, target)
    )


def _relaxed(prediction: str, target: str) -> bool:
    first, second = parse_answer(prediction), parse_answer(target)
    if first is None or second is None:
        return _plain(prediction) == _plain(target)
    if first.unit and second.unit and first.unit != second.unit:
        return False
    given = [first.value]
    if first.percent != second.percent:
        given.append(first.value / 100 if first.percent else first.value * 100)
    allowed = (RELATIVE_CHANGE + _ROUNDING) * abs(second.value)
    return any(abs(value - second.value) <= allowed for value in given)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).removesuffix(".")


def _relaxed_as_pix2struct(prediction: str, target: str) -> bool:
    first, second = _as_float(prediction), _as_float(target)
    if first is not None and second:
        return abs(first - second) / abs(second) <= RELATIVE_CHANGE
    return prediction.lower() == target.lower()


def _as_float(text: str) -> float | None:
    try:
        return float(text.rstrip("%")) / 100 if text.endswith("%") else float(text)
    except ValueError:
        return None


def relaxed_accuracy(
    predictions: Sequence[str], answers: Sequence[Sequence[str]], *, mode: Mode = "correct"
) -> Score:
    """Return the share of predictions that match one of their answers by `relaxed_match`."""
    samples = [
        Sample(float(any(relaxed_match(prediction, one, mode=mode) for one in given)))
        if given
        else Sample(None, ABSENT)
        for prediction, given in zip(predictions, answers, strict=True)
    ]
    return mean_score(samples, name="relaxed_accuracy", variant="5 %", mode=mode)


def chartqa_average(human: Score, augmented: Score) -> Score:
    """Return the mean of the two splits' accuracies, as Vary Table 2 and others quote it.

    Each split counts half, whatever its size (1,250 questions each in the test set). No value if
    one of the splits has none.
    """
    values = [human.value, augmented.value]
    value = None if None in values else math.fsum(one for one in values if one is not None) / 2
    return Score(
        name="relaxed_accuracy",
        variant="mean of human and augmented",
        mode=human.mode,
        value=value,
        count=human.count + augmented.count,
        undefined=human.undefined + augmented.undefined,
        samples=human.samples + augmented.samples,
    )
