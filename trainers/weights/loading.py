"""Fills a model from what its recipe names, part by part."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import Any

from torch import nn

from trainers.errors import WeightsError
from trainers.models.kinds import module_of
from trainers.models.vision_language import VisionLanguageModel
from trainers.recipe import ModelRecipe
from trainers.weights import agreement, language, towers
from trainers.weights.exporting import CONNECTOR, LANGUAGE, TOWERS
from trainers.weights.files import Checkpoint, read_file
from trainers.weights.filling import Prepared, fill, prepare
from trainers.weights.finding import read
from trainers.weights.names import Source
from trainers.weights.report import LoadReport

_log = logging.getLogger(__name__)


def load_pretrained(model: VisionLanguageModel, recipe: ModelRecipe) -> LoadReport:
    """Fill towers and language model from what each `pretrained` of the recipe names.

    Nothing is changed unless everything fits. Half precision is widened to the model's own.

    Args:
        model: built from the recipe.
        recipe: `pretrained` is a file, a folder, or a name on the Hub; empty: stays random.

    Returns:
        What became of every key.

    Raises:
        WeightsError: something cannot be read, or does not fit; the message names the keys.
    """
    ready = _prepare_all(model, recipe)
    if ready and any(parameter.is_meta for parameter in model.parameters()):
        raise WeightsError("weights cannot be loaded into a model that was built without memory")
    for module, one in ready:
        fill(module, one.tensors)
    report = LoadReport(tuple(one.report for _, one in ready))
    for line in report.lines():
        _log.info(line)
    return report


def check_pretrained(model: VisionLanguageModel, recipe: ModelRecipe) -> LoadReport:
    """Say what `load_pretrained` would do, and change nothing.

    The model may be built under `torch.device("meta")`: any size fits into memory, apart from the
    weights that are read.

    Raises:
        WeightsError: as `load_pretrained`.
    """
    return LoadReport(tuple(one.report for _, one in _prepare_all(model, recipe)))


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
            "language": recipe.language.model_copy(update={"pretrained": str(folder / LANGUAGE)}),
        }
    )
    connector = prepare_connector(model.connector, folder / CONNECTOR)
    report = load_pretrained(model, named)
    fill(model.connector, connector.tensors)
    return LoadReport((*report.parts, connector.report))


def _prepare_all(
    model: VisionLanguageModel, recipe: ModelRecipe
) -> list[tuple[nn.Module, Prepared]]:
    ready: list[tuple[nn.Module, Prepared]] = []
    for name, settings in recipe.towers.items():
        if settings.pretrained:
            tower = model.towers[name]
            ready.append((tower, prepare_tower(tower, name, settings.kind, settings.pretrained)))
    if recipe.language.pretrained:
        ready.append((model.language, prepare_language(model, recipe)))
    return ready


def prepare_tower(tower: nn.Module, name: str, kind: str, pretrained: str) -> Prepared:
    """Return what a checkpoint has for a tower; raises `WeightsError` as `load_pretrained`."""
    module = module_of(towers, kind)
    checkpoint, part = read(pretrained), f"towers.{name}"
    if checkpoint.config is not None:
        encoder: Any = tower.encoder
        agreement.check(part, f"towers.{name}.config", encoder.config, checkpoint.config)
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
    checkpoint = read(settings.pretrained)
    if checkpoint.config is not None:
        agreement.check("language", "language.config", inner.config, checkpoint.config)
    return prepare(
        "language",
        inner,
        checkpoint,
        language.sources(inner),
        language.resizer(inner, settings),
        language.advise,
    )


def prepare_connector(connector: nn.Module, path: Path) -> Prepared:
    """Return the connector that an export holds; raises as `load_pretrained`."""
    marker = next(iter(connector.state_dict()))
    return prepare(
        "connector",
        connector,
        Checkpoint(str(path), read_file(path)),
        [Source(name="connector of an export", marker=marker)],
        lambda name, tensor, shape: None,
        lambda source: "Is this an export of the same recipe?",
    )
