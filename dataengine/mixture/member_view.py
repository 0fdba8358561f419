"""A member's view and degradation, bound to the mixture's seed: rows in, examples out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dataengine.degrade.degrader import Degrader
from dataengine.errors import PlanError
from dataengine.mixture.settings import Member
from dataengine.views.example import Example
from dataengine.views.examples import examples
from dataengine.views.viewing import Viewer

_COLUMNS = ("id", "image", "width", "height", "kind", "language", "source", "template")
_REGIONS = "regions"


class MemberView:
    """What a member makes of rows.

    A sample that is drawn again is asked the same, and worn in another way: `View.per_sample` is
    what asks for different things.

    Args:
        regions: whether examples carry their regions; they are read anyway where the view or the
            degradation needs them.
    """

    def __init__(self, name: str, member: Member, seed: int, *, regions: bool = True) -> None:
        self.name = name
        self._member, self._seed = member, seed
        self._viewer = Viewer(member.view, seed, name)
        self._degraders: dict[int, Degrader] = {}
        more = (_REGIONS,) if regions or member.degrade else ()
        self.columns = (*dict.fromkeys((*_COLUMNS, *self._viewer.columns, *more)),)

    @property
    def per_sample(self) -> int:
        """Most conversations that a sample gives each time it is drawn."""
        return self._member.view.per_sample

    def examples(self, row: Mapping[str, Any], repetition: int, *, worn: bool) -> list[Example]:
        """Return the examples of a row, each time as many.

        Args:
            repetition: how often the row was drawn before.
            worn: False: the pictures as they are stored.
        """
        clean = examples(row, self._viewer, self.name)
        if not worn or self._member.degrade is None:
            return clean
        if repetition not in self._degraders:
            name = f"{self.name}/{repetition}" if repetition else self.name
            self._degraders[repetition] = Degrader(self._member.degrade, self._seed, name)
        made = examples(row, self._viewer, self.name, self._degraders[repetition])
        # Wear may push a region off the page, and with it a question; the clean one stands in.
        return [*made[: len(clean)], *clean[len(made) :]]

    @staticmethod
    def numbered(made: list[Example], number: int, place: int) -> Example:
        """Return one of the examples under its number in the mixture."""
        if place >= len(made):
            raise PlanError(
                "the view gives fewer conversations than when the mixture was made: prompts were "
                "changed since; make the mixture again into a new folder"
            )
        one = made[place]
        return replace(one, id=f"{one.sample}-{one.member}-{number}")
