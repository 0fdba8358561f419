"""What a view gives: a picture and a conversation about it, for trainers and exporters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from dataengine.sample import Turn


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation that a sample gives.

    Attributes:
        task: name of the task, such as "text" or "region"; "turns" for one that came with the
            picture.
        language: of the request: "en" or "zh"; "" for what came with the picture.
        turns: user and assistant in turns, beginning with the user and ending with the assistant.
            The picture stands before the first; no text holds a mark for it.
        details: what was drawn: "questions", a mapping for each question with "set", "wording"
            (number of the request in its task's file) and, where a region was asked for, "region"
            (level, and bbox in pixels); empty for a conversation that came with the picture.
    """

    task: str
    language: str
    turns: tuple[Turn, ...]
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def answer_chars(self) -> int:
        """Characters that the assistant says."""
        return sum(len(turn.text) for turn in self.turns if turn.role == "assistant")


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A picture with a conversation about it.

    Attributes:
        id: unique in its mixture or dataset and stable: the sample's id, the member's name and a
            number; [a-z0-9_-] only, so that it can be a file name and a WebDataset key.
        sample: id of the sample.
        member: which member of a mixture drew it; "" outside of one.
        image: the encoded picture: the stored one or, if `degraded` is not empty, a worn copy.
        image_format: "png", "webp" or "jpeg".
        width, height: of `image`, pixels.
        kind, language, source, template: as in the sample.
        conversation: what is said about it.
        regions: as `dataengine.reader` gives them: dicts with level, bbox and text, on `image`;
            empty where they were not read.
        degraded: what was done to the picture; empty where nothing was.
    """

    id: str
    sample: str
    member: str
    image: bytes
    image_format: str
    width: int
    height: int
    kind: str
    language: str
    source: Mapping[str, Any]
    conversation: Conversation
    template: str | None = None
    regions: Sequence[Mapping[str, Any]] = ()
    degraded: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Worn:
    """A worn copy of a sample's picture, with its truth still true.

    Attributes:
        image: the encoded picture.
        image_format: "png", "webp" or "jpeg".
        width, height: of `image`, pixels.
        regions: as `dataengine.reader` gives them, moved along with the picture.
        applied: what was done, in order: mappings with at least "name".
    """

    image: bytes
    image_format: str
    width: int
    height: int
    regions: Sequence[Mapping[str, Any]]
    applied: Sequence[Mapping[str, Any]]


class Wear(Protocol):
    """Wears a picture as scanning and copying do; a pure function of the row's id and image."""

    def __call__(self, row: Mapping[str, Any], /) -> Worn | None:
        """Return a worn copy of a row's picture, or None where it is left as it is."""
