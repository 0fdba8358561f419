"""Whether a job may go on with a plan: under the same recipe, and with the same versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dataengine.canonical import canonical_json
from dataengine.environment import differences
from dataengine.errors import PlanError
from dataengine.plan import Plan
from dataengine.recipe import Recipe


def check_environment(plan: Plan, present: Mapping[str, str]) -> None:
    """Refuse to go on with other versions than the plan was made with.

    Raises:
        PlanError: lists every difference.
    """
    if found := differences(plan.environment, present):
        raise PlanError(
            "the plan was made in another environment, and the bytes could differ:\n  "
            + "\n  ".join(found)
            + "\ninstall those versions, plan again into a new folder, or go on with "
            "--other-environment"
        )


def check_recipe(plan: Plan, recipe: Recipe) -> None:
    """Refuse to go on under another recipe.

    Raises:
        PlanError: lists every changed key.
    """
    if plan.recipe.content_hash() != recipe.content_hash():
        changes = _changes(plan.recipe.content(), recipe.content())
        raise PlanError(
            "the recipe is not the one that this folder was planned with:\n  "
            + "\n  ".join(changes)
            + "\nundo the change, or choose another --out"
        )


def _changes(before: Any, after: Any, path: str = "") -> list[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        return [
            line
            for key in sorted({*before, *after})
            for line in _changes(before.get(key), after.get(key), f"{path}.{key}" if path else key)
        ]
    if before == after:
        return []
    return [f"{path}: {canonical_json(before)} in the plan, {canonical_json(after)} now"]
