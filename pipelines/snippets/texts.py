"""What snippets say: random digits and letters, or phrases bundled with the charts."""

from __future__ import annotations

import functools
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from dataengine.canonical import file_sha256
from dataengine.errors import ConfigError
from dataengine.material import Piece
from dataengine.pipeline import Item
from dataengine.resources import bundled
from pipelines.charts.content.phrases import ROLES, harvest_phrases
from pipelines.snippets.options import Language, Options

LICENCE = "CC0-1.0"
# Left out: what many fonts draw like the digits 1 and 0, which nobody can then tell apart.
ALPHANUMERIC = "".join(c for c in string.digits + string.ascii_letters if c not in "IlO")


class NoText(Exception):
    """There is no phrase as long as the options ask for; the message says what there is."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One line of text.

    Attributes:
        text: single spaces between words, none at its ends.
        work: what it was taken from: corpus, item, licence, url; empty for random characters.
    """

    text: str
    work: Mapping[str, str]


Writer = Callable[[np.random.Generator], Phrase]
"""Draws the text of one line; raises `NoText`."""


def writer(options: Options) -> Writer:
    """Return what draws the lines that the options ask for.

    Raises:
        ConfigError: no bundled phrase has so many characters.
    """
    least, most = options.chars
    if options.text == "words":
        return _phrase_writer(options.language, least, most)
    alphabet = string.digits if options.text == "digits" else ALPHANUMERIC

    def write(rng: np.random.Generator) -> Phrase:
        count = int(rng.integers(least, most + 1))
        return Phrase("".join(alphabet[at] for at in rng.integers(len(alphabet), size=count)), {})

    return write


def phrases_version(language: Language) -> str:
    """Return a short hash of the bundled phrases of a language."""
    return "".join(
        file_sha256(bundled("corpora", _file(language, role)))[:4] for role in sorted(ROLES)
    )


@functools.cache
def bundled_phrases(language: Language) -> tuple[Phrase, ...]:
    """Return the bundled phrases of a language, each once, in the order of files and lines."""
    found: dict[str, Phrase] = {}
    for role in sorted(ROLES):
        name = _file(language, role)
        item = Item(f"bundled:charts/{language}", name, language=language, licence=LICENCE)
        work = {"corpus": item.corpus, "item": name, "licence": LICENCE, "url": ""}
        for piece in harvest_phrases(item, bundled("corpora", name).read_bytes()):
            if isinstance(piece, Piece):
                text = " ".join(piece.body["text"].split())
                found.setdefault(text, Phrase(text, work))
    return tuple(found.values())


def _phrase_writer(language: Language, least: int, most: int) -> Writer:
    fitting = [one for one in bundled_phrases(language) if least <= len(one.text) <= most]
    if not fitting:
        raise ConfigError(
            f"options.chars: none of the bundled phrases in {language!r} has {least} to {most} "
            "characters"
        )
    return lambda rng: fitting[int(rng.integers(len(fitting)))]


def _file(language: Language, role: str) -> str:
    return f"charts/{language}/phrases/{role}.txt"
