"""Evaluations from beginning to end: read, score, report; and scores of other systems' files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from dataengine.mixture.reading import MixtureReader
from trainers.data.source import Source
from trainers.evaluation.adapters import get_adapter, load_benchmark
from trainers.evaluation.benchmark import Benchmark
from trainers.evaluation.cases import BlockSource, CaseSet, FileCases, MixtureCases
from trainers.evaluation.errors import EvaluationError
from trainers.evaluation.figures import make_groups
from trainers.evaluation.metrics.modes import Mode
from trainers.evaluation.predictions import Prediction, read_predictions
from trainers.evaluation.report import Evaluation, write_report
from trainers.evaluation.scoring import score

if TYPE_CHECKING:
    from trainers.evaluation.gap import Gap

SUBMISSION = "submission"
"""Folder of what a benchmark's own tools read."""

Tell = Callable[[str, int, int], None]
"""Called with what is done, how many of it, and of how many."""


def silent(what: str, done: int, total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class What:
    """What is read or scored: a mixture's split, a part of a benchmark, or targets of a file.

    Attributes:
        source: the examples behind the cases of a mixture.
        benchmark: name of the adapter that the cases came from.
    """

    cases: CaseSet
    source: Source | None = None
    benchmark: str = ""


def of_mixture(
    url: str,
    split: str,
    datasets: Mapping[str, str] = MappingProxyType({}),
    limit: int = 0,
) -> What:
    """Return a split of a mixture.

    Args:
        datasets: dataset -> where it lies now, for those that were moved.
        limit: only so many examples, from the split's beginning; 0: all.

    Raises:
        ShardError: the mixture or a dataset is not there, or is not what it was.
        ConfigError: there is no such split.
    """
    reader = MixtureReader(url, datasets, regions=False)
    source = BlockSource(reader, split, limit)
    name = f"{reader.record.name}, {split}"
    several = source.several().tolist()
    return What(MixtureCases(source, name, limit, several, source.boxes()), source)


def of_benchmark(name: str, folder: Path, part: str = "", prompt: str = "", limit: int = 0) -> What:
    """Return a part of a benchmark; see `Benchmark.changed` for prompt and limit."""
    loaded = load_benchmark(name, folder, part).changed(prompt, limit)
    return What(loaded, benchmark=name)


def of_file(path: Path, metrics: str = "") -> What:
    """Return the targets of a file, which may be a predictions file itself; see `FileCases`."""
    return What(FileCases(path, metrics))


def evaluate(
    checkpoint: Path,
    what: What,
    folder: Path,
    *,
    batch: int = 8,
    max_new_tokens: int = 0,
    device: str = "",
    precision: str = "",
    mode: Mode = "correct",
    worst: int = 20,
    gap_examples: int = 0,
    timed: bool = False,
    tell: Tell = silent,
) -> Evaluation | None:
    """Read with a checkpoint, score, and write everything into a folder.

    What decides what the model sees comes from the checkpoint. Called again for the same folder it
    goes on, and gives the same files as if it had not been interrupted. Processes of `torchrun`
    read in turn; the first one scores and writes, and the others return None.

    Args:
        checkpoint: its folder, or that of a run, whose newest one is taken.
        max_new_tokens: longer answers are cut; 0: what the recipe's sequences have room for.
        device: "cpu", "cuda" or "" for CUDA where there is some.
        precision: "bf16", "fp32" or "" for the recipe's.
        worst: cases of each task that the page shows.
        gap_examples: examples that the vision gap is measured with; 0: it is not.
        timed: write seconds per case, which no two runs have alike.

    Raises:
        TrainError: the checkpoint cannot be loaded, or there is no such device.
        EvaluationError: the folder holds another evaluation, or memory ran out.
        StorageError: it cannot be written.
    """
    from trainers.evaluation.gap import vision_gap
    from trainers.evaluation.loading import load_checkpoint
    from trainers.evaluation.reading import Reading, predict
    from trainers.loop.distributed import joined

    if gap_examples and what.source is None:
        raise EvaluationError("the vision gap is measured on a mixture's examples")
    with joined(device) as world:
        loaded = load_checkpoint(checkpoint, world.device, precision)
        path = predict(
            loaded, what.cases, folder, Reading(batch, max_new_tokens, timed), world,
            lambda done, total: tell("read", done, total),
        )  # fmt: skip
        if not world.is_first:
            return None
        gap = None
        if gap_examples and what.source is not None:
            examples = what.cases.examples if isinstance(what.cases, MixtureCases) else gap_examples
            gap = vision_gap(loaded, what.source, min(gap_examples, examples))
    facts = {
        "recipe": loaded.recipe.name,
        "steps": f"{loaded.step:,}",
        "precision": "bf16" if loaded.bf16 else "fp32",
        "weights": loaded.digest[:12],
    }
    predictions = {one.id: one for one in read_predictions(path)}
    name = f"{loaded.recipe.name} at step {loaded.step:,}"
    return _finish(what, name, predictions, folder, mode, worst, tell, facts, gap)


def score_file(
    path: Path,
    what: What,
    folder: Path,
    *,
    system: str = "",
    mode: Mode = "correct",
    worst: int = 20,
    tell: Tell = silent,
) -> Evaluation:
    """Score a predictions file of any system, and write everything into a folder.

    Args:
        what: what it is held against, such as the targets in the file itself (`of_file`).
        system: what it is called in the report; "" is the file's name.

    Raises:
        EvaluationError: the file is wrong, or has no prediction for any case.
        StorageError: it cannot be written.
    """
    predictions = {one.id: one for one in read_predictions(path)}
    if not predictions:
        raise EvaluationError(f"{path} has no predictions")
    return _finish(what, system or path.name, predictions, folder, mode, worst, tell, {}, None)


def _finish(
    what: What,
    system: str,
    predictions: Mapping[str, Prediction],
    folder: Path,
    mode: Mode,
    worst: int,
    tell: Tell,
    facts: Mapping[str, str],
    gap: Gap | None,
) -> Evaluation:
    """Score, and write the report and what a benchmark's own tools want."""
    scoring = score(what.cases, predictions, mode, lambda done, total: tell("scored", done, total))
    notes = what.cases.notes if isinstance(what.cases, Benchmark) else ()
    evaluation = Evaluation(
        system, what.cases, predictions, scoring, make_groups(scoring.scored), facts, notes, gap
    )
    write_report(folder, evaluation, worst)
    submit = get_adapter(what.benchmark).submit if what.benchmark else None
    if submit is not None and isinstance(what.cases, Benchmark):
        answers = {
            one.id: one.prediction for one in predictions.values() if one.prediction is not None
        }
        submit(what.cases, answers, folder / SUBMISSION)
    return evaluation
