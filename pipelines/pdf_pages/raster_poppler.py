"""Draw pages with pdf2image (poppler), the way the paper does: one process per page, slow.

Poppler reads files, so the document's bytes are written to a temporary file once. Its time and
memory are its own process's: the page's CPU limit does not see them, so it gets a deadline.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from pdf2image import convert_from_path
from pdf2image.exceptions import (
    PDFInfoNotInstalledError,
    PDFPageCountError,
    PDFPopplerTimeoutError,
    PDFSyntaxError,
    PopplerNotInstalledError,
)

from dataengine.errors import ToolMissing
from dataengine.imaging import Pixels, drop_equal_channels
from pipelines.pdf_pages.canvas import Placement
from pipelines.pdf_pages.document import PageProblem
from pipelines.pdf_pages.raster import DrawnPage, pad

DEADLINE_S = 60


class PopplerRasteriser:
    """Draws from a temporary copy of the document."""

    def __init__(self) -> None:
        self._data: bytes | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def draw(self, page: DrawnPage, placement: Placement) -> Pixels:
        """Return the picture, or raise `PageProblem` where poppler draws none."""
        size = (placement.page_width, placement.page_height)
        try:
            pictures = convert_from_path(
                self._copy(page.data),
                first_page=page.number + 1,
                last_page=page.number + 1,
                size=size,
                use_cropbox=True,
                timeout=DEADLINE_S,
            )
        except (PopplerNotInstalledError, PDFInfoNotInstalledError) as error:
            raise ToolMissing("pdf2image needs poppler: apt-get install poppler-utils") from error
        except (PDFPageCountError, PDFSyntaxError) as error:
            message = " ".join(str(error).split())[:300]
            raise PageProblem("broken-page", f"poppler could not draw it: {message}.") from error
        except PDFPopplerTimeoutError as error:
            detail = f"poppler drew for more than {DEADLINE_S} s."
            raise PageProblem("renderer-timeout", detail) from error
        if len(pictures) != 1 or pictures[0].size != size:
            seen = [picture.size for picture in pictures]
            raise PageProblem("broken-page", f"poppler drew {seen} where {size} was asked for.")
        pixels = np.asarray(pictures[0].convert("RGB"))
        return pad(drop_equal_channels(pixels), placement)

    def forget(self) -> None:
        """Remove the temporary copy."""
        if self._folder is not None:
            self._folder.cleanup()
        self._folder, self._data = None, None

    def _copy(self, data: bytes) -> Path:
        if self._folder is None or self._data is not data:
            self.forget()
            self._folder = tempfile.TemporaryDirectory(prefix="dataengine-pdf-")
            self._data = data
            (Path(self._folder.name) / "document.pdf").write_bytes(data)
        return Path(self._folder.name) / "document.pdf"
