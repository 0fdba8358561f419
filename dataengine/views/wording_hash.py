"""What a view's tasks are known by, so that work under other wordings is not taken for the same."""

from __future__ import annotations

from pathlib import Path

from dataengine.canonical import content_hash
from dataengine.views.settings import View
from dataengine.views.task_files import get_task


def wording_hash(view: View, folder: Path | None = None) -> str:
    """Return the sha256 of the files of a view's tasks, as they are understood, in hex.

    Args:
        folder: where task files are, if not under `templates/prompts/`.

    Raises:
        ConfigError: there is no such task, or its file is wrong.
    """
    return content_hash(
        {name: get_task(name, folder).model_dump(mode="json") for name in view.tasks}
    )
