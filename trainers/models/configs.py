"""Configurations of transformers from a recipe's values, with unknown names refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from huggingface_hub.errors import StrictDataclassError
from transformers import PretrainedConfig

from dataengine.errors import ConfigError
from dataengine.registry import near


def make_config(kind: type[PretrainedConfig], values: Mapping[str, Any], what: str) -> Any:
    """Return a configuration; transformers itself would keep a misspelt name and not use it.

    Raises:
        ConfigError: `what` has no such value, or it has the wrong type.
    """
    known = sorted(kind().to_dict())
    strange = sorted(set(values) - set(known))
    if strange:
        raise ConfigError(f"{what} has no value {strange[0]!r}{near(strange[0], known)}")
    try:
        return kind(**values)
    except (StrictDataclassError, ValueError, TypeError) as error:
        words = " ".join(str(error).split())
        raise ConfigError(f"{what}: {words}") from error
