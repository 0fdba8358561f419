"""Turns one record into a sample or a rejection; keeps the last file open between units.

An outcome depends on the file's bytes, the unit's number, the options and the bytes of the picture
that the record names, whose hash goes into the source.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dataengine.laps import Laps
from dataengine.picture_sketch import sketch_picture
from dataengine.pipeline import Context, Item, Probe, Renderer, Unit
from dataengine.sample import Outcome, Rejection, Sample
from pipelines.imported.formats import get_format, recognise
from pipelines.imported.language import find_language
from pipelines.imported.names import find_image
from pipelines.imported.options import AUTO, Options
from pipelines.imported.pictures import load_picture
from pipelines.imported.records import Entry, Format, Opening, Problem, Records

_SHOWN_RECORDS = 8


@dataclass(slots=True)
class _Job(Laps):
    """One record while it is being worked on."""

    source: dict[str, Any]
    proof: dict[str, Any] = field(default_factory=dict)


class ImportRenderer(Renderer):
    """Imports records."""

    def __init__(self, options: Options, context: Context) -> None:
        self._options = options
        self._context = context
        self._item: Item | None = None
        self._format: Format | None = None
        self._records: Records | None = None

    def probe(self, item: Item, data: bytes) -> Probe:
        """Count the units of a file."""
        self.close()
        try:
            records = self._open_as(item, data)[1]
        except Problem as problem:
            return Probe(0, problem.reason, f"{problem.detail}.")
        if not len(records):
            return Probe(0, "no-records", "the file holds no record.")
        return Probe(len(records))

    def render(self, unit: Unit, rng: np.random.Generator) -> Outcome:
        """Import one record; the rng is not used, a record is what it is."""
        assert unit.item is not None, "records are found, not generated"
        job = _Job(_source(unit.item))
        try:
            return self._sample(unit.item, unit.number, job)
        except Problem as problem:
            return _reject(unit.item, job, problem)

    def close(self) -> None:
        """Let go of the file; two large ones are never held at once."""
        self._item = self._format = self._records = None

    def _sample(self, item: Item, number: int, job: _Job) -> Sample:
        options = self._options
        form, records = self._open(item)
        job.source["format"] = form.name
        job.stage("open")
        entry = records.entry(number, job.source)
        job.stage("record")
        data = self._image(item, entry)
        job.source["image_sha256"] = hashlib.sha256(data).hexdigest()
        job.stage("read")
        picture = load_picture(data, options)
        job.stage("picture")
        job.proof |= {"picture": picture.facts, "turns": len(entry.turns)}
        job.proof["checked"] = (
            "the picture decodes wholly; the texts are well-formed, not their truth"
        )
        is_told = options.language != "auto"
        language = options.language if is_told else find_language(entry.text, item.language)
        height, width = picture.pixels.shape[:2]
        # Other words about the same picture make another conversation, but no other caption pair.
        sketched = b"" if entry.turns else sketch_picture(picture.pixels)
        job.stage("hash")
        return Sample(
            image=picture.data,
            image_format=picture.format,
            width=width,
            height=height,
            pixel_hash=picture.pixel_hash,
            kind=options.kind or entry.kind or form.kind,
            language=language,
            targets=entry.targets,
            source=job.source,
            proof=job.proof,
            turns=entry.turns,
            fingerprint=sketched,
            seconds=job.seconds,
        )

    def _image(self, item: Item, entry: Entry) -> bytes:
        if isinstance(entry.image, bytes):
            return entry.image
        return find_image(entry.image, lambda name: self._context.beside(item, name))

    def _open(self, item: Item) -> tuple[Format, Records]:
        if self._item != item or self._format is None or self._records is None:
            self.close()
            self._format, self._records = self._open_as(item, self._context.read(item))
            self._item = item
        return self._format, self._records

    def _open_as(self, item: Item, data: bytes) -> tuple[Format, Records]:
        name, options = item.member or item.path, self._options
        known = options.format != AUTO
        form = get_format(options.format) if known else recognise(name, data)
        beside = self._context.beside
        return form, form.open(Opening(item, data, options, lambda other: beside(item, other)))


def _reject(item: Item, job: _Job, problem: Problem) -> Rejection:
    job.stage("rejection")
    detail = f"{item.name}{_which(job.source)}: {problem.detail}."
    return Rejection(problem.reason, detail, job.source, job.proof, seconds=job.seconds)


def _which(source: dict[str, Any]) -> str:
    records = source.get("records", [])
    if not records:
        return ""
    words = ", ".join(map(str, records[:_SHOWN_RECORDS]))
    more = ", …" if len(records) > _SHOWN_RECORDS else ""
    return f", {'records' if len(records) > 1 else 'record'} {words}{more}"


def _source(item: Item) -> dict[str, Any]:
    return {
        "corpus": item.corpus,
        "item": item.name,
        "licence": item.licence,
        "url": item.url,
        "sha256": item.sha256,
    }
