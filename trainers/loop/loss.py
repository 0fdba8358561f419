"""The loss: cross-entropy summed over learned tokens; who divides it knows the global count.

A mean per micro-batch, averaged over micro-batches and devices, would weigh a token of a short
answer more than one of a long answer, and change with the number of devices.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from trainers.errors import TrainError
from trainers.models.vision_language import VisionLanguageModel


def predicting(learned: Tensor) -> Tensor:
    """Return (B, T) bool: the places whose next token is learned."""
    places = torch.zeros_like(learned)
    places[:, :-1] = learned[:, 1:]
    return places


def summed_loss(
    model: VisionLanguageModel,
    ids: Tensor,
    learned: Tensor,
    images: dict[str, Tensor],
    attention: Tensor | None = None,
    positions: Tensor | None = None,
) -> Tensor:
    """Return the summed cross-entropy in nats, fp32.

    Args:
        ids: (B, T) int64.
        learned: (B, T) bool.
        images, attention, positions: as `VisionLanguageModel.forward`.
    """
    keep = predicting(learned)
    logits = model(ids, images, attention, positions, keep)
    targets = ids.roll(-1, dims=1)[keep]
    return F.cross_entropy(logits.float(), targets, reduction="sum")


def check_masks(ids: Tensor, learned: Tensor, *, image: int, pad: int) -> None:
    """Raise `TrainError` for masks that would teach nothing, or the wrong thing.

    Released trainers mask a whole sample on a length mismatch and only print a warning.
    """
    if learned.shape != ids.shape:
        raise TrainError(f"a mask of {tuple(learned.shape)} for ids of {tuple(ids.shape)}")
    for name, token in (("image", image), ("padding", pad)):
        if bool((learned & (ids == token)).any()):
            row = int((learned & (ids == token)).any(dim=1).nonzero()[0, 0])
            raise TrainError(f"sequence {row} would learn to say {name} tokens: its mask is wrong")
    empty = ~learned.any(dim=1)
    if bool(empty.any()):
        row = int(empty.nonzero()[0, 0])
        raise TrainError(f"sequence {row} has no learned token: its answer is empty or was cut off")
    if bool(learned[:, 0].any()):
        raise TrainError(
            "a first token is learned, and nothing stands before it to predict it from"
        )
