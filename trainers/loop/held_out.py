"""What a run measures on held-out examples: loss, the vision gap, and what the model reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from rapidfuzz.distance.Levenshtein import normalized_distance
from torch import Tensor

from dataengine.sample import Turn
from dataengine.views.example import Example
from trainers.data.batches import Batch, Prepared, Preparer, padded
from trainers.data.source import Numbers, Source
from trainers.errors import TrainError
from trainers.generation import generate
from trainers.loop.memory import enough_memory
from trainers.loop.pictures import small
from trainers.loop.stepping import Stepper
from trainers.tokens.layout import Layout

AT_ONCE = 8
"""Held-out examples that go through the model together."""

PICTURED = 16
"""Transcripts that come with a copy of their picture, the first ones."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What the model read, beside what stands there.

    Attributes:
        asked: the request that it answers; "" where there is none.
        picture: a small copy as PNG; no bytes beyond the first `PICTURED`.
    """

    id: str
    asked: str
    target: str
    said: str
    picture: bytes


@dataclass(frozen=True, slots=True)
class Measured:
    """Held-out figures.

    Attributes:
        loss: mean per learned token, nats.
        vision_gap: the same with every picture swapped for another's, minus `loss`: what the
            pictures tell. Near 0 the model recites its language prior.
        edit_distance: mean over transcripts of characters to change, of the longer's length.
        exact: share of transcripts that are the target.
        transcripts: the first few examples, read greedily.
    """

    loss: float
    vision_gap: float
    edit_distance: float
    exact: float
    transcripts: Sequence[Transcript]


class HeldOut:
    """A fixed set of held-out examples, prepared once.

    Args:
        numbers: those that may be used; the first `count` are.
        count: how many examples are measured with.
        transcripts: how many of them are read aloud.
        max_new_tokens: longer answers are cut.
        max_tokens: of prompt and answer together, where the model has no room for more.

    Raises:
        TrainError: fewer than two can be used: no picture could be swapped.
    """

    def __init__(
        self,
        source: Source,
        preparer: Preparer,
        layout: Layout,
        numbers: Numbers,
        *,
        count: int,
        transcripts: int,
        max_new_tokens: int,
        max_tokens: int | None = None,
    ) -> None:
        chosen = [source.example(int(number)) for number in numbers[:count]]
        pairs = [(one, preparer(one)) for one in chosen]
        kept = [(one, ready) for one, ready in pairs if isinstance(ready, Prepared)]
        if len(kept) < 2:
            raise TrainError(f"only {len(kept)} of {len(chosen)} held-out examples can be used")
        self._examples = [one for one, _ in kept]
        self._prepared = [ready for _, ready in kept]
        self._samples = {one.id: one.sample for one in self._examples}
        self._copies = [
            small(one.image) if number < PICTURED else b""
            for number, one in enumerate(self._examples[:transcripts])
        ]
        self._layout, self._transcripts = layout, transcripts
        self._max_new_tokens, self._max_tokens = max_new_tokens, max_tokens

    def measure(self, stepper: Stepper) -> Measured:
        """Return the figures of a model as it is now; its mode is put back."""
        model = stepper.model
        was_training = model.training
        model.eval()
        with enough_memory(model, f"measuring {AT_ONCE} held-out examples at once"):
            with torch.no_grad():
                true, swapped, learned = self._losses(stepper)
            transcripts = self._read(stepper)
        model.train(was_training)
        distances = [normalized_distance(one.said, one.target) for one in transcripts]
        return Measured(
            loss=true / learned,
            vision_gap=(swapped - true) / learned,
            edit_distance=float(np.mean(distances)) if distances else 1.0,
            exact=float(np.mean([one.said == one.target for one in transcripts] or [False])),
            transcripts=transcripts,
        )

    def _losses(self, stepper: Stepper) -> tuple[float, float, int]:
        true = swapped = 0.0
        learned = 0
        for batch in self.batches():
            pictures = stepper.pictures(batch)
            true += float(stepper.loss(batch, pictures))
            order = anothers([self._samples[name] for name in batch.names])
            others = {name: one[order] for name, one in pictures.items()}
            swapped += float(stepper.loss(batch, others))
            learned += batch.learned_tokens
        return true, swapped, learned

    def batches(self) -> Sequence[Batch]:
        """Return the examples as the model takes them; no batch has one alone."""
        pad = self._layout.ids.pad
        groups = [
            self._prepared[at : at + AT_ONCE] for at in range(0, len(self._prepared), AT_ONCE)
        ]
        if len(groups) > 1 and len(groups[-1]) == 1:  # a picture alone cannot be swapped
            groups[-2:] = [[*groups[-2], *groups[-1]]]
        return [padded(group, (), pad) for group in groups]

    def _read(self, stepper: Stepper) -> list[Transcript]:
        said: list[Transcript] = []
        for at in range(0, min(self._transcripts, len(self._examples)), AT_ONCE):
            end = min(at + AT_ONCE, self._transcripts)
            examples, prepared = self._examples[at:end], self._prepared[at:end]
            batch = padded(prepared, (), self._layout.ids.pad)
            pictures: dict[str, Tensor] = stepper.pictures(batch)
            prompts = [one.conversation.turns[:-1] for one in examples]
            with torch.autocast(stepper.world.device.type, torch.bfloat16, enabled=stepper.bf16):
                answers = generate(
                    stepper.model, self._layout, pictures, prompts, self._room(prompts, stepper)
                )
            said += [
                _transcript(one, answer, copy)
                for one, answer, copy in zip(examples, answers, self._copies[at:end], strict=True)
            ]
        return said

    def _room(self, prompts: Sequence[Sequence[Turn]], stepper: Stepper) -> int:
        """Return how many tokens may follow: a table of positions ends, and with it a model."""
        if self._max_tokens is None:
            return self._max_new_tokens
        image_tokens = stepper.model.image_tokens
        longest = max(len(self._layout.prompt(one, image_tokens)) for one in prompts)
        return max(1, min(self._max_new_tokens, self._max_tokens - longest))


def anothers(samples: Sequence[str]) -> list[int]:
    """Return for each row the nearest one before, round about, that is about another picture.

    Several questions about one picture may stand side by side; its own would be no swap. Where all
    rows are about the same one, they are rolled by one.
    """
    rows = range(len(samples))
    return [
        next(
            (
                (row - back) % len(samples)
                for back in rows
                if samples[(row - back) % len(samples)] != samples[row]
            ),
            (row - 1) % len(samples),
        )
        for row in rows
    ]


def _transcript(example: Example, answer: str, picture: bytes) -> Transcript:
    """Return an answer beside the truth; layouts may set space around one, as Vary's for OPT do."""
    *before, last = example.conversation.turns
    asked = before[-1].text.strip() if before else ""
    return Transcript(example.id, asked, last.text.strip(), answer.strip(), picture)
