"""LLaVA-1.5's connector: two linear layers with GELU between them (Liu et al., 2023).

The original repository says `model.mm_projector.0` and `.2`, in whole checkpoints and in files of
the projector alone (`mm_projector.bin`); transformers says `multi_modal_projector.linear_1` and
`linear_2`, later with `model.` before it.
"""

from __future__ import annotations

from trainers.weights.names import Drop, Source
from trainers.weights.sources.vary import LLAMA, TOWER, composed_language


def _transformers(root: str) -> Source:
    own = f"{root}multi_modal_projector.linear_"
    return Source(
        name="LLaVA, transformers' names",
        marker=f"{own}1.weight",
        renames=((f"{own}1", ("project.0",)), (f"{own}2", ("project.2",))),
        dropped=(
            Drop(f"{root}vision_tower.*", TOWER),
            *composed_language(root),
        ),
    )


PROJECTORS = (
    Source(
        name="LLaVA",
        marker="model.mm_projector.0.weight",
        renames=(("model.mm_projector.{}", ("project.{}",)),),
        dropped=(*LLAMA, Drop("model.vision_tower.*", TOWER)),
    ),
    _transformers("model."),
    _transformers(""),
)
