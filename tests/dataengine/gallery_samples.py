"""Rows for the tests of gallery and contact sheet: small, drawn here, of several kinds."""

from __future__ import annotations

import io
import json
from typing import Any

from PIL import Image, ImageDraw

HOSTILE = (
    "</script><script>window.pwned = 1</script>",
    "<img src=x onerror='window.pwned = 1'>",
    "\"'`${window.pwned = 1}//",
    "]]>--><!--<script>",
    "\u202egnitirw desrever\u202c \u2066isolated",
    "nul \x00 bell \x07 escape \x1b del \x7f",
    "line\u2028paragraph\u2029separators",
    "lone \ud800 surrogate \udfff",
    "javascript:window.pwned=1",
    "&lt;b&gt; &amp; <b>",
    "__proto__",
    "汉字 and emoji-free text, ﬁgure",
)


def picture(
    width: int = 120, height: int = 160, form: str = "PNG", mode: str = "RGB", **options: Any
) -> bytes:
    """Return an encoded picture with a frame and a bar in it."""
    image = Image.new("RGB", (width, height), (255, 255, 255))
    ImageDraw.Draw(image).rectangle((10, 10, width - 10, 30), fill=(40, 90, 160))
    buffer = io.BytesIO()
    image.convert(mode).save(buffer, form, **options)
    return buffer.getvalue()


def sample(number: int = 0, **changes: Any) -> dict[str, Any]:
    """Return a sample row of two lines and four words."""
    row: dict[str, Any] = {
        "id": f"pages-7-{number:04d}",
        "config": "pages",
        "split": "train",
        "image": {"bytes": picture(), "path": "x.png"},
        "width": 120,
        "height": 160,
        "kind": "page",
        "language": "en",
        "targets": json.dumps({"text": f"Hello brave\nnew world {number}", "html": "<p>Hello</p>"}),
        "regions": [
            {"level": "word", "bbox": [10, 10, 40, 30], "text": "Hello"},
            {"level": "word", "bbox": [54, 10, 90, 30], "text": "brave"},
            {"level": "word", "bbox": [10, 40, 40, 60], "text": "new"},
            {"level": "word", "bbox": [54, 40, 90, 60], "text": "world"},
            {"level": "line", "bbox": [10, 10, 90, 30], "text": "Hello brave"},
            {"level": "line", "bbox": [10, 40, 90, 60], "text": f"new world {number}"},
        ],
        "turns": None,
        "source": json.dumps(
            {
                "corpus": "bundled",
                "item": "books/one.pdf",
                "page": number + 1,
                "licence": "CC-BY-4.0",
                "url": "https://example.org/one.pdf",
            }
        ),
        "recipe": "demo@12ab",
        "seed": 7,
        "template": None,
        "proof": json.dumps({"ink_explained": 0.99, "broken": {"characters": 0}}),
        "pixel_hash": "00ff",
    }
    return row | changes


def chart(number: int = 0) -> dict[str, Any]:
    """Return a sample row of another kind, with a nested dict as its target."""
    values = {"title": "销售额", "series": [{"name": "甲", "values": [9007199254740993, 1.5]}]}
    return sample(
        id=f"charts-7-{number:04d}",
        config="charts",
        kind="chart",
        language="zh",
        template="bars",
        image={"bytes": picture(200, 120), "path": "c.png"},
        width=200,
        height=120,
        targets=json.dumps({"dict": values}),
        regions=[{"level": "bar", "bbox": [10, 10, 190, 30], "text": "1.5"}],
        source=json.dumps({"corpus": "generated"}),
    )


def rejection(number: int = 0, reason: str = "no-text", **changes: Any) -> dict[str, Any]:
    """Return a rejection row with a preview."""
    row: dict[str, Any] = {
        "id": f"pages-7-9{number:03d}",
        "config": "pages",
        "split": "train",
        "kind": "page",
        "reason": reason,
        "detail": f"0 characters on {number + 7} % ink",
        "language": None,
        "source": json.dumps({"corpus": "bundled", "item": "scan.pdf", "page": number + 1}),
        "proof": json.dumps({"ink": 0.07}),
        "preview": {"bytes": picture(60, 80, "JPEG"), "path": "p.jpg"},
    }
    return row | changes


def hostile_sample(number: int, text: str) -> dict[str, Any]:
    """Return a sample row that has `text` wherever a text can be."""
    plain = text.encode("utf-8", "replace").decode()  # Parquet strings hold no lone surrogates
    forms = json.dumps({"text": text, text: text, "dict": {text: [text]}, "html": text})
    return sample(
        number,
        id=f"pages-7-{number:04d}" if number % 2 else plain,
        config=plain,
        kind=plain,
        language=plain,
        template=plain,
        recipe=plain,
        targets=forms,
        regions=[{"level": plain, "bbox": [10, 10, 40, 30], "text": plain}],
        turns=[{"role": plain, "text": plain}],
        source=json.dumps({"corpus": text, "item": text, "page": text, "url": text, text: text}),
        proof=json.dumps({text: text}),
    )


def hostile_rejection(number: int, text: str) -> dict[str, Any]:
    """Return a rejection row that has `text` wherever a text can be."""
    plain = text.encode("utf-8", "replace").decode()
    return rejection(
        number, reason=plain, detail=plain, kind=plain, source=json.dumps({"item": text})
    )
