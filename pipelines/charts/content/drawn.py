"""What a content source gives for one chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.charts.spec.model import Spec


class NoContent(Exception):
    """The material holds nothing for a chart that the options ask for; the message says what."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart to be drawn.

    Attributes:
        spec: the chart.
        works: files of the material that it was made of: corpus, item, licence, url; each once.
        facts: what else the sample records of its making (columns of a table, model, topic).
    """

    spec: Spec
    works: Sequence[Mapping[str, str]]
    facts: Mapping[str, Any] = field(default_factory=dict)
