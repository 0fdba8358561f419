"""Tests of trainers need torch and transformers, which `make test` installs."""

from __future__ import annotations

import importlib.util

MISSING = [one for one in ("torch", "transformers") if importlib.util.find_spec(one) is None]
collect_ignore_glob = ["*"] if MISSING else []


def pytest_report_header() -> list[str]:
    """Say why nothing of trainers is tested, where that is so."""
    need = ", ".join(MISSING)
    return [f"trainers: not tested, {need} not installed (pip install .[train])"] if MISSING else []


if not MISSING:
    import torch

    torch.set_num_threads(1)  # two threads of a small model get in each other's way
