"""Where a source document falls between 0 and 1: what splits and `Part.documents` go by.

A document is known by the hash of its bytes where its samples carry one, else by corpus and name.
Of a picture that came with a record (a caption, a conversation) it is the picture's own hash: many
records share a file.
The place depends on nothing else: no seed, no order, no other document. So what is held out of one
dataset is held out of all, whenever they are made, and a corpus that grows moves none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

Interval = tuple[float, float]
"""Places from the first number up to, but not including, the second."""

_STEPS = 1 << 53
"""Places are multiples of 2**-53, which floats hold exactly."""


def document_of(work: Mapping[str, Any]) -> str:
    """Return the identity of a work that a sample's `source` names (`sample.works_of`)."""
    for name in ("image_sha256", "sha256"):
        sha256 = work.get(name)
        if isinstance(sha256, str) and sha256:
            return f"sha256:{sha256}"
    return named_document(str(work.get("corpus", "")), str(work.get("item", "")))


def named_document(corpus: str, item: str) -> str:
    """Return the identity of a work that is known by its name alone, as those of material are."""
    return f"{corpus}\0{item}"


def place_of(document: str) -> float:
    """Return a document's place, at least 0 and below 1, evenly spread over documents."""
    digest = hashlib.blake2b(document.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / _STEPS


def within(interval: Interval, document: str) -> bool:
    """Say whether a document's place lies in an interval."""
    low, high = interval
    return low <= place_of(document) < high
