"""Plants faults in rows as they are read, to measure how many the audit finds.

Nothing stored is changed. Which rows get a fault is a function of (seed, id). A row whose target
is taken from another gets that of the last fitting row before it, so memory stays flat; the
stored boxes stay those of the picture, so that only the OCR can find the fault.

*swapped*: the targets of another row of the same part and language. *cropped*: 5 to 15 % of the
picture cut off at one side, sizes adjusted, boxes moved, cut, and dropped where nothing is left.
*wrong-language*: targets and language of a row of the other language.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from PIL import Image

from dataengine.audit.truth import MARGIN_LEVELS, is_line, target_of
from dataengine.errors import ConfigError

Fault = Literal["swapped", "cropped", "wrong-language"]
FAULTS: tuple[Fault, ...] = ("swapped", "cropped", "wrong-language")
LEAST_CUT, MOST_CUT = 0.05, 0.15
SIDES = ("left", "top", "right", "bottom")
_OTHER = {"en": "zh", "zh": "en"}
_LOST = 0.3  # of a line's height: about half a letter


@dataclass(frozen=True, slots=True)
class Planted:
    """A row with the fault in it, or without one.

    Attributes:
        fault: "" for a row as it is.
        telling: whether the fault shows at all; a crop of blank paper or of a header does not.
    """

    row: dict[str, Any]
    fault: str = ""
    telling: bool = True


@dataclass(slots=True)
class _Donors:
    """The last rows' targets: by part and language, and by kind and language."""

    near: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    kin: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def remember(self, row: Mapping[str, Any]) -> None:
        if target_of(row) is not None:
            given = {"targets": row["targets"], "language": row["language"]}
            self.near[row["part"], row["language"]] = given
            self.kin[row["kind"], row["language"]] = given


def parse_faults(text: str) -> dict[Fault, float]:
    """Return the shares of "swapped=0.01,cropped=0.01"; "all" plants each in 1 % of the rows.

    Raises:
        ConfigError: an unknown fault, or shares that are no shares.
    """
    if text == "all":
        return dict.fromkeys(FAULTS, 0.01)
    wanted: dict[Fault, float] = {}
    for entry in text.split(","):
        name, _, share = entry.strip().partition("=")
        fault = next((one for one in FAULTS if one == name), None)
        if fault is None:
            raise ConfigError(f"no fault {name!r} can be planted; there are {', '.join(FAULTS)}")
        try:
            wanted[fault] = float(share or 0.01)
        except ValueError as error:
            raise ConfigError(f"{name}: {share!r} is no share; write {name}=0.01") from error
    if not all(0 < share <= 1 for share in wanted.values()) or sum(wanted.values()) > 1:
        raise ConfigError(f"shares of faults lie between 0 and 1 and add up to 1 at most: {text}")
    return wanted


def plant(
    rows: Iterable[dict[str, Any]], shares: Mapping[Fault, float], seed: int
) -> Iterator[Planted]:
    """Yield rows, some with a fault; rows that a fault does not fit are left as they are."""
    donors = _Donors()
    for row in rows:
        yield _planted(row, _fault_of(row["id"], shares, seed), donors, seed)
        donors.remember(row)


def _fault_of(row_id: str, shares: Mapping[Fault, float], seed: int) -> Fault | None:
    place = _uniform(seed, row_id, "fault")
    for fault, share in shares.items():
        if place < share:
            return fault
        place -= share
    return None


def _planted(row: dict[str, Any], fault: Fault | None, donors: _Donors, seed: int) -> Planted:
    if fault is None or target_of(row) is None:
        return Planted(row)
    if fault == "cropped":
        return crop(
            row,
            SIDES[int(_uniform(seed, row["id"], "side") * len(SIDES))],
            LEAST_CUT + (MOST_CUT - LEAST_CUT) * _uniform(seed, row["id"], "share"),
        )
    if fault == "swapped":
        donor = donors.near.get((row["part"], row["language"]))
    else:
        donor = donors.kin.get((row["kind"], _OTHER.get(row["language"], "")))
    if donor is None or donor["targets"] == row["targets"]:
        return Planted(row)
    return Planted({**row, **donor}, fault)


def crop(row: dict[str, Any], side: str, share: float) -> Planted:
    """Return the row with a share of its picture cut off at one side."""
    with Image.open(io.BytesIO(row["image"]["bytes"])) as picture:
        width, height = picture.size
        across, down = round(width * share), round(height * share)
        window = {
            "left": (across, 0, width, height),
            "top": (0, down, width, height),
            "right": (0, 0, width - across, height),
            "bottom": (0, 0, width, height - down),
        }[side]
        buffer = io.BytesIO()
        picture.crop(window).save(buffer, "PNG")
    regions = row["regions"] or []
    image = {"bytes": buffer.getvalue(), "path": row["image"]["path"]}
    changed = {
        "image": image,
        "width": window[2] - window[0],
        "height": window[3] - window[1],
        "regions": list(_moved(regions, window)),
    }
    return Planted({**row, **changed}, "cropped", removes_text(regions, window))


def removes_text(regions: Sequence[Mapping[str, Any]], window: tuple[int, int, int, int]) -> bool:
    """Return whether a line of the target loses about half a letter or more outside a window."""
    margins = [one["bbox"] for one in regions if one["level"] in MARGIN_LEVELS]
    for region in regions:
        box = region["bbox"]
        if not is_line(region) or any(_within(box, margin) for margin in margins):
            continue
        lost = max(window[0] - box[0], window[1] - box[1], box[2] - window[2], box[3] - window[3])
        if lost >= _LOST * min(box[3] - box[1], box[2] - box[0]):
            return True
    return False


def _moved(
    regions: Sequence[Mapping[str, Any]], window: tuple[int, int, int, int]
) -> Iterator[dict[str, Any]]:
    left, top, right, bottom = window
    for region in regions:
        x0, y0, x1, y1 = region["bbox"]
        box = [max(x0, left), max(y0, top), min(x1, right), min(y1, bottom)]
        if box[0] < box[2] and box[1] < box[3]:
            yield {**region, "bbox": [box[0] - left, box[1] - top, box[2] - left, box[3] - top]}


def _within(box: Sequence[int], margin: Sequence[int]) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return bool(margin[0] <= x <= margin[2] and margin[1] <= y <= margin[3])


def _uniform(seed: int, row_id: str, what: str) -> float:
    digest = hashlib.sha256(f"{what}\0{seed}\0{row_id}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
