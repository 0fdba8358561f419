"""What a Hub keeps: repositories with branches of files, large objects, accounts. No HTTP here."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

LARGE_SUFFIXES = (".parquet", ".jpg", ".png", ".webp")  # as the Hub's .gitattributes has them
LARGE_BYTES = 10 << 20


class Refused(Exception):
    """A request that the Hub does not take: status, message, and its code in a header."""

    def __init__(self, status: int, message: str, code: str = "") -> None:
        super().__init__(message)
        self.status, self.message, self.code = status, message, code


@dataclass(frozen=True)
class Account:
    name: str
    can_write: bool = True


@dataclass(frozen=True)
class Entry:
    """A committed file: small ones by content, large ones by the SHA-256 of an object."""

    bytes: int
    content: bytes = b""
    sha256: str = ""

    @property
    def pointer(self) -> bytes:
        head = "version https://git-lfs.github.com/spec/v1"
        return f"{head}\noid sha256:{self.sha256}\nsize {self.bytes}\n".encode()

    @property
    def blob_id(self) -> str:
        data = self.pointer if self.sha256 else self.content
        return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()

    def listed(self, path: str) -> dict[str, Any]:
        row: dict[str, Any] = {
            "type": "file",
            "path": path,
            "size": self.bytes,
            "oid": self.blob_id,
        }
        if self.sha256:
            row["lfs"] = {
                "oid": self.sha256,
                "size": self.bytes,
                "pointerSize": len(self.pointer),
            }
        return row


@dataclass
class Branch:
    files: dict[str, Entry] = field(default_factory=dict)
    commits: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    @property
    def head(self) -> str:
        return self.commits[-1]

    def commit(self, files: dict[str, Entry], message: str) -> str:
        state = "".join(f"{name} {entry.blob_id}\n" for name, entry in sorted(files.items()))
        parent = self.commits[-1] if self.commits else ""
        self.commits.append(hashlib.sha1(f"{parent}\n{message}\n{state}".encode()).hexdigest())
        self.messages.append(message)
        self.files = files
        return self.head


@dataclass
class Repository:
    name: str
    private: bool
    branches: dict[str, Branch] = field(default_factory=dict)

    def branch(self, revision: str) -> Branch:
        for name, branch in self.branches.items():
            if revision == name or revision == branch.head:
                return branch
        raise Refused(404, f"Invalid rev id: {revision}", "RevisionNotFound")


class Store:
    """Everything that the server keeps between requests."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.repositories: dict[str, Repository] = {}
        self.objects: dict[str, bytes] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        self.signed: dict[str, tuple[str, int]] = {}

    def create(self, account: Account, owner: str, name: str, private: bool) -> Repository:
        if not account.can_write or owner != account.name:
            raise Refused(403, f"You don't have the rights to create a dataset under {owner}")
        full = f"{owner}/{name}"
        if full in self.repositories:
            raise Refused(409, "You already created this dataset repo")
        repository = Repository(full, private, {"main": Branch()})
        attributes = b"*.parquet filter=lfs diff=lfs merge=lfs -text\n"
        first = {".gitattributes": Entry(len(attributes), attributes)}
        repository.branches["main"].commit(first, "initial commit")
        self.repositories[full] = repository
        return repository

    def find(self, name: str, account: Account | None, *, write: bool = False) -> Repository:
        repository = self.repositories.get(name)
        owner = name.split("/")[0]
        mine = account is not None and account.name == owner
        if repository is None or (repository.private and not mine):
            raise Refused(404 if account else 401, "Repository not found", "RepoNotFound")
        if write and account is None:
            raise Refused(401, "Invalid username or password.")
        if write and not (mine and account is not None and account.can_write):
            raise Refused(403, "Forbidden: pass `create_pr=1` as a query parameter")
        return repository

    def sign(self, oid: str, size: int) -> str:
        """Return a secret that allows one object to be put, once asked for."""
        signature = secrets.token_hex(8)
        self.signed[signature] = (oid, size)
        return signature

    def put(self, oid: str, size: int, data: bytes) -> None:
        if len(data) != size:
            raise Refused(400, f"the object has {len(data)} bytes, {size} were announced")
        if hashlib.sha256(data).hexdigest() != oid:
            raise Refused(400, "the object's SHA-256 is not its name")
        self.objects[oid] = data

    def content(self, entry: Entry) -> bytes:
        return self.objects[entry.sha256] if entry.sha256 else entry.content


def is_large(path: str, size: int) -> bool:
    return bool(size) and (PurePosixPath(path).suffix in LARGE_SUFFIXES or size > LARGE_BYTES)


def tree(files: dict[str, Entry], folder: str, recursive: bool) -> list[dict[str, Any]]:
    """List a folder as the Hub does; a folder that is not there is refused."""
    prefix = f"{folder}/" if folder else ""
    rows: dict[str, dict[str, Any]] = {}
    for path, entry in sorted(files.items()):
        if not path.startswith(prefix):
            continue
        parts = path.removeprefix(prefix).split("/")
        for depth in range(1, len(parts) if recursive else min(2, len(parts))):
            name = prefix + "/".join(parts[:depth])
            oid = hashlib.sha1(name.encode()).hexdigest()
            rows.setdefault(name, {"type": "directory", "path": name, "oid": oid, "size": 0})
        if recursive or len(parts) == 1:
            rows[path] = entry.listed(path)
    if folder and not rows:
        raise Refused(404, f"{folder} does not exist", "EntryNotFound")
    return list(rows.values())
