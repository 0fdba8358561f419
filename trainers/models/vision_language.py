"""The composed model: towers -> connector -> language model, as plain torch."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from trainers.errors import ImageTokenMismatch
from trainers.models.connector import Connector
from trainers.models.tower import Tower
from trainers.tokens.ids import TokenIds


class VisionLanguageModel(nn.Module):
    """Pictures and token ids to logits.

    Args:
        towers: by the names of the recipe.
        connector: takes the towers' features in their order.
        language: a causal language model of transformers.
        ids: special tokens of the layout.
    """

    def __init__(
        self,
        towers: Mapping[str, Tower],
        connector: Connector,
        language: PreTrainedModel,
        ids: TokenIds,
    ) -> None:
        super().__init__()
        self.towers = nn.ModuleDict(towers)
        self.connector = connector
        self.language = language
        self.ids = ids

    @property
    def image_tokens(self) -> int:
        """Image tokens per picture."""
        return self.connector.tokens

    @property
    def learning_towers(self) -> set[str]:
        """Towers of which something is trained."""
        return {name for name, tower in self.towers.items() if _learns(tower)}

    def train(self, mode: bool = True) -> VisionLanguageModel:
        """Set the mode; a tower without anything to learn always stays in evaluation mode."""
        super().train(mode)
        for tower in self.towers.values():
            if not _learns(tower):
                tower.eval()
        return self

    def features(self, images: Mapping[str, Tensor]) -> Tensor:
        """Return image features in the language model's width.

        Args:
            images: tower -> normalised pictures, (P, 3, S, S).

        Returns:
            (P, image_tokens, width).
        """
        seen = []
        for name, tower in self.towers.items():
            with nullcontext() if _learns(tower) else torch.no_grad():
                seen.append(tower(images[name]))
        connected: Tensor = self.connector(seen)
        return connected

    def embed(self, ids: Tensor, images: Mapping[str, Tensor]) -> Tensor:
        """Return embeddings of (B, T, width), image tokens replaced by the pictures' features.

        Pictures stand in the order of the sequences; a packed sequence has several.

        Raises:
            ImageTokenMismatch: a row holds another number of image tokens than there are features.
        """
        embeddings: Tensor = self.language.get_input_embeddings()(ids)
        places = ids == self.ids.image
        self._check_counts(places.sum(dim=1), len(next(iter(images.values()))))
        features = self.features(images).to(embeddings.dtype)
        return embeddings.masked_scatter(places[..., None], features)

    def _check_counts(self, counts: Tensor, pictures: int) -> None:
        odd = (counts % self.image_tokens != 0) | (counts == 0)
        if not odd.any() and int(counts.sum()) == pictures * self.image_tokens:
            return
        row = int(odd.nonzero()[0, 0]) if odd.any() else int(counts.argmax())
        raise ImageTokenMismatch(
            f"sequence {row} of the batch has {int(counts[row])} image tokens; the connector gives "
            f"{self.image_tokens} features for each of the batch's {pictures} pictures. Was it "
            "encoded with another layout or recipe?"
        )

    def forward(
        self,
        ids: Tensor,
        images: Mapping[str, Tensor],
        attention: Tensor | None = None,
        positions: Tensor | None = None,
        keep: Tensor | None = None,
    ) -> Tensor:
        """Return logits.

        Args:
            ids: (B, T) int64.
            images: tower -> (P, 3, S, S), normalised: one per sequence, or more where packed.
            attention: (B, T), true where a token stands; or (B, 1, T, T), true where a token may
                look (packed sequences, which need `positions` that begin anew).
            positions: (B, T) int64; by default counted from the first token.
            keep: (B, T) bool; logits are computed at these places only.

        Returns:
            (B, T, vocabulary), or (number kept, vocabulary).
        """
        optional = {} if positions is None else {"position_ids": positions}
        hidden: Tensor = self.language.base_model(
            inputs_embeds=self.embed(ids, images),
            attention_mask=attention,
            use_cache=False,
            **optional,
        ).last_hidden_state
        logits: Tensor = self.language.get_output_embeddings()(
            hidden if keep is None else hidden[keep]
        )
        return logits


def _learns(module: nn.Module) -> bool:
    return any(parameter.requires_grad for parameter in module.parameters())
