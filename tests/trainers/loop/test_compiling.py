"""Compiled blocks compute what plain ones do, and a lack of compilers is told with the remedy."""

from __future__ import annotations

import copy

import pytest
import torch
from safetensors.torch import load_file

from tests.trainers.loop.runs import start
from tests.trainers.loop.sharded_runs import small
from tests.trainers.models.conftest import IDS, tiny
from trainers.errors import TrainError
from trainers.loop import checkpoint, compiling, run
from trainers.loop.compiling import compile_blocks, missing_compiler
from trainers.loop.memory import checkpoint_activations, enough_memory
from trainers.models.building import build_model
from trainers.models.language import blocks

CPU = torch.device("cpu")
PICTURE = {"vary": torch.ones(1, 3, 64, 64)}


class Counting:
    """Computes graphs as they are, and counts them."""

    def __init__(self) -> None:
        self.graphs = 0

    def __call__(self, graph, inputs):
        self.graphs += 1
        return graph.forward


@pytest.fixture(autouse=True)
def forgotten():
    """Let no test find graphs of another."""
    torch._dynamo.reset()


def learn(model, lengths=(3, 6, 3)):
    losses = []
    for length in lengths:
        ids = torch.tensor([[2, *[IDS.image] * 4, *range(5, 5 + length)]])
        loss = model(ids, PICTURE).square().sum()
        loss.backward()
        losses.append(float(loss.detach()))
    return losses, {name: one.grad for name, one in model.named_parameters()}


def same(left, right) -> None:
    (losses, gradients), (others, wanted) = left, right
    assert losses == pytest.approx(others, rel=1e-6)
    assert gradients.keys() == wanted.keys()
    for name, gradient in gradients.items():
        assert torch.allclose(gradient, wanted[name], rtol=1e-4, atol=1e-5), name


@pytest.mark.parametrize("again", [False, True])
def test_losses_and_gradients_are_the_same_and_blocks_share_graphs(again):
    model, counting = build_model(tiny(), IDS, seed=1), Counting()
    plain = copy.deepcopy(model)
    compile_blocks(model, CPU, counting)
    if again:
        checkpoint_activations(model, ["language", "vary"])
    same(learn(model), learn(plain))
    assert counting.graphs == 4  # SAM's two kinds of blocks, and OPT's two for two lengths


def test_generating_compiles_nothing():
    model, counting = build_model(tiny(), IDS, seed=1), Counting()
    compile_blocks(model, CPU, counting)
    learn(model, (3,))
    before = counting.graphs
    model.eval()
    for length in (4, 5, 6):
        ids = torch.tensor([[2, *[IDS.image] * 4, *range(5, 5 + length)]])
        with torch.no_grad():
            model(ids, PICTURE)
    assert counting.graphs <= before + 2  # SAM's, which have another form without gradients


def test_a_deep_copy_computes_with_its_own_weights():
    model = build_model(tiny(), IDS, seed=1)
    compile_blocks(model, CPU, Counting())
    checkpoint_activations(model, ["language", "vary"])
    copied = copy.deepcopy(model)
    with torch.no_grad():
        for one in model.parameters():
            one.zero_()
    same(learn(copied), learn(build_model(tiny(), IDS, seed=1)))
    assert all(one.grad is None for one in model.parameters())


def test_what_goes_wrong_names_the_remedy(monkeypatch):
    def failing(graph, inputs):
        raise ValueError("no such instruction")

    def full(graph, inputs):
        def compute(*given):
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")

        return compute

    model = build_model(tiny(), IDS)
    compile_blocks(model, CPU, failing)
    with pytest.raises(TrainError, match=r"a block of vary could not be compiled.*no such instr"):
        learn(model)
    torch._dynamo.reset()
    model = build_model(tiny(), IDS)
    compile_blocks(model, CPU, full)
    words = r"memory for a step.*micro_batch.*CUDA out of memory"
    with pytest.raises(TrainError, match=words), enough_memory(model, "a step"):
        learn(model)
    monkeypatch.setattr(compiling.shutil, "which", lambda command: None)
    with pytest.raises(
        TrainError, match=r"needs a C\+\+ compiler: install it, or set run\.compile"
    ):
        compile_blocks(model, CPU)
    cuda = torch.device("cuda")
    assert missing_compiler(cuda) in ("Triton", "a C compiler")


@pytest.mark.slow
@pytest.mark.skipif(bool(missing_compiler(CPU)), reason=f"needs {missing_compiler(CPU)}")
def test_a_real_compiler_computes_the_same():
    model = build_model(tiny(), IDS, seed=1)
    plain = copy.deepcopy(model)
    compile_blocks(model, CPU)
    inputs, found = torch.randn(1, 8, 32), []
    for one in (plain, model):
        block = blocks(one.language)[0].train()
        output = block(inputs, attention_mask=None)
        output = output[0] if isinstance(output, tuple) else output
        loss = output.square().sum()
        loss.backward()
        found.append(([float(loss.detach())], {n: p.grad for n, p in block.named_parameters()}))
    same(*found)


def test_a_run_compiles_where_its_recipe_says_so(tmp_path, monkeypatch):
    """And checkpoints of both kinds of runs are the same."""
    counting = Counting()
    monkeypatch.setattr(
        run, "compile_blocks", lambda model, device: compile_blocks(model, device, counting)
    )
    changes = {"stages__0__steps": 2, "run__held_out": 2, "run__transcripts": 1}
    losses, names = {}, {}
    for compiled in (False, True):
        folder = tmp_path / str(compiled)
        made, said = start(folder, small(run__compile=compiled, **changes))
        assert made.train()
        losses[compiled] = [line[2]["loss"] for line in said if line[1] in ("step", "held_out")]
        path = checkpoint.latest(folder / "checkpoints")
        names[compiled] = set(load_file(path / checkpoint.WEIGHTS))
        assert bool(counting.graphs) is compiled
    assert len(losses[True]) == 3
    assert losses[True] == pytest.approx(losses[False], rel=1e-6)
    assert names[True] == names[False]
