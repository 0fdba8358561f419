"""The contract between the engine and a kind of sample.

A pipeline is one folder or file under `pipelines/` (or in any installed package that names it in
the entry point group `dataengine.pipelines`) with a module-level object called `PIPELINE`.

* A **found** pipeline (PDF pages, photos) turns items of a corpus into units: the engine lists and
  hashes the items, asks `Renderer.probe` how many units each holds, and promises that every unit
  ends as a sample or as a rejection.
* A **generated** pipeline (charts, LaTeX pages) draws each sample from `rng`; the engine promises
  an exact number of samples and calls `render` with further indices until it has them.

Everything that touches untrusted input runs inside `Renderer`, which lives in a child process with
a deadline and a memory limit.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from dataengine.errors import ConfigError
from dataengine.sample import Outcome
from dataengine.settings import Settings


@dataclass(frozen=True, slots=True)
class Item:
    """One file of a corpus, or one member of an archive in it: a row of the corpus index.

    Attributes:
        corpus: the corpus's name in the recipe.
        path: path or fsspec URL of the file (of the archive, for a member).
        member: name inside the archive, or "".
        offset: byte offset of the member's data in an (uncompressed) tar, or -1.
        size: bytes.
        sha256: of the file's or member's bytes; "" if it could not be read.
        units: how many units it holds.
        language: language claimed by the corpus, or "" if none is.
        licence: SPDX identifier or words; "" if unknown.
        url: where it was fetched from, if known.
        reason, detail: why it holds no units, if it holds none.
    """

    corpus: str
    path: str
    member: str = ""
    offset: int = -1
    size: int = 0
    sha256: str = ""
    units: int = 0
    language: str = ""
    licence: str = ""
    url: str = ""
    reason: str = ""
    detail: str = ""

    @property
    def name(self) -> str:
        """The name that people read: `archive.zip!member.pdf`, or the path."""
        return f"{self.path}!{self.member}" if self.member else self.path


@dataclass(frozen=True, slots=True)
class Unit:
    """What one call of `Renderer.render` works on.

    Attributes:
        index: position in the part's plan (found) or draw number (generated); with the seed and
            the part's name it fixes `rng` and the sample's id.
        item: the corpus item, None for generated kinds.
        number: which unit of the item, from 0 (the page number minus one for PDFs).
    """

    index: int
    item: Item | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Probe:
    """How many units an item holds; with `units == 0` a reason and a detail say why none."""

    units: int
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Requirements:
    """What can change the pixels, recorded in the plan; and what must be there before a job starts.

    Attributes:
        versions: name -> version of libraries and programs that draw, extract or encode.
        missing: one sentence per thing that is not installed, saying how to install it.
    """

    versions: Mapping[str, str]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What the engine lends to a renderer.

    Attributes:
        read: returns an item's bytes, checked against its sha256; raises `CorpusChanged` or
            `CorpusError`. The bytes of the last item are kept, so asking again is free.
        wants_preview: whether a rejection with this reason should carry a picture; a shard keeps
            the first few per reason only, and drawing the others would be wasted.
    """

    read: Callable[[Item], bytes]
    wants_preview: Callable[[str], bool] = lambda reason: True


class Renderer(ABC):
    """Renders units; lives in a child process, for one part of a recipe."""

    def probe(self, item: Item, data: bytes) -> Probe:
        """Say how many units an item holds (found kinds only)."""
        raise TypeError(f"{type(self).__name__} renders a generated kind: it has no items to probe")

    @abstractmethod
    def render(self, unit: Unit, rng: np.random.Generator) -> Outcome:
        """Render one unit: a pure function of the unit, the options and `rng`."""

    def close(self) -> None:  # noqa: B027  (optional hook, nothing to do by default)
        """Give back what the renderer holds open."""


class Pipeline(ABC):
    """A kind of sample. Instances are stateless; one per module, named `PIPELINE`."""

    name: ClassVar[str]
    """Name in recipes and on the command line, [a-z0-9_]+; also the default config name."""

    version: ClassVar[int]
    """Raised whenever the same unit would give other bytes; part of the plan."""

    summary: ClassVar[str]
    """One line for `dataengine list`."""

    kind: ClassVar[str]
    promise: ClassVar[Literal["found", "generated"]]
    suffixes: ClassVar[tuple[str, ...]] = ()
    """Endings of corpus files that are items (found kinds), lower case: (".pdf",)."""

    unit_noun: ClassVar[str] = "unit"
    """What people call a unit: "page"."""

    writes_files: ClassVar[bool] = False
    """Whether rendering needs scratch files (TeX does); workers may not write any otherwise."""

    Options: ClassVar[type[Settings]]
    reasons: ClassVar[Mapping[str, str]] = {}
    """Reason code -> what it means and what to do, for `stats`, the gallery and the docs."""

    @abstractmethod
    def requirements(self, options: Settings) -> Requirements:
        """Return what these options need and the versions that can change the result."""

    @abstractmethod
    def open(self, options: Settings, context: Context) -> Renderer:
        """Return a renderer; called in the child process."""

    def benchmark(
        self, corpora: Sequence[str], units: int, say: Callable[[str], None]
    ) -> Mapping[str, Any]:
        """Measure this pipeline on real input and return the figures as plain data.

        Args:
            corpora: paths as in `CorpusSpec.path`.
            units: about how many units to measure on.
            say: called with a line of text per step.
        """
        raise ConfigError(f"{self.name} brings no benchmark")
