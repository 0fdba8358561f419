"""What the tests of LaTeX pages share: a cache of dumped formats, or a reason to skip."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.latex_pages.tex.installation import missing


@pytest.fixture(scope="session")
def tex(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which formats are dumped once per session; skips where TeX is not installed."""
    absent = missing()
    if absent:
        pytest.skip(" ".join(absent))
    return tmp_path_factory.mktemp("formats")
