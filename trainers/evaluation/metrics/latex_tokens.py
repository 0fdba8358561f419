r"""Formulas as tokens of LaTeX, so that white space and the like between them do not count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from trainers.evaluation.metrics.matching import best_pairing
from trainers.evaluation.metrics.scores import ABSENT, TOO_LARGE, Sample
from trainers.evaluation.metrics.text import levenshtein

MAX_TOKENS_SQUARED = 40_000_000
"""Most pairs of tokens that are compared to find out which formula is which: about a second."""

MAX_FORMULAS = 150
"""Most formulas of a side, equal ones aside, that are paired by likeness."""

_SPACES = frozenset({"\\,", "\\;", "\\:", "\\!", "\\ ", "\\>", "~", "\\quad", "\\qquad"})
_NO_MEANING = frozenset({"\\left", "\\right", "\\displaystyle", "\\limits", "\\nolimits"})


def tokens_of(formula: str) -> tuple[str, ...]:
    r"""Return the tokens of a formula: commands (`\alpha`, `\{`), and single characters.

    White space, LaTeX's spaces (`\,`, `\quad`, `~`), `\left` and `\right`, `\displaystyle`,
    `\limits`, and the braces around a single token (`x^{2}` is `x^2`) are left out: what is left
    decides what is seen, nearly.
    """
    tokens: list[str] = []
    position = 0
    while position < len(formula):
        end = position + 1
        if formula[position] == "\\":
            while end < len(formula) and formula[end].isascii() and formula[end].isalpha():
                end += 1
            end = max(end, min(position + 2, len(formula)))
        token = formula[position:end]
        position = end
        if token.isspace() or token in _SPACES or token in _NO_MEANING:
            continue
        if token == "}" and tokens[-2:-1] == ["{"] and tokens[-1] != "{":
            tokens[-2:] = [tokens[-1]]
            continue
        tokens.append(token)
    return tuple(tokens)


def formulas_alike(predictions: Sequence[str], targets: Sequence[str]) -> dict[str, Sample]:
    """Return how like the formulas of two pages are, each held to the one that suits it best.

    * `match`: 1 - edits / max length on tokens, of formulas that are paired one to one, equal ones
      first and the others so that the sum is the most; that sum over the number of formulas of the
      page that has more.
    * `exact`: share of the pairs that are equal, over the same number.

    Pages of too many formulas are paired in their order. Without a formula on either side there is
    no value.
    """
    most = max(len(predictions), len(targets))
    if not most:
        return dict.fromkeys(("match", "exact"), Sample(None, ABSENT))
    first, second = Counter(map(tokens_of, predictions)), Counter(map(tokens_of, targets))
    equal = sum((first & second).values())
    left, right = list((first - second).elements()), list((second - first).elements())
    note, total = "", float(equal)
    work = sum(map(len, left)) * sum(map(len, right))
    if left and right and (work > MAX_TOKENS_SQUARED or max(len(left), len(right)) > MAX_FORMULAS):
        note = TOO_LARGE
        total += sum(map(_likeness, left, right))
    elif left and right:
        worth = [[_likeness(one, other) for other in right] for one in left]
        total += sum(worth[row][column] for row, column in best_pairing(worth))
    return {"match": Sample(total / most, note), "exact": Sample(equal / most)}


def _likeness(first: tuple[str, ...], second: tuple[str, ...]) -> float:
    longest = max(len(first), len(second))
    return 1 - levenshtein(first, second) / longest if longest else 1.0
