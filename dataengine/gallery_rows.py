"""Dataset rows as the gallery's JSON: one light card per row for the grid, one detail to open.

Texts come from untrusted files. `embed` is the only way into the page and gives text that can
neither close its script element nor break `JSON.parse`. Exact values are formatted here, because
a browser would round large integers.
"""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from dataengine.json_grid import grids
from dataengine.json_text import parse_json, pretty, table
from dataengine.sample import works_of

Row = Mapping[str, Any]

MAX_TEXT_CHARS = 200_000
MAX_REGIONS = 20_000
STEM_CHARS = 80
NOTE_CHARS = 400
SAMPLE_FACTS = (
    "id",
    "config",
    "split",
    "kind",
    "language",
    "template",
    "recipe",
    "seed",
    "pixel_hash",
)
REJECTION_FACTS = ("id", "config", "split", "kind", "language")

_SURROGATES = re.compile("[\ud800-\udfff]")
_SAFE_STEM = re.compile(rf"[a-z0-9_-]{{1,{STEM_CHARS}}}")
_MARKUP = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})


def embed(value: Any) -> str:
    """Return JSON that is safe inside an HTML script element of type application/json."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _SURROGATES.sub("\ufffd", text).translate(_MARKUP)


def file_stem(row_id: str) -> str:
    """Return a file name for an id: the id itself if it is plain, else a slug and a hash."""
    if _SAFE_STEM.fullmatch(row_id):
        return row_id
    slug = re.sub(r"[^a-z0-9_-]+", "-", row_id.lower())[:40].strip("-")
    digest = hashlib.sha256(row_id.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{slug or 'row'}-{digest}"


def sample_card(row: Row) -> dict[str, Any]:
    """Return what the grid and the filters need of a sample row."""
    return _card(row, "sample") | {"template": row.get("template")}


def rejection_card(row: Row) -> dict[str, Any]:
    """Return what the grid and the filters need of a rejection row."""
    return _card(row, "rejection") | {
        "reason": str(row.get("reason") or "unknown"),
        "note": str(row.get("detail") or "")[:NOTE_CHARS],
    }


def sample_detail(row: Row) -> dict[str, Any]:
    """Return what the detail view shows of a sample row, without its regions."""
    facts = _facts(row, SAMPLE_FACTS)
    return _detail(row, facts) | {"targets": _targets(row)}


def rejection_detail(row: Row) -> dict[str, Any]:
    """Return what the detail view shows of a rejection row."""
    facts = _facts(row, REJECTION_FACTS)
    return _detail(row, facts) | {"note": _clip(str(row.get("detail") or ""))}


def region_levels(regions: Sequence[Row] | None, tones: dict[str, int]) -> list[list[Any]]:
    """Return regions grouped as [level, tone, [[x0, y0, x1, y1, text], …]].

    `tones` numbers the levels as they are first met and is shared by all rows, so that a level has
    the same colour on every picture.
    """
    levels: dict[str, list[list[Any]]] = {}
    for region in (regions or ())[:MAX_REGIONS]:
        box = [int(edge) for edge in region["bbox"]]
        levels.setdefault(str(region["level"]), []).append([*box, str(region["text"] or "")])
    return [[name, tones.setdefault(name, len(tones)), boxes] for name, boxes in levels.items()]


def item_name(source: Any) -> str:
    """Return a source item's short name: `b.pdf` for `folder/archive.zip!a/b.pdf`.

    Of several works the first is named, and how many more there are.
    """
    works = works_of(source) if isinstance(source, dict) else []
    items = [str(work.get("item") or "") for work in works if isinstance(work, dict)] or [""]
    more = len({*items}) - 1
    name = re.split(r"[/\\!]", items[0].rstrip("/\\!"))[-1]
    return f"{name} +{more}" if more else name


def page_number(source: Any) -> str:
    """Return the page of a source item as text, or nothing."""
    page = source.get("page") if isinstance(source, dict) else None
    return "" if page is None else str(page)[:20]


def _card(row: Row, outcome: str) -> dict[str, Any]:
    source = parse_json(row.get("source"))
    return {
        "id": str(row["id"]),
        "outcome": outcome,
        "config": str(row.get("config") or ""),
        "split": str(row.get("split") or ""),
        "kind": str(row.get("kind") or "unknown"),
        "language": str(row.get("language") or "unknown"),
        "item": item_name(source)[:200],
        "page": page_number(source),
    }


def _detail(row: Row, facts: list[list[str]]) -> dict[str, Any]:
    return {
        "command": f"dataengine reproduce {shlex.quote(str(row['id']))}",
        "facts": facts,
        "source": _rows(parse_json(row.get("source"))),
        "proof": _rows(parse_json(row.get("proof"))),
    }


def _facts(row: Row, names: Sequence[str]) -> list[list[str]]:
    return [[name, str(row[name])] for name in names if row.get(name) not in (None, "")]


def _targets(row: Row) -> list[dict[str, Any]]:
    """Return each target form as text to show; text forms as they are, all others as JSON."""
    targets = parse_json(row.get("targets"))
    forms = dict(targets) if isinstance(targets, dict) else {"targets": targets}
    if row.get("turns"):
        forms["turns"] = "\n\n".join(f"{turn['role']}:\n{turn['text']}" for turn in row["turns"])
    return [_target(str(name), form) for name, form in forms.items() if form is not None]


def _target(name: str, form: Any) -> dict[str, Any]:
    exact = isinstance(form, str)
    text = form if exact else pretty(form)
    facts, tables = grids(form)
    return {
        "name": name,
        "form": "text" if exact else "json",
        "text": _clip(text),
        "chars": len(text),
        "facts": [list(fact) for fact in facts] if tables else [],
        "tables": [[grid.title, list(grid.head), list(grid.rows)] for grid in tables],
    }


def _rows(value: Any) -> list[list[str]]:
    return [[name, _clip(text)] for name, text in table(value)]


def _clip(text: str) -> str:
    return text[:MAX_TEXT_CHARS]
