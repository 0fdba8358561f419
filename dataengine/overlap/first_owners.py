"""Hashes, each with the first of its owners: gathered one by one, then a sorted array."""

from __future__ import annotations

from array import array

import numpy as np
import numpy.typing as npt

from dataengine.overlap.ngrams import Hashes


class OwnedHashes:
    """Hashes while they are gathered; owners are numbers that never fall."""

    def __init__(self) -> None:
        self._hashes, self._owners = array("Q"), array("I")

    def add(self, hashes: Hashes, owner: int) -> None:
        """Note an owner's hashes, each once."""
        self._owners.extend(np.full(len(hashes), owner, np.uint32))
        self._hashes.frombytes(hashes.tobytes())

    def first_owners(self, common: int) -> FirstOwners:
        """Return each hash once; those of more owners than `common` are left out."""
        if not self._hashes:
            return FirstOwners(np.zeros(0, np.uint64), np.zeros(0, np.uint32))
        hashes = np.frombuffer(self._hashes, np.uint64)
        order = np.argsort(hashes, kind="stable")
        in_order = hashes[order]
        starts = np.flatnonzero(np.concatenate([[True], in_order[1:] != in_order[:-1]]))
        counts = np.diff(starts, append=len(in_order))
        starts = starts[counts <= common]
        # The sort is stable and owners were added in order: the first of a run is the first owner.
        owners = np.frombuffer(self._owners, np.uint32)[order[starts]]
        return FirstOwners(in_order[starts], owners)


class FirstOwners:
    """Which owner has a hash first; 12 bytes for each.

    Attributes:
        owners: of the hashes in their order, uint32 of shape (n,).
    """

    def __init__(self, hashes: Hashes, owners: npt.NDArray[np.uint32]) -> None:
        self._hashes = hashes
        self.owners = owners

    def __len__(self) -> int:
        return len(self._hashes)

    def look_up(self, hashes: Hashes) -> npt.NDArray[np.int64]:
        """Return for each hash the first owner, or -1."""
        if not len(self._hashes):
            return np.full(len(hashes), -1, np.int64)
        places = np.minimum(np.searchsorted(self._hashes, hashes), len(self._hashes) - 1)
        found = self._hashes[places] == hashes
        return np.where(found, self.owners[places].astype(np.int64), -1)
