"""The hash of a view's wordings changes with what its own tasks say, and with nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

from dataengine.resources import bundled
from dataengine.views.settings import View
from dataengine.views.task_files import get_task
from dataengine.views.wording_hash import wording_hash


def changed(path: Path, task: str) -> Path:
    """Return a copy of the bundled tasks in which one has another wording."""
    folder = path / task
    shutil.copytree(bundled("templates", "prompts"), folder)
    file, text = folder / f"{task}.yaml", get_task(task).groups[-1].texts[0]
    file.write_text(file.read_text("utf-8").replace(text, f"{text}!"), "utf-8")
    return folder


def test_another_wording_is_another_hash(tmp_path: Path) -> None:
    view = View(tasks={"text": 1, "dict_python": 1})
    known = wording_hash(view)
    assert wording_hash(View(tasks={"dict_python": 1, "text": 2})) == known
    assert wording_hash(view, changed(tmp_path, "text")) != known
    assert wording_hash(view, changed(tmp_path, "dict")) != known  # its wordings are borrowed
    assert wording_hash(view, changed(tmp_path, "html")) == known
