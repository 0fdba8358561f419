"""The plan of a mixture: all that its bytes depend on, written before any work."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dataengine.canonical import canonical_json, content_hash
from dataengine.errors import PlanError, ShardError
from dataengine.manifest import MANIFEST_FILE
from dataengine.mixture.settings import Mixture
from dataengine.recipe import Recipe
from dataengine.storage import Storage

PLAN_FILE = "plan.json"
PLAN_FORMAT = 1
DATASETS_FOLDER = "datasets"


@dataclass(frozen=True, slots=True)
class MixturePlan:
    """A mixture whose datasets are known.

    Attributes:
        recipes: dataset -> the recipe that it is rendered by.
        manifests: finished dataset -> sha256 of its manifest.
    """

    mixture: Mixture
    recipes: Mapping[str, Recipe]
    manifests: Mapping[str, str]

    def content(self) -> dict[str, Any]:
        """Return what the mixture's bytes depend on, apart from what corpora hold."""
        data = self.mixture.dump()
        # The view and degradation of members have taken these in.
        del data["view"], data["degrade"]
        for name in data["datasets"]:
            spec = {"parts": data["datasets"][name]["parts"]}
            if name in self.recipes:
                spec |= {"recipe": self.recipes[name].content()}
            else:
                spec |= {"manifest": self.manifests[name]}
            data["datasets"][name] = spec
        # Canonical JSON sorts keys, and the order of these matters.
        data["order_of"] = {key: list(data[key]) for key in ("datasets", "members", "splits")}
        return {"format": PLAN_FORMAT, "mixture": data}

    @property
    def hash(self) -> str:
        """The sha256 that the finished mixture carries."""
        return content_hash(self.content())

    def url(self, storage: Storage, dataset: str) -> str:
        """Return where a dataset is, or will be."""
        path = self.mixture.datasets[dataset].path
        return path or f"{storage.url.rstrip('/')}/{DATASETS_FOLDER}/{dataset}"


def plan_mixture(storage: Storage, mixture: Mixture, recipes: Mapping[str, Recipe]) -> MixturePlan:
    """Return the folder's plan, writing it first where there is none.

    Raises:
        PlanError: the folder was planned with another mixture, or the plan is damaged.
        ShardError: a finished dataset is not there.
    """
    manifests = {
        name: manifest_sha256(Storage(spec.path))
        for name, spec in mixture.datasets.items()
        if spec.path
    }
    plan = MixturePlan(mixture, recipes, manifests)
    body = plan.content()
    if storage.exists(PLAN_FILE):
        _check(storage, body)
        return plan
    text = json.dumps({"plan": body, "hash": content_hash(body)}, indent=1, ensure_ascii=False)
    storage.write_text(PLAN_FILE, text + "\n")
    return plan


def manifest_sha256(storage: Storage) -> str:
    """Return the sha256 of a dataset's manifest; raises `ShardError` where there is none."""
    try:
        return hashlib.sha256(storage.read_bytes(MANIFEST_FILE)).hexdigest()
    except FileNotFoundError as error:
        raise ShardError(
            f"{storage.path(MANIFEST_FILE)} is not there: is the dataset finished?"
        ) from error


def _check(storage: Storage, body: Mapping[str, Any]) -> None:
    path = storage.path(PLAN_FILE)
    try:
        data = json.loads(storage.read_bytes(PLAN_FILE))
        known, said = data["plan"], data["hash"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise PlanError(f"{path} is damaged; choose another --out") from error
    if content_hash(known) != said:
        raise PlanError(f"{path} was changed after it was written; choose another --out")
    if known != json.loads(canonical_json(body)):
        changes = "\n  ".join(_changes(known, json.loads(canonical_json(body))))
        raise PlanError(
            f"the mixture is not the one that {storage.url} was planned with:\n  {changes}\n"
            "undo the change, or choose another --out"
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
    return [f"{path}: {_brief(before)} in the plan, {_brief(after)} now"]


def _brief(value: Any) -> str:
    text = canonical_json(value)
    return text if len(text) <= 80 else text[:77] + "..."
