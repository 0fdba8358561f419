"""Fills a module from a checkpoint: every key and every tensor is accounted for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import torch
from torch import Tensor, nn

from trainers.errors import WeightsError
from trainers.weights.files import Checkpoint
from trainers.weights.names import Arrangement, Origin, Source, arrange, recognise
from trainers.weights.report import PartReport
from trainers.weights.words import some

Resize = Callable[[str, Tensor, torch.Size], Tensor | None]
"""(our name, tensor, wanted shape) -> the tensor in this shape; None: it cannot be."""

_FLOATS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Tensors that fit a module, not yet in it."""

    report: PartReport
    tensors: Mapping[str, Tensor]


def prepare(
    part: str,
    module: nn.Module,
    checkpoint: Checkpoint,
    sources: Sequence[Source],
    resize: Resize,
    advise: Callable[[Source], str],
) -> Prepared:
    """Return what fits a module, and account for the rest.

    Args:
        part: what messages call the module.
        sources: families of checkpoints that are known for it.
        resize: makes tables fit other sizes.
        advise: what to do where something does not fit.

    Raises:
        WeightsError: the family is not known, or anything is missing, unknown, of another shape,
            quantised, or not a number; the message names the keys.
    """
    source = recognise(sources, checkpoint.tensors.keys())
    if source is None:
        raise WeightsError(
            f"{part}: {checkpoint.origin} has none of the known names; it begins with "
            f"{some(sorted(checkpoint.tensors)[:3])}. Known: "
            f"{', '.join(f'{one.name} ({one.marker})' for one in sources)}"
        )
    ours = _tensors(module)
    names = arrange(source, checkpoint.tensors, ours)
    problems = _settle_ties(names, ours, checkpoint.tensors)
    fresh, missing = _absent(names, ours, source)
    if missing:
        problems.append(f"it lacks {some(missing)}")
    if names.unknown:
        problems.append(f"the model has no place for {some(names.unknown)}")
    fitted, unfit = _fit(names, checkpoint.tensors, ours, resize)
    problems += unfit
    if problems:
        raise WeightsError(
            f"{part}: {checkpoint.origin} ({source.name}) does not fit: {some(problems, '; ')}. "
            f"{advise(source)}"
        )
    resized = {
        name: f"{tuple(checkpoint.tensors[origin.key].shape)} -> {tuple(fitted[name].shape)}"
        for name, origin in names.targets.items()
        if origin.parts == 1 and checkpoint.tensors[origin.key].shape != fitted[name].shape
    }
    dropped = {why: tuple(keys) for why, keys in names.dropped.items()}
    report = PartReport(
        part, checkpoint.origin, source.name, tuple(fitted), resized, tuple(fresh), dropped
    )
    return Prepared(report, fitted)


def _fit(
    names: Arrangement, theirs: Mapping[str, Tensor], ours: Mapping[str, Tensor], resize: Resize
) -> tuple[dict[str, Tensor], list[str]]:
    """Return tensors in our shapes by our names, and what is wrong with the others."""
    fitted, problems = {}, []
    for name, origin in names.targets.items():
        tensor, wanted = _part(theirs[origin.key], origin), ours[name].shape
        unusable = _unusable(tensor)
        if unusable:
            problems.append(f"{origin.key} {unusable}")
            continue
        fit = tensor if tensor.shape == wanted else resize(name, tensor, wanted)
        if fit is None or fit.shape != wanted:
            shapes = f"{tuple(tensor.shape)}, the model's {name} {tuple(wanted)}"
            problems.append(f"{origin.key} has shape {shapes}")
        else:
            fitted[name] = fit
    return fitted, problems


def fill(module: nn.Module, tensors: Mapping[str, Tensor]) -> None:
    """Copy tensors into a module, in its own precision and on its own device."""
    ours = _tensors(module)
    with torch.no_grad():
        for name, tensor in tensors.items():
            ours[name].copy_(tensor)


def _tensors(module: nn.Module) -> dict[str, Tensor]:
    """Return what a module is saved with, tied tensors under each of their names."""
    kept = module.state_dict(keep_vars=True)
    return {name: value for name, value in kept.items() if isinstance(value, Tensor)}


def _settle_ties(
    names: Arrangement, ours: Mapping[str, Tensor], theirs: Mapping[str, Tensor]
) -> list[str]:
    """Leave one origin for tensors that the model ties; return where theirs are not the same."""
    problems = []
    first: dict[int, str] = {}
    for name, tensor in ours.items():
        main = first.setdefault(id(tensor), name)
        if main == name or name not in names.targets:
            continue
        origin = names.targets.pop(name)
        if main not in names.targets:
            names.targets[main] = origin
        elif torch.equal(theirs[origin.key], theirs[names.targets[main].key]):
            why = f"tied: the same as {names.targets[main].key}"
            names.dropped.setdefault(why, []).append(origin.key)
        else:
            problems.append(
                f"{origin.key} differs from {names.targets[main].key}, while the model has one "
                "tensor for both (set tie_word_embeddings: false)"
            )
    return problems


def _absent(
    names: Arrangement, ours: Mapping[str, Tensor], source: Source
) -> tuple[list[str], list[str]]:
    """Return what may keep its random values, and what is missing."""
    first = {id(tensor): name for name, tensor in reversed(list(ours.items()))}
    wanted = set(first.values())
    absent = sorted(wanted - set(names.targets))
    allowed = [name for name in wanted if any(fnmatchcase(name, one) for one in source.fresh)]
    if set(allowed) <= set(absent):  # all of them or none: half of a pair would be a damaged file
        return sorted(allowed), [name for name in absent if name not in allowed]
    return [], absent


def _part(tensor: Tensor, origin: Origin) -> Tensor:
    if origin.parts == 1:
        return tensor
    return tensor.tensor_split(origin.parts, dim=0)[origin.part] if tensor.dim() else tensor


def _unusable(tensor: Tensor) -> str:
    """Say why weights cannot be taken from a tensor; empty: they can."""
    if tensor.layout != torch.strided:
        return "is a sparse tensor"
    if tensor.dtype not in _FLOATS:
        kind = str(tensor.dtype).removeprefix("torch.")
        return f"holds {kind}: quantised weights cannot be loaded, take the originals"
    if not tensor.is_meta and not bool(torch.isfinite(tensor).all()):
        return "has values that are infinite or no numbers; fetch the file again"
    return ""
