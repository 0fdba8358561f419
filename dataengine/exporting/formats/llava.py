"""LLaVA's conversation JSON, which the Vary line reads too: one array per split, and pictures.

    [{"id": "…", "image": "train-000000/….png",
      "conversations": [{"from": "human", "value": "<image>\\n…"}, {"from": "gpt", "value": "…"}]}]

LLaVA joins its image folder and `image` as paths; Vary's loaders join them as strings, so there the
folder is named with a slash at its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

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
from dataengine.exporting.settings import MarkedOptions
from dataengine.storage import Storage
from dataengine.views.example import Example

_SPEAKERS = {"user": "human", "assistant": "gpt"}


class LlavaOptions(MarkedOptions):
    """Options of LLaVA's JSON."""

    image_prefix: str = Field(
        "", description="what `image` begins with: / for loaders that join it to a folder as text"
    )


class LlavaFormat(Format):
    """One JSON array per split."""

    name: ClassVar[str] = "llava"
    summary: ClassVar[str] = "LLaVA's conversation JSON and pictures, as Vary reads it too"
    leftovers = (PARTS,)
    Options = LlavaOptions
    options: LlavaOptions

    def fault(self, example: Example) -> str | None:
        """Return why an example cannot stand in this format."""
        return mark_fault(example, self.options)

    def write(
        self, storage: Storage, split: str, number: int, examples: Iterator[Example]
    ) -> Files:
        """Write a shard's pictures and lines."""
        shard = RecordShard(storage, split, number, self.options.images)
        for example in examples:
            turns = turns_with_mark(example, self.options.mark)
            record = {
                "id": example.id,
                "image": self.options.image_prefix + shard.image(example),
                "conversations": [{"from": _SPEAKERS[role], "value": text} for role, text in turns],
            }
            shard.add(example, record)
        return shard.finish()

    def finish(self, storage: Storage, shards: Shards) -> Files:
        """Join the lines of each split into one array."""
        return joined(storage, shards, ".json", _array)

    def usage(self) -> str:
        """Return how the export is read."""
        return (
            "LLaVA: `--data_path train.json --image_folder images`. Vary joins folder and name as "
            "text, so its entry in `constants.py` ends with a slash:\n\n"
            "```python\n"
            f'{{"images": ".../{IMAGES}/", "annotations": ".../train.json"}}\n'
            "```"
        )


def _array(lines: Iterator[bytes]) -> Iterator[bytes]:
    lead = b"[\n"
    for line in lines:
        yield lead + line
        lead = b",\n"
    yield b"\n]\n" if lead != b"[\n" else b"[]\n"


FORMAT = LlavaFormat
