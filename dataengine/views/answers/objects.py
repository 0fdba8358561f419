"""Answers that list the objects of a picture with their boxes, as Vary-toy has them.

"Person: [535, 544, 568, 591]; Car: [009, 552, 058, 737], [682, 598, 999, 976]." (its figure 3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from dataengine.settings import Settings
from dataengine.views.answers.boxes import padded, scaled
from dataengine.views.answers.found import Found
from dataengine.views.draws import Draws
from dataengine.views.settings import View

_JOINED = {"en": (", ", " and "), "zh": ("、", "、")}


class ObjectsAnswer(Settings):
    """The answer lists all objects of the picture, or all of the classes that the request names.

    Classes with a crowd, or with a box that is nowhere, cannot be listed whole: they are not named,
    and a picture with one is not asked for all its objects.
    """

    of: Literal["objects"]
    which: Literal["all", "named"] = "all"
    level: str = Field("object", description="level of the regions that are objects")
    most: int = Field(
        30, ge=1, description="of more boxes, only some classes are asked for (Vary-toy: 30)"
    )

    needs: ClassVar[tuple[str, ...]] = ("regions",)
    many: ClassVar[bool] = False

    @property
    def slots(self) -> frozenset[str]:
        """What every request of the task must name."""
        return frozenset(["names"] if self.which == "named" else [])

    def found(self, row: Mapping[str, Any], task: str, view: View, draws: Draws) -> Iterator[Found]:
        """Yield what a row can be asked for."""
        found = self._classes(row, view)
        doubtful = _crowds(row) | {name for name, boxes in found.items() if None in boxes}
        classes = {name: boxes for name, boxes in found.items() if name not in doubtful}
        if self.which == "named":
            classes = self._some(classes, task, draws)
        elif doubtful or sum(map(len, classes.values())) > self.most:
            return
        if classes:
            yield Found(_listed(classes), {"names": "\0".join(classes)})

    def _classes(self, row: Mapping[str, Any], view: View) -> dict[str, list[Any]]:
        """Return boxes by class, in the order of the regions."""
        classes: dict[str, list[Any]] = {}
        for region in row.get("regions") or ():
            if region["level"] == self.level and region["text"].strip():
                box = scaled(region["bbox"], row, view.boxes)
                classes.setdefault(region["text"], []).append(box)
        return classes

    def _some(self, classes: dict[str, list[Any]], task: str, draws: Draws) -> dict[str, list[Any]]:
        """Draw up to four classes whose boxes are not too many together."""
        wanted = 1 + int(4 * draws.uniform(task, "how many"))
        chosen: dict[str, list[Any]] = {}
        for name in draws.ordered(dict.fromkeys(classes, 1.0), task, "classes"):
            boxes = sum(map(len, chosen.values())) + len(classes[name])
            if len(chosen) < wanted and boxes <= self.most:
                chosen[name] = classes[name]
        return chosen


def _crowds(row: Mapping[str, Any]) -> set[str]:
    """Return the classes of which one box stands for many objects, as COCO's crowds do."""
    objects = row["targets"].get("objects")
    listed = objects if isinstance(objects, list) else []
    return {one["name"] for one in listed if isinstance(one, dict) and one.get("crowd")}


def named(names: str, language: str, between: str = "") -> str:
    """Return the names of classes as a request says them: "car, bus and dog".

    Args:
        between: what stands between all of them instead; "" for what the language has.
    """
    comma, last = (between, between) if between else _JOINED.get(language, _JOINED["en"])
    *firsts, final = names.split("\0")
    return f"{comma.join(firsts)}{last}{final}" if firsts else final


def _listed(classes: Mapping[str, list[Any]]) -> str:
    return (
        "; ".join(f"{name}: {', '.join(map(padded, boxes))}" for name, boxes in classes.items())
        + "."
    )
