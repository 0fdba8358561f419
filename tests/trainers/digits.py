"""Pictures of digits at a fixed place: the smallest thing that a model can learn to read."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from dataengine.sample import Turn
from dataengine.views.example import Conversation, Example

SIDE_PX = 64


def picture(text: str, place: tuple[int, int] = (6, 20)) -> bytes:
    """Return a PNG of black text on white."""
    canvas = Image.new("L", (SIDE_PX, SIDE_PX), 255)
    font = ImageFont.load_default(18)
    ImageDraw.Draw(canvas).text(place, text, fill=0, font=font)
    buffer = io.BytesIO()
    canvas.save(buffer, "PNG")
    return buffer.getvalue()


def example(number: int, text: str) -> Example:
    """Return a picture with the request to read it."""
    turns = (Turn("user", "read"), Turn("assistant", text))
    return Example(
        f"digits-{number}", f"s{number}", "digits", picture(text), "png", SIDE_PX, SIDE_PX,
        "page", "en", {}, Conversation("text", "en", turns),
    )  # fmt: skip


class DigitSource:
    """So many pictures of two to five digits, a function of the seed; groups of ten."""

    member_names = ("digits",)

    def __init__(self, count: int, seed: int = 0, longest: int = 5) -> None:
        rng = np.random.Generator(np.random.PCG64(seed))
        lengths = rng.integers(2, longest + 1, count)
        self.texts = ["".join(map(str, rng.integers(0, 10, length))) for length in lengths]
        self.groups = np.arange(count) // 10
        self.chars = lengths.astype(np.int64)
        self.members = np.zeros(count, np.int64)
        self.identity = f"digits-{count}-{seed}-{longest}"

    def __len__(self) -> int:
        return len(self.texts)

    def example(self, number: int) -> Example:
        """Return a picture of digits."""
        return example(number, self.texts[number])
