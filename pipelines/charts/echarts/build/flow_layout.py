"""Where ECharts puts the nodes and links of a flow, so that labels can be set beside each other.

The same steps as its `sankeyLayout` for horizontal diagrams whose nodes are justified: columns by
topological order, then rounds that pull nodes towards their neighbours and push them apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines.charts.spec.model import Flow

_ROUNDS = 32
_COOLING = 0.99


@dataclass(slots=True)
class Node:
    """A node: its box and the links out of and into it, from top to bottom."""

    name: str
    value: float = 0.0
    depth: int = 0
    x: float = 0.0
    y: float = 0.0
    tall: float = 0.0
    out: list[Stream] = field(default_factory=list)
    into: list[Stream] = field(default_factory=list)

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return self.y + self.tall / 2


@dataclass(slots=True)
class Stream:
    """A link: its thickness, and where it leaves and enters its nodes."""

    source: Node
    target: Node
    value: float
    thick: float = 0.0
    start: float = 0.0
    end: float = 0.0

    def place(self, at: float, node_px: float) -> tuple[float, float]:
        """Return the point of its middle line at a parameter from 0 to 1."""
        x1, x2 = self.source.x + node_px, self.target.x
        y1, y2 = self.source.y + self.start, self.target.y + self.end
        bend, rise = 3 * at * (1 - at), at * at * (3 - 2 * at)
        x = x1 + (x2 - x1) * (0.5 * bend + at**3)
        return x, y1 + (y2 - y1) * rise + self.thick / 2

    @property
    def centre(self) -> float:
        """The height of the middle of its box, where ECharts puts its label."""
        low, high = sorted((self.source.y + self.start, self.target.y + self.end))
        return (low + high + self.thick) / 2


def lay_out_flow(
    flow: Flow, names: tuple[str, ...], width: float, height: float, node_px: float, gap: float
) -> tuple[list[Node], list[Stream]]:
    """Return nodes in the order of `names` and links in that of the flow, in pixels from 0, 0."""
    nodes = {name: Node(name) for name in names}
    streams = [Stream(nodes[one.source], nodes[one.target], one.value) for one in flow.links]
    for one in streams:
        one.source.out.append(one)
        one.target.into.append(one)
    columns = _columns(list(nodes.values()), width - node_px)
    smallest = min(
        (height - (len(column) - 1) * gap) / sum(node.value for node in column)
        for column in columns
    )
    for column in columns:
        for at, node in enumerate(column):
            node.y, node.tall = float(at), node.value * smallest
    for one in streams:
        one.thick = one.value * smallest
    _part(columns, gap, height)
    alpha = 1.0
    for _ in range(_ROUNDS):
        alpha *= _COOLING
        for column in reversed(columns):
            for node in column:
                if node.out:
                    pull = sum(one.target.middle * one.value for one in node.out)
                    pull /= sum(one.value for one in node.out)
                    node.y += (pull - node.middle) * alpha
        _part(columns, gap, height)
        for column in columns:
            for node in column:
                if node.into:
                    pull = sum(one.source.middle * one.value for one in node.into)
                    pull /= sum(one.value for one in node.into)
                    node.y += (pull - node.middle) * alpha
        _part(columns, gap, height)
    for node in nodes.values():
        node.out.sort(key=lambda one: one.target.y)
        node.into.sort(key=lambda one: one.source.y)
    for node in nodes.values():
        below = 0.0
        for one in node.out:
            one.start, below = below, below + one.thick
        below = 0.0
        for one in node.into:
            one.end, below = below, below + one.thick
    return list(nodes.values()), streams


def _columns(nodes: list[Node], width: float) -> list[list[Node]]:
    waiting = {node.name: len(node.into) for node in nodes}
    now, depth = [node for node in nodes if not node.into], 0
    while now:
        later: list[Node] = []
        for node in now:
            node.depth = depth
            for one in node.out:
                waiting[one.target.name] -= 1
                if not waiting[one.target.name]:
                    later.append(one.target)
        now, depth = later, depth + 1
    columns: list[list[Node]] = [[] for _ in range(depth)]
    for node in nodes:
        node.value = max(sum(one.value for one in node.out), sum(one.value for one in node.into))
        if not node.out:
            node.depth = depth - 1
        node.x = node.depth * width / (depth - 1)
        columns[node.depth].append(node)
    return [column for column in columns if column]


def _part(columns: list[list[Node]], gap: float, height: float) -> None:
    """Push the nodes of each column apart, down first and up again from the bottom."""
    for column in columns:
        column.sort(key=lambda node: node.y)
        free = 0.0
        for node in column:
            node.y = max(node.y, free)
            free = node.y + node.tall + gap
        over = free - gap - height
        if over > 0:
            column[-1].y -= over
            free = column[-1].y
            for node in reversed(column[:-1]):
                node.y -= max(0.0, node.y + node.tall + gap - free)
                free = node.y
