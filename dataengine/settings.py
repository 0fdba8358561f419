"""Base of every model that a user's YAML is parsed into: frozen, and unknown keys are refused."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict

Name = TypeVar("Name", bound=str)


class Settings(BaseModel):
    """Immutable settings; the recipe loader turns its errors into paths with near names."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def _check_weights(value: dict[Name, float]) -> dict[Name, float]:
    if any(weight < 0 for weight in value.values()):
        raise ValueError("weights are not negative")
    if value and not sum(value.values()) > 0:
        raise ValueError("at least one weight is above zero")
    return value


Weights = Annotated[dict[Name, float], AfterValidator(_check_weights)]
"""A mixture, name -> weight: none negative and, unless it is empty, at least one above zero."""
