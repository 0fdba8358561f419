"""Training recipes: a model, its data and the stages that it is trained in, as people write them.

Needs no torch: recipes can be read, checked and priced anywhere. Unknown keys are refused with the
nearest known name. `content_hash` is stored in every checkpoint.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator

from dataengine.canonical import content_hash
from dataengine.errors import ConfigError
from dataengine.registry import near
from dataengine.settings import Settings
from dataengine.settings_errors import explain
from dataengine.yaml_text import YamlError, parse_yaml


class TowerSettings(Settings):
    """A vision tower: a module under `trainers/models/towers/`."""

    kind: str = Field(description="sam_vitdet, clip, …")
    pretrained: str = Field("", description="Hub name, folder or file; empty: random weights")
    config: Mapping[str, Any] = Field(
        default_factory=dict, description="values other than the paper's, by transformers' names"
    )
    downsample: tuple[int, ...] = Field(
        (), description="channels of bias-free stride-2 convolutions behind the tower"
    )
    layer: int = Field(-1, description="hidden layer whose features are taken (CLIP: -2 in Vary)")
    relative_positions: Literal["reference", "folded"] = Field(
        "reference",
        description="SAM: how the decomposed relative positions enter attention; both are equal",
    )


class ConnectorSettings(Settings):
    """What brings features to the language model's width: a module of `models/connectors/`."""

    kind: str = Field("linear", description="linear, mlp, channel_concat, …")
    pretrained: str = Field("", description="Hub name, folder or file; empty: random weights")
    config: Mapping[str, Any] = Field(default_factory=dict, description="as the kind takes them")


class LanguageSettings(Settings):
    """The language model: an architecture of transformers."""

    kind: str = Field(description="model_type of transformers: opt, qwen2, qwen3, llama, phi, …")
    pretrained: str = Field("", description="Hub name or folder; empty: random weights")
    config: Mapping[str, Any] = Field(default_factory=dict, description="by transformers' names")
    positions: int | None = Field(
        None, ge=1, description="stretch learned positions to so many (OPT: 4096 in Vary-tiny)"
    )


class ModelRecipe(Settings):
    """Towers, a connector and a language model, and how a conversation becomes token ids."""

    towers: dict[str, TowerSettings] = Field(min_length=1)
    connector: ConnectorSettings = ConnectorSettings()
    language: LanguageSettings
    layout: str = Field(description="name of a file under trainers/tokens/layouts/")
    tokenizer: str = Field("", description="Hub name or folder; empty: the layout's own bytes")
    initializer_range: float = Field(
        0.02, gt=0, description="of random weights; transformers' own 1e-10 for SAM leaves it dead"
    )


class ImageSettings(Settings):
    """How a stored picture becomes a tower's input; kept with the checkpoint."""

    size: int = Field(1024, ge=16, description="side of the square that the tower sees, px")
    fit: Literal["squash", "pad", "crop"] = Field(
        "squash", description="aspect ratio lost, kept with a margin, or kept by cutting"
    )
    statistics: Literal["imagenet", "clip", "half"] = Field(
        "clip", description="mean and deviation of the normalisation; half: 0.5 and 0.5"
    )
    channels: Literal["rgb", "grey"] = Field("rgb", description="grey: one channel, repeated")


class Step(Settings):
    """A step of the curriculum: what is read until a held-out measure says that it is learned."""

    name: str
    max_answer_chars: int | None = Field(None, ge=1, description="longer answers wait")
    members: tuple[str, ...] = Field(
        (), description="only these members; their filters choose by placement, density, fonts"
    )
    keep: float = Field(0.2, ge=0, lt=1, description="share of examples from earlier steps")
    until_edit_distance: float = Field(
        0.1, ge=0, le=1, description="held-out normalised edit distance that ends the step"
    )
    max_samples: int | None = Field(None, ge=1, description="ends the step in any case")


class DataRecipe(Settings):
    """What is read, and in which form. What is asked about a picture is the mixture's matter."""

    images: dict[str, ImageSettings] = Field(
        default_factory=dict, description="tower -> its transform; others have the defaults"
    )
    max_tokens: int = Field(4096, ge=8, description="image and text tokens of a sequence")
    too_long: Literal["skip", "error", "cut"] = Field(
        "skip", description="what becomes of longer ones; cut: without an end token"
    )
    arrange: Literal["buckets", "packing", "plain"] = Field(
        "buckets", description="how sequences of different lengths share a batch"
    )
    buckets: tuple[int, ...] = Field((512, 1024, 2048, 4096), description="padded lengths, tokens")
    pictures: Literal["own", "swapped"] = Field(
        "own",
        description="swapped: each text is learned with another one's picture, a negative control "
        "that must stay on the language prior",
    )
    on_bad_sample: Literal["error", "skip"] = Field(
        "error", description="skip: counted and listed; never another sample in its place"
    )
    max_skipped_share: float = Field(0.01, ge=0, le=1, description="more than this is an error")
    curriculum: tuple[Step, ...] = ()


class Lora(Settings):
    """Low-rank adaption (Hu et al., 2021) of linear layers."""

    rank: int = Field(64, ge=1)
    alpha: float = Field(16, gt=0)
    dropout: float = Field(0.05, ge=0, lt=1)
    targets: tuple[str, ...] = Field(("q_proj", "v_proj"), description="names of linear layers")


class Optimiser(Settings):
    """AdamW with a cosine schedule."""

    learning_rate: float = Field(5e-5, gt=0)
    final_learning_rate: float = Field(0.0, ge=0)
    warmup_steps: int | None = Field(None, ge=0)
    warmup_share: float = Field(0.03, ge=0, le=1, description="of all steps, if no number is given")
    warmup_from: float = Field(0.0, ge=0)
    betas: tuple[float, float] = (0.9, 0.95)
    epsilon: float = Field(1e-8, gt=0)
    weight_decay: float = Field(0.0, ge=0, description="none on norms, biases and positions")
    clip_norm: float | None = Field(1.0, gt=0)


class Stage(Settings):
    """A stage of training."""

    name: str
    train: dict[str, float] = Field(
        default_factory=lambda: {"*": 1.0},
        description="glob of parameter names -> factor on the learning rate; the rest is frozen",
    )
    lora: Lora | None = None
    batch: int = Field(512, ge=1, description="sequences of a step, over all devices")
    micro_batch: int | None = Field(None, ge=1, description="sequences at once on one device")
    epochs: float | None = Field(None, gt=0)
    steps: int | None = Field(None, ge=1)
    optimiser: Optimiser = Optimiser()

    @model_validator(mode="after")
    def _has_an_end(self) -> Stage:
        if (self.epochs is None) == (self.steps is None):
            raise ValueError("a stage has either epochs or steps")
        return self


class RunSettings(Settings):
    """How the loop runs; nothing here changes what is learned, apart from rounding.

    With a curriculum the settings of held-out measures do: they end its steps.
    """

    precision: Literal["bf16", "fp32"] = Field(
        "bf16", description="of activations; weights and optimiser state are always fp32"
    )
    checkpoint_activations: tuple[str, ...] = Field(
        (), description="language, or names of towers, whose blocks are computed again"
    )
    data_workers: int = Field(4, ge=0, description="threads that decode pictures")
    data_processes: int = Field(
        0, ge=0, description="processes of their own that read and decode, in place of the threads"
    )
    log_every: int = Field(10, ge=1)
    evaluate_every: int = Field(500, ge=1)
    save_every: int = Field(500, ge=1)
    keep_checkpoints: int = Field(2, ge=1)
    held_out: int = Field(64, ge=0, description="held-out examples measured with; 0: none")
    transcripts: int = Field(8, ge=0, description="samples whose output is shown when evaluating")
    parallel: Literal["replicate", "shard"] = Field(
        "replicate",
        description="several devices: each has all of the model, or (FSDP2) a share of each block",
    )
    compile: bool = Field(False, description="compile towers' and the language model's blocks")
    trackers: tuple[Literal["tensorboard", "trackio", "wandb"], ...] = Field(
        (), description="where figures go besides the run's log.jsonl"
    )


_ENDS_STEPS = {"evaluate_every", "held_out", "transcripts"}


class TrainRecipe(Settings):
    """A training recipe."""

    name: str
    source: str = Field("", description="what it follows: paper, repository, and where it departs")
    seed: int = Field(0, ge=0, lt=2**63)
    model: ModelRecipe
    data: DataRecipe = DataRecipe()
    stages: tuple[Stage, ...] = Field(min_length=1)
    run: RunSettings = RunSettings()

    @model_validator(mode="after")
    def _curriculum_has_steps(self) -> TrainRecipe:
        if self.data.curriculum and any(stage.steps is None for stage in self.stages):
            raise ValueError("with a curriculum every stage needs steps: an epoch of what?")
        measured = self.run.held_out and self.run.transcripts
        for step in () if measured else self.data.curriculum[:-1]:
            if step.max_samples is None:
                raise ValueError(
                    f"the curriculum's step {step.name!r} would never end: set its max_samples, or "
                    "run.held_out and run.transcripts above 0, whose edit distance ends it"
                )
        return self

    @model_validator(mode="after")
    def _images_name_towers(self) -> TrainRecipe:
        strange = sorted(set(self.data.images) - set(self.model.towers))
        if strange:
            raise ValueError(
                f"data.images names no tower: {', '.join(strange)}"
                f"{near(strange[0], sorted(self.model.towers))}"
            )
        return self

    @property
    def measures_decide(self) -> bool:
        """Whether held-out measures decide what is learned: they end the steps of a curriculum."""
        return len(self.data.curriculum) > 1

    def content_hash(self) -> str:
        """Return the sha256 of all that decides what is learned.

        That is neither `run` nor `micro_batch`; but with a curriculum how held-out examples are
        measured, which ends its steps.
        """
        data = self.model_dump(mode="json", exclude={"run"})
        if self.measures_decide:
            data["measuring"] = self.run.model_dump(include=_ENDS_STEPS)
        for stage in data["stages"]:
            del stage["micro_batch"]
        if not self.model.connector.pretrained:  # as before there was such a setting
            del data["model"]["connector"]["pretrained"]
        if [*self.model.towers] != sorted(self.model.towers):  # their order joins their features
            data["model"]["towers"] = list(data["model"]["towers"].items())
        return content_hash(data)


def recipe_paths() -> dict[str, Path]:
    """Return the bundled training recipes: name -> YAML file."""
    folder = Path(__file__).parent / "recipes"
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def load_recipe(name: str, overrides: Mapping[str, Any] | None = None) -> TrainRecipe:
    """Load a recipe by its name or from a YAML file.

    Args:
        name: a bundled recipe's name, or a path that ends in .yaml or .yml.
        overrides: dotted key -> value, put in place before the recipe is checked.

    Raises:
        ConfigError: with the path of the key and the nearest known name.
    """
    bundled = recipe_paths()
    if not name.endswith((".yaml", ".yml")) and name not in bundled:
        raise ConfigError(f"no training recipe is called {name!r}{near(name, list(bundled))}")
    path = bundled.get(name, Path(name))
    try:
        data = parse_yaml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read the recipe {path}: {error.strerror}") from error
    except (YamlError, UnicodeDecodeError) as error:
        raise ConfigError(f"the recipe {path} is not YAML: {error}") from error
    if not isinstance(data, dict):
        raise ConfigError(f"the recipe {path} must be a mapping with the keys model and stages")
    for key, value in (overrides or {}).items():
        _assign(data, key, value)
    return resolve(data, str(path))


def resolve(data: Mapping[str, Any], origin: str) -> TrainRecipe:
    """Validate plain data; raises `ConfigError` as `load_recipe`."""
    try:
        return TrainRecipe.model_validate(data)
    except ValidationError as error:
        raise ConfigError(explain(error, TrainRecipe, origin)) from error


def _assign(data: dict[str, Any], key: str, value: Any) -> None:
    """Put a value under a dotted key; a number steps into a list (`stages.0.steps`)."""
    *path, last = key.split(".")
    here: Any = data
    for step in path:
        here = _inside(here, step, key)
    if isinstance(here, list):
        here[_place(here, last, key)] = value
    else:
        here[last] = value


def _inside(here: Any, step: str, key: str) -> Any:
    if isinstance(here, list):
        found = here[_place(here, step, key)]
    else:
        found = here.setdefault(step, {})
    if not isinstance(found, dict | list):
        raise ConfigError(f"--set {key}: {step!r} holds a value, not a mapping")
    return found


def _place(here: list[Any], step: str, key: str) -> int:
    if not step.isdecimal() or int(step) >= len(here):
        raise ConfigError(
            f"--set {key}: {step!r} is none of the list's {len(here)} entries, counted from 0"
        )
    return int(step)
