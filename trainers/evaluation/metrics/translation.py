"""BLEU and METEOR, the two scores of translation that papers on page transcription quote."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Literal

from dataengine.errors import ToolMissing
from trainers.evaluation.metrics.libraries import require
from trainers.evaluation.metrics.modes import Mode, Reference, Units, check_mode, paper_rule
from trainers.evaluation.metrics.scores import EMPTY, Sample, Score, mean_score
from trainers.evaluation.metrics.text import skipped, unfit
from trainers.evaluation.metrics.units import split

Stages = Literal["exact,stem", "exact,stem,synonym"]

_NO_MATCH = 1e-50
"""nltk puts 2e-308 for an order without a match: 1e-77 and less once it is averaged in."""


class _NoSynonyms:
    """What nltk asks for synonyms, where there are none."""

    def synsets(self, word: str) -> list[object]:
        return []


def bleu_of(
    prediction: str,
    target: str,
    *,
    units: Units | None = None,
    mode: Mode = "correct",
    reference: Reference = "fox",
) -> Sample:
    """Return BLEU-4 of one page: min(1, e^(1-|t|/|p|)) · (Π precision of n-grams, n=1..4)^(1/4).

    Source: Papineni et al. 2002 by `nltk.translate.bleu_score.sentence_bleu`, without smoothing, as
    nougat, Fox and GOT call it. Modes differ thus:

    * Fewer than four tokens: in `paper` an equal pair gives 1e-154, since it has no 4-grams;
      `correct` averages over the orders that the prediction has (nltk's `auto_reweigh`).
    * An order without a match: 0 in `correct`; a number such as 1e-78 in `paper`.
    * Both empty: 1 in `correct`; no value in `paper`, where each script skips the page or fails.
      One empty: 0, if `paper` does not skip the page.
    * Fox and GOT take the prediction for the reference and the target for the hypothesis.
    """
    pair = _pair(prediction, target, units, mode, reference)
    if isinstance(pair, Sample):
        return pair
    hypothesis, expected = pair
    bleu = require("nltk.translate.bleu_score")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        value = float(bleu.sentence_bleu([expected], hypothesis, auto_reweigh=mode == "correct"))
    return Sample(0.0 if mode == "correct" and value < _NO_MATCH else value)


def bleu(
    predictions: Sequence[str],
    targets: Sequence[str],
    *,
    variant: Literal["sentence", "corpus"] = "sentence",
    units: Units | None = None,
    mode: Mode = "correct",
    reference: Reference = "fox",
) -> Score:
    """Return the mean over pages of `bleu_of`, or BLEU of the whole set as it was first defined.

    `corpus` sums n-grams over pages before it divides (`corpus_bleu`); no reference script here
    does so, and nothing is swapped for it.
    """
    if variant == "sentence":
        samples = [
            bleu_of(prediction, target, units=units, mode=mode, reference=reference)
            for prediction, target in zip(predictions, targets, strict=True)
        ]
        return mean_score(samples, name="bleu", variant=_named(variant, mode, reference), mode=mode)
    check_mode(mode)
    pairs = [
        split(prediction, target, units or "words", mode)
        for prediction, target in zip(predictions, targets, strict=True)
        if unfit(prediction, target, worst=0.0) is None
    ]
    value: float | None = None
    if any(expected for _, expected in pairs):
        module = require("nltk.translate.bleu_score")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = float(
                module.corpus_bleu(
                    [[expected] for _, expected in pairs], [first for first, _ in pairs]
                )
            )
        value = 0.0 if value < _NO_MATCH else value
    kept = len(pairs) if value is not None else 0
    return Score("bleu", variant, mode, value, kept, len(predictions) - kept)


def meteor_of(
    prediction: str,
    target: str,
    *,
    stages: Stages = "exact,stem",
    units: Units | None = None,
    mode: Mode = "correct",
    reference: Reference = "fox",
) -> Sample:
    """Return METEOR: (1 - ½(chunks/matches)³) · PR / (0.9 P + 0.1 R), on lower-cased tokens.

    Source: Lavie and Agarwal 2007 by `nltk.translate.meteor_score`. Words are matched if equal,
    then by Porter stem, then by a synonym of WordNet. The third stage needs WordNet's data; without
    it `exact,stem` is a variant of its own, never above the full score, and is called so. An equal
    pair of n words gives 1 - ½/n³: 0.5 for one word. Modes differ thus:

    * Both empty: 1 in `correct`; no value in `paper`, where each script skips the page or fails.
    * Fox and GOT take the prediction for the reference and the target for the hypothesis.

    Raises:
        ToolMissing: nltk is not installed, or `synonym` is asked for without WordNet.
    """
    pair = _pair(prediction, target, units, mode, reference)
    if isinstance(pair, Sample):
        return pair
    hypothesis, expected = pair
    meteor = require("nltk.translate.meteor_score")
    if stages == "exact,stem":
        return Sample(float(meteor.meteor_score([expected], hypothesis, wordnet=_NoSynonyms())))
    try:
        return Sample(float(meteor.meteor_score([expected], hypothesis)))
    except LookupError as error:
        raise ToolMissing(
            "synonyms of METEOR need WordNet (python -m nltk.downloader wordnet), "
            "or take stages='exact,stem'"
        ) from error


def meteor(
    predictions: Sequence[str],
    targets: Sequence[str],
    *,
    stages: Stages = "exact,stem",
    units: Units | None = None,
    mode: Mode = "correct",
    reference: Reference = "fox",
) -> Score:
    """Return the mean over pages of `meteor_of`; the variant names its stages."""
    samples = [
        meteor_of(prediction, target, stages=stages, units=units, mode=mode, reference=reference)
        for prediction, target in zip(predictions, targets, strict=True)
    ]
    return mean_score(samples, name="meteor", variant=_named(stages, mode, reference), mode=mode)


def _pair(
    prediction: str, target: str, units: Units | None, mode: Mode, reference: Reference
) -> tuple[list[str], list[str]] | Sample:
    """Return hypothesis and reference as tokens, or the sample where there is nothing to score."""
    check_mode(mode)
    rule = paper_rule(reference)
    left_out = unfit(prediction, target, worst=0.0)
    if left_out is None and mode == "paper":
        left_out = skipped(prediction, target, reference)
    if left_out is None and mode == "paper" and not prediction and not target:
        left_out = Sample(None, EMPTY)  # Fox then divides by zero in its edit distance
    if left_out is not None:
        return left_out
    chosen = units or (rule.units if mode == "paper" else "words")
    first, second = split(prediction, target, chosen, mode)
    if mode == "paper":
        return (second, first) if rule.swapped else (first, second)
    if not first or not second:
        return Sample(float(first == second), EMPTY)
    return first, second


def _named(variant: str, mode: Mode, reference: Reference) -> str:
    return f"{variant}, {reference}" if mode == "paper" else variant
