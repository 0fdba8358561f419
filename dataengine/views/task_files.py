"""Finds tasks by file name under `templates/prompts/`: a new file is a new task."""

from __future__ import annotations

import functools
from pathlib import Path

from pydantic import ValidationError

from dataengine.errors import ConfigError
from dataengine.registry import near
from dataengine.resources import bundled
from dataengine.settings_errors import explain
from dataengine.views.task import RequestGroup, Task
from dataengine.yaml_text import YamlError, parse_yaml

OWN = "own"


def task_names(folder: Path | None = None) -> list[str]:
    """Return the names of all tasks, sorted."""
    return sorted(path.stem for path in _folder(folder).glob("*.yaml"))


def get_task(name: str, folder: Path | None = None) -> Task:
    """Return a task by name, with the requests that it borrows.

    Raises:
        ConfigError: there is no such task, or its file is wrong.
    """
    return _task(name, _folder(folder))


@functools.cache
def _task(name: str, folder: Path) -> Task:
    task = _read(name, folder)
    if not task.borrow:
        return task
    lender = _read(task.borrow, folder)
    if lender.borrow:
        raise ConfigError(f"{folder / name}.yaml: it borrows from {task.borrow!r}, which borrows")
    lent: tuple[RequestGroup, ...] = tuple(one for one in lender.groups if one.set == OWN)
    return task.model_copy(update={"groups": task.groups + lent})


def _read(name: str, folder: Path) -> Task:
    names = task_names(folder)
    if name not in names:
        raise ConfigError(f"no task is called {name!r}{near(name, names)}")
    path = folder / f"{name}.yaml"
    try:
        data = parse_yaml(path.read_text(encoding="utf-8"))
    except (OSError, YamlError, UnicodeDecodeError) as error:
        raise ConfigError(f"the task {path} cannot be read: {error}") from error
    try:
        return Task.model_validate(data)
    except ValidationError as error:
        raise ConfigError(explain(error, Task, str(path))) from error


def _folder(folder: Path | None) -> Path:
    return folder or bundled("templates", "prompts")
