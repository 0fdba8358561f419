"""Writes a model as folders that plain transformers loads, and the vision vocabulary as Vary does.

FOLDER/towers/NAME/     SamVisionModel or CLIPVisionModel; a SAM tower's convolutions beside it
                        (downsample.safetensors), and both together for Vary (vary.pth)
FOLDER/language/        the language model, its own class of transformers, and its tokenizer
FOLDER/connector.safetensors
FOLDER/tokens/          the layout, and the tokenizer's special tokens
FOLDER/model.json       the recipe's model and the special tokens
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict
from pathlib import Path

from safetensors import SafetensorError
from transformers import GenerationConfig, PreTrainedTokenizerFast

from trainers.errors import WeightsError
from trainers.models.kinds import module_of
from trainers.models.vision_language import VisionLanguageModel
from trainers.recipe import ModelRecipe
from trainers.tokens.kept import files_to_keep
from trainers.tokens.layout import Layout
from trainers.tokens.vocabulary import TokenizerVocabulary
from trainers.weights import towers
from trainers.weights.writing import save_folder, save_tensors

TOWERS, LANGUAGE, CONNECTOR, MODEL = "towers", "language", "connector.safetensors", "model.json"


def export(
    model: VisionLanguageModel, recipe: ModelRecipe, folder: Path, layout: Layout | None = None
) -> Path:
    """Write a model; the folder is whole or absent. Low-rank changes are added to their layers.

    Args:
        model: of `recipe`.
        recipe: as it was built from.
        folder: must not exist.
        layout: written too, so that the folder needs nothing else.

    Raises:
        WeightsError: the folder exists, or cannot be written.
    """
    if folder.exists():
        raise WeightsError(f"{folder} exists already; name another folder, or remove it")
    partial = folder.parent / f".partial-{folder.name}"
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        _write(model, recipe, partial)
        if layout:
            _write_layout(layout, partial)
        for path in [*partial.rglob("*"), partial]:
            _sync(path)
        partial.rename(folder)
        _sync(folder.parent)
    except (OSError, SafetensorError, RuntimeError) as error:  # torch.save raises the last
        raise WeightsError(f"cannot write {folder}: {error}; is there room?") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder


def _write(model: VisionLanguageModel, recipe: ModelRecipe, folder: Path) -> None:
    for name, tower in model.towers.items():
        module_of(towers, recipe.towers[name].kind).write(tower, folder / TOWERS / name)
    ids = model.ids
    tokens = {"bos_token_id": ids.begin, "eos_token_id": ids.end, "pad_token_id": ids.pad}
    save_folder(model.language, folder / LANGUAGE, tokens)
    GenerationConfig(do_sample=False, **tokens).save_pretrained(folder / LANGUAGE)
    save_tensors(model.connector.state_dict(), folder / CONNECTOR)
    about = {"model": recipe.model_dump(mode="json"), "tokens": asdict(ids)}
    text = json.dumps(about, indent=1) + "\n"  # the towers keep their order
    (folder / MODEL).write_text(text, encoding="utf-8")


def _write_layout(layout: Layout, folder: Path) -> None:
    """Write the layout, and a tokenizer also as `AutoTokenizer` loads it."""
    for name, content in files_to_keep(layout).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    vocabulary, settings = layout.vocabulary, layout.settings
    if isinstance(vocabulary, TokenizerVocabulary):
        PreTrainedTokenizerFast(
            tokenizer_object=vocabulary.backend,
            bos_token=settings.begin,
            eos_token=settings.end,
            pad_token=settings.pad,
        ).save_pretrained(folder / LANGUAGE)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
