"""What moves points of the page; `dataengine.degrade.warp` composes them into one map."""

from __future__ import annotations

from dataengine.degrade.effect import Effect, Stage

EFFECTS = (
    Effect("rotate", Stage.BEND, "the sheet lies askew", {"degrees": (0.1, 2.0)}),
    Effect("stretch", Stage.BEND, "the sheet is fed too fast or slowly", {"amount": (0.002, 0.02)}),
    Effect("tilt", Stage.BEND, "the camera looks from the side", {"degrees": (1.0, 14.0)}),
    Effect(
        "curl",
        Stage.BEND,
        "the sheet is bent like a cylinder, or sinks into the gutter of a book; slope in radians",
        {"slope": (0.03, 0.25), "oblique": (0.05, 0.4)},
    ),
)
