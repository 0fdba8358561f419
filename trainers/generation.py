"""Greedy reading: what a model says about pictures, in batches and with a key-value cache.

Never sampled: the released demos of Vary sample, so that no output of theirs can be repeated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor
from transformers import DynamicCache

from dataengine.sample import Turn
from trainers.models.vision_language import VisionLanguageModel
from trainers.tokens.layout import Layout


def generate(
    model: VisionLanguageModel,
    layout: Layout,
    images: Mapping[str, Tensor],
    prompts: Sequence[Sequence[Turn]],
    max_new_tokens: int,
) -> list[str]:
    """Return one answer per picture, each as if it had been asked for alone.

    Args:
        images: tower -> normalised pictures, (B, 3, S, S).
        prompts: of each picture the turns so far, ending with the user's.
        max_new_tokens: an answer that has not ended by then is cut.
    """
    device = next(model.parameters()).device
    rows = [layout.prompt(turns, model.image_tokens) for turns in prompts]
    longest = max(map(len, rows))
    ids = torch.full((len(rows), longest), layout.ids.pad, dtype=torch.int64)
    attention = torch.zeros((len(rows), longest), dtype=torch.int64)
    for number, row in enumerate(rows):  # on the left, so that all answers begin together
        ids[number, longest - len(row) :] = torch.from_numpy(row)
        attention[number, longest - len(row) :] = 1
    with _evaluating(model):
        said = _extend(model, ids.to(device), attention.to(device), images, max_new_tokens)
    return [layout.text_of(row) for row in said]


def _extend(
    model: VisionLanguageModel,
    ids: Tensor,
    attention: Tensor,
    images: Mapping[str, Tensor],
    most: int,
) -> list[list[int]]:
    language, end = model.language, model.ids.end
    cache = DynamicCache(config=language.config)
    given = {"inputs_embeds": model.embed(ids, images)}
    said: list[list[int]] = [[] for _ in range(len(ids))]
    open_rows = set(range(len(ids)))
    for _ in range(most):
        positions = (attention.cumsum(dim=1) - 1).clamp(min=0)
        width = next(iter(given.values())).shape[1]
        output = language(
            **given,
            attention_mask=attention,
            position_ids=positions[:, -width:],
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        )
        chosen = output.logits[:, -1].float().argmax(dim=-1)
        tokens = chosen.tolist()  # one wait for the device per step, not one per row
        for row in [*open_rows]:
            token = tokens[row]
            if token == end:
                open_rows.discard(row)
            else:
                said[row].append(token)
        if not open_rows:
            break
        attention = torch.cat([attention, attention.new_ones(len(ids), 1)], dim=1)
        given = {"inputs_embeds": language.get_input_embeddings()(chosen)[:, None]}
    return said


@contextmanager
def _evaluating(model: VisionLanguageModel):  # type: ignore[no-untyped-def]
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        model.train(was_training)
