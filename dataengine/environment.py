"""What the bytes of a dataset depend on besides its plan: versions of whatever draws or encodes."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version

from dataengine.errors import ToolMissing
from dataengine.pipeline import Requirements

ENGINE_PACKAGES = ("numpy", "pillow", "pyarrow", "isal", "xxhash")


def engine_version() -> str:
    """Return the installed version of dataengine, or "checkout" where it is not installed."""
    try:
        return version("dataengine")
    except PackageNotFoundError:
        return "checkout"


def fingerprint(requirements: Iterable[Requirements]) -> dict[str, str]:
    """Return name -> version of all that can change the bytes, sorted by name.

    Raises:
        ToolMissing: something is not installed; the message says how to install it.
    """
    found = {"python": ".".join(platform.python_version_tuple()[:2]), "machine": platform.machine()}
    found |= {name: version(name) for name in ENGINE_PACKAGES}
    missing: list[str] = []
    for one in requirements:
        found |= one.versions
        missing += one.missing
    if missing:
        raise ToolMissing("\n".join(dict.fromkeys(missing)))
    return dict(sorted(found.items()))


def differences(planned: Mapping[str, str], present: Mapping[str, str]) -> list[str]:
    """Describe what is not as it was when the plan was made, one line each."""
    names = sorted({*planned, *present})
    return [
        f"{name}: {planned.get(name, 'absent')} in the plan, {present.get(name, 'absent')} here"
        for name in names
        if planned.get(name) != present.get(name)
    ]
