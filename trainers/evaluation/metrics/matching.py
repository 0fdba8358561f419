"""The largest one-to-one matching between two lists, as many pairs as the rules allow."""

from __future__ import annotations

from collections.abc import Sequence


def maximum_matching(partners: Sequence[int]) -> int:
    """Return how many members of the first list get a partner of their own in the second.

    Args:
        partners: for each member of the first list a bit set of whom it may be paired with.

    Augmenting paths (Kuhn), breadth first. A member of the second list that a failed search has
    reached cannot help a later one, so it is left out from then on; bit sets make each search
    linear in the number of members.
    """
    owner: dict[int, int] = {}  # second -> first
    partner: dict[int, int] = {}  # and back
    usable = -1
    for first in range(len(partners)):
        reached_from: dict[int, int] = {}  # second -> the first whose search reached it
        unseen = usable
        waiting, end = [first], -1
        while waiting and end < 0:
            one = waiting.pop()
            options = partners[one] & unseen
            while options and end < 0:
                lowest = options & -options
                second = lowest.bit_length() - 1
                options ^= lowest
                unseen ^= lowest
                reached_from[second] = one
                if second in owner:
                    waiting.append(owner[second])
                else:
                    end = second
        if end < 0:
            usable = unseen
            continue
        while end >= 0:
            one = reached_from[end]
            owner[end] = one
            partner[one], end = end, partner.get(one, -1)
    return len(owner)
