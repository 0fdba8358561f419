"""What COCO files beside a picture say of it: found by name, read once per worker, never guessed.

A file's words are used only if the size that it states is the picture's: another picture of the
same name would otherwise get them.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from dataengine.json_records import NotRecords
from dataengine.pipeline import Item
from pipelines.natural.coco import CocoFile, Entry, Found
from pipelines.natural.decoding import Photo
from pipelines.natural.geometry import upright
from pipelines.natural.options import Options
from pipelines.natural.problem import PhotoProblem

_FILES_KEPT = 4
_PLACES_KEPT = 4096
_CREATIVE_COMMONS = re.compile(
    r"https?://creativecommons\.org/(?:licenses/(by[a-z-]*)|publicdomain/(zero|mark))/(\d\.\d)\b"
)
_SAME_SHAPE = (2, 3, 4)
"""Orientations that leave width and height as they are."""

Beside = Callable[[Item, str], bytes | None]


@dataclass(slots=True)
class Annotations:
    """What is known of a picture beside its pixels.

    Attributes:
        objects: with boxes on the upright picture.
        files: name -> SHA-256 of each annotation file that was looked into.
        notes: what stood in the way of using one.
    """

    captions: list[str] = field(default_factory=list)
    objects: list[Found] = field(default_factory=list)
    id: int | None = None
    licence: str = ""
    url: str = ""
    files: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)


class Annotator:
    """Finds and keeps the annotation files of the pictures that come by."""

    def __init__(self, options: Options, beside: Beside) -> None:
        self._names = {"captions": options.captions, "objects": options.instances}
        self._beside = beside
        self._files: OrderedDict[str, CocoFile | str] = OrderedDict()
        self._places: OrderedDict[tuple[str, str, str, str], str] = OrderedDict()

    def look_up(self, item: Item, photo: Photo) -> Annotations:
        """Return what the files beside a picture say of it.

        Raises:
            PhotoProblem: one of them is not in COCO's form.
        """
        known = Annotations()
        for use, names in self._names.items():
            for name, file in self._found(item, names, known):
                entry = file.find(item.name)
                if entry is not None:
                    _take(known, use, name, entry, photo)
                known.refused |= {f"{name}: {what}": n for what, n in file.refused.items()}
        return known

    def _found(
        self, item: Item, names: tuple[str, ...], known: Annotations
    ) -> Iterator[tuple[str, CocoFile]]:
        inner = posixpath.dirname(item.member or item.path)
        folder = posixpath.basename(inner) or _stem(item)
        for name in OrderedDict.fromkeys(one.replace("{folder}", folder) for one in names):
            sha256, file = self._read(item, inner, name)
            if isinstance(file, str):
                raise PhotoProblem("broken-annotations", f"{name}: {file}")
            if file is not None:
                known.files[name] = sha256
                yield name, file

    def _read(self, item: Item, inner: str, name: str) -> tuple[str, CocoFile | str | None]:
        place = (item.corpus, item.path if item.member else "", inner, name)
        sha256 = self._places.get(place)
        if sha256 is None or (sha256 and sha256 not in self._files):
            data = self._beside(item, name)
            sha256 = "" if data is None else hashlib.sha256(data).hexdigest()
            self._places[place] = sha256
            if len(self._places) > _PLACES_KEPT:
                self._places.popitem(last=False)
            if data is not None and sha256 not in self._files:
                self._files[sha256] = _parsed(data)
                if len(self._files) > _FILES_KEPT:
                    self._files.popitem(last=False)
        if not sha256:
            return "", None
        self._files.move_to_end(sha256)
        return sha256, self._files[sha256]


def spdx(licence: str) -> str:
    """Return the SPDX identifier of a licence's URL, or the words themselves."""
    found = _CREATIVE_COMMONS.match(licence)
    if found is None:
        return licence
    terms, dedication, version = found.groups()
    if terms:
        return f"CC-{terms.upper()}-{version}"
    return f"CC0-{version}" if dedication == "zero" else f"CC-PDM-{version}"


def _parsed(data: bytes) -> CocoFile | str:
    try:
        return CocoFile(data)
    except NotRecords as error:
        return str(error)


def _stem(item: Item) -> str:
    """Name the archive where pictures lie at its top: COCO's `val2017.zip`."""
    return posixpath.basename(item.path).partition(".")[0] if item.member else ""


def _take(known: Annotations, use: str, name: str, entry: Entry, photo: Photo) -> None:
    orientation = _boxes_orientation(entry, photo)
    if orientation is None:
        known.notes.append(
            f"{name}: {entry.width} x {entry.height} is not this picture's size, not used"
        )
        return
    known.id = entry.id if known.id is None else known.id
    known.licence = known.licence or spdx(entry.licence)
    known.url = known.url or entry.url
    if use == "captions":
        known.captions += entry.captions
    elif orientation < 0 and entry.objects:
        known.notes.append(f"{name}: boxes may be meant before or after turning, not used")
    else:
        known.objects += [
            Found(one.name, upright(one.box, orientation, photo.size), one.crowd)
            for one in entry.objects
        ]


def _boxes_orientation(entry: Entry, photo: Photo) -> int | None:
    """Return how boxes must be turned, -1 if that cannot be told, None if the size is another's."""
    stated = entry.width, entry.height
    if not all(stated):
        stated = photo.size
    turned = photo.size if photo.orientation in (1, *_SAME_SHAPE) else photo.size[::-1]
    if photo.orientation != 1 and stated == photo.size == turned:
        return -1
    if stated == turned:
        return 1
    return photo.orientation if stated == photo.size else None
