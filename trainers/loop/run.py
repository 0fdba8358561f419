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

from trainers.errors import TrainError
from trainers.loop import checkpoint
from trainers.loop.checkpoint import RunState
from trainers.loop.distributed import World
from trainers.loop.log import RunLog
from trainers.loop.memory import checkpoint_activations
from trainers.loop.optimising import make_optimiser
from trainers.loop.parts import Parts
from trainers.loop.stage_loop import StageLoop
from trainers.loop.stepping import Stepper
from trainers.loop.trackers import open_trackers
from trainers.models.freezing import apply_freeze_map
from trainers.models.lora import add_lora, merge_lora
from trainers.recipe import Stage

CHECKPOINTS = "checkpoints"


class Run:
    """Trains in a folder, from its newest checkpoint on.

    Args:
        parts: the model lies on the world's device.
        tell: called with the total step, a kind of line and its values, as they are logged.
        stop: asked after every step; true ends the run with a checkpoint.

    Raises:
        TrainError: the folder's checkpoints are of another recipe or of other data.
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
    ) -> None:
        self._parts, self._world = parts, world
        self._checkpoints = folder / CHECKPOINTS
        self._say, self._stop = tell, stop
        self._resumed = checkpoint.latest(self._checkpoints)
        self.state = RunState(data=parts.source.identity)
        if self._resumed:
            self.state = self._checked(self._resumed)
        checkpoint_activations(parts.model, parts.recipe.run.checkpoint_activations)
        self._log = RunLog(folder, self.state.total_steps) if world.is_first else None
        names = parts.recipe.run.trackers if world.is_first else ()
        self._trackers = open_trackers(names, folder, self.state.total_steps)

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

    def _checked(self, path: Path) -> RunState:
        state = checkpoint.read_state(path)
        if checkpoint.read_recipe(path).get("hash") != self._parts.recipe.content_hash():
            raise TrainError(
                f"{path} was made under another recipe; name another folder, or take the recipe "
                f"that stands in {path / checkpoint.RECIPE}"
            )
        if state.data != self._parts.source.identity:
            raise TrainError(f"{path} was made from other data; name another folder")
        return state

    def _train_stage(self, stage: Stage) -> bool:
        """Train a stage; return whether it came to its end."""
        model = self._parts.model
        if self._resumed and not self.state.step:  # saved between stages, where nothing is wrapped
            checkpoint.load_weights(self._resumed, model)
        if stage.lora:
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(self._parts.recipe.seed + self.state.stage)
                add_lora(model.language, stage.lora)
        factors = apply_freeze_map(model, stage.train)
        optimiser = make_optimiser(model, factors, stage.optimiser)
        if self._resumed and self.state.step:
            checkpoint.load_weights(self._resumed, model)
            checkpoint.load_optimiser(self._resumed, model, optimiser)
        self._resumed = None
        bf16 = self._parts.recipe.run.precision == "bf16"
        stepper = Stepper(
            model, optimiser, self._world, self._parts.towers, bf16, stage.optimiser.clip_norm
        )
        loop = StageLoop(
            self._parts, stage, stepper, self.state,
            save=lambda state: self._save(state, optimiser), tell=self._tell, stop=self._stop,
        )  # fmt: skip
        ended = loop.go()
        self.state = loop.state
        if ended:
            self._end_stage(stage, optimiser)
        return ended

    def _end_stage(self, stage: Stage, optimiser: torch.optim.Optimizer) -> None:
        if stage.lora:
            merge_lora(self._parts.model)
        optimiser.state.clear()
        self.state = replace(self.state, stage=self.state.stage + 1, step=0, epoch=0, batch=0)
        self._save(self.state, optimiser)

    def _save(self, state: RunState, optimiser: torch.optim.Optimizer) -> None:
        """Write a checkpoint; one process does, the others wait."""
        recipe = self._parts.recipe
        if self._world.is_first:
            kept = {"hash": recipe.content_hash(), "recipe": recipe.model_dump(mode="json")}
            keep = recipe.run.keep_checkpoints
            checkpoint.save(self._checkpoints, self._parts.model, optimiser, state, kept, keep=keep)
        self._world.wait()

    def _tell(self, step: int, kind: str, values: dict[str, object]) -> None:
        if self._log:
            self._log.write(step, kind, values)
            for one in self._trackers:
                one.write(step, kind, values)
            self._say(step, kind, values)
