"""What the audit finds of one row: what was compared, how well it agrees, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Verdict = Literal["agrees", "doubtful", "contradicts", "not-comparable", "ocr-failed"]
Cause = Literal["", "cropped", "other-target", "other-language", "unexpected-text", "little-agrees"]

VERDICTS: tuple[Verdict, ...] = (
    "agrees",
    "doubtful",
    "contradicts",
    "not-comparable",
    "ocr-failed",
)
COMPARED: tuple[Verdict, ...] = ("agrees", "doubtful", "contradicts")


@dataclass(frozen=True, slots=True)
class Signs:
    """Everything that a verdict is made from.

    Attributes:
        tokens: how many of the target were asked for.
        coverage: share of them that was read.
        pairs: share of neighbouring tokens read as neighbours.
        gap: largest share missing from a stretch of the target.
        distance: normalised edit distance; for charts that of each string to its nearest reading.
        extra: share of what was read that is not in the target, headers and footers apart.
        read: how many tokens were read with confidence.
        lost: how many of the target's tokens stand in no box and were not read; 0 without boxes.
        strokes, outside, touching, read_touching: by side, strokes of ink that touch the edge;
            boxes of lines that reach over it, or end at it; words read that end at it.
        han_target, han_read: share of Han characters among letters.
        letters_target, letters_read: on how many letters those rest.
    """

    tokens: int = 0
    coverage: float = 1.0
    pairs: float = 1.0
    gap: float = 0.0
    distance: float = 0.0
    extra: float = 0.0
    read: int = 0
    lost: int = 0
    strokes: Mapping[str, int] = field(default_factory=dict)
    outside: Mapping[str, int] = field(default_factory=dict)
    touching: Mapping[str, int] = field(default_factory=dict)
    read_touching: Mapping[str, int] = field(default_factory=dict)
    han_target: float = 0.0
    han_read: float = 0.0
    letters_target: int = 0
    letters_read: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """One audited row.

    Attributes:
        verdict, cause: what it comes to; `cause` is empty unless something is wrong.
        why: sentences for people, most telling first.
        target, reading: the texts that were compared, clipped.
        planted: the fault that was planted on purpose, or "".
        telling: whether that fault shows at all: a crop that removes no text does not.
        picture: a small JPEG for the report; empty where the row is not shown.
    """

    id: str
    part: str
    kind: str
    language: str
    verdict: Verdict
    cause: Cause = ""
    why: tuple[str, ...] = ()
    signs: Signs = Signs()
    target: str = ""
    reading: str = ""
    left_out: int = 0
    planted: str = ""
    telling: bool = True
    picture: bytes = b""

    @property
    def badness(self) -> tuple[int, float]:
        """Sort key: worst first when reversed."""
        order = {"contradicts": 3, "doubtful": 2, "ocr-failed": 1}.get(self.verdict, 0)
        return order, 1.0 - self.signs.coverage + self.signs.distance

    def as_data(self) -> dict[str, Any]:
        """Return it as JSON, without picture."""
        signs = {name: _rounded(getattr(self.signs, name)) for name in Signs.__slots__}
        return {
            "id": self.id,
            "part": self.part,
            "kind": self.kind,
            "language": self.language,
            "verdict": self.verdict,
            "cause": self.cause,
            "why": list(self.why),
            "planted": self.planted,
            "telling": self.telling,
            "left_out": self.left_out,
            "signs": signs,
        }


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return round(value, 4) if isinstance(value, float) else value
