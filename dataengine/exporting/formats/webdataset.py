"""WebDataset: tars of picture, JSON and text under one key each; the same bytes every time.

Members have no time, owner 0 and mode 0644. The key is the example's id; `.json` holds messages and
all facts, `.txt` what the assistant says if it speaks once.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from typing import Any, ClassVar

from pydantic import Field

from dataengine.canonical import canonical_json, file_sha256
from dataengine.exporting.format import Files, Format, Shards
from dataengine.exporting.pictures import picture
from dataengine.exporting.records import facts_of
from dataengine.exporting.settings import FormatOptions
from dataengine.exporting.writing import shard_name, write_file
from dataengine.receipt import StoredFile
from dataengine.storage import Storage, storage_errors
from dataengine.views.example import Example

_MODE = 0o644


class WebDatasetOptions(FormatOptions):
    """Options of WebDataset tars."""

    text: bool = Field(True, description="also .txt: the answer of conversations of one turn each")
    regions: bool = Field(False, description="boxes in the JSON, as far as they were read")


class WebDatasetFormat(Format):
    """Tars named SPLIT-NNNNNN.tar, and an index per split."""

    name: ClassVar[str] = "webdataset"
    summary: ClassVar[str] = "WebDataset tars: picture, JSON and text under one key"
    Options = WebDatasetOptions
    options: WebDatasetOptions

    def write(
        self, storage: Storage, split: str, number: int, examples: Iterator[Example]
    ) -> Files:
        """Write a tar."""
        name, rows = f"{shard_name(split, number)}.tar", 0
        with storage.scratch(name) as path:
            with storage_errors(path), tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
                for example in examples:
                    for ending, data in self._members(example):
                        _add(tar, f"{example.id}.{ending}", data)
                    rows += 1
            stored = StoredFile(name, rows, path.stat().st_size, file_sha256(path))
            storage.publish(path, name)
        return (stored,)

    def _members(self, example: Example) -> Iterator[tuple[str, bytes]]:
        data, suffix = picture(example, self.options.images)
        yield suffix, data
        turns = example.conversation.turns
        facts: dict[str, Any] = facts_of(example)
        facts["messages"] = [{"role": turn.role, "content": turn.text} for turn in turns]
        if self.options.regions:
            facts["regions"] = [dict(one) for one in example.regions]
        yield "json", canonical_json(facts).encode()
        if self.options.text and len(turns) == 2:
            yield "txt", turns[1].text.encode()

    def finish(self, storage: Storage, shards: Shards) -> Files:
        """Write an index of each split, in the form that `wids` reads."""
        tars, indices = [], []
        for split, of_split in shards.items():
            files = [file for one in of_split for file in one]
            shardlist = [
                {"url": file.name, "nsamples": file.rows, "filesize": file.bytes} for file in files
            ]
            index = {"__kind__": "wids-shard-index-v1", "wids_version": 1, "shardlist": shardlist}
            data = json.dumps(index, indent=1).encode() + b"\n"
            indices.append(write_file(storage, f"{split}.index.json", data))
            tars += files
        return (*tars, *indices)

    def usage(self) -> str:
        """Return how the export is read."""
        return (
            "```python\nfrom glob import glob\n\nimport webdataset as wds\n\n"
            'urls = sorted(glob("train-*.tar"))\n'
            'pairs = wds.WebDataset(urls, shardshuffle=False).decode("pil")'
            '.to_tuple("png;jpg;webp", "json")\n```'
        )


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), _MODE
    tar.addfile(member, io.BytesIO(data))


FORMAT = WebDatasetFormat
