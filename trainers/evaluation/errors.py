"""Errors of evaluation."""

from __future__ import annotations

from dataengine.errors import DataEngineError


class EvaluationError(DataEngineError):
    """What was to be evaluated cannot be read, or does not fit; the message names file and line."""
