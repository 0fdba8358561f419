"""Turns a photograph into a sample or a rejection."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dataengine.imaging import Pixels, encode_image, pixel_hash, preview_jpeg
from dataengine.laps import Laps
from dataengine.picture_sketch import sketch_picture
from dataengine.pipeline import Context, Item, Probe, Renderer, Unit
from dataengine.sample import BOX_DTYPE, Outcome, Regions, Rejection, Sample
from pipelines.natural.annotations import Annotations, Annotator
from pipelines.natural.captions import CAPTIONS, Language
from pipelines.natural.decoding import Photo, decode
from pipelines.natural.geometry import Placement, place
from pipelines.natural.options import Options
from pipelines.natural.photographic import check_photographic
from pipelines.natural.problem import PhotoProblem

_STORED = {"JPEG": "jpeg", "PNG": "png", "WEBP": "webp"}


@dataclass(slots=True)
class _Job(Laps):
    """One photograph while it is being worked on."""

    source: dict[str, Any]
    proof: dict[str, Any] = field(default_factory=dict)
    pixels: Pixels | None = None


class PhotoRenderer(Renderer):
    """Renders photographs."""

    def __init__(self, options: Options, context: Context) -> None:
        self._options = options
        self._context = context
        self._annotator = Annotator(options, context.beside)

    def probe(self, item: Item, data: bytes) -> Probe:
        """Every file is one unit, so that what is wrong with one is told with a picture of it."""
        return Probe(1)

    def render(self, unit: Unit, rng: np.random.Generator) -> Outcome:
        """Render one photograph; only its caption is drawn."""
        assert unit.item is not None, "photographs are found, not generated"
        job = _Job(_source(unit.item))
        try:
            return self._photo(unit.item, rng, job)
        except PhotoProblem as problem:
            preview = b""
            if job.pixels is not None and self._context.wants_preview(problem.reason):
                preview = preview_jpeg(job.pixels)
            job.stage("preview")
            return Rejection(
                problem.reason, problem.detail, job.source, job.proof, preview, job.seconds
            )

    def _photo(self, item: Item, rng: np.random.Generator, job: _Job) -> Sample:
        options = self._options
        language, caption = _draw_caption(options, rng)
        data = self._context.read(item)
        photo = decode(data, options.photo, metadata=options.image.metadata)
        job.pixels = photo.pixels
        job.proof["decoded"] = _decoded_facts(photo)
        job.stage("decode")
        if photo.transparent > options.photo.max_transparent:
            raise PhotoProblem("transparent", f"{photo.transparent:.0%} of it is not opaque")
        check_photographic(photo.pixels, options.photo, job.proof.setdefault("photographic", {}))
        job.stage("proof")
        height, width = photo.pixels.shape[:2]
        placement = place(options.fit, options.size, width, height)
        known = self._annotations(item, photo, placement, job)
        job.stage("annotations")
        objects = _moved(known, placement, options.min_visible, job)
        job.source["geometry"] = {
            **placement.facts(options.fit),
            "orientation": photo.orientation,
        }
        pixels = placement.draw(photo.pixels)
        job.stage("fit")
        image, image_format = self._stored(photo, placement, pixels, job)
        job.stage("encode")
        targets: dict[str, Any] = {"caption": caption}
        if known.captions:
            targets["captions"] = known.captions
        if objects:
            targets["objects"] = objects
        hashed, sketched = pixel_hash(pixels), sketch_picture(photo.pixels)
        job.stage("hash")
        return Sample(
            image=image,
            image_format=image_format,
            width=placement.width,
            height=placement.height,
            pixel_hash=hashed,
            kind="natural",
            language=language,
            targets=targets,
            source=job.source,
            proof=job.proof,
            regions=_regions(objects),
            fingerprint=sketched,
            seconds=job.seconds,
        )

    def _annotations(
        self, item: Item, photo: Photo, placement: Placement, job: _Job
    ) -> Annotations:
        known = self._annotator.look_up(item, photo)
        if known.captions and not placement.whole:
            known.captions = []
            known.notes.append("captions speak of what the crop may have cut away, not used")
        if known.files:
            job.source["annotations"] = known.files
        if known.id is not None:
            job.source["image_id"] = known.id
        job.source["licence"] = known.licence or job.source["licence"]
        job.source["url"] = known.url or job.source["url"]
        if known.notes or known.refused:
            job.proof["annotations"] = {"notes": known.notes, "refused": known.refused}
        for wanted in self._options.require:
            if not getattr(known, wanted):
                looked = ", ".join(known.files) or "no annotation file was found"
                raise PhotoProblem("no-annotations", f"no {wanted} ({looked})")
        return known

    def _stored(
        self, photo: Photo, placement: Placement, pixels: Pixels, job: _Job
    ) -> tuple[bytes, str]:
        """Return the bytes to store, and say how they came about."""
        storing = self._options.image
        if storing.format == "keep" and photo.kept is not None and placement.untouched:
            removed = list(photo.kept.removed)
            job.proof["stored"] = {"as": "the file's own picture", "removed": removed}
            return photo.kept.data, _STORED[photo.format]
        encoding = storing.encoding()
        profile = "dropped" if photo.profile else "none"
        job.proof["stored"] = {"as": f"encoded as {encoding.format}", "colour_profile": profile}
        if not encoding.is_lossless:
            job.proof["stored"]["quality"] = encoding.quality
        return encode_image(pixels, encoding), encoding.format


def _draw_caption(options: Options, rng: np.random.Generator) -> tuple[Language, str]:
    names = sorted(options.languages)
    weights = np.array([options.languages[name] for name in names])
    language = names[int(rng.choice(len(names), p=weights / weights.sum()))]
    captions = CAPTIONS[language]
    return language, captions[int(rng.integers(len(captions)))]


def _source(item: Item) -> dict[str, Any]:
    return {
        "corpus": item.corpus,
        "item": item.name,
        "licence": item.licence,
        "url": item.url,
        "sha256": item.sha256,
    }


def _decoded_facts(photo: Photo) -> dict[str, object]:
    facts: dict[str, object] = {
        "format": photo.format,
        "mode": photo.mode,
        "orientation": photo.orientation,
    }
    if photo.transparent:
        facts["transparent_on_white"] = round(photo.transparent, 4)
    return facts


def _moved(
    known: Annotations, placement: Placement, min_visible: float, job: _Job
) -> list[dict[str, Any]]:
    """Return the objects on the stored picture; what a crop takes is recorded."""
    objects: list[dict[str, Any]] = []
    gone: list[str] = []
    cut: list[int] = []
    for one in known.objects:
        moved = placement.box(one.box)
        if moved is None or (moved[1] < min_visible and not placement.whole):
            gone.append(one.name)
            continue
        if moved[1] < 0.999 and not placement.whole:
            cut.append(len(objects))
        objects.append({"name": one.name, "bbox": list(moved[0])})
        if one.crowd:
            objects[-1]["crowd"] = True
    if gone or cut:
        job.proof["objects"] = {"dropped": gone, "cut": cut}
    return objects


def _regions(objects: list[dict[str, Any]]) -> Regions:
    if not objects:
        return Regions.none()
    boxes = np.array([one["bbox"] for one in objects], BOX_DTYPE)
    return Regions(["object"] * len(objects), boxes, [one["name"] for one in objects])
