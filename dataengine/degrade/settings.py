"""What degradation is asked for, as it stands in a mixture file or on the command line."""

from __future__ import annotations

from pydantic import Field, field_validator, model_validator

from dataengine.degrade.effects import all_effects
from dataengine.degrade.profiles import profile_names
from dataengine.settings import Settings, Weights

ANY_KIND = "*"


class Degradation(Settings):
    """Which pictures are worn, how, and how far.

    Everything drawn is a function of (seed, name, sample), never of the order of reading.
    """

    share: float = Field(0.5, ge=0, le=1, description="share of pictures that are worn")
    strength: tuple[float, float] = Field(
        (0.1, 0.7), description="range of strengths, from 0 (hardly visible) to 1"
    )
    profiles: dict[str, Weights[str]] = Field(
        default_factory=lambda: {
            ANY_KIND: {
                "scan": 3.0,
                "photo": 3.0,
                "paper": 2.0,
                "jpeg": 2.0,
                "copy": 1.0,
                "fax": 0.5,
            },
            "latex": {"scan": 3.0, "photo": 3.0, "paper": 2.0, "jpeg": 2.0, "copy": 0.5},
            "chart": {"colour_scan": 2.0, "photo": 2.0, "jpeg": 2.0},
            "natural": {"jpeg": 1.0},
        },
        description="kind -> profile -> weight; * stands for every kind that is not named",
    )
    effects: dict[str, bool] = Field(
        default_factory=dict, description="effect -> false switches it off in every profile"
    )
    max_edge_px: int | None = Field(
        None, ge=32, description="longest side of worn pictures; none: that of the stored one"
    )
    min_text_px: float = Field(
        7.0, ge=0, description="lowest text that may be made smaller, pixels after it"
    )
    min_legibility: float = Field(
        0.6, ge=0, le=1, description="lowest correlation of a text region with its clean twin"
    )
    max_lost_px: int = Field(
        2, ge=0, description="largest patch of ink, in pixels, that may leave no trace"
    )
    min_contrast: float = Field(
        40.0, ge=0, le=255, description="grey levels between ink and paper, or two thirds of before"
    )

    @field_validator("strength")
    @classmethod
    def _in_order(cls, value: tuple[float, float]) -> tuple[float, float]:
        if not 0 <= value[0] <= value[1] <= 1:
            raise ValueError("two numbers between 0 and 1, the smaller first")
        return value

    @model_validator(mode="after")
    def _known(self) -> Degradation:
        if unknown := sorted(set(self.effects) - set(all_effects())):
            raise ValueError(
                f"no effect is called {unknown[0]!r}; known: {', '.join(all_effects())}"
            )
        named = {name for weights in self.profiles.values() for name in weights}
        if unknown := sorted(named - set(profile_names())):
            raise ValueError(
                f"no profile is called {unknown[0]!r}; known: {', '.join(profile_names())}"
            )
        return self

    def weights_for(self, kind: str) -> dict[str, float]:
        """Return the weights of profiles for a kind; empty where it is left clean."""
        return self.profiles.get(kind, self.profiles.get(ANY_KIND, {}))
