"""Harvests charts that were written beforehand: JSON lines, one specification each.

A line is either a specification itself or `{"spec": …, "facts": …}`, where the facts (topic, model)
are kept with each sample drawn from it. Whether values are printed at the marks is drawn anew for
each sample, so `labels` in a line is ignored.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from dataengine.json_text import parse_json
from dataengine.material import Piece, Refusal
from dataengine.pipeline import Item
from pipelines.charts.content.words import decode
from pipelines.charts.spec.model import Spec

MOST_FACTS = 2000
"""Characters of facts that are kept."""


def harvest_specs(item: Item, data: bytes) -> Iterator[Piece | Refusal]:
    """Yield the valid specifications of a file of JSON lines."""
    for number, line in enumerate(decode(data).splitlines(), 1):
        if not line.strip():
            continue
        place = f"line {number}"
        try:
            fields, facts = _part(parse_json(line))
            spec = Spec.checked(**fields)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            yield Refusal("spec", "bad-spec", f"{where}: {first['msg']}"[:300], place)
        except (ValueError, TypeError, RecursionError) as error:
            yield Refusal("spec", "bad-json", str(error)[:300], place)
        else:
            body = {"spec": spec.model_dump(mode="json", exclude_unset=True), "facts": facts}
            key = json.dumps(body["spec"], sort_keys=True, ensure_ascii=False)
            yield Piece(f"{spec.language}/spec/{spec.kind}", key, body)


def _part(value: Any) -> tuple[dict[str, Any], Mapping[str, Any]]:
    if not isinstance(value, Mapping):
        raise ValueError("a line must be a JSON object")
    facts: Any = {}
    if isinstance(value.get("spec"), Mapping):
        facts, value = value.get("facts", {}), value["spec"]
    if not isinstance(facts, Mapping) or len(json.dumps(facts)) > MOST_FACTS:
        raise ValueError(f"facts must be a JSON object of at most {MOST_FACTS} characters")
    return {str(name): field for name, field in value.items() if name != "labels"}, facts
