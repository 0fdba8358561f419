"""Base of every model that a user's YAML is parsed into: frozen, and unknown keys are refused."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """Immutable settings; the recipe loader turns its errors into paths with near names."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
