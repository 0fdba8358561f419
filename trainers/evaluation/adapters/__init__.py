"""Benchmarks by name: a module here with SUMMARY, PARTS and `load` is one; `submit` is optional."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dataengine.errors import ConfigError
from dataengine.registry import near
from trainers.evaluation.benchmark import Benchmark
from trainers.models.kinds import module_of

Submit = Callable[[Benchmark, Mapping[str, str], Path], Path]


@dataclass(frozen=True, slots=True)
class Adapter:
    """How a benchmark's files are read.

    Attributes:
        parts: name -> what it is.
        load: folder and part -> its cases; raises `EvaluationError`.
        submit: writes answers by id into a folder, in the form of the benchmark's own tools.
    """

    name: str
    summary: str
    parts: Mapping[str, str]
    load: Callable[[Path, str], Benchmark]
    submit: Submit | None


def adapter_names() -> list[str]:
    """Return the names of all adapters, sorted."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def get_adapter(name: str) -> Adapter:
    """Return an adapter by its file's name; raises `ConfigError` with the nearest known name."""
    if name not in adapter_names():
        raise ConfigError(f"no benchmark is called {name!r}{near(name, adapter_names())}")
    import trainers.evaluation.adapters as package

    module = module_of(package, name)
    return Adapter(name, module.SUMMARY, module.PARTS, module.load, getattr(module, "submit", None))


def load_benchmark(name: str, folder: Path, part: str = "") -> Benchmark:
    """Read a part of a benchmark, by default the adapter's first.

    Raises:
        ConfigError: no such benchmark or part.
        EvaluationError: its files are not there, or not of the form that is known.
    """
    adapter = get_adapter(name)
    chosen = part or next(iter(adapter.parts))
    if chosen not in adapter.parts:
        raise ConfigError(f"{name} has no part {chosen!r}{near(chosen, [*adapter.parts])}")
    return adapter.load(folder, chosen)
