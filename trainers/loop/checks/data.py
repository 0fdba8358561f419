"""Checks of what the model is given: tokens, masks, lengths, what is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import torch

from dataengine.audit.report import plain
from trainers.data.batches import Batch, Skipped
from trainers.errors import TrainError
from trainers.loop.checks.finding import Finding, Level
from trainers.loop.checks.marking import marked, special_names
from trainers.loop.checks.sampling import SHOWN, Sampled
from trainers.loop.loss import check_masks
from trainers.loop.parts import Parts
from trainers.recipe import DataRecipe

_NAMED = 5
"""Skipped examples, or answers that do not come back, that are named."""

_SHORT_CHARS = 400
"""Of a shown sequence at each end."""

_FEW, _MANY = 0.02, 0.98
"""Shares of learned tokens beyond which a mask is strange."""


def check_data(parts: Parts, sampled: Sampled) -> Iterator[Finding]:
    """Give findings about the first examples."""
    yield _first(parts, sampled)
    yield _image_tokens(parts, sampled.batch)
    yield _learned(parts, sampled)
    yield _ends(parts, sampled)
    yield _comes_back(parts, sampled)
    yield _skipped(parts.recipe.data, sampled)
    yield _lengths(parts.recipe.data, sampled)
    yield _pictures(sampled)


def _first(parts: Parts, sampled: Sampled) -> Finding:
    lines = tuple(
        f"{one.id}: {shortened(marked(one.encoded, parts.layout))}"
        for one in sampled.prepared[:SHOWN]
    )
    return Finding("first batch", "ok", "what is learned stands between ⟦ and ⟧", lines)


def shortened(text: str) -> str:
    """Return a text in one line, the middle of a long one left out; control characters replaced."""
    line = plain(text.replace("\n", "↵"))
    if len(line) <= 2 * _SHORT_CHARS:
        return line
    left_out = len(line) - 2 * _SHORT_CHARS
    return f"{line[:_SHORT_CHARS]} … {left_out:,} characters … {line[-_SHORT_CHARS:]}"


def _image_tokens(parts: Parts, batch: Batch) -> Finding:
    wanted = parts.model.image_tokens
    found = int((batch.ids == parts.layout.ids.image).sum())
    words = (
        f"{found} in the batch, {wanted} per picture from the connector, {len(batch.names)} "
        f"picture{'s' if len(batch.names) != 1 else ''}"
    )
    if found == wanted * len(batch.names):
        return Finding("image tokens", "ok", words)
    return Finding("image tokens", "problem", f"{words}: the layout writes another number")


def _learned(parts: Parts, sampled: Sampled) -> Finding:
    batch, ids = sampled.batch, parts.layout.ids
    try:
        check_masks(
            torch.from_numpy(batch.ids), torch.from_numpy(batch.learned),
            image=ids.image, pad=ids.pad,
        )  # fmt: skip
    except TrainError as error:
        return Finding("learned tokens", "problem", str(error))
    learned = sum(int(one.encoded.learned.sum()) for one in sampled.prepared)
    whole = sum(len(one.encoded) for one in sampled.prepared)
    text = whole - sum(int((one.encoded.ids == ids.image).sum()) for one in sampled.prepared)
    share = learned / max(1, text)
    words = f"{learned:,} of {whole:,} tokens, {share:.0%} of the text"
    if _FEW <= share <= _MANY:
        return Finding("learned tokens", "ok", words)
    hint = "look at the brackets above: prompts should not be learned, answers should"
    return Finding("learned tokens", "warning", f"{words}; {hint}")


def _ends(parts: Parts, sampled: Sampled) -> Finding:
    """Look for answers without a learned end token: a model trained so never stops."""
    end = parts.layout.ids.end
    open_ended = [
        one.id
        for one in sampled.prepared
        if not bool((one.encoded.learned & (one.encoded.ids == end)).any())
    ]
    if not open_ended:
        return Finding("ends of answers", "ok", "every answer has a learned end token")
    words = f"{len(open_ended)} of {len(sampled.prepared)} have none, such as {open_ended[0]}"
    level: Level = "warning" if parts.recipe.data.too_long == "cut" else "problem"
    hint = "they were cut off" if level == "warning" else "the layout never writes one"
    return Finding("ends of answers", level, f"{words}: {hint}")


def _comes_back(parts: Parts, sampled: Sampled) -> Finding:
    """Decode what is learned and hold it against the target: a tokenizer may lack its letters."""
    most = parts.recipe.data.max_tokens
    tried, lost = 0, []
    for example, one in zip(sampled.examples, sampled.prepared, strict=True):
        turns = example.conversation.turns
        if len(turns) != 2 or len(one.encoded) >= most:
            continue
        tried += 1
        said = parts.layout.text_of(one.encoded.ids[one.encoded.learned].tolist())
        if said.strip() != turns[1].text.strip():  # layouts may set space around an answer
            lost.append(f"{one.id}: {shortened(turns[1].text)!r} becomes {shortened(said)!r}")
    if not lost:
        return Finding("answers come back", "ok", f"{tried} decoded to the text they were made of")
    return Finding(
        "answers come back", "warning",
        f"{len(lost)} of {tried} change when they are encoded and decoded: no output can equal "
        "these targets; is it the tokenizer for this text?", tuple(lost[:_NAMED]),
    )  # fmt: skip


def _skipped(data: DataRecipe, sampled: Sampled) -> Finding:
    seen = len(sampled.prepared) + len(sampled.skipped)
    if not sampled.skipped:
        return Finding("left out", "ok", f"none of the first {seen} examples")
    share = len(sampled.skipped) / seen
    words = f"{len(sampled.skipped)} of the first {seen} examples ({share:.1%})"
    lines = tuple(f"{one.id}: {one.reason}" for one in sampled.skipped[:_NAMED])
    strict = _strict(data, sampled.skipped)
    if strict:
        return Finding("left out", "problem", f"{words}, and {strict} ends the run", lines)
    if share > data.max_skipped_share:
        most = f"more than data.max_skipped_share ({data.max_skipped_share:g})"
        return Finding(
            "left out", "problem",
            f"{words}, {most}: raise data.max_tokens, or leave them out in the mixture", lines,
        )  # fmt: skip
    return Finding("left out", "warning", words, lines)


def _strict(data: DataRecipe, skipped: Sequence[Skipped]) -> str:
    """Return the setting under which one of these would end the run."""
    long = [one for one in skipped if "data.max_tokens" in one.reason]
    if len(long) < len(skipped) and data.on_bad_sample == "error":
        return "data.on_bad_sample: error"
    return "data.too_long: error" if long and data.too_long == "error" else ""


def _lengths(data: DataRecipe, sampled: Sampled) -> Finding:
    lengths = np.array([len(one.encoded) for one in sampled.prepared])
    words = (
        f"{lengths.min()} to {lengths.max()} tokens, median {int(np.median(lengths))}; "
        f"data.max_tokens is {data.max_tokens}"
    )
    if data.arrange != "buckets":
        return Finding("lengths", "ok", words)
    sides = [
        next((one for one in sorted(data.buckets) if one >= length), length)
        for length in lengths.tolist()
    ]
    counts = Counter(sides)
    lines = tuple(f"up to {side}: {counts[side]}" for side in sorted(counts))
    padding = 1 - float(lengths.sum()) / sum(sides)
    words += f"; {padding:.0%} padding at least"
    if int(lengths.max()) > max(data.buckets):
        return Finding(
            "lengths", "warning",
            f"{words}; some are longer than the last bucket, which ends at {max(data.buckets)}",
            lines,
        )  # fmt: skip
    return Finding("lengths", "ok", words, lines)


def _pictures(sampled: Sampled) -> Finding:
    """Look for pictures that all are the same, or empty: nothing could be learned from them."""
    for name in sampled.prepared[0].squares:
        squares = [one.squares[name] for one in sampled.prepared]
        if all(int(one.min()) == int(one.max()) for one in squares):
            return Finding("pictures", "problem", f"{name}: every one is of a single colour")
        if len(squares) > 1 and all(np.array_equal(squares[0], one) for one in squares[1:]):
            return Finding("pictures", "problem", f"{name}: all {len(squares)} are the same")
    sizes = ", ".join(
        f"{name} {square.shape[0]} px" for name, square in sampled.prepared[0].squares.items()
    )
    return Finding("pictures", "ok", f"they differ; {sizes}")


def check_tokens(parts: Parts) -> Iterator[Finding]:
    """Give findings about special tokens and the tables that hold them."""
    ids, names = parts.layout.ids, special_names(parts.layout)
    rows = parts.model.language.get_input_embeddings().weight.shape[0]
    added = getattr(parts.layout.vocabulary, "added", ())
    lines = tuple(
        f"{token} {name}{', new to the tokenizer' if name in added else ''}"
        for token, name in sorted(names.items())
    )
    words = f"{ids.vocabulary} ids, {rows} rows of embeddings"
    if rows < ids.vocabulary:
        yield Finding("tokens", "problem", f"{words}: the last ids have none", lines)
    elif len({ids.image, ids.pad, ids.end}) < 3:
        yield Finding(
            "tokens", "problem", f"{words}; image, padding and end share an id: a mask that leaves "
            "out one leaves out the other", lines,
        )  # fmt: skip
    else:
        yield Finding("tokens", "ok", words, lines)
