"""Wears pictures at view time: draws, applies, measures, and repeats more gently where it must.

A pure function of (seed, name, the row's id and picture). Stored data are never touched, so the
clean twin of a worn picture is the row it was made of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from dataengine.degrade import legibility
from dataengine.degrade.applying import Result, apply_steps, warp_of
from dataengine.degrade.drawing import Key, Step, draw_steps, pick
from dataengine.degrade.effect import Stage
from dataengine.degrade.effects import all_effects
from dataengine.degrade.profiles import get_profile
from dataengine.degrade.settings import Degradation
from dataengine.degrade.warp import Warp
from dataengine.imaging import Pixels
from dataengine.thumbnails import decode, flatten
from dataengine.views.example import Worn

MIN_SIDE_PX, MAX_SIDE_PX, MAX_PIXELS = 32, 16_000, 64_000_000
"""Smaller or larger pictures are left clean; OpenCV resamples sides below 32,768 px only."""
GENTLER = (1.0, 0.6, 0.3)
"""Shares of the drawn strength that are tried, one after the other, where text is illegible.

Text that would get too small is tried with the second, then at full strength on a page that is
left flat.
"""
_UNIT_TEXT_PX, _UNIT_RANGE = 12.0, (0.75, 3.0)
_LARGEST_BOX = 1 << 24
_AS_LARGE = 0.98
"""Scale from which text counts as no smaller: a page that lies a little askew may be kept."""
_BENDS = [name for name, effect in all_effects().items() if effect.stage is Stage.BEND]

NOT_DRAWN, NO_PROFILE = "not-drawn", "no-profile"
UNREADABLE, SIZE = "unreadable-image", "size"
SMALL_TEXT, ILLEGIBLE = "small-text", "illegible"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one picture.

    Attributes:
        worn: the worn copy; None where the picture is left as it is.
        reason: why it is left: "not-drawn", "no-profile" (for its kind), "unreadable-image",
            "size" (too small or large), "small-text" or "illegible" (even with the least
            strength); "" for worn ones.
        profile: the profile that was drawn, or "".
        refused: why each stronger attempt was given up.
    """

    worn: Worn | None
    reason: str = ""
    profile: str = ""
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Page:
    """A picture to wear, with the text regions that must stay readable."""

    pixels: Pixels
    text: npt.NDArray[np.int32]
    smallest_px: float

    @property
    def size(self) -> tuple[int, int]:
        return self.pixels.shape[1], self.pixels.shape[0]


class Degrader:
    """Settings bound to a seed.

    OpenCV is told to use one thread in this process: pages are small, and loaders have many
    processes. The pixels are the same with any number of threads.

    Args:
        seed: of all draws.
        name: who asks, such as a mixture's member; other names draw otherwise.
    """

    columns = ("id", "kind", "image", "regions")

    def __init__(self, settings: Degradation, seed: int, name: str = "") -> None:
        self.settings = settings
        self._seed, self._name = seed, name
        self._off = [effect for effect, on in settings.effects.items() if not on]
        cv2.setNumThreads(1)

    def __call__(self, row: Mapping[str, Any]) -> Worn | None:
        """Return a worn copy of a row's picture, or None where it is left as it is."""
        return self.outcome(row).worn

    def outcome(self, row: Mapping[str, Any]) -> Outcome:
        """Return the worn copy of a row's picture, or why there is none.

        Args:
            row: as `dataengine.reader` gives it, with `columns`.
        """
        key = Key(self._seed, self._name, str(row["id"]))
        rng = key.rng()
        if rng.random() >= self.settings.share:
            return Outcome(None, NOT_DRAWN)
        weights = self.settings.weights_for(str(row["kind"]))
        if not any(weights.values()):
            return Outcome(None, NO_PROFILE)
        profile = pick(weights, rng)
        low, high = self.settings.strength
        strength = low + (high - low) * rng.random()
        pixels = _decoded(row)
        if pixels is None:
            return Outcome(None, UNREADABLE, profile)
        sides = pixels.shape[:2]
        if min(sides) < MIN_SIDE_PX or max(sides) > MAX_SIDE_PX or pixels.size > MAX_PIXELS:
            return Outcome(None, SIZE, profile)
        return self._attempts(row, pixels, key, profile, strength)

    def _attempts(
        self, row: Mapping[str, Any], pixels: Pixels, key: Key, profile: str, strength: float
    ) -> Outcome:
        regions = row.get("regions") or ()
        usual_px, smallest_px = legibility.text_heights(regions)
        page = _Page(pixels, _inside(legibility.text_boxes(regions), pixels), smallest_px)
        unit = float(np.clip(usual_px / _UNIT_TEXT_PX, *_UNIT_RANGE))
        limit = self.settings.max_edge_px or max(pixels.shape[:2])
        refused: list[str] = []
        level, off = 0, self._off
        while level < len(GENTLER):
            share = GENTLER[level]
            steps = draw_steps(
                get_profile(profile), strength * share, key, unit=unit, limit_px=limit, off=off
            )
            result = self._attempt(page, steps)
            if isinstance(result, str):
                refused.append(result)
                level += 1
                if result == SMALL_TEXT and level > 1:
                    level, off = 0, [*off, *_BENDS]
                continue
            done, measured = result
            first: Step = {
                "name": "profile",
                "profile": profile,
                "strength": round(strength * share, 4),
                "refused": list(refused),
                "similarity": measured.similarity,
                "contrast": measured.contrast,
                "lost_px": measured.lost_px,
                "regions": measured.regions,
            }
            return Outcome(_worn(done, [first, *steps], regions), "", profile, tuple(refused))
        return Outcome(None, refused[-1], profile, tuple(refused))

    def _attempt(
        self, page: _Page, steps: Sequence[Step]
    ) -> tuple[Result, legibility.Legibility] | str:
        """Return the worn picture and how legible it is, or why it is given up."""
        warp = warp_of(page.size, steps)
        if warp is not None and self._too_small(warp, page):
            return SMALL_TEXT
        done = apply_steps(page.pixels, steps, warp)
        moved = warp.boxes(page.text) if warp else page.text
        measured = legibility.measure(
            page.pixels, done.grey, done.maps, moved, self.settings.min_contrast
        )
        if (
            measured.similarity < self.settings.min_legibility
            or measured.contrast < 1
            or measured.lost_px > self.settings.max_lost_px
        ):
            return ILLEGIBLE
        return done, measured

    def _too_small(self, warp: Warp, page: _Page) -> bool:
        """Whether a warp makes text smaller that cannot be made smaller."""
        if not len(page.text):
            return False
        scale = float(warp.scales(page.text).min())
        return scale < _AS_LARGE and page.smallest_px * scale < self.settings.min_text_px


def replay(row: Mapping[str, Any], applied: Sequence[Mapping[str, Any]]) -> Worn:
    """Make a worn picture again from its row and what was applied.

    Raises:
        ValueError: the row's picture cannot be decoded.
    """
    pixels = _decoded(row)
    if pixels is None:
        raise ValueError(f"{row['id']}: the stored picture cannot be decoded")
    steps = [step for step in applied if step["name"] != "profile"]
    warp = warp_of((pixels.shape[1], pixels.shape[0]), steps)
    return _worn(apply_steps(pixels, steps, warp), applied, row.get("regions") or ())


def _decoded(row: Mapping[str, Any]) -> Pixels | None:
    image = decode((row.get("image") or {}).get("bytes") or b"")
    return None if image is None else np.array(flatten(image))


def _worn(
    done: Result, applied: Sequence[Mapping[str, Any]], regions: Sequence[Mapping[str, Any]]
) -> Worn:
    height, width = done.grey.shape
    moved: Sequence[Mapping[str, Any]] = regions
    if done.warp is not None and regions:
        boxes = np.array([one["bbox"] for one in regions], np.int64)
        found = done.warp.boxes(np.clip(boxes, -_LARGEST_BOX, _LARGEST_BOX).astype(np.int32))
        moved = [{**one, "bbox": box} for one, box in zip(regions, found.tolist(), strict=True)]
    return Worn(done.image, done.image_format, width, height, moved, applied)


def _inside(boxes: npt.NDArray[np.int32], pixels: Pixels) -> npt.NDArray[np.int32]:
    height, width = pixels.shape[:2]
    clipped = np.clip(boxes, 0, np.array([width, height, width, height])).astype(np.int32)
    kept = (clipped[:, 2] > clipped[:, 0]) & (clipped[:, 3] > clipped[:, 1])
    return clipped[kept]
