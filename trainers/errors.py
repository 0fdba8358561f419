"""Errors of training; all are `DataEngineError`s, so that the command line tells them alike."""

from __future__ import annotations

from dataengine.errors import DataEngineError


class TrainError(DataEngineError):
    """A run cannot start or go on; the message says why and what to do."""


class ImageTokenMismatch(TrainError):
    """A sequence holds another number of image tokens than the connector gives features."""


class DeadModel(TrainError):
    """A module puts out nothing that could be learned from, such as all zeros."""


class WeightsError(TrainError):
    """Weights are missing, or do not fit the model; the message names the keys."""
