"""What is asked for at each index: topic, persona, kind and size; pure functions of the seed."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dataengine.errors import ConfigError
from dataengine.resources import bundled
from dataengine.seeding import block_rng, unit_rng
from pipelines.charts.content.llm.settings import WriteSettings
from pipelines.charts.content.words import decode
from pipelines.charts.spec.kinds import KINDS
from pipelines.charts.style.draw import weighted

PART = "charts/written"
"""Names the stream of random numbers, apart from those of recipes' parts."""

BUNDLED = "bundled:"
LONGEST_TOPIC, LONGEST_PERSONA = 160, 80


@dataclass(frozen=True, slots=True)
class Order:
    """One chart to be written.

    Attributes:
        index: its place in the corpus.
        series: how many series (or panels) it shall have.
        items: about how many categories, points per series, boxes, bins or leaves.
        draw: 31 random bits: the model's seed, so that equal orders give different charts.
    """

    index: int
    topic: str
    persona: str
    kind: str
    series: int
    items: int
    draw: int


def draw_order(
    settings: WriteSettings, topics: Sequence[str], personas: Sequence[str], index: int
) -> Order:
    """Return what is asked for at an index; all topics come up before one comes again."""
    round_, place = divmod(index, len(topics))
    topic = topics[_shuffled(settings.seed, round_, len(topics))[place]]
    rng = unit_rng(settings.seed, PART, index)
    persona = personas[int(rng.integers(len(personas)))]
    kind = weighted(settings.kind_weights, rng)
    about = KINDS[kind]
    return Order(
        index=index,
        topic=topic,
        persona=persona,
        kind=kind,
        series=int(rng.integers(about.series[0], about.series[1] + 1)),
        items=int(rng.integers(about.items[0], about.items[1] + 1)),
        draw=int(rng.integers(2**31)),
    )


@functools.lru_cache(maxsize=2)
def _shuffled(seed: int, round_: int, count: int) -> list[int]:
    shuffled: list[int] = block_rng(seed, PART, round_).permutation(count).tolist()
    return shuffled


def read_topics(files: Sequence[str], language: str) -> list[str]:
    """Return the topics of files, one per line; of the bundled list where no file is named.

    Raises:
        ConfigError: a file cannot be read, a line is too long, or there is no topic at all.
    """
    names = files or [f"{BUNDLED}charts/{language}/topics.txt"]
    topics = [topic for name in names for topic in _read_lines(name, LONGEST_TOPIC)]
    if not topics:
        raise ConfigError(f"no topic is in {', '.join(names)}; write one per line")
    return list(dict.fromkeys(topics))


def read_personas(settings: WriteSettings) -> list[str]:
    """Return the personas of the settings' file, or the bundled ones.

    Raises:
        ConfigError: the file cannot be read, a line is too long, or there is no persona at all.
    """
    name = settings.personas or f"{BUNDLED}charts/{settings.language}/personas.txt"
    personas = _read_lines(name, LONGEST_PERSONA)
    if not personas:
        raise ConfigError(f"no persona is in {name}; write one per line")
    return personas


def _read_lines(name: str, longest: int) -> list[str]:
    """Return the lines of a text file that are neither blank nor comments ("# …")."""
    path = Path(name).expanduser()
    if name.startswith(BUNDLED):
        path = bundled("corpora", name.removeprefix(BUNDLED))
    try:
        text = decode(path.read_bytes())
    except (OSError, ValueError) as error:  # a NUL in a name is a ValueError
        raise ConfigError(f"cannot read {name!r}: {error}") from error
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        line = " ".join(line.split())
        if not line or line.startswith("#"):
            continue
        if len(line) > longest or not line.isprintable():
            raise ConfigError(
                f"{name}, line {number}: at most {longest} printable characters are a line "
                f"(it has {len(line)})"
            )
        found.append(line)
    return found
