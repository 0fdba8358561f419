"""Each hash goes to its first owner; those of too many owners are left out."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dataengine.overlap.first_owners import OwnedHashes

OWNED = st.lists(st.sets(st.integers(0, 9)), max_size=8)


@given(OWNED, st.integers(1, 4))
def test_owners_are_those_found_by_hand(owned, common):
    gathered = OwnedHashes()
    for owner, hashes in enumerate(owned):
        gathered.add(np.array(sorted(hashes), np.uint64), owner)
    found = gathered.first_owners(common).look_up(np.arange(10, dtype=np.uint64))
    for value in range(10):
        owners = [owner for owner, hashes in enumerate(owned) if value in hashes]
        assert found[value] == (owners[0] if 0 < len(owners) <= common else -1)
