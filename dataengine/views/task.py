"""A task as its file under `templates/prompts/` describes it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from dataengine.settings import Settings
from dataengine.views.answers.objects import ObjectsAnswer
from dataengine.views.answers.regions import RegionAnswer
from dataengine.views.answers.targets import TargetAnswer
from dataengine.views.answers.turns import TurnsAnswer

Answer = Annotated[
    TargetAnswer | RegionAnswer | ObjectsAnswer | TurnsAnswer, Field(discriminator="of")
]
Language = Literal["en", "zh", "any"]

_SLOT = re.compile(r"\{(\w*)\}")


class RequestGroup(Settings):
    """Requests of one set and language."""

    set: str = Field(pattern=r"[a-z][a-z0-9-]*", description="such as vary, got, own")
    language: Language = Field(description="en, zh, or any for a request without words of either")
    source: str = Field("", description="where the wording was published")
    by_name: bool = Field(False, description="used only by views that name the set")
    boxes: Literal["thousandths", "pixels"] | None = Field(
        None, description="used only by views with boxes in this unit"
    )
    prefix: str = Field("", description="what the answer begins with")
    suffix: str = Field("", description="what it ends with")
    unless: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="key of the sample's source -> values with which its words do not fit",
    )
    between: str = Field("", description="between the names of classes; by default a list in words")
    texts: tuple[str, ...] = Field(min_length=1)

    def suits(self, source: Mapping[str, Any]) -> bool:
        """Say whether the words fit a picture of a source: a formula is no page."""
        return _has_none(source, self.unless)


@dataclass(frozen=True, slots=True)
class Request:
    """One wording of a task.

    Attributes:
        number: its place in the task's file, from 0.
        text: with {box}, {text}, {names} or {question} where the task has them.
        group: its set, language, and what goes with them.
    """

    number: int
    text: str
    group: RequestGroup

    def filled(self, slots: Mapping[str, str]) -> str:
        """Return the text with its slots filled; what is filled in is not searched again."""
        return _SLOT.sub(lambda match: slots[match[1]], self.text)


class Task(Settings):
    """What a task answers with, of which samples, and how it is asked for."""

    summary: str = Field(min_length=1, description="one line for people")
    answer: Answer
    kinds: tuple[str, ...] = Field((), description="kinds of samples; none: all")
    not_kinds: tuple[str, ...] = Field((), description="nor samples of these kinds")
    where: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="key of the sample's source -> values that it must have"
    )
    unless: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="key of the sample's source -> values it must not have"
    )
    language: Literal["sample", "answer"] = Field(
        "sample", description="whether a request follows the sample's language or the answer's"
    )
    borrow: str = Field("", description="task whose own requests are used here too")
    groups: tuple[RequestGroup, ...] = Field((), description="requests by set and language")

    @model_validator(mode="after")
    def _check(self) -> Self:
        wanted = set(self.answer.slots)
        for request in self.requests():
            used = set(_SLOT.findall(request.text))
            if used != wanted:
                raise ValueError(
                    f"the request {request.text!r} names {_slots(used)}, this task's requests name "
                    f"{_slots(wanted)}"
                )
        texts = [(one.text, one.group.set, one.group.language) for one in self.requests()]
        if repeated := next((one for one in texts if texts.count(one) > 1), None):
            raise ValueError(f"the request {repeated[0]!r} stands twice in the set {repeated[1]}")
        if not self.groups and not self.borrow and not isinstance(self.answer, TurnsAnswer):
            raise ValueError("the task has no request")
        return self

    def requests(self) -> Iterator[Request]:
        """Yield the task's wordings in the order of the file."""
        number = 0
        for group in self.groups:
            for text in group.texts:
                yield Request(number, text, group)
                number += 1

    def suits(self, row: Mapping[str, Any]) -> bool:
        """Say whether a sample is of a kind that the task is for."""
        kind, source = row["kind"], row["source"]
        return (
            (not self.kinds or kind in self.kinds)
            and kind not in self.not_kinds
            and all(source.get(key) in values for key, values in self.where.items())
            and _has_none(source, self.unless)
        )


def _has_none(source: Mapping[str, Any], values: Mapping[str, tuple[str, ...]]) -> bool:
    return not any(source.get(key) in unwanted for key, unwanted in values.items())


def _slots(names: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "nothing in braces"
