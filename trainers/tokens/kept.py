"""A model's layout and tokenizer, as its checkpoints keep them."""

from __future__ import annotations

from pathlib import Path

from trainers.recipe import ModelRecipe
from trainers.tokens.layout import LAYOUT, Layout

TOKENS = "tokens"
"""Folder in a checkpoint, with `Layout.files`."""


def kept_layout(recipe: ModelRecipe, checkpoint: Path | None) -> Layout:
    """Return a checkpoint's layout, with nothing from elsewhere.

    Args:
        checkpoint: its folder. None, or one from before layouts were kept: what the recipe names
            is taken.

    Raises:
        ConfigError: as `Layout`.
    """
    if checkpoint and (checkpoint / TOKENS / LAYOUT).is_file():
        return Layout(recipe.layout, kept=checkpoint / TOKENS)
    return Layout(recipe.layout, recipe.tokenizer)


def files_to_keep(layout: Layout) -> dict[str, bytes]:
    """Return what a checkpoint keeps of a layout: path in its folder -> content."""
    return {f"{TOKENS}/{name}": content for name, content in layout.files().items()}
