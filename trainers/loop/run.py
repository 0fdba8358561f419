"""A training run: stage by stage, resumable at any step to the same weights.

What is learned is a function of the recipe, the data and the seed: the order of examples and
torch's randomness come from (seed, step), never from what happened before. With bf16 or on several
devices sums round differently; on one CPU a resumed run has the same bits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from trainers.loop import checkpoint
from trainers.loop.checkpoint import CHECKPOINTS, RunState
from trainers.loop.compiling import compile_blocks
from trainers.loop.distributed import World
from trainers.loop.log import RunLog
from trainers.loop.memory import checkpoint_activations, enough_memory
from trainers.loop.optimising import make_optimiser
from trainers.loop.parts import Parts
from trainers.loop.resuming import DATA, data_hash, resumed, same_beginning
from trainers.loop.sharding import Shares
from trainers.loop.stage_loop import StageLoop
from trainers.loop.stepping import Stepper
from trainers.loop.trackers import open_trackers
from trainers.loop.watching import Unwatched, Watcher
from trainers.models.freezing import apply_freeze_map
from trainers.models.language import check_room
from trainers.models.lora import add_lora, merge_lora
from trainers.models.vision_language import VisionLanguageModel
from trainers.recipe import Stage
from trainers.tokens.kept import files_to_keep

WEIGHTS_REPORT = "weights.json"
"""What became of every key of the weights that a run began with."""


class Run:
    """Trains in a folder, from its newest checkpoint on.

    Args:
        parts: the model may lie anywhere; it is brought to the world's device.
        tell: called with the total step, a kind of line and its values, as they are logged.
        stop: asked after every step; true ends the run with a checkpoint.
        watch: told about every step.

    Raises:
        TrainError: the folder's checkpoints are of another recipe or of other data, or processes
            see different ones.
        ConfigError: sequences can be longer than the language model has positions.
        ToolMissing: the recipe names a tracker that is not installed.
    """

    def __init__(
        self,
        parts: Parts,
        folder: Path,
        world: World,
        *,
        tell: Callable[[int, str, dict[str, object]], None] = lambda step, kind, values: None,
        stop: Callable[[], bool] = lambda: False,
        watch: Watcher | None = None,
    ) -> None:
        check_room(parts.model.language, parts.recipe.data.max_tokens)
        self._watch = watch or Unwatched()
        self._parts, self._world = parts, world
        self._checkpoints = folder / CHECKPOINTS
        self._say, self._stop = tell, stop
        self._resumed = resumed(folder, parts.recipe, parts.identities)
        self.state = RunState(data=data_hash(parts.identities))
        if self._resumed:
            self.state = checkpoint.read_state(self._resumed)
        same_beginning(world, self.state.total_steps)
        if not self._resumed and world.is_first and parts.weights:
            parts.weights.write(folder / WEIGHTS_REPORT)
        self._files = files_to_keep(parts.layout) if world.is_first else {}
        self._shards = parts.recipe.run.parallel == "shard" and world.size > 1
        if not self._shards:
            with enough_memory(parts.model, "the model's weights"):
                parts.model.to(world.device)
        if parts.recipe.run.compile:
            compile_blocks(parts.model, world.device)
        checkpoint_activations(parts.model, parts.recipe.run.checkpoint_activations)
        self._log = RunLog(folder, self.state.total_steps) if world.is_first else None
        total = self.state.total_steps
        self._trackers = open_trackers(parts.recipe, folder, total) if world.is_first else []

    def train(self) -> bool:
        """Go through the stages that are left; return whether the run came to its end."""
        try:
            return self._train()
        finally:
            for one in self._trackers:
                one.close()

    def _train(self) -> bool:
        stages = self._parts.recipe.stages
        while self.state.stage < len(stages):
            if not self._train_stage(stages[self.state.stage]):
                return False
        if self._resumed:  # a run that was at its end already still has to have its weights
            checkpoint.load_weights(self._resumed, self._parts.model)
        return True

    def _train_stage(self, stage: Stage) -> bool:
        """Train a stage; return whether it came to its end."""
        plain = self._parts.model
        if self._resumed and not self.state.step:  # saved between stages, where nothing is wrapped
            checkpoint.load_weights(self._resumed, plain)
        if stage.lora:
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(self._parts.recipe.seed + self.state.stage)
                add_lora(plain.language, stage.lora)
        if self._resumed and self.state.step:
            checkpoint.load_weights(self._resumed, plain)
        factors = apply_freeze_map(plain, stage.train)
        with enough_memory(plain, "the model's weights"):
            shares = Shares(plain, self._world) if self._shards else None
        model = shares.model if shares else plain
        optimiser = make_optimiser(model, factors, stage.optimiser)
        if self._resumed and self.state.step:
            with enough_memory(model, "the optimiser's state"):
                checkpoint.load_optimiser(self._resumed, model, optimiser)
        self._resumed = None
        bf16 = self._parts.recipe.run.precision == "bf16"
        stepper = Stepper(
            model, optimiser, self._world, self._parts.towers, bf16, stage.optimiser.clip_norm,
            shares,
        )  # fmt: skip
        loop = StageLoop(
            replace(self._parts, model=model), stage, stepper, self.state,
            save=lambda state: self._save(state, model, optimiser), tell=self._tell,
            stop=self._stop, watch=self._watch,
        )  # fmt: skip
        ended = loop.go()
        self.state = loop.state
        if ended:
            if shares:
                shares.restore()
            self._end_stage(stage, optimiser)
        return ended

    def _end_stage(self, stage: Stage, optimiser: torch.optim.Optimizer) -> None:
        if stage.lora:
            merge_lora(self._parts.model)
        optimiser.state.clear()
        self.state = replace(self.state, stage=self.state.stage + 1, step=0, epoch=0, batch=0)
        self._save(self.state, self._parts.model, optimiser)

    def _save(
        self, state: RunState, model: VisionLanguageModel, optimiser: torch.optim.Optimizer
    ) -> None:
        """Write a checkpoint; one process does, the others give their shares and wait."""
        recipe = self._parts.recipe
        kept = {
            "hash": recipe.content_hash(),
            "recipe": recipe.model_dump(mode="json"),
            DATA: self._parts.identities,
        }
        checkpoint.save(
            self._checkpoints, model, optimiser, state, kept,
            keep=recipe.run.keep_checkpoints, writes=self._world.is_first, files=self._files,
        )  # fmt: skip
        self._world.wait()

    def _tell(self, step: int, kind: str, values: dict[str, object]) -> None:
        if self._log:
            self._log.write(step, kind, values)
            for one in self._trackers:
                one.write(step, kind, values)
            self._say(step, kind, values)
