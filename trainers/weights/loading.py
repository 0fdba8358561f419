"""Fills a model from what its recipe names, part by part."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from torch import nn

from trainers.errors import WeightsError
from trainers.models.kinds import module_of
from trainers.models.vision_language import VisionLanguageModel
from trainers.recipe import ModelRecipe
from trainers.weights import agreement, connectors, donor, language, towers
from trainers.weights.exporting import CONNECTOR, LANGUAGE, TOWERS
from trainers.weights.files import Checkpoint
from trainers.weights.filling import Prepared, fill, prepare
from trainers.weights.finding import read
from trainers.weights.names import Source
from trainers.weights.report import LoadReport
from trainers.weights.sources import run

_log = logging.getLogger(__name__)


def load_pretrained(model: VisionLanguageModel, recipe: ModelRecipe) -> LoadReport:
    """Fill a model's parts from what each `pretrained` of the recipe names.

    Nothing is changed unless everything fits. Half precision is widened to the model's own.

    Args:
        model: built from the recipe.
        recipe: `pretrained` is a file, a folder, or a name on the Hub; empty: stays random.

    Returns:
        What became of every key.

    Raises:
        WeightsError: something cannot be read, or does not fit; the message names the keys.
    """
    return fill_prepared(model, prepare_pretrained(model, recipe))


def prepare_pretrained(model: VisionLanguageModel, recipe: ModelRecipe) -> list[Prepared]:
    """Return what the recipe names, made to fit, and not yet in the model.

    The model may be built under `torch.device("meta")`: any size fits into memory, apart from the
    weights that are read.

    Raises:
        WeightsError: as `load_pretrained`.
    """
    ready = [
        prepare_tower(model.towers[name], name, settings.kind, settings.pretrained)
        for name, settings in recipe.towers.items()
        if settings.pretrained
    ]
    if recipe.connector.pretrained:
        ready.append(prepare_connector(model.connector, recipe))
    if recipe.language.pretrained:
        ready.append(prepare_language(model, recipe))
    return ready


def fill_prepared(model: VisionLanguageModel, ready: Sequence[Prepared]) -> LoadReport:
    """Copy into a model what `prepare_pretrained` returned for one of the same recipe."""
    if ready and any(parameter.is_meta for parameter in model.parameters()):
        raise WeightsError("weights cannot be loaded into a model that was built without memory")
    for one in ready:
        fill(model.get_submodule(one.report.part), one.tensors)
    report = LoadReport(tuple(one.report for one in ready))
    for line in report.lines():
        _log.info(line)
    return report


def check_pretrained(model: VisionLanguageModel, recipe: ModelRecipe) -> LoadReport:
    """Say what `load_pretrained` would do, and change nothing.

    Raises:
        WeightsError: as `load_pretrained`.
    """
    return LoadReport(tuple(one.report for one in prepare_pretrained(model, recipe)))


def load_exported(model: VisionLanguageModel, recipe: ModelRecipe, folder: Path) -> LoadReport:
    """Fill a whole model, its connector too, from a folder that `export` wrote.

    Raises:
        WeightsError: as `load_pretrained`.
    """
    named = recipe.model_copy(
        update={
            "towers": {
                name: one.model_copy(update={"pretrained": str(folder / TOWERS / name)})
                for name, one in recipe.towers.items()
            },
            "connector": recipe.connector.model_copy(
                update={"pretrained": str(folder / CONNECTOR)}
            ),
            "language": recipe.language.model_copy(update={"pretrained": str(folder / LANGUAGE)}),
        }
    )
    return load_pretrained(model, named)


def prepare_tower(tower: nn.Module, name: str, kind: str, pretrained: str) -> Prepared:
    """Return what a checkpoint has for a tower; raises `WeightsError` as `load_pretrained`."""
    module = module_of(towers, kind)
    part = f"towers.{name}"
    checkpoint = _read(part, pretrained)
    config = checkpoint.config or donor.tower_config(checkpoint, name, kind)
    if config is not None:
        encoder: Any = tower.encoder
        agreement.check(part, f"towers.{name}.config", encoder.config, config)
    return prepare(
        part,
        tower,
        checkpoint,
        module.sources(checkpoint.tensors.keys(), name),
        partial(module.resize, tower),
        lambda source: module.advise(tower, name, source, checkpoint.tensors),
    )


def prepare_language(model: VisionLanguageModel, recipe: ModelRecipe) -> Prepared:
    """Return what a checkpoint has for the language model; raises as `load_pretrained`."""
    inner, settings = model.language, recipe.language
    checkpoint = _read("language", settings.pretrained)
    config = checkpoint.config or donor.language_config(checkpoint)
    if config is not None:
        agreement.check("language", "language.config", inner.config, config)
    return prepare(
        "language",
        inner,
        checkpoint,
        language.sources(inner),
        language.resizer(inner, settings),
        language.advise,
    )


def prepare_connector(connector: nn.Module, recipe: ModelRecipe) -> Prepared:
    """Return what a checkpoint has for the connector; raises as `load_pretrained`."""
    settings = recipe.connector
    marker = next(iter(connector.state_dict()))
    kinds = [tower.kind for tower in recipe.towers.values()]
    others = module_of(connectors, settings.kind).sources(kinds)
    return prepare(
        "connector",
        connector,
        _read("connector", settings.pretrained),
        (run.connector(marker), *others, Source(name="connector of an export", marker=marker)),
        lambda name, tensor, shape: None,
        lambda source: (
            "Set connector.kind, connector.config and the width of the language model to what "
            "these weights were trained with"
        ),
    )


def _read(part: str, pretrained: str) -> Checkpoint:
    """Read a checkpoint; what is wrong with it is said of the recipe's key."""
    try:
        return read(pretrained)
    except WeightsError as error:
        raise WeightsError(f"model.{part}.pretrained: {error}") from error
