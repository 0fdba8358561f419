"""What a row claims to be printed in its picture, as far as OCR can be asked about it.

Left out are displayed formulas, chunks of text that look like formulas, and in charts texts that
stand aslant (their boxes are far too narrow for their letters): no OCR reads those reliably.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dataengine.audit.edges import boxes_touching
from dataengine.audit.pictures import Box
from dataengine.audit.words import han_share, tokens

MARGIN_LEVELS = frozenset({"header", "footer", "page-number"})
"""Printed, with boxes, and in no target."""

CHART_LEVELS = frozenset(
    {
        "title",
        "subtitle",
        "source",
        "note",
        "panel-title",
        "axis-title",
        "tick",
        "legend",
        "legend-title",
        "label",
        "name",
    }
)
LINE_LEVEL, FORMULA_LEVEL = "line", "display"
_TALL = 1.6
_TURNED_LETTERS = 3
_ASLANT = 0.3  # width of a box, in its heights, per letter: upright text has 0.45 and more
MAX_STRINGS = 400


@dataclass(frozen=True, slots=True)
class Cut:
    """A box with one line of text."""

    box: Box
    text: str
    turned: bool


@dataclass(frozen=True, slots=True)
class Truth:
    """What should be read.

    Attributes:
        text: the target, displayed formulas left out.
        tokens: its tokens in order.
        strings: its lines, for kinds whose texts stand anywhere.
        boxed: texts of all boxes that lie whole in the picture; empty without boxes.
        cuts: boxes to cut out and read one by one; may be empty.
        margins: printed texts that no target holds (headers, footers).
        left_out: strings that stand aslant.
        han: share of Han characters among its letters, and how many letters there are.
    """

    text: str
    tokens: tuple[str, ...]
    strings: tuple[str, ...]
    boxed: str
    cuts: tuple[Cut, ...]
    margins: str
    left_out: tuple[str, ...]
    han: tuple[float, int]


def target_of(row: Mapping[str, Any]) -> str | None:
    """Return the target that holds the printed text, or None where a row has none."""
    targets = row.get("targets")
    text = targets.get("text") if isinstance(targets, dict) else None
    return text if isinstance(text, str) and text.strip() else None


def truth_of(row: Mapping[str, Any], text: str) -> Truth:
    """Return what the picture of a row should say, if `text` is its target."""
    regions: Sequence[Mapping[str, Any]] = row.get("regions") or ()
    prose = _without_formulas(text, regions)
    cuts, left_out = _cuts(regions)
    for slanted in left_out:
        prose = prose.replace(slanted, "", 1)
    lines = tuple(line for line in prose.split("\n") if line.strip())
    margins = [str(one["text"]) for one in regions if one["level"] in MARGIN_LEVELS]
    return Truth(
        text=prose,
        tokens=tuple(tokens(prose, formulas=False)),
        strings=lines[:MAX_STRINGS],
        boxed=_boxed(regions, int(row["width"]), int(row["height"])),
        cuts=tuple(cuts),
        margins="\n".join(margins),
        left_out=tuple(left_out),
        han=han_share(prose),
    )


def _without_formulas(text: str, regions: Sequence[Mapping[str, Any]]) -> str:
    for region in regions:
        if region["level"] == FORMULA_LEVEL and region["text"]:
            text = text.replace(str(region["text"]), "\n", 1)
    return text


def _boxed(regions: Sequence[Mapping[str, Any]], width: int, height: int) -> str:
    """Return the texts of regions that do not end at an edge, as those of cut ones do.

    Of a page's regions all count: a block has the target's own text, where a line may be
    hyphenated. Of a chart's the texts alone: what its marks stand for is not printed at them.
    """
    page = any(region["level"] == LINE_LEVEL for region in regions)
    return "\n".join(
        str(region["text"] or "")
        for region in regions
        if (page or is_line(region))
        and not any(boxes_touching([_box(region)], width, height).values())
    )


def _cuts(regions: Sequence[Mapping[str, Any]]) -> tuple[list[Cut], list[str]]:
    cuts: list[Cut] = []
    left_out: list[str] = []
    for region in regions:
        if not is_line(region):
            continue
        box, text = _box(region), str(region["text"] or "")
        width, height = box[2] - box[0], box[3] - box[1]
        letters = len(text.strip())
        turned = height > _TALL * width and letters >= _TURNED_LETTERS
        if region["level"] != LINE_LEVEL and not turned and _aslant(width, height, letters):
            left_out.append(text)
        else:
            cuts.append(Cut(box, text, turned))
    return cuts, left_out


def _aslant(width: int, height: int, letters: int) -> bool:
    """Tell a text at an angle from one that is wrapped: a wrapped one is not square."""
    return letters > _TURNED_LETTERS and height > 20 and width < _ASLANT * letters * height


def is_line(region: Mapping[str, Any]) -> bool:
    """Return whether a region is one printed text: a line of a page, a text of a chart."""
    return region["level"] == LINE_LEVEL or region["level"] in CHART_LEVELS


def _box(region: Mapping[str, Any]) -> Box:
    x0, y0, x1, y1 = (int(edge) for edge in region["bbox"])
    return x0, y0, x1, y1
