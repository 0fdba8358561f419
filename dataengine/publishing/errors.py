"""Errors of publishing.

DataEngineError
└── PublishError             refused by a check, or by the Hub
    └── PublishInterrupted   the connection broke; the same command goes on where it was
"""

from __future__ import annotations

from dataengine.errors import DataEngineError


class PublishError(DataEngineError):
    """A dataset may not be published, or the Hub does not take it."""


class PublishInterrupted(PublishError):
    """The connection broke on the way; what was sent is kept, and the same command goes on."""
