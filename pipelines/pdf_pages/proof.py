"""The checks that a page must pass, cheapest first; the first that fails gives the reason.

Every check writes the score that it compares into `scores`, so accepted pages carry all of them
and rejected ones those up to the failure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipelines.pdf_pages.charset import (
    Codes,
    Kind,
    codes_of,
    count_kinds,
    kinds_of,
    radical_doubles,
    truncated_mathematics,
)
from pipelines.pdf_pages.document import PageProblem
from pipelines.pdf_pages.extract import PageText
from pipelines.pdf_pages.ink import Ink
from pipelines.pdf_pages.language import contradicts, find_language, plausibility
from pipelines.pdf_pages.options import Proof
from pipelines.pdf_pages.order import measure_order, measure_shatters
from pipelines.pdf_pages.reading import mend
from pipelines.pdf_pages.tokens import Counter

Scores = dict[str, object]
_FEWEST_LINES = 4  # fewer cannot show that a page is set vertically


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What the text checks need to know of a page.

    Attributes:
        text: as extracted.
        target: the target text.
        claimed: language that the corpus claims, or "".
        width_pt, height_pt: of the page.
        pixels_per_pt: resolution at which type is seen in training.
        painted_fonts: returns the page's fonts whose glyphs no rendering mode hides.
    """

    text: PageText
    target: str
    claimed: str
    width_pt: float
    height_pt: float
    pixels_per_pt: float
    painted_fonts: Callable[[], frozenset[str]]


def check_text(facts: PageFacts, limits: Proof, count_tokens: Counter, scores: Scores) -> str:
    """Run the checks that need no picture; return the language, or raise `PageProblem`."""
    text = facts.text
    _check_amount(text, limits, scores)
    codes = codes_of(text.raw)
    kinds = kinds_of(codes)
    counts = count_kinds(kinds).tolist()
    _check_unknown(text, codes, counts, limits, scores)
    _check_radicals(text.raw, counts, limits, scores)
    _check_hidden(facts, limits, scores)
    _check_direction(text, limits, scores)
    _check_edges(text, limits, scores)
    _check_plausible(codes, kinds, counts, limits, scores)
    language = _check_language(facts, counts, limits, scores)
    _check_order(facts, limits, scores)
    _check_whole(facts, limits, scores)
    _check_legible(facts, limits, scores)
    _check_length(facts.target, limits, count_tokens, scores)
    return language


def check_ink(ink: Ink, limits: Proof, scores: Scores) -> None:
    """Compare text and picture."""
    scores["inked"] = round(ink.inked, 4)
    scores["explained"] = round(ink.explained, 4)
    if ink.inked < limits.min_inked:
        raise PageProblem(
            "text-without-ink",
            f"{ink.inked:.1%} of the characters can be seen (least {limits.min_inked:.1%}).",
        )
    if ink.explained < limits.min_explained:
        raise PageProblem(
            "ink-without-text",
            f"{ink.explained:.1%} of the picture's fine structure lies under text "
            f"(least {limits.min_explained:.1%}).",
        )


def _check_amount(text: PageText, limits: Proof, scores: Scores) -> None:
    scores["chars"] = text.total
    if text.total < limits.min_chars:
        reason = "few-chars" if text.total else "no-text-layer"
        raise PageProblem(reason, f"{text.total} characters (least {limits.min_chars}).")


def _check_unknown(
    text: PageText, codes: Codes, counts: list[int], limits: Proof, scores: Scores
) -> None:
    unknown = counts[Kind.UNKNOWN] + text.lost + truncated_mathematics(codes)
    share = _share(unknown, text.total)
    scores["unknown"] = share
    if share > limits.max_unknown:
        raise PageProblem(
            "unknown-glyphs",
            f"{unknown} of {text.total} characters have no meaning (most {limits.max_unknown:.2%})",
        )


def _check_radicals(raw: str, counts: list[int], limits: Proof, scores: Scores) -> None:
    scores["radicals"] = counts[Kind.RADICAL]
    if not counts[Kind.RADICAL]:
        return
    doubles = radical_doubles(raw)
    share = _share(doubles, counts[Kind.RADICAL])
    scores["radical_doubles"] = share
    if share > limits.max_radicals:
        raise PageProblem(
            "radical-doubles",
            f"{doubles} of {counts[Kind.RADICAL]} radicals stand beside the character they mean.",
        )


def _check_hidden(facts: PageFacts, limits: Proof, scores: Scores) -> None:
    text = facts.text
    hidden = sum(text.hidden.values())
    if hidden:
        painted = facts.painted_fonts()
        hidden = sum(count for font, count in text.hidden.items() if font not in painted)
    share = scores["hidden"] = _share(hidden, text.total)
    if share > limits.max_hidden:
        raise PageProblem(
            "hidden-text",
            f"{hidden} of {text.total} characters are drawn invisible "
            f"(most {limits.max_hidden:.1%}).",
        )


def _check_direction(text: PageText, limits: Proof, scores: Scores) -> None:
    rotated = scores["rotated"] = _share(text.rotated, text.total)
    if rotated > limits.max_rotated:
        raise PageProblem(
            "rotated-text",
            f"{rotated:.1%} of the characters are turned (most {limits.max_rotated:.1%}).",
        )
    single = sum(1 for line in text.lines if len(line.text) == 1)
    vertical = scores["vertical"] = _share(single, len(text.lines))
    if vertical > limits.max_vertical and len(text.lines) >= _FEWEST_LINES:
        raise PageProblem(
            "vertical-text",
            f"{vertical:.0%} of {len(text.lines)} lines hold one character "
            f"(most {limits.max_vertical:.0%}).",
        )


def _check_edges(text: PageText, limits: Proof, scores: Scores) -> None:
    cut = scores["cut"] = round(text.cut, 4)
    if cut > limits.max_cut:
        raise PageProblem(
            "cut-text",
            f"{cut:.2%} of the text lies over an edge (most {limits.max_cut:.2%}).",
        )


def _check_plausible(
    codes: Codes,
    kinds: npt.NDArray[np.uint8],
    counts: list[int],
    limits: Proof,
    scores: Scores,
) -> None:
    judged = plausibility(codes, kinds, counts)
    scores["usual_pairs"] = round(judged.usual_pairs, 4)
    scores["rare_han"] = round(judged.rare_han, 4)
    if judged.usual_pairs < limits.min_plausible:
        raise PageProblem(
            "garbled-text",
            f"{judged.usual_pairs:.0%} of the letter pairs are usual ones (least "
            f"{limits.min_plausible:.0%}).",
        )
    if judged.rare_han > limits.max_rare:
        raise PageProblem(
            "garbled-text",
            f"{judged.rare_han:.0%} of the Chinese characters are rare ones (most "
            f"{limits.max_rare:.0%}).",
        )


def _check_language(facts: PageFacts, counts: list[int], limits: Proof, scores: Scores) -> str:
    found = find_language(facts.target, counts, facts.claimed)
    scores["language"] = found
    if found not in limits.languages:
        kept = ", ".join(limits.languages)
        raise PageProblem("wrong-language", f"the page's language is {found}; kept are {kept}.")
    if limits.match_claim and contradicts(facts.claimed, found):
        raise PageProblem(
            "wrong-language", f"the corpus claims {facts.claimed}, the page is {found}."
        )
    return found


def _check_order(facts: PageFacts, limits: Proof, scores: Scores) -> None:
    order = measure_order(facts.text.piece_boxes, facts.text.piece_chars, facts.width_pt)
    scores["backward"] = round(order.backward, 4)
    scores["interleaved"] = round(order.interleaved, 4)
    if order.backward > limits.max_backward:
        raise PageProblem(
            "reading-order",
            f"{order.backward:.0%} of the lines jump back up in their column (most "
            f"{limits.max_backward:.0%}).",
        )
    if order.interleaved > limits.max_interleaved:
        raise PageProblem(
            "reading-order",
            f"{order.interleaved:.0%} of the lines hop between columns (most "
            f"{limits.max_interleaved:.0%}).",
        )


def _check_whole(facts: PageFacts, limits: Proof, scores: Scores) -> None:
    shattered = measure_shatters(mend(facts.text.lines))
    scores["shattered"] = round(shattered, 4)
    if shattered > limits.max_shattered:
        raise PageProblem(
            "shattered-text",
            f"{shattered:.0%} of the lines are splinters of sentences or formulas (most "
            f"{limits.max_shattered:.0%}).",
        )


def _check_legible(facts: PageFacts, limits: Proof, scores: Scores) -> None:
    text = facts.text
    heights = text.sizes * facts.pixels_per_pt
    order = np.argsort(heights)
    reached = np.cumsum(text.counts[order])
    middle = order[np.searchsorted(reached, text.total / 2)]
    scores["em_px_median"] = round(float(heights[middle]), 2)
    scores["em_px_least"] = round(float(heights[order[0]]), 2)
    small = int(text.counts[heights < limits.min_em_px].sum())
    share = scores["illegible"] = _share(small, text.total)
    if share > limits.max_illegible:
        raise PageProblem(
            "illegible",
            f"{share:.0%} of the characters are smaller than {limits.min_em_px:g} px at the "
            f"training size (most {limits.max_illegible:.0%}).",
        )


def _check_length(target: str, limits: Proof, count_tokens: Counter, scores: Scores) -> None:
    counts = count_kinds(kinds_of(codes_of(target))).tolist()
    tokens = scores["tokens"] = count_tokens(target, counts)
    if tokens > limits.max_tokens:
        raise PageProblem("too-long", f"{tokens} tokens (most {limits.max_tokens}).")


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
