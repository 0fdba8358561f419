"""Reads YAML that people write: no tag runs code, no key stands twice, no alias explodes.

What comes back is plain and unshared: a node that several aliases name becomes as many copies, so
that changing one place changes no other. That is bounded by `MAX_NODES`.
"""

from __future__ import annotations

from typing import Any

import yaml

MAX_NODES = 500_000
MAX_DEPTH = 50


class YamlError(ValueError):
    """The text is not YAML, or not YAML that is read here."""


def parse_yaml(text: str) -> Any:
    """Return the plain data that a YAML text describes; raises `YamlError`."""
    try:
        _measure(text)
        return _unshared(yaml.load(text, _Loader))  # noqa: S506  it is a SafeLoader
    except (yaml.YAMLError, ValueError, ArithmeticError) as error:
        raise YamlError(str(error)) from error


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands twice, where YAML silently takes the last."""

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                if key.value in seen:
                    problem = f"the key {key.value!r} stands twice"
                    raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
                seen.add(key.value)
        return node


def _measure(text: str) -> None:
    """Count the nodes that there will be when every alias is a copy, before making any."""
    sizes: dict[str, int] = {}
    above: list[tuple[str | None, int]] = [(None, 0)]
    for event in yaml.parse(text, yaml.SafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            above.append((event.anchor, 1))
        elif isinstance(event, yaml.CollectionEndEvent):
            _count(above, sizes, *above.pop())
        elif isinstance(event, yaml.ScalarEvent):
            _count(above, sizes, event.anchor, 1)
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in sizes:
                raise YamlError(f"the alias *{event.anchor} stands for nothing, or inside itself")
            _count(above, sizes, None, sizes[event.anchor])
        if len(above) > MAX_DEPTH:
            raise YamlError(f"it is nested more than {MAX_DEPTH} deep")


def _count(
    above: list[tuple[str | None, int]], sizes: dict[str, int], anchor: str | None, size: int
) -> None:
    if anchor:
        sizes[anchor] = size
    outer, total = above[-1]
    above[-1] = (outer, total + size)
    if total + size > MAX_NODES:
        raise YamlError(f"it holds more than {MAX_NODES} values when its aliases are written out")


def _unshared(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unshared(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_unshared(inner) for inner in value]
    return value
