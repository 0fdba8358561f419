"""A contact sheet: rows as thumbnails in a grid with captions, for a look before a long job.

Takes sample rows and rejection rows in any mixture and any kind of picture. The same rows on the
same machine give the same pixels; the font of the captions is found by `dataengine.fonts`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image, ImageDraw

from dataengine.fonts import Font, caption_font
from dataengine.json_text import parse_json
from dataengine.thumbnails import decode, shrink

Row = Mapping[str, Any]

PAPER = (255, 255, 255)
GROUND = (238, 240, 243)
INK = (26, 30, 35)
SOFT = (90, 100, 112)
REFUSED = (154, 61, 13)
EDGE = (200, 206, 212)
BOXES = ((31, 100, 214), (14, 132, 78), (200, 86, 20), (128, 66, 200), (8, 128, 140))
CAPTION_LINES = 3
ELLIPSIS = "…"


def contact_sheet(
    rows: Sequence[Row],
    *,
    columns: int,
    cell_px: int,
    levels: Sequence[str] = (),
    name: str = "id",
) -> Image.Image:
    """Draw rows as a grid.

    Args:
        rows: sample or rejection rows; those with a "reason" are rejections.
        columns: cells side by side.
        cell_px: width of a cell; its picture area is a sixth higher than wide.
        levels: levels of regions whose boxes to draw, such as ("line",).
        name: the column that each caption begins with: "id" or "template".
    """
    if columns < 1 or cell_px < 64:
        raise ValueError(f"a sheet needs columns >= 1 and cell_px >= 64, not {columns}, {cell_px}")
    columns = min(columns, max(1, len(rows)))
    grid = _Grid(cell_px)
    height = max(1, -(-len(rows) // columns)) * grid.cell_height + grid.gap
    sheet = Image.new("RGB", (columns * (cell_px + grid.gap) + grid.gap, height), GROUND)
    for number, row in enumerate(rows):
        left = grid.gap + number % columns * (cell_px + grid.gap)
        top = grid.gap + number // columns * grid.cell_height
        _draw_cell(sheet, row, (left, top), grid, levels, caption(row, name))
    return sheet


class _Grid:
    """Measures that follow from the width of a cell."""

    def __init__(self, cell_px: int) -> None:
        self.cell_px = cell_px
        self.gap = max(8, cell_px // 20)
        self.picture = (cell_px, cell_px * 7 // 6)
        self.text_px = max(11, cell_px // 20)
        self.line_px = round(self.text_px * 1.4)
        self.font = caption_font(self.text_px)
        self.cell_height = (
            self.picture[1] + CAPTION_LINES * self.line_px + self.gap + self.text_px // 2
        )


def _draw_cell(
    sheet: Image.Image,
    row: Row,
    corner: tuple[int, int],
    grid: _Grid,
    levels: Sequence[str],
    lines: Sequence[str],
) -> None:
    draw = ImageDraw.Draw(sheet)
    left, top = corner
    picture = _thumbnail(row, grid.picture, levels)
    if picture:
        x = left + (grid.picture[0] - picture.width) // 2
        y = top + (grid.picture[1] - picture.height) // 2
        sheet.paste(picture, (x, y))
        draw.rectangle((x - 1, y - 1, x + picture.width, y + picture.height), outline=EDGE)
    else:
        draw.rectangle((left, top, left + grid.picture[0], top + grid.picture[1]), outline=EDGE)
        middle = (left + grid.picture[0] // 2, top + grid.picture[1] // 2)
        draw.text(middle, "no picture", fill=SOFT, font=grid.font, anchor="mm")
    if "reason" in row:
        _draw_reason(draw, str(row["reason"]), corner, grid)
    for number, line in enumerate(lines):
        at = (left, top + grid.picture[1] + grid.text_px // 2 + number * grid.line_px)
        text = _fit(line, grid.font, grid.cell_px)
        draw.text(at, text, fill=SOFT if number else INK, font=grid.font)


def _draw_reason(
    draw: ImageDraw.ImageDraw, reason: str, corner: tuple[int, int], grid: _Grid
) -> None:
    """Lay the reason over the foot of the picture, as a strip of its own colour."""
    left, bottom = corner[0], corner[1] + grid.picture[1]
    top = bottom - round(grid.line_px * 1.3)
    draw.rectangle((left, top, left + grid.cell_px, bottom), fill=REFUSED)
    inset = grid.text_px // 2
    text = _fit(_plain(reason), grid.font, grid.cell_px - 2 * inset)
    draw.text((left + inset, top + grid.line_px // 8), text, fill=PAPER, font=grid.font)


def _thumbnail(row: Row, box_px: tuple[int, int], levels: Sequence[str]) -> Image.Image | None:
    stored = (row.get("preview") if "reason" in row else row.get("image")) or {}
    image = decode(stored.get("bytes") or b"")
    if image is None:
        return None
    small = shrink(image, box_px)
    if levels:
        small = small.convert("RGB")
        _draw_regions(small, row, small.width / image.width, levels)
    return small


def _draw_regions(small: Image.Image, row: Row, scale: float, levels: Sequence[str]) -> None:
    draw = ImageDraw.Draw(small)
    for region in row.get("regions") or ():
        if region["level"] in levels:
            x0, y0, x1, y1 = (round(edge * scale) for edge in region["bbox"])
            colour = BOXES[levels.index(region["level"]) % len(BOXES)]
            draw.rectangle((x0, y0, max(x0, x1 - 1), max(y0, y1 - 1)), outline=colour)


def caption(row: Row, name: str = "id") -> tuple[str, str, str]:
    """Return the caption's lines.

    Named by id: id; language, kind and template; source item and page. Named by template: template;
    language and kind; id.
    """
    id_, template = str(row["id"]), str(row.get("template") or "")
    source = parse_json(row.get("source"))
    source = source if isinstance(source, dict) else {}
    facts = [str(fact) for fact in (row.get("language"), row.get("kind")) if fact]
    if name == "template":
        lines = (template, "  ".join(facts), id_)
    else:
        lines = (id_, "  ".join([*facts, template]), _where(source))
    return _plain(lines[0]), _plain(lines[1]).rstrip(), _plain(lines[2])


def _where(source: Mapping[str, Any]) -> str:
    """Return the item and page of a source; of several works the first and how many more."""
    works = source.get("works")
    if isinstance(works, list) and works and isinstance(works[0], dict):
        more = f"  and {len(works) - 1} more" if len(works) > 1 else ""
        return str(works[0].get("item") or "") + more
    page = source.get("page")
    return str(source.get("item") or "") + (f"  p. {page}" if page is not None else "")


def _plain(text: str) -> str:
    """Return text without anything that cannot be drawn: controls, surrogates, line breaks."""
    kept = (" " if char.isspace() else char for char in text[:500])
    return re.sub(" {3,}", "  ", "".join(c for c in kept if unicodedata.category(c)[0] != "C"))


def _fit(text: str, font: Font, width_px: int) -> str:
    """Shorten text in its middle, where names of long paths differ least."""
    if font.getlength(text) <= width_px:
        return text
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        kept = (fits + too_long) // 2
        if font.getlength(_elided(text, kept)) <= width_px:
            fits = kept
        else:
            too_long = kept
    return _elided(text, fits)


def _elided(text: str, kept: int) -> str:
    return text[: (kept + 1) // 2] + ELLIPSIS + text[len(text) - kept // 2 :]
