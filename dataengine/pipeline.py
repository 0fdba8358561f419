"""The contract between the engine and a kind of sample.

A pipeline is one folder or file under `pipelines/` (or in any installed package that names it in
the entry point group `dataengine.pipelines`) with a module-level object called `PIPELINE`.

* A **found** pipeline (PDF pages, photos) turns items of a corpus into units: the engine lists and
  hashes the items, asks `Renderer.probe` how many units each holds, and promises that every unit
  ends as a sample or as a rejection.
* A **generated** pipeline (charts, LaTeX pages) draws each sample from `rng`; the engine promises
  an exact number of samples and calls `render` with further indices until it has them. It may draw
  them from **material**: pieces that it harvests from the items of corpora before the plan is made
  (see `dataengine.material`).

Everything that touches untrusted input runs inside `Renderer`, which lives in a child process with
a deadline and a memory limit.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np

from dataengine import seeding
from dataengine.errors import ConfigError
from dataengine.material import Material, Piece, Refusal
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
    """How many units an item holds; with `units == 0` a reason and a detail say why none.

    For kinds with material an item that is a work of its own holds one unit; one that only belongs
    to another (a file that others include) holds none.
    """

    units: int
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Requirements:
    """What can change the pixels, recorded in the plan; and what must be there before a job starts.

    Attributes:
        versions: name -> version of libraries and programs that draw, extract or encode.
        missing: one sentence per thing that is not installed, saying how to install it.
        doubts: one sentence per thing that a job does without, but had better not.
    """

    versions: Mapping[str, str]
    missing: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What the engine lends to a renderer.

    Attributes:
        read: returns an item's bytes, checked against its sha256; raises `CorpusChanged` or
            `CorpusError`. The bytes of the last item are kept, so asking again is free.
        wants_preview: whether a rejection with this reason should carry a picture; a shard keeps
            the first few per reason only, and drawing the others would be wasted.
        beside: returns the bytes of another file of an item's work, or None where there is none.
            The name is relative to the item's folder or, failing that, to the corpus's root (for an
            archive's member: to the member's folder, then the archive's top). Nothing outside the
            root or the archive is given, no device, and nothing larger than `limits.item_mb`. After
            the item's own surroundings the corpus's `files` are searched, in their order. What was
            read while harvesting is remembered, so that a change is noticed; a renderer puts the
            hash of what it read into the sample's source.
        material: the part's material; None for kinds without, and while it is being made.
        block_rng: the generator of what a block of units (`index // Renderer.batch`) shares: the
            same in every batch, worker and attempt.
    """

    read: Callable[[Item], bytes]
    wants_preview: Callable[[str], bool] = lambda reason: True
    beside: Callable[[Item, str], bytes | None] = lambda item, name: None
    material: Material | None = None
    block_rng: Callable[[int], np.random.Generator] = lambda block: seeding.block_rng(0, "", block)


class Renderer(ABC):
    """Renders units; lives in a child process, for one part of a recipe."""

    batch: int = 1
    """How many units `render_many` takes at a time. They share `index // batch`, so that what is
    drawn once per block of indices serves all of them; at borders there are fewer."""

    def probe(self, item: Item, data: bytes) -> Probe:
        """Say how many units an item holds (found kinds, and those with material)."""
        raise TypeError(f"{type(self).__name__} renders a generated kind: it has no items to probe")

    @abstractmethod
    def render(self, unit: Unit, rng: np.random.Generator) -> Outcome:
        """Render one unit: a pure function of the unit, the options and `rng`."""

    def render_many(self, units: Sequence[tuple[Unit, np.random.Generator]]) -> Iterator[Outcome]:
        """Render up to `batch` units, one outcome each, in order.

        Each outcome must be the one that `render` gives for the unit alone: whatever happens to a
        batch (an exception, a crash, a deadline), its units without an outcome are rendered one by
        one, and `reproduce` never sees the batch. Outcomes are taken as they are yielded. The
        deadlines of a batch are those of a unit times the number of its units; CPU time of programs
        that the renderer starts is not counted, it must bound them itself.
        """
        for unit, rng in units:
            yield self.render(unit, rng)

    def harvest(self, item: Item, data: bytes) -> Iterator[Piece | Refusal]:
        """Yield the pieces of a work, and what in it is of no use (kinds with material only).

        A pure function of the item, its bytes, the options named in `Pipeline.material_options` and
        what `Context.beside` gives. A work that raises, crashes or passes a deadline gives nothing
        but a `Refusal` of kind "work".
        """
        raise TypeError(f"{type(self).__name__} has no material")

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
    """Endings of corpus files that are items, lower case: (".pdf",)."""

    whole_items: ClassVar[bool] = False
    """Whether a shard takes all its units of an item together, for items that take long to open;
    otherwise stretches of several items are mixed."""

    material: ClassVar[bool] = False
    """Whether a generated kind draws from material; its parts then need corpora."""

    material_options: ClassVar[tuple[str, ...] | None] = None
    """Names of the options that `probe` and `harvest` go by; None: all. While harvesting, the
    others have their defaults, so a change of theirs does not harvest anew."""

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

    def suffixes_for(self, options: Settings) -> tuple[str, ...]:
        """Return the endings of items under these options: `suffixes`, unless a kind says more."""
        return self.suffixes

    def prepare(self, options: Settings) -> None:  # noqa: B027  (optional hook)
        """Make what all workers share and what takes long (TeX formats), before they start.

        Called in the parent, once per run and part; an error stops the job.

        Raises:
            ToolMissing: something that is needed is not installed.
        """

    def setup(self, say: Callable[[str], None], source: Path | None = None) -> None:  # noqa: B027
        """Bring what no package carries, checked, into the cache folder; most need nothing.

        Called by `dataengine setup`, never while planning or rendering.

        Args:
            say: called with a line of text per step.
            source: a file that the user gave to take it from; None: fetch it.

        Raises:
            ToolMissing: it cannot be had.
        """

    def write(
        self,
        options: Mapping[str, Any],
        topics: Sequence[str],
        out: str,
        say: Callable[[str], None],
        *,
        dry_run: bool = False,
    ) -> Mapping[str, Any]:
        """Have content written by a language model into a folder that corpora can name.

        Called by `dataengine write`, never while planning or rendering: a job reads the files.

        Args:
            options: settings of the writing, as on the command line.
            topics: files with a topic per line; none: what the pipeline bundles.
            out: the folder.
            say: called with a line of text per step.
            dry_run: ask and write nothing, report what would be.

        Returns:
            The report, plain data; "left" and "unanswered" count what another run would ask.

        Raises:
            ConfigError: this kind is not written by models, or a setting is wrong.
        """
        raise ConfigError(f"{self.name} has no content that a language model writes")

    def by_template(self, options: Settings) -> Mapping[str, Settings]:
        """Return template -> these options narrowed to it alone; empty for kinds without templates.

        Raises:
            ConfigError: the options leave no template.
        """
        return {}

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
