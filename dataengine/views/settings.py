"""What a view is asked for, as it stands in a mixture file or on the command line."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from dataengine.settings import Settings, Weights


class View(Settings):
    """How conversations are made of samples.

    Tasks are data files under `templates/prompts/`; a sample gives a task only if it has what the
    task answers with. Everything drawn is a function of (seed, view's name, sample's id), never of
    the order in which samples are read.
    """

    tasks: Weights[str] = Field(
        default_factory=lambda: {
            "turns": 1.0,
            "markdown": 1.0,
            "text": 1.0,
            "dict": 1.0,
            "caption": 1.0,
        },
        description="task -> weight; of the tasks that a sample can give, one is drawn",
    )
    wordings: tuple[str, ...] = Field(
        (), description="only requests of these sets, such as vary, got, onechart; none: all"
    )
    prompt_language: Literal["sample", "en", "zh", "any"] = Field(
        "sample",
        description="language of the request: the sample's own where the sets have one (else the "
        "other), a fixed one, or drawn",
    )
    per_sample: int = Field(
        1, ge=1, le=100, description="conversations drawn from each sample, no two of them alike"
    )
    levels: tuple[str, ...] = Field(
        ("line", "block"), description="levels of regions that region tasks ask for"
    )
    questions: int = Field(
        1, ge=1, le=50, description="questions in one conversation of a region task"
    )
    boxes: Literal["thousandths", "pixels"] = Field(
        "thousandths",
        description="boxes in requests and answers: 0 to 1000 of width and height, or pixels",
    )
    min_answer_chars: int = Field(1, ge=0, description="shorter answers are not asked for")
    max_answer_chars: int | None = Field(None, ge=1, description="nor longer ones")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.tasks:
            raise ValueError("a view draws from at least one task")
        if self.max_answer_chars is not None and self.max_answer_chars < self.min_answer_chars:
            raise ValueError("max_answer_chars is not below min_answer_chars")
        return self
