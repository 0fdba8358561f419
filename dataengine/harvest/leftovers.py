"""Removes what killed jobs left in the cache, when no other job is at work in it."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from dataengine.storage import LOCK, Storage, storage_errors


@contextmanager
def sharing(cache: Storage) -> Iterator[None]:
    """Work in a cache folder beside other jobs; whoever comes alone sweeps it first.

    Raises:
        StorageError: the folder cannot be made or locked.
    """
    with storage_errors(cache.path(LOCK)):
        cache.local_path().mkdir(parents=True, exist_ok=True)
        stream = cache.local_path(LOCK).open("a")
    with stream:
        with suppress(BlockingIOError):
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            cache.sweep()
        with storage_errors(cache.path(LOCK)):
            fcntl.flock(stream, fcntl.LOCK_SH)
        yield
