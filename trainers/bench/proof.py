"""The proof of a GPU as one command: measure, train, kill, go on, read what was held out.

Each phase is a command that anybody can run alone; those that take long resume, and so does the
whole. What was done stands in `state.json`, what was found in `figures.json` and `index.html`.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dataengine.canonical import content_hash, file_sha256
from dataengine.recipe_loading import read_override
from dataengine.report.page import write_page
from dataengine.storage import storage_errors
from trainers.bench.child import KILLED, run
from trainers.bench.found import (
    DATA,
    MIXTURE,
    OWN_STEPS,
    RESULTS,
    RUN,
    STEPS,
    collect,
    last_step,
)
from trainers.bench.proof_page import proof_page
from trainers.bench.writing import read_json, write_json
from trainers.errors import TrainError
from trainers.loop import checkpoint
from trainers.recipe import load_recipe

STATE, FIGURES, PAGE, LOGS = "state.json", "figures.json", "index.html", "logs"

KILLED_BETWEEN = (0.3, 0.6)
"""Of the minutes of training: when the run is killed, drawn by the plan."""

_STOPPED = 3
"""Exit code of a command that was asked to stop, and goes on when it is called again."""

_WEIGHTS = "model.safetensors"

_OWN_WAYS = ("--only", "folded", "--only", "folded, compiled", "--only", "bias")
"""How the trained recipe's own steps are measured, the ways that it may take first."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is proven.

    Attributes:
        recipe: a training recipe's name or file; `overrides` are keys of it.
        out: folder of all that is made.
        mixture: name or file of what is made to learn from; `mix_overrides` are keys of it.
        data: a mixture that is there already.
        minutes: of training, over all stretches.
        stretch: minutes after which this call stops; None: at the end.
        workers: processes that render, and that prepare data; None: all cores but two.
        limit: held-out examples that are read in the end.
        bench_recipe: whose steps are measured, for `bench_minutes` at most, with micro-batches of
            `bench_size`; `bench_overrides` are keys of it.
        device: cpu, cuda, or "" for CUDA where there is some.
    """

    recipe: str
    out: Path
    mixture: str = "nano_pages"
    data: Path | None = None
    minutes: float = 18.0
    stretch: float | None = None
    workers: int | None = None
    limit: int = 1024
    bench_recipe: str = "vary_tiny"
    bench_minutes: float = 2.0
    bench_size: tuple[int, ...] = ()
    device: str = ""
    overrides: tuple[str, ...] = ()
    mix_overrides: tuple[str, ...] = ()
    bench_overrides: tuple[str, ...] = ()

    def content_hash(self) -> str:
        """Return the hash of what is trained on what, for how long."""
        words = (self.recipe, self.mixture, str(self.data), self.minutes)
        return content_hash([*words, self.overrides, self.mix_overrides])

    @property
    def mix(self) -> Path:
        """Where the mixture lies."""
        return self.data or self.out / MIXTURE

    @property
    def hands(self) -> int:
        """Processes that render, and that prepare data."""
        return self.workers or max(1, len(os.sched_getaffinity(0)) - 2)


def prove(plan: Plan, tell: Callable[[str], None] = lambda words: None) -> bool:
    """Go through what is left of a proof; return whether it came to its end.

    Raises:
        TrainError: a phase failed, or the folder is another proof's.
        ConfigError: a recipe cannot be read.
    """
    return _Proof(plan, tell).go()


@dataclass
class _Proof:
    plan: Plan
    tell: Callable[[str], None]
    state: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        plan = self.plan
        changes = {".".join(path): value for path, value in map(read_override, plan.overrides)}
        self._recipe = load_recipe(plan.recipe, changes)
        stretch = plan.stretch * 60 if plan.stretch else float("inf")
        self._deadline = time.monotonic() + stretch
        self.state = read_json(plan.out / STATE) or {"plan": plan.content_hash(), "done": {}}
        if self.state["plan"] != plan.content_hash():
            raise TrainError(f"{plan.out} holds a proof of another plan; name another folder")
        with storage_errors(plan.out):
            (plan.out / LOGS).mkdir(parents=True, exist_ok=True)

    def go(self) -> bool:
        """Go through the phases; false where the time of the stretch is over."""
        plan, out = self.plan, self.plan.out
        phases: list[tuple[str, Callable[[], bool]]] = [
            ("steps", lambda: self._command("steps", self._steps(plan.bench_recipe, out / STEPS))),
            ("mixture", self._make_mixture),
            ("data", lambda: self._command("data", self._data())),
            ("own steps", lambda: self._command("own steps", self._own_steps())),
            ("train, killed", lambda: self._train(killed=True)),
            ("train, resumed", lambda: self._train(killed=False)),
            ("evaluate", lambda: self._command("evaluate", self._evaluate())),
            ("report", lambda: self._command("report", self._report())),
            ("export", lambda: self._command("export", self._export())),
        ]
        for name, phase in phases:
            if name in self.state["done"]:
                continue
            if time.monotonic() >= self._deadline:
                return False
            self.tell(name)
            started = time.monotonic()
            ended = phase()
            spent = self.state.setdefault("seconds", {})
            spent[name] = round(spent.get(name, 0.0) + time.monotonic() - started, 1)
            if ended:
                self.state["done"][name] = True
            self._keep()
            if not ended:
                return False
        return True

    def _keep(self) -> None:
        out = self.plan.out
        write_json(out / STATE, self.state)
        found = collect(out, self._recipe, self.state)
        write_json(out / FIGURES, found)
        write_page(out / PAGE, proof_page(found))

    def _command(self, name: str, command: list[str]) -> bool:
        """Run a command to its end; false where it was stopped before.

        Raises:
            TrainError: it failed; its log is named.
        """
        log = self.plan.out / LOGS / f"{name.replace(' ', '_')}.log"
        code = run(command, log, self._deadline)
        if code is None or code == _STOPPED:
            return False
        if code:
            raise _failed(name, code, log)
        return True

    def _make_mixture(self) -> bool:
        plan = self.plan
        if plan.data:
            return True
        command = [sys.executable, "-m", "dataengine", "mix", plan.mixture, "--out", str(plan.mix)]
        return self._command(
            "mixture", [*command, "--workers", str(plan.hands), *_sets(plan.mix_overrides)]
        )

    def _steps(self, recipe: str, out: Path) -> list[str]:
        plan = self.plan
        sizes = [f"--micro-batch={one}" for one in plan.bench_size or (8, 32)]
        limits = ["--seconds", "4", "--minutes", str(plan.bench_minutes), "--json", str(out)]
        return [
            *_verb("bench", "step", recipe), *sizes, *limits, *self._device(),
            *_sets(plan.bench_overrides),
        ]  # fmt: skip

    def _own_steps(self) -> list[str]:
        stage = self._recipe.stages[0]
        size = stage.micro_batch or stage.batch
        return [
            *_verb("bench", "step", self.plan.recipe), "--micro-batch", str(size), *_OWN_WAYS,
            "--tokens", str(self._recipe.data.max_tokens), "--seconds", "4",
            "--minutes", str(self.plan.bench_minutes / 2),
            "--json", str(self.plan.out / OWN_STEPS), *self._device(), *self._sets(),
        ]  # fmt: skip

    def _data(self) -> list[str]:
        plan = self.plan
        counts = sorted({1, max(1, plan.hands // 2), plan.hands})
        return [
            *_verb("bench", "data", plan.recipe), "--data", str(plan.mix), "--seconds", "4",
            *(f"--processes={one}" for one in counts), "--threads", str(plan.hands),
            "--json", str(plan.out / DATA), *_sets(plan.overrides),
        ]  # fmt: skip

    def _evaluate(self) -> list[str]:
        plan = self.plan
        gap = min(256, plan.limit)
        return [
            *_verb("evaluate", str(plan.out / RUN)), "--mixture", str(plan.mix), "--split", "test",
            "--limit", str(plan.limit), "--vision-gap", str(gap), "--batch", "64",
            "--out", str(plan.out / RESULTS), *self._device(),
        ]  # fmt: skip

    def _report(self) -> list[str]:
        return [
            *_verb("report", str(self.plan.out / RUN)),
            "--out",
            str(self.plan.out / "run.html"),
        ]

    def _export(self) -> list[str]:
        return _verb("export", str(self.plan.out / RUN), str(self.plan.out / "export"))

    def _train(self, *, killed: bool) -> bool:
        """Train to the moment of the kill, or to the end; false where the stretch ended before."""
        plan, before = self.plan, self.state.setdefault("trained_s", 0.0)
        command = [
            *_verb("train", plan.recipe), "--data", str(plan.mix), "--out", str(plan.out / RUN),
            *self._device(), *self._sets(),
        ]  # fmt: skip
        low, high = KILLED_BETWEEN
        share = low + (high - low) * _drawn(self.state["plan"])
        started = time.monotonic()
        left = plan.minutes * 60 - before
        ends = started + left
        at = started + plan.minutes * 60 * share - before

        def kill() -> bool:
            saved = checkpoint.latest(plan.out / RUN / checkpoint.CHECKPOINTS)
            return killed and time.monotonic() >= at and saved is not None

        log = plan.out / LOGS / ("train_killed.log" if killed else "train_resumed.log")
        code = run(command, log, min(self._deadline, ends), kill)
        self.state["trained_s"] = before + time.monotonic() - started
        if code not in (0, None, KILLED, _STOPPED):
            raise _failed("training", code, log)
        if killed:
            return self._note_kill() if code == KILLED else code == 0 or time.monotonic() >= ends
        self._note_resumed(log)
        return code == 0 or time.monotonic() >= ends

    def _note_kill(self) -> bool:
        """Keep what lay there when the run was killed, to be held against what it went on from."""
        newest = checkpoint.latest(self.plan.out / RUN / checkpoint.CHECKPOINTS)
        assert newest is not None
        self.state["killed"] = {
            "after_s": round(self.state["trained_s"], 1),
            "at_step": last_step(self.plan.out / RUN),
            "checkpoint": newest.name,
            "checkpoint_step": checkpoint.read_state(newest).total_steps,
            "weights_sha256": file_sha256(newest / _WEIGHTS),
        }
        return True

    def _note_resumed(self, log: Path) -> None:
        said = log.read_text(encoding="utf-8", errors="replace")
        first = next((one for one in said.splitlines() if "going on from step" in one), "")
        self.state.setdefault("resumed", first.strip())

    def _device(self) -> list[str]:
        return ["--device", self.plan.device] if self.plan.device else []

    def _sets(self) -> list[str]:
        """Return the recipe's overrides, and the processes that this machine has room for."""
        named = {one.partition("=")[0] for one in self.plan.overrides}
        own = [] if "run.data_processes" in named else [f"run.data_processes={self.plan.hands}"]
        return _sets([*self.plan.overrides, *own])


def _failed(name: str, code: int | None, log: Path) -> TrainError:
    tail = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-3:]
    return TrainError(f"{name} failed with exit code {code}, see {log}: {' / '.join(tail)}")


def _verb(*words: str) -> list[str]:
    return [sys.executable, "-m", "trainers", *words]


def _sets(overrides: Sequence[str]) -> list[str]:
    return [word for one in overrides for word in ("--set", one)]


def _drawn(plan: str) -> float:
    """Return a number from 0 to 1 that the plan's hash draws."""
    return int(plan[:8], 16) / 16**8
