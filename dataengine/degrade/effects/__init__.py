"""Effects, found by file: each module here has a tuple `EFFECTS`."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping

from dataengine.degrade.effect import Effect


@functools.cache
def all_effects() -> Mapping[str, Effect]:
    """Return every effect by name, in the order in which they happen: by stage, then as written.

    Raises:
        ValueError: two modules have an effect of the same name.
    """
    found: dict[str, Effect] = {}
    for module in sorted(one.name for one in pkgutil.iter_modules(__path__)):
        for effect in importlib.import_module(f"{__name__}.{module}").EFFECTS:
            if effect.name in found:
                raise ValueError(f"two effects are called {effect.name!r}")
            found[effect.name] = effect
    return dict(sorted(found.items(), key=lambda pair: pair[1].stage))
