"""Names in messages."""

from __future__ import annotations

import pytest

from trainers.weights.words import SHOWN, some


@pytest.mark.parametrize("count", [0, 1, SHOWN, SHOWN + 1, 500])
def test_all_or_the_first_and_a_count(count):
    names = [f"n{number}" for number in range(count)]
    text = some(names)
    if count <= SHOWN:
        assert text == ", ".join(names)
    else:
        assert text == ", ".join(names[:SHOWN]) + f", and {count - SHOWN} more"
