"""Batches: examples encoded and put side by side, padded to a bucket or packed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from dataengine.views.example import Example
from trainers.data.packing import block_mask, fresh_positions, pack
from trainers.data.transforms import BadPicture, Square, in_colour, to_thin_square
from trainers.errors import TrainError
from trainers.recipe import DataRecipe, ImageSettings
from trainers.tokens.layout import Encoded, Layout


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """An example as the model takes it: ids, and a square of bytes per tower.

    A square of a picture that is stored grey has one channel, whatever its tower takes.
    """

    id: str
    encoded: Encoded
    squares: Mapping[str, Square]


@dataclass(frozen=True, slots=True)
class Skipped:
    """An example that was left out, and why."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Sequences that go through the model together.

    Attributes:
        names: ids of the examples, in the order of the pictures.
        ids: (B, T) int64.
        learned: (B, T) bool.
        attention: (B, T) bool; or (B, 1, T, T) where examples are packed.
        positions: (B, T) int64 where examples are packed, else None.
        images: tower -> (P, S, S, C) bytes; C is 1 where all of them are grey.
    """

    names: tuple[str, ...]
    ids: npt.NDArray[np.int64]
    learned: npt.NDArray[np.bool_]
    attention: npt.NDArray[np.bool_]
    positions: npt.NDArray[np.int64] | None
    images: Mapping[str, Square]

    @property
    def learned_tokens(self) -> int:
        """Tokens that are learned from."""
        return int(self.learned.sum())


class Preparer:
    """Turns examples into ids and squares.

    Args:
        image_tokens: features that the model's connector gives per picture.
        towers: tower -> how its pictures are made.
    """

    def __init__(
        self,
        layout: Layout,
        recipe: DataRecipe,
        image_tokens: int,
        towers: Mapping[str, ImageSettings],
    ) -> None:
        self._layout, self._recipe = layout, recipe
        self._image_tokens, self._towers = image_tokens, towers

    def __call__(self, example: Example) -> Prepared | Skipped:
        """Return what the model takes, or why it is left out.

        Raises:
            TrainError: the recipe says that what is too long or broken is an error.
        """
        try:
            encoded = self._layout.encode(example.conversation.turns, self._image_tokens)
            squares = {
                name: to_thin_square(example.image, settings)
                for name, settings in self._towers.items()
            }
        except (BadPicture, ValueError) as error:
            if self._recipe.on_bad_sample == "error":
                raise TrainError(
                    f"{example.id}: {error}; set data.on_bad_sample: skip to go on without it"
                ) from error
            return Skipped(example.id, str(error))
        if len(encoded) <= self._recipe.max_tokens:
            return Prepared(example.id, encoded, squares)
        return self._too_long(example.id, encoded, squares)

    def _too_long(
        self, name: str, encoded: Encoded, squares: Mapping[str, Square]
    ) -> Prepared | Skipped:
        most = self._recipe.max_tokens
        words = f"{len(encoded)} tokens, data.max_tokens is {most}"
        if self._recipe.too_long == "error":
            raise TrainError(f"{name}: {words}; raise it, or set data.too_long: skip")
        cut = encoded.cut(most)
        if self._recipe.too_long == "skip" or not cut.learned.any():
            return Skipped(name, words)
        return Prepared(name, cut, squares)


def with_others_pictures(prepared: Sequence[Prepared]) -> list[Prepared]:
    """Return each text with the picture of the next one, round about, that is another picture.

    Several texts may be about one picture. Where all are, they get white paper.
    """
    return [
        replace(
            one,
            squares=next(
                (
                    other.squares
                    for other in (*prepared[at + 1 :], *prepared[:at])
                    if not _same(other.squares, one.squares)
                ),
                {name: np.full_like(square, 255) for name, square in one.squares.items()},
            ),
        )
        for at, one in enumerate(prepared)
    ]


def _same(some: Mapping[str, Square], others: Mapping[str, Square]) -> bool:
    return all(np.array_equal(square, others[name]) for name, square in some.items())


def padded(prepared: Sequence[Prepared], buckets: Sequence[int], pad: int) -> Batch:
    """Put examples side by side, filled up to the smallest bucket that holds the longest."""
    longest = max(len(one.encoded) for one in prepared)
    total = next((one for one in sorted(buckets) if one >= longest), longest)
    ids = np.full((len(prepared), total), pad, np.int64)
    learned = np.zeros((len(prepared), total), np.bool_)
    attention = np.zeros((len(prepared), total), np.bool_)
    for row, one in enumerate(prepared):
        length = len(one.encoded)
        ids[row, :length] = one.encoded.ids
        learned[row, :length] = one.encoded.learned
        attention[row, :length] = True
    names = tuple(one.id for one in prepared)
    return Batch(names, ids, learned, attention, None, _stacked(prepared))


def packed(prepared: Sequence[Prepared], total: int, pad: int) -> Batch:
    """Put examples into sequences of `total` tokens, several in one; none sees another."""
    sequences = pack([len(one.encoded) for one in prepared], total)
    ids = np.full((len(sequences), total), pad, np.int64)
    learned = np.zeros((len(sequences), total), np.bool_)
    masks, positions, order = [], [], []
    for row, members in enumerate(sequences):
        lengths = [len(prepared[number].encoded) for number in members]
        end = sum(lengths)
        ids[row, :end] = np.concatenate([prepared[number].encoded.ids for number in members])
        learned[row, :end] = np.concatenate(
            [prepared[number].encoded.learned for number in members]
        )
        masks.append(block_mask(lengths, total)[None])
        positions.append(fresh_positions(lengths, total))
        order += members
    ordered = [prepared[number] for number in order]
    return Batch(
        tuple(one.id for one in ordered),
        ids,
        learned,
        np.stack(masks),
        np.stack(positions),
        _stacked(ordered),
    )


def _stacked(prepared: Sequence[Prepared]) -> dict[str, Square]:
    return {
        name: _together([one.squares[name] for one in prepared]) for name in prepared[0].squares
    }


def _together(squares: Sequence[Square]) -> Square:
    if len({one.shape[2] for one in squares}) > 1:
        squares = [in_colour(one) for one in squares]
    neighbours = _neighbours(squares)
    return np.stack(squares) if neighbours is None else neighbours


def _neighbours(squares: Sequence[Square]) -> Square | None:
    """Return squares that lie side by side in one block as they are, without a copy; else None."""
    block = squares[0].base
    if not isinstance(block, np.ndarray) or block.shape[1:] != squares[0].shape:
        return None
    if any(one.base is not block for one in squares):
        return None
    size, first = squares[0].nbytes, _address(squares[0])
    if any(_address(one) != first + at * size for at, one in enumerate(squares)):
        return None
    start = (first - _address(block)) // size
    return block[start : start + len(squares)]


def _address(array: npt.NDArray[np.uint8]) -> int:
    address: int = array.__array_interface__["data"][0]
    return address
