"""The fonts of charts: sets of faces by file, what they cover, and how wide a text is in them.

A set is named in `templates/charts/fonts.yaml`. Each character is set in the first face of the set
that has a glyph for it; a character that none has takes one em. Widths are sums of the advances in
the faces' own tables, unhinted and without kerning, so that they are the same wherever the text is
laid out or drawn with these advances.
"""

from __future__ import annotations

import functools
import hashlib
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from fontTools.ttLib import TTFont, TTLibError

from dataengine.errors import ToolMissing
from dataengine.fonts import FOLDERS
from dataengine.resources import bundled
from dataengine.yaml_text import YamlError, parse_yaml


@dataclass(frozen=True, slots=True)
class Face:
    """One face of a font file.

    Attributes:
        path: of the file.
        index: of the face in a collection (.ttc), else 0.
        family: name of the set's family that captions use.
        embolden: whether its strokes are to be thickened, for want of a bold face.
    """

    path: Path
    index: int
    family: str
    embolden: bool = False


@dataclass(frozen=True, slots=True)
class FontSet:
    """Faces that together set the texts of a chart.

    Attributes:
        name: key in `fonts.yaml`.
        regular, bold: faces, tried in this order; as many in both.
        languages: "en", "zh".
    """

    name: str
    regular: tuple[Face, ...]
    bold: tuple[Face, ...]
    languages: tuple[str, ...]

    def faces(self, bold: bool = False) -> tuple[Face, ...]:
        """Return the faces of one weight."""
        return self.bold if bold else self.regular


@dataclass(frozen=True, slots=True)
class FaceTable:
    """What layout needs of a face.

    Attributes:
        units_per_em: units of the em square.
        glyphs: code point -> glyph number.
        advances: code point -> width in units.
        ascent, descent: of the `hhea` table in units, both positive.
        em_ascent, em_descent: the typographic ones (`OS/2`), scaled to one em together.
    """

    units_per_em: int
    glyphs: Mapping[int, int]
    advances: Mapping[int, int]
    ascent: float
    descent: float
    em_ascent: float
    em_descent: float


def installed_sets(language: str | None = None) -> tuple[FontSet, ...]:
    """Return the sets whose files are all here, in the order of `fonts.yaml`.

    Args:
        language: only those that can set this language; None for all.
    """
    found = (made for name in _declared() if (made := _make(name)) is not None)
    return tuple(made for made in found if language is None or language in made.languages)


def font_set(name: str) -> FontSet:
    """Return a set by name.

    Raises:
        ToolMissing: there is no such set, or its files are not installed.
    """
    if name not in _declared():
        raise ToolMissing(f"there is no font set {name!r}; there are {', '.join(_declared())}")
    made = _make(name)
    if made is None:
        raise ToolMissing(_lacking(name))
    return made


def missing(language: str | None = None) -> tuple[str, ...]:
    """Return a sentence for each set that is not installed, naming what brings it."""
    wanted = (
        name for name, row in _declared().items() if language is None or language in row.languages
    )
    return tuple(_lacking(name) for name in wanted if _make(name) is None)


def describe(sets: Sequence[FontSet] | None = None) -> dict[str, str]:
    """Return font file name -> short hash of its bytes, for a plan; of all installed sets."""
    chosen = installed_sets() if sets is None else sets
    paths = {face.path for made in chosen for face in (*made.regular, *made.bold)}
    return {path.name: _file_hash(path) for path in sorted(paths, key=lambda path: path.name)}


def advance_table(face: Face) -> FaceTable:
    """Return a face's glyphs and advances; cached, as reading takes up to 0.1 s.

    Raises:
        ToolMissing: the file is not a font that can be read.
    """
    return _read_face(face.path, face.index)


def measure(made: FontSet, text: str, size_px: float, bold: bool = False) -> float:
    """Return the width of one line of text in pixels."""
    advances = _em_advances(made, bold)
    return size_px * sum(advances.get(ord(character), 1.0) for character in text)


def lacks(made: FontSet, text: str, bold: bool = False) -> str:
    """Return the characters that no face of a weight has, each once, in order of appearance."""
    return "".join(
        dict.fromkeys(
            character for character in text if _face_for(made, bold, ord(character)) is None
        )
    )


def odd_advances(made: FontSet, bold: bool = False) -> dict[int, float]:
    """Return code point -> width in em of the characters that are not one em wide.

    All others are: those without a glyph, and nearly all of Chinese.
    """
    return {code: width for code, width in _em_advances(made, bold).items() if width != 1.0}


@dataclass(frozen=True, slots=True)
class _Row:
    """One set as `fonts.yaml` declares it."""

    family: str
    languages: tuple[str, ...]
    packages: tuple[str, ...]
    regular: tuple[str, ...]
    bold: tuple[str, ...]


@functools.cache
def _declared() -> dict[str, _Row]:
    path = bundled("templates", "charts/fonts.yaml")
    try:
        data: dict[str, Any] = parse_yaml(path.read_text(encoding="utf-8"))
        return {
            name: _Row(
                row["family"],
                tuple(row["languages"]),
                tuple(row["package"]),
                tuple(row["regular"]),
                tuple(row["bold"]),
            )
            for name, row in data.items()
        }
    except (YamlError, KeyError, TypeError, AttributeError) as error:
        raise ToolMissing(f"{path} is not a list of font sets: {error}") from error


@functools.cache
def _make(name: str) -> FontSet | None:
    row = _declared()[name]
    regular = [_find_face(word, row.family) for word in row.regular]
    bold = [_find_face(word, row.family) for word in row.bold]
    if any(face is None for face in (*regular, *bold)):
        return None
    whole = tuple(face for face in regular if face)
    heavy = tuple(face for face in bold if face)
    heavy = tuple(_emboldened(face, whole) for face in (*heavy, *whole[len(heavy) :]))
    return FontSet(name, whole, heavy, row.languages)


def _emboldened(face: Face, regular: tuple[Face, ...]) -> Face:
    return Face(face.path, face.index, face.family, True) if face in regular else face


def _find_face(word: str, family: str) -> Face | None:
    name, _, index = word.partition("#")
    path = _files().get(name)
    return Face(path, int(index or 0), family) if path else None


@functools.cache
def _files() -> dict[str, Path]:
    """Return the font files of this machine by name; matplotlib's own win, being pinned with it."""
    wanted = {
        word.partition("#")[0] for row in _declared().values() for word in (*row.regular, *row.bold)
    }
    found: dict[str, Path] = {}
    for folder in (*_matplotlib_fonts(), *FOLDERS):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.name in wanted and path.is_file():
                found.setdefault(path.name, path)
    return found


def _matplotlib_fonts() -> Iterator[Path]:
    # Imported here: it takes 0.2 s and is not installed for those who draw no charts.
    try:
        import matplotlib
    except ImportError:
        return
    yield Path(matplotlib.get_data_path()) / "fonts" / "ttf"


def _lacking(name: str) -> str:
    row = _declared()[name]
    absent = [
        file
        for word in (*row.regular, *row.bold)
        if (file := word.partition("#")[0]) not in _files()
    ]
    how = f"apt-get install {' '.join(row.packages)}" if row.packages else "pip install matplotlib"
    return f"the fonts {row.family} are not here ({', '.join(absent)}): {how}"


@functools.cache
def _file_hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:12]


@functools.cache
def _read_face(path: Path, index: int) -> FaceTable:
    try:
        with TTFont(path, fontNumber=index, lazy=True) as font:
            # Numbers as glyph names: the real ones take a second to read and serve nothing here.
            font.setGlyphOrder([str(number) for number in range(font["maxp"].numGlyphs)])
            glyphs = {code: int(name) for code, name in font["cmap"].getBestCmap().items()}
            horizontal, extra = font["hhea"], font["OS/2"]
            count = horizontal.numberOfHMetrics
            pairs = np.frombuffer(font.reader["hmtx"], dtype=">u2", count=2 * count)
            widths = pairs[::2].tolist()
            # The field itself: reading the whole table logs complaints about odd dates.
            (units_per_em,) = struct.unpack_from(">H", font.reader["head"], 18)
            scale = units_per_em / (extra.sTypoAscender - extra.sTypoDescender)
            return FaceTable(
                units_per_em,
                glyphs,
                {code: widths[min(glyph, count - 1)] for code, glyph in glyphs.items()},
                horizontal.ascent,
                -horizontal.descent,
                extra.sTypoAscender * scale,
                -extra.sTypoDescender * scale,
            )
    except (
        OSError,
        TTLibError,
        KeyError,
        ValueError,
        AttributeError,
        ZeroDivisionError,
        struct.error,
    ) as error:
        raise ToolMissing(f"the font {path} (face {index}) cannot be read: {error}") from error


@functools.cache
def _em_advances(made: FontSet, bold: bool) -> dict[int, float]:
    merged: dict[int, float] = {}
    for face in reversed(made.faces(bold)):
        table = advance_table(face)
        merged |= {code: units / table.units_per_em for code, units in table.advances.items()}
    return merged


def _face_for(made: FontSet, bold: bool, code: int) -> Face | None:
    for face in made.faces(bold):
        if code in advance_table(face).glyphs:
            return face
    return None
