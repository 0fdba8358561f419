"""What files do: JPEG, written by somebody before, and as the picture's own format."""

from __future__ import annotations

from dataengine.degrade.effect import Effect, Params, Stage
from dataengine.degrade.encoding import jpeg, unpacked
from dataengine.imaging import Pixels


def _recompress(pixels: Pixels, params: Params) -> Pixels:
    return unpacked(jpeg(pixels, params))


EFFECTS = (
    Effect(
        "recompress",
        Stage.FILE,
        "was a JPEG before, at this quality",
        {"quality": (92, 35)},
        _recompress,
    ),
    Effect("jpeg", Stage.FILE, "is written as JPEG at this quality", {"quality": (95, 45)}),
)
