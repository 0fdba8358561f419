"""Mixtures as users write them: datasets, members, filters, splits and the order of reading.

Unknown keys are refused with their path and the nearest known name. Where a dataset lies on this
machine is no part of what a mixture's bytes depend on; what it holds is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from dataengine.degrade.settings import Degradation
from dataengine.overlap.settings import BenchmarkOverlap, Duplicates
from dataengine.settings import Settings
from dataengine.views.settings import View

TRAIN = "train"
STRADDLING = "straddling"
"""What becomes of a sample whose works belong to several splits: it is left out, and counted."""

Range = tuple[float | None, float | None]
"""Least and greatest value, both included; null: no bound."""

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]*")
_WORD = re.compile(r"[a-z0-9_]+")


class DatasetSpec(Settings):
    """A dataset that members draw from: rendered by a recipe, or finished and lying somewhere."""

    recipe: str | dict[str, Any] | None = Field(
        None,
        description="a recipe's or pipeline's name, a file ending in .yaml, or a recipe written "
        "here; rendered into OUT/datasets/NAME",
    )
    path: str = Field("", description="folder or fsspec URL of a finished dataset")
    parts: tuple[str, ...] = Field((), description="only these parts; none: all")
    samples: int | None = Field(None, ge=1, description="replaces the count of every part")
    seed: int | None = Field(None, ge=0, lt=2**63, description="replaces the recipe's seed")
    corpora: tuple[str, ...] = Field((), description="replace the corpora of every part")
    set: dict[str, Any] = Field(
        default_factory=dict, description="keys as after --set on the command line -> values"
    )

    expected: dict[str, int] = Field(
        default_factory=dict,
        description="part -> units that its corpora hold, for dry runs without them",
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if bool(self.path) == (self.recipe is not None):
            raise ValueError("a dataset has either a recipe or a path")
        changes = [name for name in ("samples", "seed", "corpora", "set") if getattr(self, name)]
        if changes and not isinstance(self.recipe, str):
            where = "a finished dataset" if self.path else "a recipe that is written here"
            raise ValueError(f"{', '.join(changes)} cannot change {where}")
        return self


class Filter(Settings):
    """Which samples of a dataset a member may draw; every condition must hold."""

    part: tuple[str, ...] = Field((), description="parts of the dataset; none: all")
    kind: tuple[str, ...] = Field((), description="page, latex, chart, natural, …; none: all")
    language: tuple[str, ...] = Field((), description="en, zh, mixed; none: all")
    template: tuple[str, ...] = Field((), description="templates; none: all")
    licence: tuple[str, ...] = Field(
        (), description="licences; all works of a sample must have one of them; none: all"
    )
    min_proof: dict[str, float] = Field(
        default_factory=dict, description="score -> least value; a dotted name looks inside"
    )
    max_proof: dict[str, float] = Field(default_factory=dict, description="score -> greatest value")
    chars: dict[str, Range] = Field(
        default_factory=dict,
        description="target -> least and greatest number of characters; a plain pair is that of "
        "`text`, and `turns` stands for what the assistant says",
    )
    width: Range = Field((None, None), description="pixels")
    height: Range = Field((None, None), description="pixels")

    @field_validator("chars", mode="before")
    @classmethod
    def _accept_a_pair(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, list | tuple) else value


class Member(Settings):
    """What is drawn from a dataset, how much of it, and how it is viewed.

    With `count`: exactly so many samples; with `weight`: its share of what is left of the
    mixture's `samples`; with neither: all that there are.
    """

    dataset: str
    filter: Filter = Filter()
    count: int | None = Field(None, ge=1, description="samples, over all splits")
    weight: float | None = Field(None, gt=0, description="share among the members with a weight")
    repeat: bool = Field(
        False, description="draw samples again, each equally often, where there are too few"
    )
    split_by: Literal["document", "sample", "part"] = Field(
        "document",
        description="document: by the works that a sample is made of; sample: by its pixels, for "
        "kinds that no document stands behind; part: as the dataset's own parts say",
    )
    view: View = View()
    degrade: Degradation | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.count is not None and self.weight is not None:
            raise ValueError("a member has a count or a weight, not both")
        if self.repeat and self.count is None and self.weight is None:
            raise ValueError("repeat needs a count or a weight")
        return self


class Order(Settings):
    """How far apart in the datasets neighbours of the order may come from."""

    window: int = Field(
        1024, ge=1, description="samples that are shuffled together; a reader holds so many"
    )
    row_groups: int = Field(
        64, ge=1, description="most row groups that a window is read from, which bounds a resume"
    )


class Mixture(Settings):
    """A training set, as a user describes it."""

    name: str
    seed: int = Field(0, ge=0, lt=2**63)
    datasets: dict[str, DatasetSpec] = Field(min_length=1)
    members: dict[str, Member] = Field(min_length=1)
    samples: int | None = Field(
        None,
        ge=1,
        description="samples of all members together; null: as many as the weights allow without "
        "repeating any",
    )
    splits: dict[str, float] = Field(
        default_factory=dict,
        description="held-out split -> its share of the documents; the rest is `train`",
    )
    duplicates: Duplicates | None = Field(None, description="null: not looked for")
    overlap: BenchmarkOverlap | None = Field(None, description="null: not looked for")
    view: dict[str, Any] | None = Field(None, description="defaults for the views of members")
    degrade: dict[str, Any] | None = Field(None, description="defaults for their degradation")
    order: Order = Order()

    @field_validator("name")
    @classmethod
    def _check_name(cls, value: str) -> str:
        return _slug(value, "a mixture's name")

    @field_validator("datasets")
    @classmethod
    def _check_datasets(cls, value: Mapping[str, DatasetSpec]) -> Mapping[str, DatasetSpec]:
        for name in value:
            _slug(name, f"the dataset name {name!r}")
        return value

    @field_validator("members")
    @classmethod
    def _check_members(cls, value: Mapping[str, Member]) -> Mapping[str, Member]:
        for name in value:
            # Ids are SAMPLE-MEMBER-NUMBER: without a dash in the member they are all different.
            if not _WORD.fullmatch(name):
                raise ValueError(f"the member name {name!r} must be made of a-z, 0-9 and _")
        return value

    @field_validator("splits")
    @classmethod
    def _check_splits(cls, value: Mapping[str, float]) -> Mapping[str, float]:
        for name, share in value.items():
            if not _WORD.fullmatch(name) or name in (TRAIN, STRADDLING):
                raise ValueError(
                    f"{name!r} cannot be a held-out split: names are made of a-z, 0-9 and _, and "
                    f"{TRAIN!r} is what the others leave"
                )
            if not 0 < share < 1:
                raise ValueError(f"the share of {name!r} must lie between 0 and 1")
        if sum(value.values()) >= 1:
            raise ValueError(f"the shares leave nothing for {TRAIN!r}")
        return value

    def of_dataset(self, name: str) -> dict[str, Member]:
        """Return the members that draw from a dataset."""
        return {key: member for key, member in self.members.items() if member.dataset == name}

    def dump(self) -> dict[str, Any]:
        """Return the mixture as plain data."""
        return self.model_dump(mode="json")


def _slug(value: str, what: str) -> str:
    if not _SLUG.fullmatch(value):
        raise ValueError(f"{what} must be made of a-z, 0-9, - and _")
    return value
