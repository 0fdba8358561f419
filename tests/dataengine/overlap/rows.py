"""Rows as the reader gives them, made up for tests of overlap."""

from __future__ import annotations

from typing import Any

import numpy as np

from dataengine.fingerprint import similarity, sketch
from dataengine.picture_sketch import sketch_picture
from tests.conftest import words


def passage(number: int, count: int = 40) -> str:
    """Return a text that shares no n-gram with that of another number."""
    return " ".join(f"{word[:4]}x{word[4:]}" for word in words(number, 1 + count // 12)[0].split())


def long_passage(number: int, lines: int = 6) -> str:
    """Return some lines of such a text."""
    return "\n".join(passage(1000 * number + line) for line in range(lines))


def nearly(text: str, low: float = 0.9, high: float = 0.99) -> str:
    """Return a text whose sketch is that similar: some of its middle is struck out."""
    for struck in range(2, len(text) // 2):
        other = text[:100] + text[100 + struck :]
        if low <= similarity(sketch(text), sketch(other)) <= high:
            return other
    raise AssertionError("no part can be struck out to that effect")


def row(sample_id: str, text: str, dataset: str = "one", **changes: Any) -> dict[str, Any]:
    """Return a page with a text."""
    return {
        "dataset": dataset,
        "id": sample_id,
        "kind": "page",
        "targets": {"text": text},
        "turns": None,
        "pixel_hash": f"pixels of {dataset} {sample_id}",
        "fingerprint": sketch(text),
        **changes,
    }


def talk(*texts: str) -> list[dict[str, str]]:
    """Return a conversation."""
    roles = ("user", "assistant")
    return [{"role": roles[place % 2], "text": text} for place, text in enumerate(texts)]


def scene(seed: int, side: int = 96) -> np.ndarray:
    """Return a picture with structure at all scales, another for each seed."""
    rng = np.random.Generator(np.random.PCG64(seed))
    rough = rng.uniform(0, 255, (12, 12))
    return np.kron(rough, np.ones((side // 12, side // 12))).astype(np.uint8)


def photo(sample_id: str, pixels: np.ndarray, dataset: str = "one", **changes: Any) -> dict:
    """Return a photo with its sketch."""
    caption = {"caption": "A man who rides a wave on top of a surfboard in the ocean."}
    drawn = {"kind": "natural", "targets": caption, "fingerprint": sketch_picture(pixels)}
    return row(sample_id, "", dataset, **{**drawn, **changes})
