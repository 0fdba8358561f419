"""Draws what a chart says: kind, labels, and content from the source that the recipe names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from dataengine.errors import ConfigError
from pipelines.charts.content.drawn import Drawn, NoContent
from pipelines.charts.content.random_chart import random_fields
from pipelines.charts.content.stock import Draws, Stock
from pipelines.charts.content.table_chart import table_fields, uses_of
from pipelines.charts.options import Options
from pipelines.charts.spec.kinds import KINDS
from pipelines.charts.spec.model import Spec, Table
from pipelines.charts.style.draw import weighted

if TYPE_CHECKING:
    import numpy as np

_TRIES = 4
_SLICES = ("pie", "donut", "rose")
_ALWAYS_LABELLED = ("heatmap", "gauge", "treemap", "sunburst", "sankey", "funnel")
_NEVER_LABELLED = ("scatter", "bubble", "box", "candlestick")
_NAMES_IN_LABELS = ("funnel", "treemap", "sunburst", "sankey")
_CROWDED: Mapping[str, int] = {"line": 16, "mixed": 16, "round": 8}
"""More printed values than this, by family, run into each other and into lines."""
_CROWDED_ELSE = 36


def kind_weights(options: Options) -> dict[str, float]:
    """Return the weights of the kinds that a recipe may draw.

    Raises:
        ConfigError: it names one that the library does not draw, or leaves none.
    """
    for name, weight in options.kinds.items():
        if weight > 0 and options.library not in KINDS[name].libraries:
            raise ConfigError(f"options.kinds: {options.library} does not draw {name!r}")
    return {
        name: options.kinds.get(name, 0.0) if options.kinds else 1.0
        for name, kind in KINDS.items()
        if options.library in kind.libraries
        and (not options.kinds or options.kinds.get(name, 0.0) > 0)
    }


def draw_spec(options: Options, stock: Stock, rng: np.random.Generator) -> Drawn:
    """Draw the content of one chart.

    Raises:
        NoContent: the material holds nothing for it.
    """
    weights = _supplied(kind_weights(options), options, stock)
    problem = ""
    for _ in range(_TRIES):
        draws = Draws(stock, rng)
        kind = weighted(weights, rng)
        facts: Mapping[str, Any] = {}
        try:
            if options.content == "specs":
                fields, facts = _written(kind, draws)
            elif options.content == "tables":
                fields = table_fields(kind, draws)
            else:
                fields = random_fields(kind, draws)
            fields = {**fields, "language": options.language}
            spec = Spec.checked(**fields)
        except ValidationError as error:
            problem = f"{kind}: {error.errors()[0]['msg']}"
            continue
        except NoContent as error:
            problem = f"{kind}: {error}"
            continue
        labels = draw_labels(spec, options, rng)
        return Drawn(_with_labels(spec, labels), draws.works, facts)
    raise NoContent(f"{_TRIES} draws made no chart; the last one: {problem}")


def _with_labels(spec: Spec, labels: str) -> Spec:
    """Return the chart with its labels, and without what would contradict them."""
    changes: dict[str, Any] = {"labels": labels}
    if "percent" in labels:
        changes["value"] = spec.value.model_copy(update={"title": ""})
    if labels != "none" and isinstance(spec.data, Table) and spec.data.dates:
        # On a time axis not every date is named, but every printed value needs its name.
        changes["data"] = spec.data.model_copy(update={"dates": ()})
    return spec.model_copy(update=changes)


def draw_labels(spec: Spec, options: Options, rng: np.random.Generator) -> str:
    """Draw what stands at the marks of a chart."""
    kind = spec.kind
    labelled = rng.random() < options.labelled_share
    draw = rng.random()
    if kind in _NEVER_LABELLED:
        return "none"
    if kind in _SLICES:
        if spec.value.format.suffix == "%":
            return "name_value" if draw < 0.7 else "value"
        choices = ("name_value", "name_percent", "percent", "value")
        return choices[int(draw * len(choices))]
    if kind in _NAMES_IN_LABELS:
        return "name_value"
    if kind in _ALWAYS_LABELLED or (
        labelled and _values(spec) <= _CROWDED.get(spec.about.family, _CROWDED_ELSE)
    ):
        return "value"
    return "none"


def _values(spec: Spec) -> int:
    """Return how many values a table or histogram holds."""
    data = spec.data
    match data.shape:
        case "table":
            return sum(value is not None for one in data.series for value in one.values)
        case "panels":
            return sum(len(panel.table.categories) for panel in data.panels)
        case "histogram":
            return len(data.counts)
    return 0


def _supplied(weights: dict[str, float], options: Options, stock: Stock) -> dict[str, float]:
    """Return the kinds that the stock has content for.

    Raises:
        NoContent: it has none for any of them.
    """
    language = options.language
    if options.content == "random":
        return weights
    if options.content == "specs":
        found = {kind: w for kind, w in weights.items() if stock.count(f"{language}/spec/{kind}")}
    else:
        found = {
            kind: weight
            for kind, weight in weights.items()
            if any(stock.count(f"{language}/table/{use}") for use in uses_of(kind))
        }
    if not found:
        raise NoContent(f"no {options.content} in the material for {', '.join(weights)}")
    return found


def _written(kind: str, draws: Draws) -> tuple[dict[str, Any], Mapping[str, Any]]:
    body = draws.body(f"{draws.stock.language}/spec/{kind}")
    assert body is not None, "only kinds in stock are drawn"
    return dict(body["spec"]), body["facts"]
