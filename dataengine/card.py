"""The dataset card: README.md with the YAML front matter that the Hub and `datasets` read.

`CardFacts` holds plain values only; the caller fills it from the manifest and the statistics.
Features are left out of the front matter on purpose: every Parquet file carries them, and a second
copy could only disagree. Names that become file patterns are checked; all else may be any text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import jinja2
import yaml

from dataengine.errors import ConfigError
from dataengine.licences import Rule, hub_licence, rule_of
from dataengine.markdown import code, escape, fence, one_line, prose
from dataengine.resources import bundled

TEMPLATE = "README.md.j2"
CHAT_TARGETS = frozenset({"turns", "messages"})
SIZE_STEPS = (
    (10**3, "n<1K"),
    (10**4, "1K<n<10K"),
    (10**5, "10K<n<100K"),
    (10**6, "100K<n<1M"),
    (10**7, "1M<n<10M"),
    (10**8, "10M<n<100M"),
    (10**9, "100M<n<1B"),
    (10**10, "1B<n<10B"),
    (10**11, "10B<n<100B"),
    (10**12, "100B<n<1T"),
)
LARGEST = "n>1T"

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_SPLIT_NAME = re.compile(r"\w+(\.\w+)*", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class ConfigFacts:
    """One config and its samples.

    Attributes:
        splits: split -> samples; a split without samples has no files.
        rejections: units of this config that were refused.
        summary: what the config holds, in a sentence.
        targets: form of the ground truth -> samples that have it.
        levels: levels of regions that its samples have boxes for.
        tasks: what a model can be asked with these (`dataengine.views`).
    """

    name: str
    splits: Mapping[str, int]
    rejections: int = 0
    summary: str = ""
    targets: Mapping[str, int] = field(default_factory=dict)
    levels: Sequence[str] = ()
    tasks: Sequence[str] = ()

    @property
    def samples(self) -> int:
        """Samples in all splits."""
        return sum(self.splits.values())


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """Samples that came from one corpus under one licence ("" if unknown)."""

    corpus: str
    licence: str
    items: int
    samples: int


@dataclass(frozen=True, slots=True)
class WorkFacts:
    """A work that samples were made from, as attribution names it ("" where not known)."""

    corpus: str
    item: str
    url: str
    licence: str
    samples: int


@dataclass(frozen=True, slots=True)
class ShownFacts:
    """A sample that the card shows: path of its picture and its truth (cut off if `cut`)."""

    id: str
    config: str
    path: str
    target: str
    truth: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """A column: its Arrow type in words and what it means."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True, slots=True)
class ScoreFacts:
    """How one proof score is spread over the samples that have it."""

    name: str
    count: int
    lowest: float
    median: float
    highest: float


@dataclass(frozen=True, slots=True)
class CardFacts:
    """Everything that the card says.

    Attributes:
        title: name for people.
        summary: what the dataset holds, in a few sentences.
        configs: the first one is the default.
        by_language, by_kind: samples by value.
        by_reason: rejections by reason code.
        reasons: reason code -> its meaning.
        sources: one row per corpus and licence.
        columns, scores: one row each in their tables.
        recipe: the resolved recipe as YAML text.
        licences: licences of the dataset itself, beside those of the sources.
        versions: library or program -> version that can change the result.
        tags: further tags for the Hub.
        repository: "owner/name" on the Hub, if known.
        plan_hash, seed, engine_version, schema_version: as in the manifest.
        gallery: path of the gallery in the dataset's folder, if it has one.
        picture: path of a contact sheet in the dataset's folder, if it has one.
        shown: samples with their truth.
        works: works that licences ask to name; `works_file` where they are too many for a page.
        works_count: how many works there are.
        works_file: path of the list of all works, if there is one.
        overridden: licences that the publisher let through by name.
        near_duplicates: pairs of near-duplicates across shards that were found and listed.
        made_by: "recipe" (rendered from plan) or "mixture" (drawn from other datasets).
    """

    title: str
    configs: Sequence[ConfigFacts]
    recipe: str
    plan_hash: str
    seed: int
    engine_version: str
    schema_version: int
    summary: str = ""
    by_language: Mapping[str, int] = field(default_factory=dict)
    by_kind: Mapping[str, int] = field(default_factory=dict)
    by_reason: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    sources: Sequence[SourceFacts] = ()
    columns: Sequence[ColumnFacts] = ()
    scores: Sequence[ScoreFacts] = ()
    licences: Sequence[str] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    tags: Sequence[str] = ()
    repository: str = ""
    gallery: str = ""
    picture: str = ""
    shown: Sequence[ShownFacts] = ()
    works: Sequence[WorkFacts] = ()
    works_count: int = 0
    works_file: str = ""
    overridden: Sequence[str] = ()
    near_duplicates: int = 0
    made_by: Literal["recipe", "mixture"] = "recipe"

    @property
    def licence_rules(self) -> list[tuple[str, Rule]]:
        """Each licence of a source with what it asks, in order of name."""
        names = sorted({source.licence for source in self.sources})
        return [(name, rule_of(name)) for name in names]

    @property
    def truth_column(self) -> str:
        """The column that holds what a model learns."""
        return "targets" if self.made_by == "recipe" else "messages"

    @property
    def citation_key(self) -> str:
        """Name of the entry in a bibliography."""
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-") or "dataset"

    @property
    def samples(self) -> int:
        """Samples of all configs."""
        return sum(config.samples for config in self.configs)

    @property
    def example(self) -> tuple[str, str] | None:
        """A config and a split that can be loaded."""
        pairs = ((config, split) for config in self.configs for split in config.splits.items())
        return next(((config.name, split) for config, (split, count) in pairs if count), None)

    @property
    def rejections(self) -> int:
        """Rejections of all configs."""
        return sum(config.rejections for config in self.configs)


def dataset_card(facts: CardFacts) -> str:
    """Return the text of README.md.

    Raises:
        ConfigError: a config or split name cannot be part of a file pattern.
    """
    front = yaml.safe_dump(
        front_matter(facts), allow_unicode=True, sort_keys=False, width=2**20, line_break="\n"
    )
    return _template().render(front=front, facts=facts)


def front_matter(facts: CardFacts) -> dict[str, Any]:
    """Return the card's metadata."""
    metadata: dict[str, Any] = {"pretty_name": one_line(facts.title)}
    languages = sorted(name for name in facts.by_language if _LANGUAGE.fullmatch(name))
    if languages:
        metadata["language"] = languages
    if len(languages) > 1 or "mixed" in facts.by_language:
        metadata["multilinguality"] = ["multilingual"]
    metadata["license"] = _licences(facts)
    metadata["size_categories"] = [size_category(facts.samples)]
    metadata["task_categories"] = _task_categories(facts)
    metadata["tags"] = _tags(facts)
    metadata["configs"] = _configs(facts.configs)
    return metadata


def size_category(samples: int) -> str:
    """Return the Hub's word for a number of samples."""
    return next((name for limit, name in SIZE_STEPS if samples < limit), LARGEST)


def _licences(facts: CardFacts) -> list[str]:
    names = {hub_licence(licence) for licence in facts.licences}
    names |= {hub_licence(source.licence) for source in facts.sources}
    return sorted(names) or ["unknown"]


def _task_categories(facts: CardFacts) -> list[str]:
    """All configs are pictures with their text; conversations are asked and answered as well."""
    asked = any(CHAT_TARGETS & set(config.targets) for config in facts.configs)
    return ["image-to-text", *(["visual-question-answering"] if asked else [])]


def _tags(facts: CardFacts) -> list[str]:
    wanted = ["dataengine", *facts.by_kind, *facts.tags]
    return list(dict.fromkeys(tag for tag in map(one_line, wanted) if tag))


def _configs(configs: Sequence[ConfigFacts]) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    for config in configs:
        _check(config.name, _FILE_NAME, "config")
        files = []
        for split, samples in config.splits.items():
            _check(split, _SPLIT_NAME, "split")
            if samples:
                files.append({"split": split, "path": f"data/{config.name}/{split}-*.parquet"})
        if files:
            entries.append({"config_name": config.name, "data_files": files})
    if entries:
        entries[0]["default"] = True
    return entries


def _check(name: str, pattern: re.Pattern[str], what: str) -> None:
    if not pattern.fullmatch(name):
        raise ConfigError(
            f"the {what} name {name!r} cannot be part of a file pattern on the Hub; "
            "use letters, digits and '_' only"
        )


def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(bundled("templates", "card")),
        autoescape=False,  # Markdown: the filters below escape
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "md": escape,
        "code": code,
        "prose": prose,
        "line": one_line,
        "fence": fence,
        "count": lambda value: f"{value:,}",
        "score": lambda value: f"{value:.4g}",
        "share": lambda part, whole: f"{100 * part / whole:.1f} %" if whole else "–",
        "bibtex": lambda value: re.sub(r"[^\w .:/+-]", "", one_line(value)),
        "largest": lambda counts: sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])),
    }
    return environment.get_template(TEMPLATE)
