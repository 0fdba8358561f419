"""How near a text is to its target: normalised edit distances, and sets of words."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

from trainers.evaluation.metrics.libraries import require
from trainers.evaluation.metrics.modes import (
    Mode,
    Reference,
    Units,
    check_mode,
    paper_rule,
)
from trainers.evaluation.metrics.scores import (
    EMPTY,
    SKIPPED,
    TOO_LARGE,
    Sample,
    Score,
    mean_score,
)
from trainers.evaluation.metrics.units import MAX_LINES, split, treebank

Distance = Literal["char_mean", "char_sum", "token"]

MAX_CHARS = 200_000
"""Longest text that is compared. Pages have some thousands; two of these take about a second."""


class SetScores(NamedTuple):
    """Precision, recall and F1 of one page."""

    precision: Sample
    recall: Sample
    f1: Sample


def levenshtein(first: Sequence[Hashable], second: Sequence[Hashable]) -> int:
    """Return the fewest insertions, deletions and replacements that make one the other."""
    distance: int = require("rapidfuzz.distance.Levenshtein").distance(first, second)
    return distance


def unfit(prediction: str, target: str, worst: float) -> Sample | None:
    """Return the sample of texts beyond `MAX_CHARS`, or None for all others.

    An endless prediction is scored as the worst; an endless target can be no one's fault.
    """
    if len(target) > MAX_CHARS:
        return Sample(None, TOO_LARGE)
    return Sample(worst, TOO_LARGE) if len(prediction) > MAX_CHARS else None


def skipped(prediction: str, target: str, reference: Reference) -> Sample | None:
    """Return the sample of a page that a reference script leaves out, or None."""
    few = min(len(prediction), len(target)) < paper_rule(reference).min_chars
    return Sample(None, SKIPPED) if few else None


def distance_of(
    prediction: str,
    target: str,
    *,
    unit: Literal["char", "token"] = "char",
    mode: Mode = "correct",
    reference: Reference = "fox",
) -> Sample:
    """Return Levenshtein(p, t) / max(|p|, |t|) of one page, 0 (equal) to 1.

    Source: nougat, Fox and GOT for characters (`nltk.edit_distance`; the same number); docling-eval
    for tokens. Modes differ thus:

    * Both empty: 0 in `correct`; in `paper` the script skips the page (nougat, GOT) or divides by
      zero (Fox): no value.
    * Shorter than the reference's least length: skipped in `paper`, so that a page on which the
      model wrote nothing costs nothing. `correct` scores it 1.
    * Tokens: see `units.treebank`.
    """
    check_mode(mode)
    left_out = unfit(prediction, target, worst=1.0)
    if left_out is None and mode == "paper" and unit == "char":
        left_out = skipped(prediction, target, reference)
    if left_out is None and unit == "token":
        if target.count("\n") > MAX_LINES:
            left_out = Sample(None, TOO_LARGE)
        elif prediction.count("\n") > MAX_LINES:
            left_out = Sample(1.0, TOO_LARGE)
    if left_out is not None:
        return left_out
    first: Sequence[Hashable] = prediction
    second: Sequence[Hashable] = target
    if unit == "token":
        first, second = treebank(prediction, target, mode)
    longest = max(len(first), len(second))
    if longest == 0:
        return Sample(0.0 if mode == "correct" else None, EMPTY)
    return Sample(levenshtein(first, second) / longest)


def summed_distance_of(prediction: str, target: str) -> Sample:
    """Return `distance_of`, weighted by the longer length: the weighted mean is sum / sum.

    Every character of a set then counts alike, where `distance_of` lets every page count alike.
    """
    sample = distance_of(prediction, target)
    return replace(sample, weight=float(min(MAX_CHARS, max(len(prediction), len(target)))))


def exact_of(prediction: str, target: str) -> Sample:
    """Return 1 if two texts are equal, white space at their ends aside, else 0."""
    return Sample(float(prediction.strip() == target.strip()))


def edit_distance(
    predictions: Sequence[str],
    targets: Sequence[str],
    *,
    variant: Distance = "char_mean",
    pages: Sequence[Hashable] | None = None,
    mode: Mode = "correct",
    reference: Reference = "fox",
) -> Score:
    """Return the normalised edit distance over a set, in one of three ways that papers use.

    * `char_mean`: mean over pages of `distance_of` (nougat, Vary, Fox, GOT).
    * `char_sum`: sum of edits / sum of max(|p|, |t|) over the blocks of a page, then the mean over
      pages (OmniDocBench `ALL_page_avg`). `pages` names each pair's page; without it all pairs are
      blocks of one page.
    * `token`: mean over pages of the distance of tokens (docling-eval).

    Modes differ as in `distance_of`; for `char_sum` a page of empty blocks is 0 in `correct` and
    left out in `paper` (0 / 0, which the reference's mean passes over).
    """
    if variant != "char_sum":
        unit: Literal["char", "token"] = "token" if variant == "token" else "char"
        samples = [
            distance_of(prediction, target, unit=unit, mode=mode, reference=reference)
            for prediction, target in zip(predictions, targets, strict=True)
        ]
    else:
        check_mode(mode)
        samples = list(_page_sums(predictions, targets, pages, mode))
    return mean_score(samples, name="edit_distance", variant=variant, mode=mode, better="lower")


def _page_sums(
    predictions: Sequence[str],
    targets: Sequence[str],
    pages: Sequence[Hashable] | None,
    mode: Mode,
) -> Iterable[Sample]:
    sums: dict[Hashable, list[int]] = {}
    odd: set[Hashable] = set()
    names = [0] * len(predictions) if pages is None else pages
    for prediction, target, page in zip(predictions, targets, names, strict=True):
        total = sums.setdefault(page, [0, 0])
        longest = max(len(prediction), len(target))
        left_out = unfit(prediction, target, worst=1.0)
        if left_out is None:
            total[0] += levenshtein(prediction, target)
        else:
            odd.add(page)
            if left_out.value is None:
                continue
            # One endless block must not outweigh the page: it counts as its target, all wrong.
            longest = max(len(target), 1)
            total[0] += longest
        total[1] += longest
    for page, (edits, length) in sums.items():
        note = TOO_LARGE if page in odd else ""
        if length:
            yield Sample(edits / length, note)
        else:
            yield Sample(0.0 if mode == "correct" and not note else None, note or EMPTY)


def set_scores_of(
    prediction: str,
    target: str,
    *,
    units: Units | None = None,
    mode: Mode = "correct",
    reference: Reference = "fox",
) -> SetScores:
    """Return precision |t∩p|/|p|, recall |t∩p|/|t| and F1 = 2PR/(P+R) on **sets** of tokens.

    Source: nougat, Fox and GOT (`nltk.metrics`). Repeated words count once, and order not at all.
    `units` defaults to words, in `paper` to what the reference takes. Modes differ thus:

    * Fox and GOT hand over label and answer in each other's place: in `paper` mode what is called
      precision is recall, and the other way round. F1 is not touched.
    * Both without tokens: 1 in `correct`. One of them: 0. In `paper` nltk gives None for an empty
      set, at which the scripts fail: no value.
    * Skipping of short pages, and tokens of white space: as in `distance_of` and `units.split`.
    """
    check_mode(mode)
    left_out = unfit(prediction, target, worst=0.0)
    rule = paper_rule(reference)
    if left_out is None and mode == "paper":
        left_out = skipped(prediction, target, reference)
    if left_out is not None:
        return SetScores(left_out, left_out, left_out)
    chosen = units or (rule.units if mode == "paper" else "words")
    first, second = (set(tokens) for tokens in split(prediction, target, chosen, mode))
    if not first or not second:
        value = None if mode == "paper" else float(first == second)
        return SetScores(*[Sample(value, EMPTY)] * 3)
    shared = len(first & second)
    precision, recall = shared / len(first), shared / len(second)
    f1 = 2 * precision * recall / (precision + recall) if shared else 0.0
    if mode == "paper" and rule.swapped:
        precision, recall = recall, precision
    return SetScores(Sample(precision), Sample(recall), Sample(f1))


def precision_recall_f1(
    predictions: Sequence[str],
    targets: Sequence[str],
    *,
    units: Units | None = None,
    mode: Mode = "correct",
    reference: Reference = "fox",
) -> dict[str, Score]:
    """Return the means over pages of `set_scores_of`, by the names precision, recall and f1."""
    rows = [
        set_scores_of(prediction, target, units=units, mode=mode, reference=reference)
        for prediction, target in zip(predictions, targets, strict=True)
    ]
    chosen = units or (paper_rule(reference).units if mode == "paper" else "words")
    variant = f"sets of {chosen}" + (f", {reference}" if mode == "paper" else "")
    columns = {"precision": 0, "recall": 1, "f1": 2}
    return {
        name: mean_score([row[column] for row in rows], name=name, variant=variant, mode=mode)
        for name, column in columns.items()
    }
