"""What can be published: `Publishable`, its files, and the results of checks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from dataengine.card import CardFacts


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file as it will lie on the Hub.

    Attributes:
        name: path in the repository, with forward slashes.
        size, sha256: of its content, in bytes.
        content: where the content is: a file on this machine, or the bytes themselves.
    """

    name: str
    size: int
    sha256: str
    content: Path | bytes

    @classmethod
    def made(cls, name: str, data: bytes) -> PublishedFile:
        """Return a file that exists only in memory."""
        return cls(name, len(data), hashlib.sha256(data).hexdigest(), data)

    @classmethod
    def stored(cls, name: str, path: Path) -> PublishedFile:
        """Return a file of this machine's disk, hashed now."""
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return cls(name, path.stat().st_size, digest, path)

    def read(self) -> bytes:
        """Return the whole content; for small files."""
        return self.content if isinstance(self.content, bytes) else self.content.read_bytes()

    @property
    def blob_id(self) -> str:
        """The SHA-1 by which git knows the content; for small files."""
        return hashlib.sha1(  # git's name for it, not a safeguard
            b"blob %d\0" % self.size + self.read(), usedforsecurity=False
        ).hexdigest()


@dataclass(frozen=True, slots=True)
class Check:
    """What one check found.

    Attributes:
        name: what was checked, in a few words.
        faults: what is wrong, one sentence each; none means that the check passed.
        detail: what was looked at.
        remedy: what to do about faults.
    """

    name: str
    faults: Sequence[str] = ()
    detail: str = ""
    remedy: str = ""

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


class Publishable(Protocol):
    """A folder that can be published: a finished dataset, or a mixture exported in Hub layout."""

    def facts(self) -> CardFacts:
        """Return what the card says of it, as far as the folder knows."""
        ...

    def files(self) -> list[PublishedFile]:
        """Return the files that go up as they are, data first; not the card."""
        ...

    def faults(self, seen: Callable[[str], None]) -> list[str]:
        """Return where the folder is not what its manifest says, every file checked by hash."""
        ...

    def rows(self, columns: Sequence[str]) -> Iterator[tuple[str, pa.RecordBatch]]:
        """Yield config and samples; columns that a file does not have are left out."""
        ...

    def first_rows(self, columns: Sequence[str]) -> Iterator[tuple[str, pa.RecordBatch]]:
        """Yield, of each config, the first batch of samples."""
        ...

    def other_rows(self, columns: Sequence[str]) -> Iterator[tuple[str, pa.RecordBatch]]:
        """Yield what else goes up and was made from somebody's work: rejections."""
        ...

    def private_texts(self) -> list[str]:
        """Return texts that must not be in anything published: paths of this machine."""
        ...
