"""A dataset made ready: every file that goes up, and the result of every check. No network."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import pyarrow as pa

from dataengine.card import CardFacts, dataset_card
from dataengine.errors import ConfigError
from dataengine.finalize import CARD_FILE
from dataengine.licences import rule_of
from dataengine.publishing.checks import TEXT_COLUMNS, card_check, limit_check, path_check
from dataengine.publishing.errors import PublishError
from dataengine.publishing.files import Check, Publishable, PublishedFile
from dataengine.publishing.pictures import FOLDER as PICTURE_FOLDER
from dataengine.publishing.pictures import sample_pictures
from dataengine.publishing.works import (
    SOURCES_FILE,
    licence_check,
    overridden,
    sources_file,
    works_table,
)

LICENCE_FILE = "LICENSE"
OWN_FOLDERS = ("data", "rejects", "receipts", "gallery", PICTURE_FOLDER)
"""Folders of the repository that belong to the dataset alone."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What would be sent, in order of sending: data first, what makes it a dataset last."""

    repository: str
    files: tuple[PublishedFile, ...]
    checks: tuple[Check, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)

    def require_passed(self) -> None:
        """Raise `PublishError` with every fault and its remedy, if there are any."""
        failed = [check for check in self.checks if not check.passed]
        if failed:
            raise PublishError(
                "nothing was sent, because of these faults:\n"
                + "\n".join(line for check in failed for line in described(check))
            )


def described(check: Check, *, most: int = 10) -> list[str]:
    """Return a check's result as lines."""
    if check.passed:
        return [f"passed: {check.name}: {check.detail}"]
    lines = [f"failed: {check.name}", *(f"  {fault}" for fault in check.faults[:most])]
    if len(check.faults) > most:
        lines.append(f"  and {len(check.faults) - most:,} more")
    return [*lines, f"  what to do: {check.remedy}"]


def prepare(
    publishable: Publishable,
    repository: str,
    *,
    allowed_licences: Collection[str] = (),
    pictures: int = 12,
    seen: Callable[[str], None] = lambda name: None,
) -> Publication:
    """Check a dataset, and make its card, pictures, and list of sources.

    Args:
        repository: "owner/name".
        allowed_licences: licences let through by their exact names.
        pictures: at most so many samples are shown in the card, one of each config.
        seen: called with each shard's name as it is checked.

    Raises:
        ConfigError: the repository's name is none, or a licence that is let through occurs nowhere.
        ShardError: a shard cannot be read.
    """
    check_repository(repository)
    whole = Check(
        "complete and unchanged",
        publishable.faults(seen),
        "every file checked by its SHA-256",
        "run `dataengine render` and `dataengine finalize` again, then `dataengine validate`",
    )
    if not whole.passed:  # nothing else can be told of files that are not what they claim
        return Publication(repository, (), (whole,))
    works = works_table(batch for _, batch in publishable.rows(["source"]))
    others = works_table(batch for _, batch in publishable.other_rows(["source"]))
    judged = pa.concat_tables([works, others])
    _check_names(judged, allowed_licences)
    shown = sample_pictures(publishable, pictures)
    facts = dataclasses.replace(
        publishable.facts(),
        repository=repository,
        shown=[one for one, _ in shown],
        works_file=SOURCES_FILE,
        works_count=len(works),
        overridden=overridden(judged, allowed_licences),
    )
    card = dataset_card(facts)
    files = (
        *publishable.files(),
        *(file for _, file in shown),
        sources_file(works),
        PublishedFile.made(LICENCE_FILE, licence_text(facts).encode("utf-8")),
        PublishedFile.made(CARD_FILE, card.encode("utf-8")),
    )
    checks = (
        whole,
        licence_check(judged, allowed_licences),
        path_check(files, _texts(publishable), publishable.private_texts()),
        limit_check(files),
        card_check(card, facts, files),
    )
    return Publication(repository, files, checks)


def check_repository(repository: str) -> None:
    """Raise `ConfigError` unless this can be a repository's name: OWNER/NAME."""
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]

    try:
        validate_repo_id(repository)
        if repository.count("/") != 1:
            raise HFValidationError("it names no owner")
    except HFValidationError as error:
        raise ConfigError(
            f"--repo {repository!r} is not OWNER/NAME as the Hub has it ({error})"
        ) from error


def licence_text(facts: CardFacts) -> str:
    """Return the licence file: the sources' licences and what each asks."""
    lines = [
        f"{facts.title}",
        "",
        "The samples were made from works of others and keep their licences; each row names its",
        f"own in the column `source`, and {SOURCES_FILE} lists all {facts.works_count:,} works.",
        "",
    ]
    for name, rule in facts.licence_rules:
        lines += [f"{name or 'unknown'} ({rule.kind})", f"    {rule.asks}", ""]
    if facts.overridden:
        lines += [f"Let through by the publisher by name: {', '.join(facts.overridden)}", ""]
    return "\n".join(lines)


def _check_names(works: pa.Table, allowed: Collection[str]) -> None:
    """Refuse a name that lets nothing through: most likely it is mistyped."""
    present = {name or "unknown" for name in works.column("licence").to_pylist()}
    for name in allowed:
        shown = "unknown" if name.strip().lower() in ("", "unknown") else name
        if shown not in present:
            refused = sorted(one for one in present if not rule_of(one).allowed)
            raise ConfigError(
                f"--allow-licence {name!r}: no source has this licence; names are exact, and "
                f"those that need it are {', '.join(map(repr, refused)) or 'none'}"
            )


def _texts(publishable: Publishable) -> Iterator[pa.RecordBatch]:
    for rows in (publishable.rows, publishable.other_rows):
        for _, batch in rows(["id", *TEXT_COLUMNS]):
            yield batch
