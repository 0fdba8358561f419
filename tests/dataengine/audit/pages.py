"""Rows and small datasets with real text in their pictures, drawn here."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image, ImageDraw

from dataengine.audit.tesseract import INSTALL, MODELS, installed
from dataengine.fonts import caption_font
from dataengine.manifest import Manifest, ShardEntry, save_manifest
from dataengine.receipt import StoredFile
from dataengine.schema import SAMPLE_SCHEMA, SCHEMA_VERSION
from dataengine.storage import Storage

needs_tesseract = pytest.mark.skipif(
    not set(MODELS) <= set(installed()[1]), reason=f"Tesseract is not installed: {INSTALL}"
)

ENGLISH = (
    "The harbour was built in the year 1874 of grey stone.",
    "Three lighthouses stand along the northern coast.",
    "Ships from Norway brought timber and dried fish.",
    "A railway reached the village twelve years later.",
    "Fishermen sold herring, salmon and cod every morning.",
    "The old customs house is a museum of navigation today.",
    "Visitors may climb the tower between April and October.",
    "Storms destroyed the wooden pier during the winter of 1903.",
    "Engineers rebuilt it with concrete and steel afterwards.",
    "Many families moved inland when the factory closed.",
    "Students measure tides, winds and temperatures there now.",
    "Their results appear in a yearbook printed each spring.",
)
CHINESE = (
    "港口建于一八七四年，用灰色的石头砌成。",
    "北部海岸有三座灯塔，夜里照亮航道。",
    "来自挪威的船只运来木材和鱼干。",
    "十二年以后，铁路通到了这个村庄。",
    "渔民每天早晨出售鲱鱼、鲑鱼和鳕鱼。",
    "旧海关大楼如今是一座航海博物馆。",
    "四月到十月之间，游客可以登上塔顶。",
    "一场风暴在冬天毁坏了木制码头。",
    "工程师后来用混凝土和钢材重建了它。",
    "工厂关闭以后，许多家庭搬到了内陆。",
    "学生们在那里测量潮汐、风力和气温。",
    "他们的结果刊登在每年春天的年鉴上。",
)


def page(
    number: int = 0, lines: Sequence[str] = ENGLISH, language: str = "en", **changes: Any
) -> dict[str, Any]:
    """Return a row, decoded, whose picture shows eight of the lines."""
    shown = [lines[(number * 5 + step) % len(lines)] for step in range(8)]
    picture = Image.new("L", (720, 420), 255)
    pen = ImageDraw.Draw(picture)
    font = caption_font(20)
    regions = []
    for place, line in enumerate(shown):
        at = (50, 40 + 42 * place)
        pen.text(at, line, fill=0, font=font)
        box = [int(edge) for edge in pen.textbbox(at, line, font=font)]
        regions.append({"level": "line", "bbox": box, "text": line})
    row: dict[str, Any] = {
        "id": f"pages_{language}-1-{number:04d}",
        "part": f"pages_{language}",
        "split": "train",
        "image": {"bytes": png(picture), "path": "x.png"},
        "width": picture.width,
        "height": picture.height,
        "kind": "page",
        "language": language,
        "targets": {"text": "\n".join(shown)},
        "regions": regions,
        "turns": None,
    }
    return row | changes


def png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def dataset(folder: Path, rows: Iterable[dict[str, Any]], group: int = 3) -> Storage:
    """Write rows as a finished dataset, one shard for each part."""
    storage = Storage(str(folder))
    parts: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        parts.setdefault(row["part"], []).append(row)
    entries = []
    for part, members in parts.items():
        name = f"data/{part}.parquet"
        (folder / "data").mkdir(parents=True, exist_ok=True)
        pq.write_table(_table(members), folder / name, row_group_size=group)
        stored = StoredFile(name, len(members), (folder / name).stat().st_size, "")
        entries.append(ShardEntry(part, part, "train", stored, stored))
    totals = {"units": 0, "samples": 0, "rejections": 0, "bytes": 0}
    manifest = Manifest(
        SCHEMA_VERSION, "drawn", "", "drawn@1", 1, "", {}, totals, {}, {}, 0, tuple(entries)
    )
    save_manifest(storage, manifest)
    return storage


def _table(rows: Sequence[dict[str, Any]]) -> pa.Table:
    full: dict[str, Any] = {"recipe": "", "seed": 1, "template": None, "pixel_hash": ""}
    full |= {"source": "{}", "proof": "{}", "fingerprint": b""}
    stored = [{**full, **row, "targets": json.dumps(row["targets"])} for row in rows]
    return pa.Table.from_pylist(
        [{name: row[name] for name in SAMPLE_SCHEMA.names} for row in stored], schema=SAMPLE_SCHEMA
    )
