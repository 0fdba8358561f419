"""A dataset repository on the Hub, spoken to by the public methods of `huggingface_hub`.

`create_commit` sends a batch: large files first (by Xet where `hf_xet` is installed, else by LFS),
then one commit that names them. It retries single requests but not the commit itself, nor a batch
whose upload addresses expired; `Hub.commit` does. Whatever was stored before a break is not sent
again: the LFS batch names objects that are there, Xet knows its chunks, and `Hub.stored` lists what
is committed. `upload_folder` would choose the files itself, and commits in whatever order.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx2
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi
from huggingface_hub.errors import (
    HfHubHTTPError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.hf_api import RepoFile

from dataengine.errors import DataEngineError
from dataengine.publishing.errors import PublishError, PublishInterrupted
from dataengine.publishing.files import PublishedFile
from dataengine.publishing.token import without_token

Result = TypeVar("Result")

KIND = "dataset"
MAIN = "main"
ATTEMPTS = 4
FIRST_PAUSE_S = 2.0
_TRANSIENT = (408, 409, 412, 429, 500, 502, 503, 504)
_EXPIRED = 403  # of a signed upload address, not of the Hub


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file in the repository: by SHA-256 if it is a large one, by git's SHA-1 if not."""

    name: str
    size: int
    sha256: str | None
    blob_id: str

    def same(self, file: PublishedFile) -> bool:
        """Say whether it has this content."""
        if self.size != file.size:
            return False
        return self.sha256 == file.sha256 if self.sha256 else self.blob_id == file.blob_id


class Hub:
    """One dataset repository.

    Args:
        repository: "owner/name".
        pause: waits so many seconds.
        say: told of what is tried again.
    """

    def __init__(
        self,
        repository: str,
        *,
        endpoint: str,
        token: str,
        revision: str = MAIN,
        pause: Callable[[float], None] = time.sleep,
        say: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.repository, self.endpoint, self.revision = repository, endpoint, revision
        self._token, self._pause, self._say = token, pause, say
        self._api = HfApi(endpoint=endpoint, token=token, library_name="dataengine")

    @property
    def url(self) -> str:
        """The repository's page."""
        return f"{self.endpoint}/datasets/{self.repository}"

    def account(self) -> str:
        """Return whose token it is; the first thing to ask, so that a wrong one is told at once."""
        return self._tried(lambda: str(self._api.whoami()["name"]))

    def is_private(self) -> bool | None:
        """Say whether the repository is private; None where there is none yet."""

        def ask() -> bool | None:
            try:
                return bool(self._api.repo_info(self.repository, repo_type=KIND).private)
            except RepositoryNotFoundError:
                return None

        return self._tried(ask)

    def create(self, *, private: bool) -> None:
        """Make the repository."""
        self._tried(
            lambda: self._api.create_repo(
                self.repository, repo_type=KIND, private=private, exist_ok=True
            )
        )

    def open_revision(self) -> None:
        """Make the branch, if it is not the main one and not there yet."""
        if self.revision != MAIN:
            self._tried(
                lambda: self._api.create_branch(
                    self.repository, repo_type=KIND, branch=self.revision, exist_ok=True
                )
            )

    def stored(self) -> dict[str, RemoteFile]:
        """Return the files that are committed."""

        def ask() -> dict[str, RemoteFile]:
            tree = self._api.list_repo_tree(
                self.repository, repo_type=KIND, revision=self.revision, recursive=True
            )
            files = (entry for entry in tree if isinstance(entry, RepoFile))
            return {
                file.path: RemoteFile(
                    file.path, file.size, file.lfs.sha256 if file.lfs else None, file.blob_id
                )
                for file in files
            }

        return self._tried(ask)

    def commit(
        self, files: Sequence[PublishedFile], message: str, *, remove: Sequence[str] = ()
    ) -> None:
        """Send files and commit them; tried again a few times where that can help.

        Raises:
            PublishInterrupted: the connection broke, or the Hub is too busy.
            PublishError: the Hub does not take them.
        """
        self._tried(lambda: self._commit(files, message, remove), sending=True)

    def _tried(self, action: Callable[[], Result], *, sending: bool = False) -> Result:
        """Do something, again if the Hub was busy or the connection broke while sending."""
        for attempt in range(1, ATTEMPTS):
            try:
                with self._translated(sending=sending):
                    return action()
            except PublishInterrupted as error:
                wait = FIRST_PAUSE_S * 2**attempt
                self._say(f"{error}; tried again in {wait:.0f} s")
                self._pause(wait)
        with self._translated(sending=sending):
            return action()

    def _commit(self, files: Sequence[PublishedFile], message: str, remove: Sequence[str]) -> None:
        # New operations each time: huggingface_hub writes its own notes into them.
        operations: list[Any] = [CommitOperationDelete(name) for name in remove]
        operations += [
            CommitOperationAdd(
                file.name, file.content if isinstance(file.content, bytes) else str(file.content)
            )
            for file in files
        ]
        self._api.create_commit(
            self.repository,
            operations,
            commit_message=message,
            repo_type=KIND,
            revision=self.revision,
        )

    @contextmanager
    def _translated(self, *, sending: bool) -> Iterator[None]:
        """Turn the library's errors into ours: what failed, what was seen, what to do."""
        try:
            yield
        except DataEngineError:
            raise
        except Exception as error:  # noqa: BLE001  (the library raises RuntimeError, ValueError, …)
            raise self._meaning(error, sending) from None  # its chain may quote the headers

    def _meaning(self, error: Exception, sending: bool) -> PublishError:
        uploading = isinstance(error, RuntimeError) and isinstance(error.__cause__, Exception)
        cause = error.__cause__ if uploading else error
        text = without_token(" ".join(str(cause).split()), self._token)
        kind: type[PublishError] = PublishError
        if isinstance(cause, OfflineModeIsEnabled):
            meaning = "the Hub may not be asked because HF_HUB_OFFLINE is set; unset it"
        elif isinstance(cause, HfHubHTTPError):
            kind, meaning = self._refusal(cause, uploading, text)
        elif isinstance(cause, httpx2.TransportError):
            kind = PublishInterrupted if sending else PublishError
            meaning = (
                f"the connection to {self.endpoint} broke ({text})"
                if sending
                else f"{self.endpoint} does not answer ({text}); check the network, or --endpoint"
            )
        else:
            meaning = f"the Hub did not take it: {text}"
        return kind(meaning)

    def _refusal(
        self, error: HfHubHTTPError, uploading: bool, text: str
    ) -> tuple[type[PublishError], str]:
        status = error.response.status_code
        if status in _TRANSIENT or (uploading and status == _EXPIRED):
            return PublishInterrupted, f"the Hub answered {status} ({_short(error, self._token)})"
        if isinstance(error, RevisionNotFoundError):
            return PublishError, f"{self.repository} has no revision {self.revision!r}"
        if status == 401:
            return PublishError, (
                f"{self.endpoint} does not accept the token (401): it may be mistyped, expired, or "
                f"of another Hub; make one with write permission at {self.endpoint}/settings/tokens"
                ", then `hf auth login`, HF_TOKEN or --token-file"
            )
        if status == 403:
            return PublishError, (
                f"the token may not write to {self.repository} (403): it needs the permission to "
                f"write, and its account to belong to {self.repository.split('/')[0]!r} "
                f"({_short(error, self._token)})"
            )
        if status == 404:
            return PublishError, f"{self.url} is not there, or not for this token (404)"
        return PublishError, f"the Hub answered {status}: {text}"


def _short(error: HfHubHTTPError, token: str) -> str:
    """Return what the Hub itself said, on one line, or the status in words."""
    said = error.server_message or error.response.reason_phrase
    return without_token(" ".join(str(said).split())[:200], token)
