"""The steps of one stage: read, learn, measure, save, until its end or until it is stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace

from trainers.data.batches import Preparer
from trainers.data.curriculum import step_examples
from trainers.data.order import Order
from trainers.data.source import Source
from trainers.data.stream import Portion, Share, Stream
from trainers.errors import TrainError
from trainers.loop.checkpoint import RunState
from trainers.loop.held_out import HeldOut, Measured
from trainers.loop.meter import Meter
from trainers.loop.optimising import set_learning_rate
from trainers.loop.parts import Parts
from trainers.loop.reading import check_steps, reading
from trainers.loop.schedule import learning_rate
from trainers.loop.seeds import seed_step
from trainers.loop.stepping import Stepper
from trainers.loop.watching import Moment, Watcher
from trainers.recipe import Stage

MIN_COUNTED = 100
"""Examples before the share of skipped ones is judged."""

MAX_NEW_TOKENS = 1024
"""Of a transcript while training."""


class StageLoop:
    """Goes through one stage.

    Args:
        state: where to begin.
        save: called with the state when a checkpoint is due.
        tell: called with the total step, a kind of line and its values.
        stop: asked after every step.
        watch: told about every step, and about what takes long between steps.
    """

    def __init__(
        self,
        parts: Parts,
        stage: Stage,
        stepper: Stepper,
        state: RunState,
        *,
        save: Callable[[RunState], None],
        tell: Callable[[int, str, dict[str, object]], None],
        stop: Callable[[], bool],
        watch: Watcher,
    ) -> None:
        self._watch = watch
        self._parts, self._stage, self._stepper = parts, stage, stepper
        self._data = parts.data_of(stage)
        self.state = state
        self._save, self._tell, self._stop = save, tell, stop
        recipe = parts.recipe
        self._preparer = Preparer(parts.layout, recipe.data, parts.model.image_tokens, parts.towers)
        self._meter = Meter(parts.model, stepper.world)
        self._held_out: HeldOut | None = None
        self._kept: RunState | None = None

    def go(self) -> bool:
        """Run to the stage's end; return False where it was stopped before."""
        check_steps(self._parts.recipe, self._stage, self._data, self.state.curriculum)
        while True:
            state, recipe = self.state, self._parts.recipe
            source, order = reading(recipe, self._data.source, state.stage, state.curriculum)
            steps = self._steps(order)
            with self._pause("reading held-out examples"):
                self._held_out = self._measuring()
            if self.state.step >= steps:
                return True
            ended = self._read(source, order, steps)
            if ended is not None:
                return ended

    def _steps(self, order: Order) -> int:
        if self._stage.steps is not None:
            return self._stage.steps
        assert self._stage.epochs is not None
        return max(1, round(self._stage.epochs * order.batches(0)))

    def _measuring(self) -> HeldOut | None:
        recipe, held_out = self._parts.recipe, self._data.held_out
        if held_out is None or not recipe.run.held_out:
            return None
        steps = recipe.data.curriculum[: self.state.curriculum + 1]
        numbers = step_examples(held_out, steps[-1:], 0, recipe.seed)
        return HeldOut(
            held_out, self._preparer, self._parts.layout, numbers,
            count=recipe.run.held_out, transcripts=recipe.run.transcripts,
            max_new_tokens=MAX_NEW_TOKENS, max_tokens=recipe.data.max_tokens,
        )  # fmt: skip

    def _read(self, source: Source, order: Order, steps: int) -> bool | None:
        """Learn from a stream; return whether the stage came to its end, None: read another one."""
        recipe, world = self._parts.recipe, self._stepper.world
        micro = self._stage.micro_batch or -(-self._stage.batch // world.size)
        share = Share(world.rank, world.size, micro)
        with Stream(
            source, order, self._preparer, recipe.data, share, self._parts.layout.ids.pad,
            self.state.cursor, recipe.run.data_workers, recipe.run.data_processes,
        ) as stream:  # fmt: skip
            for portion in stream:
                self._learn(portion, order, steps)
                if self.state.step >= steps:
                    self._finish_step(last=True)
                    return True
                if self._finish_step(last=False):
                    return None
                if self._stopped():
                    self._keep()
                    return False
        raise AssertionError("the stream has no end")

    def _learn(self, portion: Portion, order: Order, steps: int) -> None:
        state, stage = self.state, self._stage
        seed_step(self._parts.recipe.seed, state.total_steps, self._stepper.world.rank)
        rate = learning_rate(stage.optimiser, state.step, steps)
        set_learning_rate(self._stepper.optimiser, rate)
        skipped = self._skipped(portion)
        stepped = self._stepper.step(portion.batches)
        self._meter.count(stepped, portion.waited_s)
        after = order.after(portion.cursor)
        self.state = replace(
            state,
            step=state.step + 1,
            total_steps=state.total_steps + 1,
            epoch=after.epoch,
            batch=after.batch,
            samples=state.samples + stepped.pictures,
            tokens=state.tokens + stepped.learned,
            skipped=state.skipped + skipped,
            curriculum_samples=state.curriculum_samples + stepped.pictures,
        )
        self._check_skipped()
        stages, curriculum = len(self._parts.recipe.stages), self._parts.recipe.data.curriculum
        self._watch.stepped(Moment(
            stage.name, state.stage + 1, stages,
            curriculum[state.curriculum].name if curriculum else "", self.state.step, steps,
            stepped.loss, stepped.pictures, portion.waited_s,
        ))  # fmt: skip
        due = self.state.total_steps % self._parts.recipe.run.log_every == 0
        if due or self.state.step >= steps:
            values = {"learning_rate": rate, **self._meter.values()}
            self._tell(self.state.total_steps, "step", {"samples": self.state.samples, **values})

    def _skipped(self, portion: Portion) -> int:
        """List what all processes left out, before a step that may fail for it; return how many.

        The lines are those of the step to come: a run that resumes before it takes them back.
        """
        world = self._stepper.world
        count = int(world.total(len(portion.skipped))[0])
        for one in world.each(portion.skipped) if count else ():
            values: dict[str, object] = {"id": one.id, "reason": one.reason}
            self._tell(self.state.total_steps + 1, "skipped", values)
        return count

    def _check_skipped(self) -> None:
        seen = self.state.samples + self.state.skipped
        most = self._parts.recipe.data.max_skipped_share
        if seen >= MIN_COUNTED and self.state.skipped > most * seen:
            raise TrainError(
                f"{self.state.skipped} of {seen} examples were left out, more than "
                f"data.max_skipped_share ({most:g}); the log names them with their reasons"
            )

    def _finish_step(self, *, last: bool) -> bool:
        """Measure and save where it is due; return whether the curriculum went on."""
        run, step = self._parts.recipe.run, self.state.total_steps
        advanced = False
        if last or step % run.evaluate_every == 0:
            measured = self._measure()
            advanced = not last and self._advance(measured)
        if not last and step % run.save_every == 0:
            self._keep()
        return advanced

    def _keep(self) -> None:
        if self.state == self._kept:  # stopped where a checkpoint was due
            return
        with self._pause("saving a checkpoint"):
            self._save(self.state)
        self._kept = self.state

    @contextmanager
    def _pause(self, words: str) -> Iterator[None]:
        """Say what is done in place of steps; it is no part of their speed."""
        self._watch.doing(words)
        with self._meter.paused():
            yield
        self._watch.doing("")

    def _measure(self) -> Measured | None:
        if self._held_out is None:
            return None
        with self._pause("measuring held-out examples"), self._stepper.measuring() as stepper:
            if stepper is None:
                return None
            measured = self._held_out.measure(stepper)
        values = {key: value for key, value in asdict(measured).items() if key != "transcripts"}
        values["transcripts"] = [asdict(one) for one in measured.transcripts]
        self._tell(self.state.total_steps, "held_out", values)
        return measured

    def _advance(self, measured: Measured | None) -> bool:
        steps, state = self._parts.recipe.data.curriculum, self.state
        if state.curriculum + 1 >= len(steps):
            return False
        now = steps[state.curriculum]
        reached = measured is not None and measured.edit_distance <= now.until_edit_distance
        full = now.max_samples is not None and state.curriculum_samples >= now.max_samples
        if not self._stepper.world.total(float(reached or full))[0]:
            return False
        self.state = replace(
            state, curriculum=state.curriculum + 1, curriculum_samples=0, epoch=0, batch=0
        )
        after = steps[state.curriculum + 1].name
        self._tell(state.total_steps, "curriculum", {"from": now.name, "to": after})
        return True

    def _stopped(self) -> bool:
        return bool(self._stepper.world.total(float(self._stop()))[0])
