"""Options of the pipeline `pdf_pages`, as they stand in a recipe, with the measured defaults."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dataengine.imaging import Encoding
from dataengine.settings import Settings

Level = Literal["word", "line", "block"]
Language = Literal["en", "zh", "mixed", "other"]


class Canvas(Settings):
    """How a page of any shape becomes a picture; what was done is recorded with each sample."""

    rule: Literal["long_edge", "dpi", "square"] = Field(
        "long_edge",
        description="long_edge: the longer side has `size` pixels; dpi: `size` pixels per inch; "
        "square: `size` x `size` pixels",
    )
    size: int = Field(1024, ge=32, le=8192, description="pixels, or pixels per inch for dpi")
    fit: Literal["squash", "pad"] = Field(
        "squash", description="square only: stretch the page over the square, or pad it with white"
    )
    max_long_edge: int = Field(
        4096, ge=64, le=16384, description="dpi only: pages that would be longer are scaled to this"
    )


class TextForm(Settings):
    """What the target `text` looks like."""

    layout: Literal["paragraphs", "lines"] = Field(
        "paragraphs",
        description="paragraphs: lines of a paragraph joined and their hyphens resolved; lines: as "
        "printed",
    )
    furniture: Literal["keep", "drop"] = Field(
        "keep", description="running headers, footers and page numbers in the text"
    )


class Proof(Settings):
    """Thresholds: a page beyond one of them is rejected with that check's reason."""

    min_chars: int = Field(50, ge=0, description="fewest characters of text, blanks not counted")
    max_unknown: float = Field(
        0.0, ge=0, le=1, description="share of characters without a meaning in Unicode"
    )
    max_radicals: float = Field(
        0.05, ge=0, le=1, description="share of Han characters that came as Kangxi radicals"
    )
    max_rare: float = Field(
        0.1, ge=0, le=1, description="share of Han characters outside both common sets"
    )
    min_plausible: float = Field(
        0.45, ge=0, le=1, description="share of letter pairs that are usual in Latin-script words"
    )
    max_hidden: float = Field(
        0.0, ge=0, le=1, description="share of characters drawn invisible (OCR layers)"
    )
    max_rotated: float = Field(0.02, ge=0, le=1, description="share of characters not upright")
    max_vertical: float = Field(
        0.35, ge=0, le=1, description="share of lines with one character, as in vertical setting"
    )
    max_cut: float = Field(
        0.0, ge=0, le=1, description="share of characters cut by the page's edge or a clip"
    )
    max_backward: float = Field(
        0.1, ge=0, le=1, description="share of lines that jump back up in their own column"
    )
    max_interleaved: float = Field(
        0.3, ge=0, le=1, description="share of lines that hop between columns of running text"
    )
    max_shattered: float = Field(
        0.05, ge=0, le=1, description="share of lines that are splinters of sentences or formulas"
    )
    languages: tuple[Language, ...] = Field(
        ("en", "zh", "mixed"), description="languages kept, as found on the page"
    )
    match_claim: bool = Field(
        True, description="reject pages whose language contradicts the corpus's claim"
    )
    training_px: int = Field(
        1024, ge=32, description="side of the square that the trainer squashes pictures to"
    )
    min_em_px: float = Field(
        6.0, ge=0, description="smallest legible font size in pixels at the training size"
    )
    max_illegible: float = Field(
        0.05, ge=0, le=1, description="share of characters set smaller than `min_em_px`"
    )
    max_tokens: int = Field(
        3840, ge=1, description="longest target in tokens (4096 less 256 for the picture)"
    )
    tokenizer: str = Field(
        "", description="path of a tokenizer.json to count tokens with; without, an estimate"
    )
    min_inked: float = Field(
        0.95, ge=0, le=1, description="share of characters in words that can be seen"
    )
    min_explained: float = Field(
        0.9, ge=0, le=1, description="share of the picture's fine structure that lies under text"
    )


class Options(Settings):
    """Options of the pipeline `pdf_pages`."""

    renderer: Literal["mupdf", "pdf2image"] = Field(
        "mupdf", description="draws the picture; the text is MuPDF's in both cases"
    )
    annotations: bool = Field(
        True, description="draw and read annotations and form fields (mupdf; pdf2image draws them)"
    )
    canvas: Canvas = Field(default_factory=Canvas, description="size of the picture")
    image: Encoding = Field(default_factory=Encoding, description="format of the picture")
    text: TextForm = Field(default_factory=TextForm, description="form of the text target")
    regions: tuple[Level, ...] = Field(
        ("word", "line", "block"), description="levels of boxes stored with each page"
    )
    structure: bool = Field(
        True, description="add markdown and html where a tagged PDF gives them exactly"
    )
    proof: Proof = Field(default_factory=Proof, description="thresholds of the proof")
