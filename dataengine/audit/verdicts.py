"""From signs to a verdict, by the bounds of a kind and language, and the likeliest cause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dataengine.audit.findings import Cause, Signs, Verdict
from dataengine.audit.settings import Bounds

HAN_APART = 0.5
"""Difference in the share of Han characters from which two texts are of different languages."""
MIN_LETTERS = 16
"""Letters below which a text's script says nothing."""
CLAIMS: Mapping[str, tuple[float, float]] = {"en": (0.0, 0.5), "zh": (0.06, 1.0)}
"""Language -> least and largest share of Han characters that the language column allows."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its cause and the sentences that give the reasons."""

    verdict: Verdict
    cause: Cause = ""
    why: tuple[str, ...] = ()


def judge(signs: Signs, language: str, bounds: Bounds) -> Judgement:
    """Return what the signs of a row with a target come to."""
    foreign = _foreign(signs, language)
    if foreign:
        return Judgement("contradicts", "other-language", foreign)
    little = _little(signs, bounds)
    cut = _cut(signs, bounds)
    if little and signs.coverage < bounds.contradicts:
        other: Cause = "cropped" if cut and signs.pairs >= bounds.pairs else "other-target"
        return Judgement("contradicts", other, (*little, *cut))
    if cut:
        return Judgement("contradicts", "cropped", (*cut, *little))
    if little:
        return Judgement("contradicts", "little-agrees", little)
    doubts = _doubts(signs, bounds)
    return Judgement("doubtful", "", doubts) if doubts else Judgement("agrees")


def _foreign(signs: Signs, language: str) -> tuple[str, ...]:
    why = []
    enough = min(signs.letters_read, signs.letters_target) >= MIN_LETTERS
    if enough and abs(signs.han_read - signs.han_target) >= HAN_APART:
        why.append(
            f"{signs.han_read:.0%} of the letters read are Chinese, "
            f"{signs.han_target:.0%} of the target's"
        )
    least, most = CLAIMS.get(language, (0.0, 1.0))
    if signs.letters_read >= MIN_LETTERS and not least <= signs.han_read <= most:
        why.append(f"{signs.han_read:.0%} of the letters read are Chinese; language is {language}")
    return tuple(why)


def _little(signs: Signs, bounds: Bounds) -> tuple[str, ...]:
    why = []
    if signs.coverage < bounds.contradicts:
        why.append(f"only {signs.coverage:.0%} of the target's {signs.tokens} words were read")
    if signs.pairs < bounds.pairs:
        why.append(f"only {signs.pairs:.0%} of the target's neighbouring words stand together")
    return tuple(why)


def _cut(signs: Signs, bounds: Bounds) -> tuple[str, ...]:
    why = [
        f"{count} boxes reach over the {side} edge"
        for side, count in signs.outside.items()
        if count
    ]
    for side, strokes in signs.strokes.items():
        boxes, words = signs.touching.get(side, 0), signs.read_touching.get(side, 0)
        # Strokes alone may be marks that are printed to the edge of the paper.
        at_texts = (boxes and strokes) or min(strokes, words) >= bounds.strokes
        if at_texts or strokes >= bounds.bare_strokes:
            why.append(f"{strokes} strokes and {max(boxes, words)} texts end at the {side} edge")
    if signs.lost >= bounds.lost:
        why.append(f"{signs.lost} words of the target stand in no box and were not read")
    return tuple(why)


def _doubts(signs: Signs, bounds: Bounds) -> tuple[str, ...]:
    why = []
    if signs.coverage < bounds.agrees:
        why.append(f"{signs.coverage:.0%} of the target's {signs.tokens} words were read")
    if signs.gap >= bounds.gap:
        why.append(f"{signs.gap:.0%} of a stretch of the target were not read")
    return tuple(why)
