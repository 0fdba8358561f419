"""ms-swift's JSON lines: messages and images, or the older query, response, history and images.

    {"messages": [{"role": "user", "content": "<image>…"}, {"role": "assistant", "content": "…"}],
     "images": ["images/train-000000/….png"]}
    {"query": "<image>…", "response": "…", "history": [], "images": ["…"]}

Paths are taken from where training is started, or from `image_root`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from pydantic import Field

from dataengine.exporting.format import Files, Format, Shards
from dataengine.exporting.records import (
    IMAGES,
    PARTS,
    RecordShard,
    joined,
    mark_fault,
    turns_with_mark,
)
from dataengine.exporting.settings import IMAGE_MARK, MarkedOptions
from dataengine.storage import Storage
from dataengine.views.example import Example

_RESERVED = ("<video>", "<audio>", "<bbox>", "<ref-object>")


class SwiftOptions(MarkedOptions):
    """Options of ms-swift's JSON lines."""

    form: Literal["messages", "query"] = Field(
        "messages", description="messages: ms-swift 3 and later; query: earlier, and GOT's README"
    )
    mark: str = Field(IMAGE_MARK, description="what stands before the first request")
    reserved: tuple[str, ...] = Field(
        _RESERVED,
        description="strings that the trainer reads as marks; examples with one are left out",
    )
    image_root: str = Field(
        "", description="folder of the export as the trainer sees it, in front of each image"
    )


class SwiftFormat(Format):
    """One file of JSON lines per split."""

    name: ClassVar[str] = "swift"
    summary: ClassVar[str] = "ms-swift's JSON lines (messages, or query and response) and pictures"
    leftovers = (PARTS,)
    Options = SwiftOptions
    options: SwiftOptions

    def fault(self, example: Example) -> str | None:
        """Return why an example cannot stand in this format."""
        return mark_fault(example, self.options)

    def write(
        self, storage: Storage, split: str, number: int, examples: Iterator[Example]
    ) -> Files:
        """Write a shard's pictures and lines."""
        shard = RecordShard(storage, split, number, self.options.images)
        root = self.options.image_root.rstrip("/")
        for example in examples:
            name = f"{IMAGES}/{shard.image(example)}"
            turns = turns_with_mark(example, self.options.mark)
            shard.add(example, self._record(turns, f"{root}/{name}" if root else name))
        return shard.finish()

    def _record(self, turns: list[tuple[str, str]], image: str) -> dict[str, Any]:
        if self.options.form == "messages":
            messages = [{"role": role, "content": text} for role, text in turns]
            return {"messages": messages, "images": [image]}
        texts = [text for _, text in turns]
        pairs = [list(pair) for pair in zip(texts[::2], texts[1::2], strict=True)]
        query, response = pairs[-1]
        return {
            "query": query,
            "response": response,
            "history": pairs[:-1],
            "images": [image],
        }

    def finish(self, storage: Storage, shards: Shards) -> Files:
        """Join the lines of each split."""
        return joined(storage, shards, ".jsonl", _lines)

    def usage(self) -> str:
        """Return how the export is read."""
        return "Start from this folder: `swift sft --dataset train.jsonl …`."


def _lines(lines: Iterator[bytes]) -> Iterator[bytes]:
    return (line + b"\n" for line in lines)


FORMAT = SwiftFormat
