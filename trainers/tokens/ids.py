"""The token ids that a model and its loop must know."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TokenIds:
    """Ids of special tokens.

    Attributes:
        vocabulary: rows of the embedding.
        image: stands for one image feature; as many of them as the connector gives.
        pad: fills batches; never learned.
        end: ends an answer; learned.
        begin: begins a sequence, if the layout has one.
        image_start, image_end: around the image tokens, if the layout has them.
    """

    vocabulary: int
    image: int
    pad: int
    end: int
    begin: int | None = None
    image_start: int | None = None
    image_end: int | None = None

    def __post_init__(self) -> None:
        known = (self.image, self.pad, self.end, self.begin, self.image_start, self.image_end)
        strange = [one for one in known if one is not None and not 0 <= one < self.vocabulary]
        if strange:
            raise ValueError(f"token ids {strange} in a vocabulary of {self.vocabulary}")
        if self.image in known[1:]:
            raise ValueError(f"token {self.image} stands for features and for something else")
