"""The static gallery: one HTML page and its pictures, opened by file://, without server or network.

Rows stream through: one is in memory at a time, and the same rows give the same files. Every text
is untrusted: it goes into the page as escaped JSON, the page's script builds text nodes only, and a
Content-Security-Policy allows that one script and style by hash, and pictures, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2

from dataengine.gallery_rows import (
    MAX_REGIONS,
    Row,
    embed,
    file_stem,
    region_levels,
    rejection_card,
    rejection_detail,
    sample_card,
    sample_detail,
)
from dataengine.resources import bundled
from dataengine.storage import storage_errors
from dataengine.thumbnails import Pictures, make_pictures

PAGE_NAME = "index.html"
IMAGE_FOLDER = "images"
SCRIPTS = (
    "base.js",
    "filters.js",
    "grid.js",
    "links.js",
    "picture.js",
    "texts.js",
    "detail.js",
    "main.js",
)


@dataclass(frozen=True, slots=True)
class GalleryReport:
    """What was written.

    Attributes:
        page: path of the HTML page.
        samples, rejections: rows shown.
        unreadable: ids of rows whose picture could not be decoded; they are shown without one.
        size_bytes: the page and all pictures.
    """

    page: Path
    samples: int
    rejections: int
    unreadable: tuple[str, ...]
    size_bytes: int


@dataclass(slots=True)
class _Tally:
    """Counts of one run, and the file names that are taken."""

    samples: int = 0
    rejections: int = 0
    unreadable: list[str] = field(default_factory=list)
    image_bytes: int = 0
    stems: set[str] = field(default_factory=set)
    tones: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Record:
    """One row, ready for the template: JSON that is safe inside a script element."""

    card: str
    detail: str
    regions: str


def write_gallery(
    folder: Path,
    *,
    title: str,
    samples: Iterable[Row],
    rejections: Iterable[Row],
    totals: Mapping[str, Any],
    reasons: Mapping[str, str],
) -> GalleryReport:
    """Write `folder/index.html` and `folder/images/`, replacing a gallery that was there.

    Args:
        folder: made if absent.
        title: heading of the page.
        samples, rejections: rows to show, in this order; read once, one at a time.
        totals: counts of the whole dataset: "samples", "rejections", and any of "by_config",
            "by_kind", "by_language", "by_template", "by_reason" as mappings from name to count.
        reasons: reason code -> what it means and what to do.
    """
    tally = _Tally()
    images = folder / IMAGE_FOLDER
    _clear(images)

    def records() -> Iterator[_Record]:
        for row in samples:
            yield _sample_record(row, images, tally)
        for row in rejections:
            yield _rejection_record(row, images, tally)

    meta = {"title": title, "totals": _plain_totals(totals), "reasons": dict(reasons)}
    page = folder / PAGE_NAME
    chunks = _page_template().generate(title=title, meta=embed(meta), records=records(), **_code())
    page_bytes = _write_page(page, chunks)  # pulls the records, and so fills the tally
    size_bytes = page_bytes + tally.image_bytes
    return GalleryReport(page, tally.samples, tally.rejections, tuple(tally.unreadable), size_bytes)


def _sample_record(row: Row, images: Path, tally: _Tally) -> _Record:
    tally.samples += 1
    regions = row.get("regions") or ()
    picture = _save_pictures(row, row["image"], images, tally)
    # The stored width and height are the frame that the boxes are in, picture or not.
    size = {"width": int(row["width"]), "height": int(row["height"])}
    detail = sample_detail(row) | size | {"regions_left_out": max(0, len(regions) - MAX_REGIONS)}
    return _Record(
        embed(sample_card(row) | picture), embed(detail), embed(region_levels(regions, tally.tones))
    )


def _rejection_record(row: Row, images: Path, tally: _Tally) -> _Record:
    tally.rejections += 1
    picture = _save_pictures(row, row.get("preview"), images, tally)
    size = {"width": picture.get("width", 0), "height": picture.get("height", 0)}
    return _Record(embed(rejection_card(row) | picture), embed(rejection_detail(row) | size), "[]")


def _save_pictures(
    row: Row, stored: Mapping[str, Any] | None, images: Path, tally: _Tally
) -> dict[str, Any]:
    """Write a row's pictures; return their names and size for its card, or nothing."""
    data = (stored or {}).get("bytes")
    if not data:
        return {}
    pictures = make_pictures(data)
    if pictures is None:
        tally.unreadable.append(str(row["id"]))
        return {}
    return _write_pictures(pictures, images, _free_stem(str(row["id"]), tally), tally)


def _write_pictures(pictures: Pictures, images: Path, stem: str, tally: _Tally) -> dict[str, Any]:
    full, thumb = f"full-{stem}.{pictures.suffix}", f"thumb-{stem}.jpg"
    for name, data in ((full, pictures.full), (thumb, pictures.thumb)):
        with storage_errors(images / name):
            tally.image_bytes += (images / name).write_bytes(data)
    return {
        "full": f"{IMAGE_FOLDER}/{full}",
        "thumb": f"{IMAGE_FOLDER}/{thumb}",
        "width": pictures.width,
        "height": pictures.height,
    }


def _free_stem(row_id: str, tally: _Tally) -> str:
    """Return the file name of an id; ids should be unique, but no picture may replace another."""
    stem = unique = file_stem(row_id)
    number = 1
    while unique in tally.stems:
        number += 1
        unique = f"{stem}--{number}"
    tally.stems.add(unique)
    return unique


def _plain_totals(totals: Mapping[str, Any]) -> dict[str, Any]:
    """Return totals as plain JSON; mappings become lists, so that no key means anything in JS."""
    return {
        key: [[str(name), int(count)] for name, count in value.items()]
        if isinstance(value, Mapping)
        else value
        for key, value in totals.items()
    }


def _page_template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(bundled("templates", "gallery"))
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    return environment.get_template("index.html.j2")


def _code() -> dict[str, str]:
    """Return the page's own style and script, and the hashes that the policy allows."""
    folder = bundled("templates", "gallery")
    style = (folder / "gallery.css").read_text("utf-8")
    parts = "\n".join((folder / name).read_text("utf-8") for name in SCRIPTS)
    script = f'(() => {{\n"use strict";\n{parts}}})();\n'
    return {
        "style": style,
        "script": script,
        "style_hash": _csp_hash(style),
        "script_hash": _csp_hash(script),
    }


def _csp_hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _clear(images: Path) -> None:
    """Make the picture folder, without the pictures of an earlier gallery."""
    with storage_errors(images):
        images.mkdir(parents=True, exist_ok=True)
        for pattern in ("full-*", "thumb-*"):
            for path in images.glob(pattern):
                path.unlink()


def _write_page(page: Path, chunks: Iterable[str]) -> int:
    """Write the page under a temporary name and put it in place when it is whole."""
    partial = page.with_name(page.name + ".tmp")
    size = 0
    with storage_errors(page):
        stream = partial.open("wb")
    with stream:
        # Only the writes are wrapped: `chunks` pulls rows, whose errors are not this page's.
        for chunk in chunks:
            with storage_errors(page):
                size += stream.write(chunk.encode("utf-8", "replace"))
    with storage_errors(page):
        partial.replace(page)
    return size
