"""What samples cost, as measured: CPU time and bytes by pipeline, language and options."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from dataengine.errors import ConfigError
from dataengine.receipt import Receipt
from dataengine.recipe import Part
from dataengine.registry import rates_path
from dataengine.settings import Settings
from dataengine.settings_errors import explain
from dataengine.yaml_text import YamlError, parse_yaml


class Rate(Settings):
    """One measurement."""

    pipeline: str
    language: str = Field("", description="of the option, or claimed by the corpora; empty: any")
    options: dict[str, Any] = Field(default_factory=dict, description="options that must agree")
    cpu_ms: float = Field(ge=0, description="CPU milliseconds per sample")
    bytes: int = Field(ge=0, description="bytes per sample in its shard")
    kept: float = Field(
        1.0, ge=0, le=1, alias="yield", description="share of units that become samples"
    )
    samples: int = Field(0, ge=0, description="how many it was measured on")
    command: str = Field("", description="what it was measured by")


class Rates(Settings):
    """A file of measurements."""

    machine: str
    rates: tuple[Rate, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one sample of a part costs.

    Attributes:
        samples: how many the measurement was made on.
    """

    cpu_ms: float
    bytes: float
    kept: float
    samples: int


def load_rates(path: Path | None = None) -> Rates:
    """Read a file of rates, by default the bundled one; raises `ConfigError`."""
    path = path or rates_path()
    try:
        return Rates.model_validate(parse_yaml(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise ConfigError(explain(error, Rates, str(path))) from error
    except (OSError, YamlError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read the rates {path}: {error}") from error


def cost_of(part: Part, rates: Iterable[Rate]) -> Cost | None:
    """Return what a part's samples cost: by the rates that fit best, their mean if several do.

    None where nothing was measured for its pipeline, language and options.
    """
    language = part_language(part)
    fitting: dict[int, list[Rate]] = {}
    for rate in rates:
        if rate.pipeline != part.pipeline or (language and rate.language not in ("", language)):
            continue
        agree = [part.options.get(key) == value for key, value in rate.options.items()]
        if all(agree):
            fitting.setdefault(len(agree) + bool(rate.language and language), []).append(rate)
    if not fitting:
        return None
    best = fitting[max(fitting)]
    return Cost(
        sum(rate.cpu_ms for rate in best) / len(best),
        sum(rate.bytes for rate in best) / len(best),
        sum(rate.kept for rate in best) / len(best),
        sum(rate.samples for rate in best),
    )


def measured(receipts: Iterable[Receipt]) -> Cost:
    """Return what the samples of some finished shards cost."""
    receipts = list(receipts)
    samples = sum(receipt.samples for receipt in receipts)
    units = sum(receipt.units for receipt in receipts)
    seconds = sum(_cpu_s(receipt.seconds) for receipt in receipts)
    size = sum(receipt.data.bytes for receipt in receipts)
    each = max(1, samples)
    return Cost(1000 * seconds / each, size / each, samples / max(1, units), samples)


def part_language(part: Part) -> str:
    """Return the language of a part: its option, or what all its corpora claim; "" if unknown."""
    if isinstance(chosen := part.options.get("language"), str):
        return chosen
    claimed = {corpus.language for corpus in part.corpora}
    return claimed.pop() if len(claimed) == 1 else ""


def _cpu_s(seconds: Mapping[str, float]) -> float:
    return sum(value for stage, value in seconds.items() if stage != "wall")
