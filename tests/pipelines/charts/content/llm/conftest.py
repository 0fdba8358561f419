"""No endpoint, key or proxy of whoever runs the tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dataengine.cli.console import say
from pipelines.charts.content.llm.run import write_charts

KEY = "sk-secret-0123456789abcdef"
Write = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def _no_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


@pytest.fixture
def topics(tmp_path: Path) -> str:
    """A file of seven topics."""
    path = tmp_path / "topics.txt"
    path.write_text("".join(f"Rainfall in valley number {at}\n" for at in range(7)))
    return str(path)


@pytest.fixture
def write(tmp_path: Path, topics: str) -> Write:
    """Return a function that has charts written; quick to retry, with settings as keywords."""

    def run(url: str, out: str = "out", **settings: Any) -> dict[str, Any]:
        told = {"model": "toy-1", "count": 6, "backoff_s": 0.001, "retries": 2, "endpoint": url}
        return dict(write_charts(told | settings, [topics], str(tmp_path / out), say))

    return run
