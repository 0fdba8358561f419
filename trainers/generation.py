"""Greedy reading: what a model says about pictures, in batches and with a key-value cache.

Never sampled: the released demos of Vary sample, so that no output of theirs can be repeated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import DynamicCache

from dataengine.sample import Turn
from trainers.models.vision_language import VisionLanguageModel
from trainers.tokens.layout import Layout


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said.

    Attributes:
        ended: the model ended it; else it was cut.
    """

    text: str
    ended: bool


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
    most = [max_new_tokens] * len(prompts)
    return [one.text for one in answer(model, layout, images, prompts, most)]


def answer(
    model: VisionLanguageModel,
    layout: Layout,
    images: Mapping[str, Tensor],
    prompts: Sequence[Sequence[Turn]],
    most: Sequence[int],
) -> list[Answer]:
    """Return one answer per picture, as `generate` does.

    Args:
        most: of each answer the tokens at which it is cut.
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
        said = _extend(model, ids.to(device), attention.to(device), images, most)
    return [Answer(layout.text_of(row), row[-1:] == [model.ids.end]) for row in said]


def _extend(
    model: VisionLanguageModel,
    ids: Tensor,
    attention: Tensor,
    images: Mapping[str, Tensor],
    most: Sequence[int],
) -> list[list[int]]:
    """Return the tokens of each answer, with the end's where it has one.

    Answers that are done leave the batch: the others need not wait for what is said of no use, and
    no position lies behind the last one that a row may have.
    """
    language, end = model.language, model.ids.end
    cache = DynamicCache(config=language.config)
    said: list[list[int]] = [[] for _ in range(len(ids))]
    rows = list(range(len(ids)))  # those of the batch
    given = {"inputs_embeds": model.embed(ids, images)}
    for _ in range(max(most)):
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
        for row, token in zip(rows, chosen.tolist(), strict=True):  # one wait for the device
            said[row].append(token)
        going = [
            place
            for place, row in enumerate(rows)
            if said[row][-1] != end and len(said[row]) < most[row]
        ]
        if not going:
            break
        if len(going) < len(rows):
            rows = [rows[place] for place in going]
            kept = torch.tensor(going, device=chosen.device)
            cache.batch_select_indices(kept)
            chosen, attention = chosen[kept], attention[kept]
        attention = torch.cat([attention, attention.new_ones(len(rows), 1)], dim=1)
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
