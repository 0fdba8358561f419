"""What counts as a duplicate or as overlap with a benchmark, as it stands in a mixture file."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dataengine.settings import Settings

Form = Literal["picture", "text", "near-text", "near-picture"]
FORMS: tuple[Form, ...] = ("picture", "text", "near-text", "near-picture")


class Duplicates(Settings):
    """How duplicates are looked for among samples of one or several datasets.

    - `picture`: the same pixels (`pixel_hash`) and the same conversation, if they brought one: two
      questions about one picture are two samples.
    - `text`: the same target text, white space aside.
    - `near-text`: nearly the same text by the stored sketch.
    - `near-picture`: nearly the same photo by its sketch, and the same conversation.
    """

    forms: tuple[Form, ...] = Field(FORMS, description="what is looked for")
    near_text: float = Field(
        0.9, ge=0.6, le=1, description="least Jaccard similarity of the texts' 5-grams"
    )
    near_picture: float = Field(
        0.75, ge=0.6, le=1, description="least share of equal bins of two photos' sketches"
    )
    sketch_kinds: tuple[str, ...] = Field(
        (),
        description="kinds of photos that come without a sketch: their pictures are decoded and "
        "sketched; of no use for charts and pages, which all look alike to a sketch",
    )
    min_chars: int = Field(
        40, ge=1, description="shorter texts (without white space) are not compared"
    )
    remove: bool = Field(True, description="leave later ones out; false: only report them")


class BenchmarkOverlap(Settings):
    """How overlap with benchmarks is looked for."""

    files: tuple[str, ...] = Field(
        (), description="benchmark files or folders: txt, json, jsonl, csv, tsv, parquet"
    )
    pictures: tuple[str, ...] = Field((), description="folders of benchmark pictures")
    words: int = Field(13, ge=3, le=50, description="length of n-grams of words")
    characters: int = Field(
        30, ge=8, le=200, description="length of n-grams of Chinese and Japanese characters"
    )
    common: int = Field(
        10, ge=1, description="n-grams in more benchmark records than these are prompts: left out"
    )
    near_picture: float = Field(
        0.75, ge=0.6, le=1, description="least share of equal bins of two photos' sketches"
    )
    min_share: float = Field(
        0.0, ge=0, le=1, description="share of a sample's n-grams from which on it is a hit"
    )
    remove: bool = Field(True, description="leave hits out; false: only report them")
    remove_questions: bool = Field(
        False,
        description="leave out, too, what shares a short question and neither n-gram nor picture",
    )
