"""Files of an export: written whole, and described by size and sha256."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from dataengine.receipt import StoredFile
from dataengine.storage import Storage, storage_errors


def write_file(storage: Storage, name: str, data: bytes, rows: int = 0) -> StoredFile:
    """Write a file in one step and describe it."""
    storage.write_bytes(name, data)
    return StoredFile(name, rows, len(data), hashlib.sha256(data).hexdigest())


def write_picture(storage: Storage, name: str, data: bytes) -> StoredFile:
    """Write one of very many small files and describe it.

    Its shard's receipt comes later, so it need not appear in one step; and it is not synced alone,
    which would take 20 times as long: what a power failure loses has another size than the receipt
    says, and the shard is made again.
    """
    if not storage.is_local:
        return write_file(storage, name, data)
    path = storage.local_path(name)
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return StoredFile(name, 0, len(data), hashlib.sha256(data).hexdigest())


def write_stream(storage: Storage, name: str, pieces: Iterable[bytes], rows: int = 0) -> StoredFile:
    """Write a file piece by piece; it appears when the last is there."""
    digest, size = hashlib.sha256(), 0
    with storage.staged(name) as path, path.open("wb") as stream:
        for piece in pieces:
            stream.write(piece)
            digest.update(piece)
            size += len(piece)
    return StoredFile(name, rows, size, digest.hexdigest())


def shard_name(split: str, number: int) -> str:
    """Return the name of a split's shard."""
    return f"{split}-{number:06d}"
