"""Ways to compute one and the same training step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from transformers.models.sam.modeling_sam import SamVisionAttention

from trainers.models.towers.sam_vitdet import SamVitDet
from trainers.models.vision_language import VisionLanguageModel
from trainers.recipe import TrainRecipe

Attention = Literal["eager", "bias", "folded"]


@dataclass(frozen=True, slots=True)
class Variant:
    """How a step is computed.

    Attributes:
        attention: of SAM. eager: scores are written out, with their relative positions; bias: fused
            kernels get the positions as a bias; folded: as wider queries and keys.
        compiled: `run.compile`.
        checkpointed: all blocks' activations are computed again.
    """

    name: str
    attention: Attention
    compiled: bool = False
    checkpointed: bool = False

    def applied(self, recipe: TrainRecipe) -> TrainRecipe:
        """Return a recipe that computes in this way and loads no weights."""
        folded = "folded" if self.attention == "folded" else "reference"
        towers = {
            name: one.model_copy(update={"relative_positions": folded, "pretrained": ""})
            for name, one in recipe.model.towers.items()
        }
        language = recipe.model.language.model_copy(update={"pretrained": ""})
        connector = recipe.model.connector.model_copy(update={"pretrained": ""})
        changed = {"towers": towers, "language": language, "connector": connector}
        parts = ("language", *towers) if self.checkpointed else ()
        run = {"compile": self.compiled, "checkpoint_activations": parts}
        return recipe.model_copy(
            update={
                "model": recipe.model.model_copy(update=changed),
                "run": recipe.run.model_copy(update=run),
            }
        )

    def prepare(self, model: VisionLanguageModel) -> None:
        """Change what no setting of a recipe does."""
        if self.attention != "eager":
            return
        for tower in model.towers.values():
            for block in tower.blocks() if isinstance(tower, SamVitDet) else ():
                block.attn.__class__ = SamVisionAttention


VARIANTS: Sequence[Variant] = (
    Variant("eager", "eager"),
    Variant("bias", "bias"),
    Variant("folded", "folded"),
    Variant("bias, compiled", "bias", compiled=True),
    Variant("folded, compiled", "folded", compiled=True),
    Variant("folded, checkpointed", "folded", checkpointed=True),
    Variant("folded, compiled, checkpointed", "folded", compiled=True, checkpointed=True),
)
"""From what transformers does of itself to what saves most."""
