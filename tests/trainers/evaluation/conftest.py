"""A trained run for tests of what reads one."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a finished run of two steps, with weights that say something."""
    from tests.trainers.loop import runs

    folder = tmp_path_factory.mktemp("run")
    run, _ = runs.start(folder, runs.recipe(stages__0__steps=2, model__initializer_range=0.2))
    assert run.train()
    return folder
