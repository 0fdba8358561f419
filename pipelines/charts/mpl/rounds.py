"""Pies, donuts and roses, with labels in the slices or beside them; and funnels."""

from __future__ import annotations

import math
from dataclasses import dataclass

from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Wedge

from pipelines.charts.drawing import CannotDraw
from pipelines.charts.mpl.label import Label, block
from pipelines.charts.mpl.legend import Entry
from pipelines.charts.mpl.looks import colour_of, contrasting, cycle, hatch_colour
from pipelines.charts.mpl.page import Page
from pipelines.charts.mpl.plane import Plane
from pipelines.charts.mpl.scene import Drawn, Scene
from pipelines.charts.mpl.wrapping import wrap
from pipelines.charts.spec.labels import compose
from pipelines.charts.spec.model import Table

_ELBOW, _REACH, _GAP = 10, 10, 4
_LEAST_RADIUS = 45


@dataclass(slots=True)
class Part:
    """A slice, or a layer of a funnel: its number, value, text and look."""

    item: int
    value: float
    text: str
    colour: str
    hatch: str
    start: float = 0.0
    end: float = 0.0

    @property
    def middle(self) -> float:
        """Its middle, radians clockwise from twelve o'clock."""
        return (self.start + self.end) / 2


def parts_of(scene: Scene) -> list[Part]:
    """Return the parts of a whole with their labels."""
    spec, style, table = scene.spec, scene.style, scene.spec.data
    assert isinstance(table, Table)
    values = table.series[0].values
    total = sum(value for value in values if value is not None)
    join = str(style.extra.get("label_join", ": "))
    made = []
    for item, value in enumerate(values):
        if value is None or value < 0 or total <= 0:
            continue
        percent = spec.percent_format.text(100 * value / total)
        text = compose(
            spec.labels, table.categories[item], spec.value.format.text(value), percent, join
        )
        made.append(Part(item, value, text, colour_of(style, item), cycle(style.hatches, item)))
    return made


def item_entries(scene: Scene, parts: list[Part]) -> list[Entry]:
    """Return the legend's entries if one is wanted, or needed to know the names."""
    table = scene.spec.data
    assert isinstance(table, Table)
    if scene.spec.labels.startswith("name") and not scene.spec.legend:
        return []
    return [
        Entry(
            table.categories[part.item], "patch", part.colour, item=part.item, hatch=part.hatch,
            hatch_tone=hatch_colour(part.colour) if part.hatch else "", edge=scene.style.edge,
        )
        for part in parts
    ]  # fmt: skip


def open_area(scene: Scene, page: Page) -> Plane:
    """Make axes without sides over all that is free; their data are the canvas's pixels."""
    room = (
        math.ceil(page.left), math.ceil(page.bottom), math.floor(page.right), math.floor(page.top)
    )  # fmt: skip
    axes = scene.stage.plane(room, scene.frame)
    axes.background, axes.spines = "", ()
    axes.set_limits((room[0], room[2]), (room[1], room[3]))
    height = scene.frame.height
    scene.plots.append((room[0], height - room[3], room[2], height - room[1]))
    return axes


def draw_pie(scene: Scene, page: Page) -> None:
    """Draw a pie, a donut or a rose."""
    spec, style = scene.spec, scene.style
    parts = parts_of(scene)
    _set_angles(scene, parts)
    page.set_legend(item_entries(scene, parts), scene.legend_place)
    value_title(scene, page)
    axes = open_area(scene, page)
    inside = style.label_place != "outside" and spec.labels != "none"
    radius = _radius(scene, page, parts, beside=False)
    if inside and not all(_fits_inside(scene, part, parts, radius) for part in parts):
        inside = False
    if not inside:
        radius = _radius(scene, page, parts, beside=spec.labels != "none")
    x, y = (page.left + page.right) / 2, (page.bottom + page.top) / 2
    hole = 0.0 if spec.kind == "pie" else style.hole * radius
    for part in parts:
        _wedge(scene, axes, part, (x, y), _outer(scene, part, parts, radius), hole)
    if spec.labels == "none":
        return
    if inside:
        for part in parts:
            middle = _label_radius(scene, part, parts, radius)
            _inside(
                scene, part, x + middle * math.sin(part.middle), y + middle * math.cos(part.middle)
            )
    else:
        _beside(scene, page, parts, (x, y), radius)


def draw_funnel(scene: Scene, page: Page) -> None:
    """Draw a funnel, the largest part at the top."""
    spec, style = scene.spec, scene.style
    parts = sorted(parts_of(scene), key=lambda part: -part.value)
    page.set_legend(item_entries(scene, sorted(parts, key=lambda p: p.item)), scene.legend_place)
    value_title(scene, page)
    axes = open_area(scene, page)
    setter, count = scene.label_setter, len(parts)
    gap = 3.0 if style.edge == "" else 0.0
    high = (page.top - page.bottom - 4) / count
    free = page.right - page.left - 8
    widest = max((block(setter, part.text)[0] for part in parts), default=0.0)
    most = min(free, 1.7 * (page.top - page.bottom))
    top_value = parts[0].value
    narrow = min(part.value for part in parts) / top_value
    inside = style.label_place != "outside" or widest + 4 < narrow * most * 0.8
    if inside and any(
        block(setter, part.text)[0] + 4 > 0.8 * part.value / top_value * most for part in parts
    ):
        inside = False
    if spec.labels != "none" and not inside:
        most = min(most, free - widest - 2 * _REACH)
    if most < 80 or (spec.labels != "none" and max(block(setter, p.text)[1] for p in parts) > high):
        raise CannotDraw("no-room", "the funnel has no room beside its labels")
    x = page.left + 4 + most / 2 if spec.labels != "none" and not inside else (
        (page.left + page.right) / 2
    )  # fmt: skip
    if spec.labels != "none" and not inside:
        x += (free - most - widest - 2 * _REACH) / 2
    for order, part in enumerate(parts):
        upper = page.top - 2 - order * high
        lower = upper - high + gap
        wide = most * part.value / top_value
        below = most * parts[order + 1].value / top_value if order + 1 < count else 0.6 * wide
        tone = hatch_colour(part.colour) if part.hatch else ""
        shape = Polygon(
            [
                (x - wide / 2, upper), (x + wide / 2, upper),
                (x + below / 2, lower), (x - below / 2, lower),
            ],
            closed=True, facecolor=part.colour, edgecolor=style.edge or tone or "none",
            linewidth=1.0 if style.edge else 0.0, hatch=part.hatch or None,
        )  # fmt: skip
        if tone:
            shape.set_hatchcolor(tone)
        axes.add(shape)
        scene.marks.append(Drawn((shape,), "funnel", 0, part.item))
        middle = (upper + lower) / 2
        if spec.labels == "none":
            continue
        if inside:
            _inside(scene, part, x, middle)
            continue
        edge = x + (wide + below) / 4
        end = x + most / 2 + _REACH
        axes.add(Line2D([edge, end], [middle, middle], color=part.colour, linewidth=1))
        _outside(scene, part, end + _GAP, middle, "left")


def value_title(scene: Scene, page: Page) -> None:
    """Say what the values measure, as there is no axis that would."""
    spec, frame = scene.spec, scene.frame
    if not spec.value.title:
        return
    setter = scene.setter(frame.note_px)
    text = wrap(setter, spec.value.title, page.right - page.left, 2)
    if text is None:
        raise CannotDraw("no-room", f"the title of the values is too long: {spec.value.title!r}")
    scene.labels.append(
        Label(setter, text, page.right, page.bottom, "y_title", frame.muted_colour, ha="right")
    )
    page.bottom += block(setter, text)[1] + 0.4 * frame.tick_px
    page.check()


def _set_angles(scene: Scene, parts: list[Part]) -> None:
    total = sum(part.value for part in parts)
    turn = math.radians(scene.style.start_angle)
    for part in parts:
        share = 1 / len(parts) if scene.spec.kind == "rose" else part.value / total
        part.start, part.end = turn, turn + 2 * math.pi * share
        turn = part.end


def _outer(scene: Scene, part: Part, parts: list[Part], radius: float) -> float:
    if scene.spec.kind != "rose":
        return radius
    hole = scene.style.hole * radius
    return hole + (radius - hole) * part.value / max(one.value for one in parts)


def _radius(scene: Scene, page: Page, parts: list[Part], *, beside: bool) -> float:
    """Return the outer radius that leaves labels their room."""
    wide, high = page.right - page.left, page.top - page.bottom
    radius = min(wide, high) / 2 - 4
    if beside:
        setter = scene.label_setter
        most = max(block(setter, part.text)[0] for part in parts)
        tall = max(block(setter, part.text)[1] for part in parts)
        radius = min(wide / 2 - most - _ELBOW - _REACH - _GAP, high / 2 - _ELBOW - tall)
    if radius < _LEAST_RADIUS:
        raise CannotDraw("no-room", "the labels beside the slices leave no room for them")
    return float(math.floor(radius))


def _label_radius(scene: Scene, part: Part, parts: list[Part], radius: float) -> float:
    outer = _outer(scene, part, parts, radius)
    hole = 0.0 if scene.spec.kind == "pie" else scene.style.hole * radius
    return 0.62 * outer if not hole else (hole + outer) / 2


def _fits_inside(scene: Scene, part: Part, parts: list[Part], radius: float) -> bool:
    """Whether the corners of a label in the middle of its slice lie in the slice."""
    wide, high = block(scene.label_setter, part.text)
    middle = _label_radius(scene, part, parts, radius)
    outer = _outer(scene, part, parts, radius) - 2
    hole = 0.0 if scene.spec.kind == "pie" else scene.style.hole * radius + 2
    x, y = middle * math.sin(part.middle), middle * math.cos(part.middle)
    half = (part.end - part.start) / 2
    for dx in (-wide / 2, 0, wide / 2):
        for dy in (-high / 2, 0, high / 2):
            away = math.hypot(x + dx, y + dy)
            off = (math.atan2(x + dx, y + dy) - part.middle + math.pi) % (2 * math.pi) - math.pi
            if not hole <= away <= outer or abs(off) > half:
                return False
    return True


def _wedge(
    scene: Scene, axes: Plane, part: Part, centre: tuple[float, float], outer: float, hole: float
) -> None:
    style = scene.style
    tone = hatch_colour(part.colour) if part.hatch else ""
    wedge = Wedge(
        centre, outer, 90 - math.degrees(part.end), 90 - math.degrees(part.start),
        width=outer - hole if hole else None, facecolor=part.colour,
        edgecolor=style.edge or scene.frame.background, linewidth=1.0, hatch=part.hatch or None,
    )  # fmt: skip
    if tone:
        wedge.set_hatchcolor(tone)
    axes.add(wedge)
    scene.marks.append(Drawn((wedge,), "slice", 0, part.item))


def _inside(scene: Scene, part: Part, x: float, y: float) -> None:
    colour = scene.style.label_colour or contrasting(part.colour)
    scene.labels.append(
        Label(
            scene.label_setter, part.text, x, y, "label", colour, ha="center", va="center",
            item=part.item, series=0, backing=part.colour if part.hatch else "",
        )
    )  # fmt: skip


def _outside(scene: Scene, part: Part, x: float, y: float, ha: str) -> None:
    scene.labels.append(
        Label(
            scene.label_setter, part.text, x, y, "label", scene.frame.text_colour,
            ha=ha, va="center", item=part.item, series=0,
        )
    )  # fmt: skip


def _beside(
    scene: Scene, page: Page, parts: list[Part], centre: tuple[float, float], radius: float
) -> None:
    """Set labels left and right of the slices, moved apart, each with a line to its slice."""
    setter, (x, y) = scene.label_setter, centre
    for side in (1, -1):
        own = [part for part in parts if (math.sin(part.middle) >= 0) == (side > 0)]
        own.sort(key=lambda part: -math.cos(part.middle))
        heights = [block(setter, part.text)[1] + 2 for part in own]
        if sum(heights) > page.top - page.bottom:
            raise CannotDraw("no-room", "the labels beside the slices are too many")
        # Above and below the slices, high labels stand further away.
        wanted = [
            y + (radius + max(_ELBOW, abs(cos) * (tall / 2 + 3))) * cos
            for tall, cos in zip(heights, (math.cos(part.middle) for part in own), strict=True)
        ]
        places = _spread(wanted, heights, page.bottom, page.top)
        for part, at in zip(own, places, strict=True):
            outer = _outer(scene, part, parts, radius)
            sin, cos = math.sin(part.middle), math.cos(part.middle)
            start = x + outer * sin, y + outer * cos
            # The elbow lies outside the circle at the height of the label, never inward of the
            # start: the line would fold back.
            away = math.sqrt(max(0.0, (radius + _ELBOW - 2) ** 2 - (at - y) ** 2))
            elbow = x + side * max(away, abs((radius + _ELBOW) * sin))
            end = elbow + side * _REACH
            scene.under.append(
                Line2D([start[0], elbow, end], [start[1], at, at], color=part.colour, linewidth=1)
            )
            _outside(scene, part, end + side * _GAP, at, "left" if side > 0 else "right")


def _spread(wanted: list[float], heights: list[float], low: float, high: float) -> list[float]:
    """Return places from top to bottom near those wanted, no two closer than their heights."""
    places, limit = [], high
    for want, tall in zip(wanted, heights, strict=True):
        at = min(want, limit - tall / 2)
        places.append(at)
        limit = at - tall / 2
    floor = low
    for number in reversed(range(len(places))):
        at = max(places[number], floor + heights[number] / 2)
        places[number] = at
        floor = at + heights[number] / 2
    return places
