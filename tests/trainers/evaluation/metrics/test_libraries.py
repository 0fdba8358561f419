"""Metrics come without their libraries and without torch, and say what to install."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dataengine.errors import ToolMissing
from trainers.evaluation.metrics.libraries import require

MODULES = ["pages", "markdown", "tables", "vqa", "charts", "scores", "modes"]


def test_nothing_heavy_is_imported_before_it_is_needed():
    lines = [f"import trainers.evaluation.metrics.{name}" for name in MODULES]
    heavy = "{'torch', 'transformers', 'nltk', 'jieba', 'apted', 'rapidfuzz'}"
    program = "\n".join(["import sys", *lines, f"print(sorted({heavy} & set(sys.modules)))"])
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_missing_library_is_told_with_the_command():
    with pytest.raises(ToolMissing, match="pip install no_such_library_xyz"):
        require("no_such_library_xyz.part")
