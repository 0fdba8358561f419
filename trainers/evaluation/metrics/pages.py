"""All scores of transcribed pages at once, as papers list them."""

from __future__ import annotations

from collections.abc import Sequence

from trainers.evaluation.metrics.modes import Mode, Reference
from trainers.evaluation.metrics.scores import Score
from trainers.evaluation.metrics.text import edit_distance, precision_recall_f1
from trainers.evaluation.metrics.translation import Stages, bleu, meteor


def page_scores(
    predictions: Sequence[str],
    targets: Sequence[str],
    *,
    mode: Mode = "correct",
    reference: Reference = "fox",
    stages: Stages = "exact,stem",
) -> dict[str, Score]:
    """Return edit_distance (`char_mean`), precision, recall, f1, bleu and meteor of pages."""
    return {
        "edit_distance": edit_distance(predictions, targets, mode=mode, reference=reference),
        **precision_recall_f1(predictions, targets, mode=mode, reference=reference),
        "bleu": bleu(predictions, targets, mode=mode, reference=reference),
        "meteor": meteor(predictions, targets, stages=stages, mode=mode, reference=reference),
    }
