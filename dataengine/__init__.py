"""dataengine: pictures of documents and charts with ground truth that is proven per sample.

The engine knows no kind of document; `pipelines` holds the kinds. These names are what a new
pipeline or a reader of datasets needs; everything else may change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataengine.errors import DataEngineError
from dataengine.material import Material, Piece, Refusal
from dataengine.pipeline import Context, Item, Pipeline, Probe, Renderer, Requirements, Unit
from dataengine.sample import Regions, Rejection, Sample, Turn
from dataengine.settings import Settings

if TYPE_CHECKING:
    from dataengine.mixture.reading import MixtureReader
    from dataengine.reader import Dataset

__all__ = [
    "Context",
    "DataEngineError",
    "Dataset",
    "Item",
    "Material",
    "MixtureReader",
    "Piece",
    "Pipeline",
    "Probe",
    "Refusal",
    "Regions",
    "Rejection",
    "Renderer",
    "Requirements",
    "Sample",
    "Settings",
    "Turn",
    "Unit",
]


def __getattr__(name: str) -> object:
    # Workers import this package too, and need neither Arrow nor its 60 MB.
    if name == "Dataset":
        from dataengine.reader import Dataset

        return Dataset
    if name == "MixtureReader":
        from dataengine.mixture.reading import MixtureReader

        return MixtureReader
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
