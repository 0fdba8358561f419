"""Turns pydantic's errors into one line per fault: path of the key, what is wrong, what is near."""

from __future__ import annotations

import reprlib
import types
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from dataengine.registry import near

_BRIEF = reprlib.Repr()
_BRIEF.maxlevel, _BRIEF.maxstring, _BRIEF.maxother = 3, 80, 80  # an input may be of any size


def field_names(model: type[BaseModel]) -> list[str]:
    """Return the keys that a model knows."""
    return list(model.model_fields)


def explain(
    error: ValidationError, model: type[BaseModel], origin: str, prefix: tuple[str, ...] = ()
) -> str:
    """Describe every fault of a validation, one per line, with full paths.

    Args:
        origin: the file or command that the data came from.
        prefix: path of `model` inside that data.
    """
    lines = []
    for fault in error.errors():
        path = ".".join(str(step) for step in (*prefix, *fault["loc"]))
        if fault["type"] == "extra_forbidden":
            inner = _model_at(model, fault["loc"][:-1])
            known = field_names(inner) if inner else []
            lines.append(f"unknown key {path}{near(str(fault['loc'][-1]), known)}")
        elif fault["type"] == "missing":
            lines.append(f"{path} is not set, and it has no default")
        else:
            message = fault["msg"].removeprefix("Value error, ")
            lines.append(f"{path or 'recipe'}: {message} (got {_shorten(fault['input'])})")
    return "\n".join(f"{origin}: {line}" for line in lines)


def _shorten(value: Any) -> str:
    text = _BRIEF.repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _model_at(model: type[BaseModel], path: tuple[int | str, ...]) -> type[BaseModel] | None:
    """Follow a location through nested models, mappings and lists."""
    annotation: Any = model
    for step in path:
        annotation = _step(annotation, step)
    return next(iter(_models_in(annotation)), None)


def _step(annotation: Any, step: int | str) -> Any:
    for found in _models_in(annotation):
        if isinstance(step, str) and step in found.model_fields:
            return found.model_fields[step].annotation
    for one in _alternatives(annotation):
        arguments = get_args(one)
        if get_origin(one) is not None and arguments:
            return arguments[1] if isinstance(step, str) and len(arguments) > 1 else arguments[0]
    return None


def _alternatives(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) in (Union, types.UnionType):
        return get_args(annotation)
    return (annotation,)


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    return [
        one
        for one in _alternatives(annotation)
        if isinstance(one, type) and issubclass(one, BaseModel)
    ]
