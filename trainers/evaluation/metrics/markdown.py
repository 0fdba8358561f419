r"""Pages of Markdown scored by part: text, formulas and tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from trainers.evaluation.metrics.latex_tokens import formulas_alike
from trainers.evaluation.metrics.modes import Mode, Reference, check_mode
from trainers.evaluation.metrics.nougat_parts import split_page_as_nougat
from trainers.evaluation.metrics.page_parts import PARTS, Parts, split_page
from trainers.evaluation.metrics.page_tables import tables_alike
from trainers.evaluation.metrics.pages import page_scores
from trainers.evaluation.metrics.scores import Sample, Score, mean_score
from trainers.evaluation.metrics.text import unfit
from trainers.evaluation.metrics.translation import Stages

STRUCTURE: dict[str, tuple[str, ...]] = {
    "formula": ("match", "exact"),
    "table": ("teds", "teds_struct"),
}
"""Part -> what is measured on its members one by one; in `correct` mode only."""


def markdown_scores(
    predictions: Sequence[str],
    targets: Sequence[str],
    *,
    mode: Mode = "correct",
    reference: Reference = "nougat",
    stages: Stages = "exact,stem",
) -> dict[str, dict[str, Score]]:
    """Return `page_scores` for `all` and for each of `PARTS`, and those of `STRUCTURE`.

    In `correct` mode a part is scored on the pages where prediction or target has it: a table that
    is missing or invented scores worst, a page without tables says nothing about tables. In
    `paper` mode the reference skips a page if either side has no such part (fewer than 4 characters
    for nougat, fewer than 1 for GOT), so that neither a missing nor an invented one costs anything;
    Fox scores no parts, and is taken to split as nougat does. `STRUCTURE` is in no reference script
    for whole pages, and not in `paper` mode.
    """
    check_mode(mode)
    scores = {"all": _scored(predictions, targets, mode, reference, stages)}
    splitter = _splitter(mode, reference)
    pairs = [
        (splitter(prediction), splitter(target))
        for prediction, target in zip(predictions, targets, strict=True)
    ]
    for name in PARTS:
        texts = [(first.part(name), second.part(name)) for first, second in pairs]
        if mode == "correct":
            texts = [pair for pair in texts if any(pair)]
        first, second = [one for one, _ in texts], [other for _, other in texts]
        scores[name] = _scored(first, second, mode, reference, stages)
    if mode == "correct":
        for name, samples in _structure(predictions, targets, pairs).items():
            part, measure = name.split(".")
            variant = "LaTeX tokens" if part == "formula" else "td/th same, best pairs"
            scores[part][measure] = mean_score(samples, name=measure, variant=variant, mode=mode)
    return scores


def _splitter(mode: Mode, reference: Reference) -> Callable[[str], Parts]:
    if mode == "correct":
        return split_page
    return lambda page: split_page_as_nougat(page, keep=reference.startswith("got"))


def _structure(
    predictions: Sequence[str], targets: Sequence[str], pairs: Sequence[tuple[Parts, Parts]]
) -> dict[str, list[Sample]]:
    columns: dict[str, list[Sample]] = {
        f"{part}.{name}": [] for part, names in STRUCTURE.items() for name in names
    }
    for prediction, target, (first, second) in zip(predictions, targets, pairs, strict=True):
        odd = unfit(prediction, target, worst=0.0)
        found = (
            {
                "formula": formulas_alike(first.formulas, second.formulas),
                "table": tables_alike(first.marked, second.marked),
            }
            if odd is None
            else {}
        )
        for part, names in STRUCTURE.items():
            for name in names:
                columns[f"{part}.{name}"].append(odd or found[part][name])
    return columns


def _scored(
    predictions: Sequence[str],
    targets: Sequence[str],
    mode: Mode,
    reference: Reference,
    stages: Stages,
) -> dict[str, Score]:
    return page_scores(predictions, targets, mode=mode, reference=reference, stages=stages)
