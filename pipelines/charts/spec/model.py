"""The chart specification: typed, renderer-independent, strict; content sources write it.

All strings are written as the picture is to show them. Values are finite and on the grid that
their `NumberFormat` prints (`Spec.checked` sees to that), so that a label and the value behind it
are the same thing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from dataengine.settings import Settings
from pipelines.charts.spec.kinds import KINDS, Kind
from pipelines.charts.spec.numbers import NumberFormat

_NAME = r"^[^\s\x00-\x1f](?:[^\x00-\x1f]*[^\s\x00-\x1f])?$"
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=_NAME)]
Words = Annotated[str, Field(max_length=160, pattern=r"^[^\x00-\x1f]*$")]
Number = Annotated[float, Field(ge=-1e15, le=1e15)]
LabelText = Literal["none", "value", "percent", "name", "name_value", "name_percent"]
MAX_ITEMS = 400
MAX_SERIES = 12


class Axis(Settings):
    """An axis along which numbers run.

    Attributes:
        title: with its unit, as drawn: "Yield (t/ha)"; "" for none.
        scale: how values are placed.
        format: how ticks and labels print its values.
    """

    title: Words = ""
    scale: Literal["linear", "log"] = "linear"
    format: NumberFormat = NumberFormat()


class Series(Settings):
    """Values of one series, one per category; None where one is missing.

    Attributes:
        mark: how a composite or dual-axis chart draws it; else None.
        second: whether it is measured on the second value axis.
    """

    name: Words = ""
    values: tuple[Number | None, ...] = Field(max_length=MAX_ITEMS)
    mark: Literal["bar", "line"] | None = None
    second: bool = False


class Table(Settings):
    """Categories and series of numbers.

    Attributes:
        categories: names as drawn; unique.
        dates: ISO dates of the categories if they stand on a time axis (strictly rising); else ().
        totals: waterfall only: which categories are totals, the others being changes.
    """

    shape: Literal["table"] = "table"
    categories: tuple[Name, ...] = Field(min_length=1, max_length=MAX_ITEMS)
    series: tuple[Series, ...] = Field(min_length=1, max_length=MAX_SERIES)
    dates: tuple[Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")], ...] = ()
    totals: tuple[bool, ...] = ()

    @model_validator(mode="after")
    def _lined_up(self) -> Table:
        count = len(self.categories)
        if len(set(self.categories)) != count:
            raise ValueError("two categories have the same name")
        names = [one.name for one in self.series]
        if len(names) > 1 and (len(set(names)) != len(names) or "" in names):
            raise ValueError("series need names, each its own")
        for one in self.series:
            if len(one.values) != count:
                raise ValueError(f"series {one.name!r} has {len(one.values)} values, not {count}")
            if all(value is None for value in one.values):
                raise ValueError(f"series {one.name!r} has no value at all")
        for name, column in (("dates", self.dates), ("totals", self.totals)):
            if column and len(column) != count:
                raise ValueError(f"{name}: {len(column)} entries for {count} categories")
        if any(a >= b for a, b in zip(self.dates, self.dates[1:], strict=False)):
            raise ValueError("dates must rise")
        return self


class PointSeries(Settings):
    """Points (x, y), or (x, y, size) for bubbles."""

    name: Words = ""
    points: tuple[tuple[Number, ...], ...] = Field(min_length=1, max_length=MAX_ITEMS)


class Points(Settings):
    """Series of points; in a bubble chart `size` says what their areas measure."""

    shape: Literal["points"] = "points"
    series: tuple[PointSeries, ...] = Field(min_length=1, max_length=MAX_SERIES)
    size: Axis | None = None

    @model_validator(mode="after")
    def _lined_up(self) -> Points:
        width = 2 if self.size is None else 3
        names = [one.name for one in self.series]
        if len(names) > 1 and (len(set(names)) != len(names) or "" in names):
            raise ValueError("series need names, each its own")
        for one in self.series:
            if any(len(point) != width for point in one.points):
                raise ValueError(f"points of {one.name!r} must have {width} numbers")
            if width == 3 and any(point[2] <= 0 for point in one.points):
                raise ValueError("sizes of bubbles must be positive")
        return self


class Histogram(Settings):
    """Counts in bins; `edges` has one more entry than `counts` and rises."""

    shape: Literal["histogram"] = "histogram"
    edges: tuple[Number, ...] = Field(min_length=3, max_length=MAX_ITEMS)
    counts: tuple[Annotated[int, Field(ge=0)], ...]

    @model_validator(mode="after")
    def _lined_up(self) -> Histogram:
        if len(self.edges) != len(self.counts) + 1:
            raise ValueError("a histogram needs one edge more than counts")
        if any(a >= b for a, b in zip(self.edges, self.edges[1:], strict=False)):
            raise ValueError("edges must rise")
        return self


class BoxSeries(Settings):
    """Five numbers (lowest, first quartile, median, third quartile, highest) per category."""

    name: Words = ""
    boxes: tuple[tuple[Number, Number, Number, Number, Number], ...]


class Boxes(Settings):
    """Box plots; whiskers end at the lowest and highest value."""

    shape: Literal["boxes"] = "boxes"
    categories: tuple[Name, ...] = Field(min_length=1, max_length=MAX_ITEMS)
    series: tuple[BoxSeries, ...] = Field(min_length=1, max_length=4)

    @model_validator(mode="after")
    def _lined_up(self) -> Boxes:
        if len(set(self.categories)) != len(self.categories):
            raise ValueError("two categories have the same name")
        names = [one.name for one in self.series]
        if len(names) > 1 and (len(set(names)) != len(names) or "" in names):
            raise ValueError("series need names, each its own")
        for one in self.series:
            if len(one.boxes) != len(self.categories):
                raise ValueError(f"series {one.name!r} needs a box per category")
            if any(list(box) != sorted(box) for box in one.boxes):
                raise ValueError("the five numbers of a box must not fall")
        return self


class Candles(Settings):
    """Open, close, lowest and highest price per period (ECharts' order).

    Attributes:
        rising, falling: what the legend calls candles that close above, and below, their opening;
            without it nobody could tell the one price from the other.
    """

    shape: Literal["candles"] = "candles"
    rising: Name
    falling: Name
    categories: tuple[Name, ...] = Field(min_length=1, max_length=MAX_ITEMS)
    candles: tuple[tuple[Number, Number, Number, Number], ...]

    @model_validator(mode="after")
    def _lined_up(self) -> Candles:
        if len(set(self.categories)) != len(self.categories):
            raise ValueError("two categories have the same name")
        if len(self.candles) != len(self.categories):
            raise ValueError("a candle per category is needed")
        for opened, closed, lowest, highest in self.candles:
            if lowest > min(opened, closed) or highest < max(opened, closed):
                raise ValueError("open and close must lie between lowest and highest")
        return self


class Branch(Settings):
    """A node of a tree: a value (leaf), or children whose values it sums up. Two levels at most."""

    name: Name
    value: Annotated[float, Field(gt=0, le=1e15)] | None = None
    children: tuple[Branch, ...] = Field(default=(), max_length=20)

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Branch:
        if (self.value is None) == (not self.children):
            raise ValueError(f"{self.name!r} needs either a value or children")
        if any(grand.children for child in self.children for grand in child.children):
            raise ValueError("a tree has two levels at most")
        return self


class Tree(Settings):
    """A hierarchy; names are unique in it."""

    shape: Literal["tree"] = "tree"
    roots: tuple[Branch, ...] = Field(min_length=2, max_length=20)

    @model_validator(mode="after")
    def _own_names(self) -> Tree:
        names = [one.name for root in self.roots for one in (root, *root.children)]
        if len(set(names)) != len(names):
            raise ValueError("two nodes have the same name")
        return self


class Link(Settings):
    """A flow between two nodes."""

    source: Name
    target: Name
    value: Annotated[float, Field(gt=0, le=1e15)]


class Flow(Settings):
    """Flows without cycles."""

    shape: Literal["flow"] = "flow"
    links: tuple[Link, ...] = Field(min_length=2, max_length=60)

    @model_validator(mode="after")
    def _acyclic(self) -> Flow:
        pairs = {(link.source, link.target) for link in self.links}
        if len(pairs) != len(self.links):
            raise ValueError("two links join the same nodes")
        while pairs:
            sources = {source for source, _ in pairs}
            inner = {pair for pair in pairs if pair[1] in sources}
            if len(inner) == len(pairs):
                raise ValueError("the flow runs in a circle")
            pairs = inner
        return self


class Panel(Settings):
    """One of several small charts; all panels of a chart have the same categories."""

    title: Name
    table: Table


class Panels(Settings):
    """Small multiples: bars or lines of the same categories on equal axes."""

    shape: Literal["panels"] = "panels"
    mark: Literal["bar", "line"] = "bar"
    panels: tuple[Panel, ...] = Field(min_length=2, max_length=6)

    @model_validator(mode="after")
    def _lined_up(self) -> Panels:
        if len({panel.table.categories for panel in self.panels}) != 1:
            raise ValueError("all panels need the same categories")
        if len({panel.title for panel in self.panels}) != len(self.panels):
            raise ValueError("two panels have the same title")
        return self


Data = Annotated[
    Table | Points | Histogram | Boxes | Candles | Tree | Flow | Panels,
    Field(discriminator="shape"),
]


class Spec(Settings):
    """A chart.

    Attributes:
        kind: a name in `KINDS`.
        language: of its words.
        title, subtitle, source, notes: as drawn; "" or () for none.
        category_title: title of the axis of categories ("" for none).
        value, second: axes of values; `second` for dual-axis charts only. `value.format` also
            prints the values of kinds without axes, `value.title` then says what they measure.
        x: axis of scatter plots, bubbles and histograms' bins; else None.
        labels: what stands at each bar, point or slice. "percent" prints the share of the whole
            with `percent_format` (pie, donut, rose, funnel, sunburst only).
        legend: whether a legend is wanted; where names would not be known without it, it is drawn
            anyway.
    """

    kind: Literal[tuple(KINDS)]  # type: ignore[valid-type]
    language: Literal["en", "zh"]
    title: Words = ""
    subtitle: Words = ""
    source: Words = ""
    notes: tuple[Words, ...] = Field(default=(), max_length=3)
    category_title: Words = ""
    value: Axis = Axis()
    second: Axis | None = None
    x: Axis | None = None
    data: Data
    labels: LabelText = "none"
    percent_format: NumberFormat = NumberFormat(decimals=1, suffix="%")
    legend: bool = True

    @property
    def about(self) -> Kind:
        """What `KINDS` says of this kind."""
        return KINDS[self.kind]

    def axis_of(self, series: Series) -> Axis:
        """Return the value axis that a series of a table is measured on."""
        return self.second if series.second and self.second is not None else self.value

    @model_validator(mode="after")
    def _fits_kind(self) -> Spec:
        if self.data.shape != self.about.shape:
            raise ValueError(f"a {self.kind} needs {self.about.shape} data, not {self.data.shape}")
        if (self.second is not None) != (self.kind == "dual_axis"):
            raise ValueError("a second axis belongs to dual-axis charts, and they need one")
        if (self.x is not None) != (self.data.shape in ("points", "histogram")):
            raise ValueError("an x axis of numbers belongs to points and histograms")
        for axis, value in _numbers(self):
            if not math.isclose(axis.format.quantise(value), value, rel_tol=1e-12, abs_tol=1e-12):
                raise ValueError(f"{value} does not print exactly as {axis.format.text(value)}")
            if axis.scale == "log" and value <= 0:
                raise ValueError(f"{value} has no place on a logarithmic axis")
        return self

    @classmethod
    def checked(cls, **fields: object) -> Spec:
        """Return a specification of fields whose numbers need not lie on their grids yet.

        Raises:
            pydantic.ValidationError: the fields make no chart.
        """
        from pipelines.charts.spec.quantising import quantise_fields

        return cls.model_validate(quantise_fields(fields))


def _numbers(spec: Spec) -> Iterator[tuple[Axis, float]]:
    data = spec.data
    match data:
        case Table():
            for one in data.series:
                yield from ((spec.axis_of(one), v) for v in one.values if v is not None)
        case Panels():
            for panel in data.panels:
                for one in panel.table.series:
                    yield from ((spec.value, v) for v in one.values if v is not None)
        case Points():
            axes = (spec.x or spec.value, spec.value, data.size or spec.value)
            for series in data.series:
                for point in series.points:
                    yield from zip(axes, point, strict=False)
        case Histogram():
            yield from ((spec.x or spec.value, edge) for edge in data.edges)
        case Boxes():
            for boxes in data.series:
                yield from ((spec.value, v) for box in boxes.boxes for v in box)
        case Candles():
            yield from ((spec.value, v) for candle in data.candles for v in candle)
        case Tree():
            for root in data.roots:
                for node in root.children or (root,):
                    if node.value is not None:
                        yield spec.value, node.value
        case Flow():
            yield from ((spec.value, link.value) for link in data.links)
