"""FSDP2: every device holds a share of each block, and a whole block only while it computes it.

Zhao et al., "PyTorch FSDP" (2023), in its second form (`torch.distributed.fsdp.fully_shard`):
weights, gradients and the optimiser's state are cut along their first dimension. What is learned is
the same as with the whole model on every device, apart from rounding; checkpoints are the same
files, so a run goes on in either way.
"""

from __future__ import annotations

import copy
import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.distributed.device_mesh import DeviceMesh, init_device_mesh
from torch.distributed.fsdp import FSDPModule, fully_shard
from torch.distributed.tensor import DTensor, Replicate

from trainers.loop.blocks import LANGUAGE, blocks_of
from trainers.loop.distributed import World
from trainers.models.vision_language import VisionLanguageModel

REPLICATED_BYTES = 2 << 30
"""A frozen tower of at most this size stays whole on every device: sharding it saves little, and
its blocks would be sent around for each micro-batch."""


class Shares:
    """A model that is spread over the processes, made from a plain one that gives up its weights.

    Every process makes it, and calls all of its methods. To be made after weights are loaded,
    layers are added and parameters are frozen; the optimiser is made from `model`.

    Args:
        plain: with the same weights in every process. It may lie on the CPU: then no device ever
            holds more than its share and one block. Until `restore` only its structure is left.
        replicated_bytes: frozen towers of at most this size stay whole.

    Attributes:
        model: computes what `plain` did, if all processes compute at once.
    """

    def __init__(
        self, plain: VisionLanguageModel, world: World, replicated_bytes: int = REPLICATED_BYTES
    ) -> None:
        gc.collect()  # a stage before leaves its shares in cycles
        self._plain, self._world = plain, world
        self.model = _take_over(plain)
        _shard(self.model, world, replicated_bytes)
        plain.to(world.device)  # buffers
        for name, parameter in self.model.named_parameters():
            if not isinstance(parameter, DTensor):
                plain.get_parameter(name).data = parameter.data

    @contextmanager
    def gathered(self) -> Iterator[VisionLanguageModel | None]:
        """Hold the plain model whole on the first process' device, for as long as the block runs.

        There it computes alone, as often as it likes; the other processes get None. FSDP's own
        model would expect the others to compute the same.
        """
        self._fill(self._world.device, here=self._world.is_first)
        try:
            yield self._plain if self._world.is_first else None
        finally:
            self._empty()

    def restore(self) -> VisionLanguageModel:
        """Give the plain model its weights back, on the CPU of every process, and return it."""
        self._fill(torch.device("cpu"), here=True)
        return self._plain.to("cpu")

    def _fill(self, device: torch.device, *, here: bool) -> None:
        for name, parameter in self.model.named_parameters():
            if isinstance(parameter, DTensor):
                value = gathered(parameter.detach())
                if here:
                    self._plain.get_parameter(name).data = value.to(device)

    def _empty(self) -> None:
        for name, parameter in self.model.named_parameters():
            if isinstance(parameter, DTensor):
                _drop(self._plain.get_parameter(name))


def is_sharded(model: nn.Module) -> bool:
    """Say whether processes hold shares of a model."""
    return isinstance(model, FSDPModule)


def gathered(tensor: Tensor) -> Tensor:
    """Return the whole of a tensor; every process calls it for the tensors of a sharded model."""
    return tensor.full_tensor() if isinstance(tensor, DTensor) else tensor


def share_like(whole: Tensor, parameter: Tensor) -> Tensor:
    """Return a whole tensor as the parameter of its shape is: on its device, and cut as it is."""
    placed = whole.to(parameter.device)
    if not isinstance(parameter, DTensor):
        return placed
    mesh = parameter.device_mesh
    everywhere = DTensor.from_local(placed, mesh, [Replicate()] * mesh.ndim, run_check=False)
    return everywhere.redistribute(placements=parameter.placements)


def _take_over(plain: VisionLanguageModel) -> VisionLanguageModel:
    """Return a model of the same structure that has taken the weights; nothing is copied."""
    taken = {
        id(one): nn.Parameter(one.detach(), requires_grad=one.requires_grad)
        for one in plain.parameters()
    }
    model = copy.deepcopy(plain, memo=dict(taken))
    for one in plain.parameters():
        _drop(one)
    return model


def _drop(parameter: nn.Parameter) -> None:
    parameter.data = parameter.data.new_empty(0)


def _shard(model: VisionLanguageModel, world: World, replicated_bytes: int) -> None:
    mesh = init_device_mesh(world.device.type, (world.size,))
    whole: set[nn.Parameter] = set()
    for name, tower in model.towers.items():
        if _stays_whole(tower, replicated_bytes):
            tower.to(world.device)
            whole.update(tower.parameters())
        else:
            _shard_each(blocks_of(model, name), mesh)
    _shard_each(blocks_of(model, LANGUAGE), mesh)
    tables = (model.language.get_input_embeddings(), model.language.get_output_embeddings())
    if tables[0].weight is not tables[1].weight:  # tied ones belong to one group: the model's own
        _shard_each(tables, mesh)
    fully_shard(model, mesh=mesh, ignored_params=whole)
    model.to(world.device)  # buffers


def _stays_whole(tower: nn.Module, most: int) -> bool:
    parameters = list(tower.parameters())
    if any(one.requires_grad for one in parameters):
        return False
    return sum(one.numel() * one.element_size() for one in parameters) <= most


def _shard_each(modules: Iterable[nn.Module], mesh: DeviceMesh) -> None:
    for module in modules:
        fully_shard(module, mesh=mesh)
