"""Cases that a test lists."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trainers.evaluation.cases import Case


class Listed:
    """Cases in the order given."""

    name = "listed"
    identity = "listed"

    def __init__(self, cases: Sequence[Case]) -> None:
        self.cases = list(cases)

    def __len__(self) -> int:
        return len(self.cases)

    def order(self):
        """Return their order."""
        return np.arange(len(self.cases))

    def case(self, number: int) -> Case:
        """Return a case."""
        return self.cases[number]


def case(name: str, *targets: str, task: str = "text", **changes) -> Case:
    """Return a case without a picture."""
    return Case(name, None, (), targets, task, **changes)
