"""`dataengine degrade`: how worn pictures of a dataset would look, and whether they can be read."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from dataengine.cli.console import print_json, say
from dataengine.cli.options import dataset_argument, json_option
from dataengine.degrade.degrader import Degrader
from dataengine.degrade.profiles import profile_names
from dataengine.degrade.settings import Degradation
from dataengine.degrade.sheet import Pair, pairs_sheet
from dataengine.errors import ConfigError
from dataengine.reader import Dataset
from dataengine.recipe_loading import read_override
from dataengine.settings_errors import explain
from dataengine.storage import storage_errors

_COLUMNS = ("kind", "language", "image", "width", "height", "regions")
_READ_COLUMNS = (*_COLUMNS, "targets")
_HEADER = (
    *("profile", "strength", "pages", "clean", "worn", "flat"),
    *("much worse", "gentler", "left"),
)


@click.command()
@dataset_argument
@click.option("--sheet", metavar="OUT.png", help="Draw clean and worn pictures side by side.")
@click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="A.B=C",
    help="Set a key of the degradation: share=1, effects.noise=false, 'profiles.page={photo: 1}'.",
)
@click.option("--part", "parts", multiple=True, help="Only this part of the dataset.")
@click.option("--count", default=12, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Of all draws.")
@click.option("--columns", default=4, show_default=True, type=click.IntRange(1, 12), help="Pairs.")
@click.option("--cell", default=360, show_default=True, type=click.IntRange(64, 2048), help="px")
@click.option("--regions", "levels", multiple=True, help="Draw boxes of this level (word, …).")
@click.option(
    "--ocr",
    "strengths",
    multiple=True,
    type=click.FloatRange(0, 1),
    help="Read --count pages by Tesseract, worn by every profile at this strength.",
)
@click.option(
    "--deal",
    default=1,
    show_default=True,
    type=click.IntRange(1),
    help="With --ocr: read one page of so many for each profile and strength.",
)
@json_option
def command(
    dataset: str,
    sheet: str | None,
    overrides: tuple[str, ...],
    parts: tuple[str, ...],
    count: int,
    seed: int,
    columns: int,
    cell: int,
    levels: tuple[str, ...],
    strengths: tuple[float, ...],
    deal: int,
    as_json: bool,
) -> None:
    """Wear pictures of DIR as training would; nothing stored is changed."""
    settings = _settings(overrides)
    if strengths:
        _read(_in_turn(dataset, parts, _READ_COLUMNS), count, seed, strengths, deal, as_json)
        return
    pairs = _pairs(Degrader(settings, seed, "sheet"), dataset, parts, count)
    if sheet:
        drawn = pairs_sheet(pairs, columns=columns, cell_px=cell, levels=levels)
        with storage_errors(sheet):
            drawn.save(Path(sheet), optimize=True)
        say(f"{sheet}: {len(pairs)} pictures, each clean and worn")
    _tell(pairs, as_json)


def _settings(overrides: tuple[str, ...]) -> Degradation:
    data: dict[str, object] = {"share": 1.0}
    for override in overrides:
        (first, *rest), value = read_override(override)
        if len(rest) > 1:
            raise ConfigError(f"--set {override!r}: at most two keys, such as effects.noise")
        if rest:
            inner = data.setdefault(first, _default(first))
            if not isinstance(inner, dict):
                raise ConfigError(f"--set {override!r}: {first!r} holds a value, not a mapping")
            inner[rest[0]] = value
        else:
            data[first] = value
    try:
        return Degradation.model_validate(data)
    except ValidationError as error:
        raise ConfigError(explain(error, Degradation, "--set")) from error


def _default(key: str) -> object:
    value = getattr(Degradation(), key, {})
    return dict(value) if isinstance(value, dict) else value


def _pairs(degrader: Degrader, dataset: str, parts: tuple[str, ...], count: int) -> list[Pair]:
    rows = islice(_in_turn(dataset, parts, _COLUMNS), count)
    return [Pair(row, degrader.outcome(row)) for row in rows]


def _in_turn(
    dataset: str, parts: tuple[str, ...], columns: tuple[str, ...]
) -> Iterator[Mapping[str, Any]]:
    """Yield rows of all parts in turn, so that every kind is seen."""
    names = dict.fromkeys(shard.part for shard in Dataset(dataset, parts).shards())
    waiting = deque(Dataset(dataset, [name]).rows(columns) for name in names)
    while waiting:
        rows = waiting.popleft()
        row = next(rows, None)
        if row is not None:
            yield row
            waiting.append(rows)


def _tell(pairs: list[Pair], as_json: bool) -> None:
    if as_json:
        print_json([pair.as_data() for pair in pairs])
        return
    for pair in pairs:
        click.echo(pair.line())
    for reason, number in Counter(pair.outcome.reason for pair in pairs).most_common():
        click.echo(f"{number:>6} {reason or 'worn'}")


def _read(
    rows: Iterator[Mapping[str, Any]],
    count: int,
    seed: int,
    strengths: tuple[float, ...],
    deal: int,
    as_json: bool,
) -> None:
    from dataengine.audit.tesseract import demand
    from dataengine.degrade.witness import readable, witness

    demand()
    pages = readable(rows, count)
    say(f"{len(pages)} pages are read well when clean")
    found = []
    if not as_json:
        click.echo("".join(f"{name:>12}" for name in _HEADER))
    for one in witness(pages, profile_names(), strengths, seed=seed, deal=deal):
        found.append(asdict(one))
        if not as_json:
            click.echo(
                f"{one.profile:>12}{one.strength:>12g}{one.pages:>12}{one.clean:>12.1%}"
                f"{one.worn:>12.1%}{one.flat:>12.1%}{one.much_worse:>12.1%}"
                f"{one.gentler:>12.1%}{one.left:>12}"
            )
    if as_json:
        print_json(found)
