"""What harvesting an item gives, as frames: a worker sends it in parts, its parent checks them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dataengine.canonical import canonical_json
from dataengine.frames import FrameError
from dataengine.material import MAX_BODY_BYTES, MAX_NAME_CHARS, Piece, Refusal

MAX_DETAIL_CHARS = 500
FLUSH_ENTRIES = 256
FLUSH_BYTES = 1 << 20


@dataclass(slots=True)
class Part:
    """Some of what an item gives.

    Attributes:
        pieces: group, key and body (JSON) of each.
        refusals: what is of no use.
        beside: name and sha256 ("" where nothing was given) of files read beside the item.
    """

    pieces: list[tuple[str, str, str]] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    beside: list[tuple[str, str]] = field(default_factory=list)
    bytes: int = 0

    @property
    def full(self) -> bool:
        """Whether it is time to send it."""
        entries = len(self.pieces) + len(self.refusals)
        return entries >= FLUSH_ENTRIES or self.bytes >= FLUSH_BYTES

    def add(self, found: Piece | Refusal) -> None:
        """Take a piece or a refusal; a piece that cannot be stored becomes a refusal.

        Raises:
            TypeError: it is neither.
        """
        refusal = self._stored(found) if isinstance(found, Piece) else found
        if refusal is None and isinstance(found, Piece):
            return
        if not isinstance(refusal, Refusal):
            raise TypeError(f"harvest yielded a {type(found).__name__}")
        fields = (refusal.kind, refusal.reason, refusal.detail, refusal.place)
        kind, reason, detail, place = (_plain(text) for text in fields)
        if not kind or not reason:
            raise TypeError(f"{refusal} has no kind or no reason")
        self.refusals.append(Refusal(kind, reason, detail, place))

    def _stored(self, piece: Piece) -> Refusal | None:
        """Take a piece that can be stored, else return why not."""
        try:
            body = canonical_json(dict(piece.body))
            f"{piece.group}{piece.key}".encode()
        except (TypeError, ValueError, RecursionError) as error:
            return Refusal(_plain(piece.group) or "piece", "malformed-piece", str(error))
        size = len(body.encode())
        if size > MAX_BODY_BYTES:
            detail = f"{size:,} bytes, at most {MAX_BODY_BYTES:,} are stored"
            return Refusal(piece.group, "oversized-piece", detail)
        if not 0 < len(piece.group) <= MAX_NAME_CHARS:
            raise TypeError(f"a group is empty or longer than {MAX_NAME_CHARS} characters")
        key = piece.key
        if len(key) > MAX_NAME_CHARS:
            key = f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"
        self.pieces.append((piece.group, key, body))
        self.bytes += size
        return None


def pack_part(part: Part) -> dict[str, Any]:
    """Return a part as the header of a frame."""
    refusals = [[one.kind, one.reason, one.detail, one.place] for one in part.refusals]
    return {
        "outcome": "part",
        "pieces": part.pieces,
        "refusals": refusals,
        "beside": part.beside,
    }


def unpack_part(header: Mapping[str, Any]) -> Part:
    """Return the part that a frame holds; raises `FrameError` if it is malformed.

    The worker has parsed hostile files: what comes out can be written to a material file.
    """
    try:
        pieces = [_strings(one, 3) for one in header["pieces"]]
        refusals = [_strings(one, 4) for one in header["refusals"]]
        beside = [_strings(one, 2) for one in header["beside"]]
        for group, key, body in pieces:
            if not 0 < len(group) <= MAX_NAME_CHARS or len(key) > MAX_NAME_CHARS:
                raise ValueError("a group or key of the wrong length")
            if len(body) > MAX_BODY_BYTES or not isinstance(json.loads(body), dict):
                raise ValueError("a body that is too large or no object")
        if any(len(text) > MAX_DETAIL_CHARS for one in refusals for text in one):
            raise ValueError("a refusal of many words")
        return Part(
            [(group, key, body) for group, key, body in pieces],
            [Refusal(*one) for one in refusals],
            [(name, sha256) for name, sha256 in beside],
        )
    except (LookupError, TypeError, ValueError, RecursionError) as error:
        raise FrameError(f"a malformed part of a harvest: {error}") from error


def _strings(value: Any, count: int) -> list[str]:
    if type(value) is not list or len(value) != count or not set(map(type, value)) <= {str}:
        raise TypeError(f"expected {count} strings")
    return value


def _plain(text: str) -> str:
    """Return a text that every file can hold, cut off."""
    return str(text)[:MAX_DETAIL_CHARS].encode("utf-8", "replace").decode()
