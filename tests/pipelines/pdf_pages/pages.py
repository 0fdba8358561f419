"""Small PDFs for the tests of `pdf_pages`, and one call that renders a page of one."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pymupdf

from dataengine.pipeline import Context, Item, Unit
from dataengine.sample import Outcome, Rejection, Sample
from pipelines.pdf_pages import PIPELINE
from pipelines.pdf_pages.renderer import PageRenderer

A5 = (420.0, 595.0)
SENTENCE = "The quick brown fox jumps over the lazy dog while it was raining on the old town. "
CHINESE = "这是一个用来检查中文页面的例子，我们把同样的句子写了很多遍，看看结果是不是正确。"
WHITE, BLACK = (1, 1, 1), (0, 0, 0)


def new_page(width: float = A5[0], height: float = A5[1]) -> tuple[pymupdf.Document, pymupdf.Page]:
    """Return an empty document of one page."""
    pdf = pymupdf.open()
    return pdf, pdf.new_page(width=width, height=height)


def write_lines(
    page: pymupdf.Page,
    lines: list[str],
    *,
    at: tuple[float, float] = (50, 60),
    size: float = 11,
    leading: float = 1.3,
    font: str = "helv",
    **how: Any,
) -> None:
    """Write lines below one another."""
    for number, line in enumerate(lines):
        page.insert_text(
            (at[0], at[1] + number * leading * size), line, fontsize=size, fontname=font, **how
        )


def prose_page(**how: Any) -> tuple[pymupdf.Document, pymupdf.Page]:
    """Return a page of English prose that passes every check."""
    pdf, page = new_page()
    write_lines(page, [SENTENCE[:60]] * 20, **how)
    return pdf, page


def make_renderer(data: bytes, **options: Any) -> PageRenderer:
    """Return a renderer that reads this file whatever it is asked for."""
    renderer = PIPELINE.open(PIPELINE.Options.model_validate(options), Context(lambda _: data))
    assert isinstance(renderer, PageRenderer)
    return renderer


def item_of(data: bytes, language: str = "") -> Item:
    """Return the corpus item of a file."""
    return Item("corpus", "file.pdf", sha256=hashlib.sha256(data).hexdigest(), language=language)


def render(
    source: pymupdf.Document | bytes, number: int = 0, *, language: str = "", **options: Any
) -> Outcome:
    """Render one page of a document."""
    data = source if isinstance(source, bytes) else source.tobytes()
    renderer = make_renderer(data, **options)
    rng = np.random.Generator(np.random.PCG64(0))
    try:
        return renderer.render(Unit(0, item_of(data, language), number), rng)
    finally:
        renderer.close()


def accepted(outcome: Outcome) -> Sample:
    """Return the sample, or fail saying why there is none."""
    assert isinstance(outcome, Sample), outcome
    return outcome


def refused(outcome: Outcome) -> Rejection:
    """Return the rejection, or fail."""
    assert isinstance(outcome, Rejection), "the page was accepted"
    return outcome


def any_size(**proof: Any) -> dict[str, Any]:
    """Return options that let pages with little text pass."""
    return {"proof": {"min_chars": 1, **proof}}
