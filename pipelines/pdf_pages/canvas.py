"""From page size to picture size: the scale in x and y, and the padding, of each canvas rule."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.pdf_pages.options import Canvas

POINTS_PER_INCH = 72.0


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a page lies on its canvas.

    Attributes:
        width, height: of the whole picture, in pixels.
        page_width, page_height: of the page's part of it, in pixels.
        left, top: of the page's part, in pixels (non-zero where padded).
        scale_x, scale_y: pixels per point.
        capped: whether `max_long_edge` reduced the scale.
    """

    width: int
    height: int
    page_width: int
    page_height: int
    left: int
    top: int
    scale_x: float
    scale_y: float
    capped: bool = False

    @property
    def is_padded(self) -> bool:
        """Whether the picture holds more than the page."""
        return (self.page_width, self.page_height) != (self.width, self.height)


def place(canvas: Canvas, width_pt: float, height_pt: float) -> Placement:
    """Apply the canvas rule to a page of this size; sides are whole pixels, one at least.

    A whole number of pixels is never the exact ratio of the page, so x and y scales may differ in
    the fourth digit; boxes use the very scales that the raster used.
    """
    long_edge_pt = max(width_pt, height_pt)
    if canvas.rule == "square":
        return _square(canvas, width_pt, height_pt)
    if canvas.rule == "dpi":
        scale = canvas.size / POINTS_PER_INCH
        capped = scale * long_edge_pt > canvas.max_long_edge
        scale = canvas.max_long_edge / long_edge_pt if capped else scale
    else:
        scale, capped = canvas.size / long_edge_pt, False
    width, height = _pixels(width_pt * scale), _pixels(height_pt * scale)
    return Placement(
        width, height, width, height, 0, 0, width / width_pt, height / height_pt, capped
    )


def _square(canvas: Canvas, width_pt: float, height_pt: float) -> Placement:
    side = canvas.size
    if canvas.fit == "squash":
        return Placement(side, side, side, side, 0, 0, side / width_pt, side / height_pt)
    scale = side / max(width_pt, height_pt)
    width, height = _pixels(width_pt * scale), _pixels(height_pt * scale)
    left, top = (side - width) // 2, (side - height) // 2
    return Placement(side, side, width, height, left, top, width / width_pt, height / height_pt)


def _pixels(length: float) -> int:
    return max(1, round(length))
