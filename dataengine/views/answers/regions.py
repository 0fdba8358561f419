"""Answers about a region: the text inside a box, or the box that a text stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from dataengine.settings import Settings
from dataengine.views.answers.boxes import bracketed, scaled
from dataengine.views.answers.found import Found
from dataengine.views.draws import Draws
from dataengine.views.settings import View

MAX_SHARED = 0.3
"""Share of the smaller of two boxes of a level above which neither is asked for: lines of a page
share less with their neighbours, lines of a formula's parts more."""

MIN_FOUND_CHARS, MAX_FOUND_CHARS = 2, 200
"""Shorter texts are not searched for, nor longer ones (blanks aside)."""

Regions = Sequence[Mapping[str, Any]]
Boxes = npt.NDArray[np.int64]


class RegionAnswer(Settings):
    """The request names a box and the answer is its text, or the other way round.

    A box is asked for only if it is the only one of its level in its place; a text only if it
    occurs nowhere else on the picture.
    """

    of: Literal["region"]
    give: Literal["text", "box"] = Field("text", description="what the answer is")
    levels: dict[str, tuple[str, ...]] = Field(
        description="level as views name it -> levels as the pipelines name them"
    )
    outside: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="level -> levels of regions inside which it is not asked for",
    )
    confirmed: tuple[str, ...] = Field(
        (), description="levels whose text must stand in the target `text` too, if there is one"
    )
    only_levels: bool = Field(
        False, description="ask for these levels whatever levels the view names"
    )

    needs: ClassVar[tuple[str, ...]] = ("regions",)
    many: ClassVar[bool] = True

    @property
    def slots(self) -> frozenset[str]:
        """What every request of the task must name."""
        return frozenset(["box"] if self.give == "text" else ["text"])

    def found(self, row: Mapping[str, Any], task: str, view: View, draws: Draws) -> Iterator[Found]:
        """Yield what a row can be asked for, in the order in which it is drawn."""
        regions: Regions = row.get("regions") or ()
        page = _Page(row, regions) if regions else None
        for number in self._drawn(regions, task, view, draws):
            box = scaled(regions[number]["bbox"], row, view.boxes)
            if page is not None and box is not None and self._is_plain(page, number):
                yield from self._asked(page, number, bracketed(box))

    def _is_plain(self, page: _Page, number: int) -> bool:
        """Say whether what a region says is beyond doubt."""
        level = page.regions[number]["level"]
        return (
            page.is_alone(number, self._rivals(level))
            and not any(page.lies_in(number, outer) for outer in self.outside.get(level, ()))
            and (level not in self.confirmed or page.is_confirmed(number))
        )

    def _rivals(self, level: str) -> frozenset[str]:
        """Return the levels of which no region may share a region's place.

        More than its own: a heading that runs into its paragraph lies in the paragraph's box.
        """
        groups = (frozenset(members) for members in self.levels.values() if level in members)
        return frozenset().union(*groups)

    def _asked(self, page: _Page, number: int, box: str) -> Iterator[Found]:
        region = page.regions[number]
        details = {"region": {"level": region["level"], "bbox": list(region["bbox"])}}
        if self.give == "text":
            yield Found(region["text"], {"box": box}, details)
        elif "\n" not in region["text"] and page.occurs_once(number):
            yield Found(box, {"text": region["text"]}, details)

    def _drawn(self, regions: Regions, task: str, view: View, draws: Draws) -> list[int]:
        """Return the numbers of regions of the levels, mixed evenly by level."""
        names = self.levels if self.only_levels else view.levels
        generator = draws.generator(task, "regions")
        places: list[tuple[float, int]] = []
        for name in sorted(names):
            wanted = frozenset(self._members(name))
            numbers = [
                number
                for number, region in enumerate(regions)
                if region["level"] in wanted and region["text"].strip()
            ]
            jitter = generator.random(len(numbers))
            for rank, chosen in enumerate(generator.permutation(len(numbers))):
                places.append((rank + jitter[rank], numbers[chosen]))
        return list(dict.fromkeys(number for _, number in sorted(places)))

    def _members(self, name: str) -> tuple[str, ...]:
        """Return the pipelines' levels of a view's level, which may be one of them itself."""
        known = {level for levels in self.levels.values() for level in levels}
        return self.levels.get(name, (name,) if name in known else ())


class _Page:
    """The regions of a row with what asking for one needs to know of the others."""

    def __init__(self, row: Mapping[str, Any], regions: Regions) -> None:
        self.regions = regions
        self._boxes: Boxes = np.asarray([one["bbox"] for one in regions], np.int64).reshape(-1, 4)
        self._levels = np.asarray([one["level"] for one in regions])
        self._masks: dict[frozenset[str], npt.NDArray[np.bool_]] = {}
        self._areas = _areas(self._boxes)
        text = row.get("targets", {}).get("text")
        self._printed = text if isinstance(text, str) else ""
        self._text = _squeezed(self._printed)
        self._folded: list[str] = []

    def is_alone(self, number: int, rivals: frozenset[str]) -> bool:
        """Say whether no other region of some levels shares much of this one's place."""
        if rivals not in self._masks:
            self._masks[rivals] = np.isin(self._levels, list(rivals))
        others = self._masks[rivals].copy()
        others[number] = False
        shared = self._shared(number)[others]
        smaller = np.minimum(self._areas[others], self._areas[number])
        return not bool(np.any(shared > MAX_SHARED * smaller))

    def lies_in(self, number: int, level: str) -> bool:
        """Say whether a region of a level covers half of this one or more."""
        shared = self._shared(number)[self._levels == level]
        return bool(np.any(2 * shared >= self._areas[number]))

    def is_confirmed(self, number: int) -> bool:
        """Say whether a region's text stands in the target; a single ASCII word, as a word."""
        text = self.regions[number]["text"].strip()
        if not self._printed:
            return True
        if text.isascii() and not re.search(r"\s", text):
            word = rf"(?<![A-Za-z0-9]){re.escape(text)}(?![A-Za-z0-9])"
            return re.search(word, self._printed) is not None
        return _squeezed(text) in self._text

    def occurs_once(self, number: int) -> bool:
        """Say whether a region's text stands nowhere else, not even inside a word.

        Blanks and the case of letters aside: who looks for "public" finds "Public", too.
        """
        self._folded = self._folded or [_squeezed(one["text"]).casefold() for one in self.regions]
        text = self._folded[number]
        if not MIN_FOUND_CHARS <= len(text) <= MAX_FOUND_CHARS:
            return False
        others = [place for place, other in enumerate(self._folded) if text in other]
        return self._text.casefold().count(text) <= 1 and all(
            place == number or self._same_place(number, place) for place in others
        )

    def _same_place(self, number: int, other: int) -> bool:
        """Say whether the other is the same text at another level: the line of a word, say."""
        if self.regions[number]["level"] == self.regions[other]["level"]:
            return False
        shared = self._shared(number)[other]
        covers = 2 * shared >= min(self._areas[number], self._areas[other])
        return bool(covers) and self._folded[other].count(self._folded[number]) == 1

    def _shared(self, number: int) -> npt.NDArray[np.int64]:
        """Return the pixels that each region shares with one, shape (n,)."""
        box = self._boxes[number]
        low = np.maximum(self._boxes[:, :2], box[:2])
        high = np.minimum(self._boxes[:, 2:], box[2:])
        return _areas(np.concatenate([low, high], axis=1))


def _areas(boxes: Boxes) -> npt.NDArray[np.int64]:
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 0)
    areas: npt.NDArray[np.int64] = sides[:, 0] * sides[:, 1]
    return areas


def _squeezed(text: str) -> str:
    return "".join(text.split())
