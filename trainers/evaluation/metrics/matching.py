"""One-to-one matchings between two lists: as many pairs as can be, or pairs worth the most."""

from __future__ import annotations

import math
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


def best_pairing(worth: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """Return the pairs (row, column) of a one-to-one matching that is worth the most together.

    Args:
        worth: of each member of the first list with each of the second; not negative.

    Every member of the shorter list is paired. Shortest augmenting paths with potentials (Kuhn's
    Hungarian method), in time of the shorter list squared times the longer one.
    """
    rows, columns = len(worth), len(worth[0]) if worth else 0
    if rows > columns:
        turned = [[line[column] for line in worth] for column in range(columns)]
        return sorted((row, column) for column, row in best_pairing(turned))
    row_price, column_price = [0.0] * (rows + 1), [0.0] * (columns + 1)
    owner = [0] * (columns + 1)  # column -> its row, counted from 1; column 0 is where one begins
    for row in range(1, rows + 1):
        owner[0], here = row, 0
        least, before = [math.inf] * (columns + 1), [0] * (columns + 1)
        open_columns = set(range(1, columns + 1))
        while owner[here]:
            open_columns.discard(here)
            one = owner[here]
            for column in open_columns:
                cost = -worth[one - 1][column - 1] - row_price[one] - column_price[column]
                if cost < least[column]:
                    least[column], before[column] = cost, here
            following = min(open_columns, key=lambda column: (least[column], column))
            step = least[following]
            for column in range(columns + 1):
                if column in open_columns:
                    least[column] -= step
                else:
                    row_price[owner[column]] += step
                    column_price[column] -= step
            here = following
        while here:
            owner[here] = owner[before[here]]
            here = before[here]
    return sorted(
        (owner[column] - 1, column - 1) for column in range(1, columns + 1) if owner[column]
    )
