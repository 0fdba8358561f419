"""Every reason that the code gives is in the list, and every one of the list is given somewhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pipelines.charts
from pipelines.charts.reasons import REASONS

ROOT = Path(pipelines.charts.__file__).parent
RAISED = {"CannotDraw", "Fault", "Disproved", "Rejection", "ChartFault"}
CODE = re.compile(r"[a-z]+(-[a-z]+)*")


def _first_strings(node: ast.expr) -> Iterator[str]:
    """Yield what a first argument may be, as far as it is written there."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _first_strings(node.body)
        yield from _first_strings(node.orelse)


def _given() -> Iterator[tuple[str, str]]:
    for path in sorted(ROOT.rglob("*.py")):
        if path.parts[-2] in ("llm", "bench"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in RAISED:
                lead = "echarts-" if name == "ChartFault" else ""
                yield from ((lead + one, path.name) for one in _first_strings(node.args[0]))


def test_every_reason_given_is_listed() -> None:
    given = list(_given())
    assert len({reason for reason, _ in given}) > 20
    assert [one for one in given if one[0] not in REASONS] == []


def test_every_reason_listed_is_given() -> None:
    words = {
        match
        for path in [*ROOT.rglob("*.py"), *ROOT.rglob("*.js")]
        if path.name != "reasons.py"
        for match in re.findall(r'"([a-z-]+)"', path.read_text(encoding="utf-8"))
    }
    for reason in REASONS:
        assert reason.removeprefix("echarts-") in words


def test_every_reason_is_explained() -> None:
    for reason, words in REASONS.items():
        assert CODE.fullmatch(reason)
        assert words[0].isupper()
        assert words.endswith(".")
