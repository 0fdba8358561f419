"""Objects are listed as Vary-toy lists them, all of them or all of some classes."""

from __future__ import annotations

from typing import Any

from dataengine.views.answers.objects import named
from dataengine.views.settings import View
from dataengine.views.viewing import Viewer
from tests.dataengine.views.rows import region, row

CAR = [region("object", 8, 552, 46, 737, "Car"), region("object", 545, 598, 799, 976, "Car")]
PERSON = region("object", 428, 544, 454, 591, "Person")


def asked(
    task: str, regions: list[dict[str, Any]], seed: int = 1, **targets: Any
) -> list[tuple[str, str]]:
    """Return request and answer of what a picture with objects gives."""
    view = View(tasks={task: 1}, wordings=("vary-toy",))
    made = Viewer(view, seed).conversations(row(targets=targets, regions=regions))
    return [(one.turns[0].text, one.turns[1].text) for one in made]


def test_all_objects_are_listed_by_class_in_thousandths() -> None:
    assert asked("objects", [PERSON, *CAR]) == [
        (
            "Detect all objects in this image",
            "Person: [535, 544, 568, 591]; Car: [010, 552, 058, 737], [681, 598, 999, 976].",
        )
    ]


def test_of_too_many_objects_only_named_classes_are_asked_for() -> None:
    crowd = [region("object", 20 * n, 0, 20 * n + 10, 50, "Person") for n in range(31)]
    assert asked("objects", [*crowd, *CAR]) == []
    assert asked("objects_named", crowd) == []
    assert asked("objects_named", [*crowd, *CAR]) == [
        ("Detect Car in this image", "Car: [010, 552, 058, 737], [681, 598, 999, 976].")
    ]


def test_named_classes_are_those_of_the_answer() -> None:
    classes = [region("object", 20 * n, 0, 20 * n + 10, 50, f"Class{n}") for n in range(8)]
    counts = set()
    for seed in range(60):
        [(request, answer)] = asked("objects_named", classes, seed)
        listed = [part.split(":")[0] for part in answer[:-1].split("; ")]
        counts.add(len(listed))
        assert request == f"Detect {', '.join(listed)} in this image"
    assert counts == {1, 2, 3, 4}


def test_a_box_that_is_nowhere_makes_the_list_untrue() -> None:
    nowhere = region("object", 5, 5, 5, 9, "Dog")
    assert asked("objects", [PERSON, nowhere]) == []
    for seed in range(9):
        [(request, _)] = asked("objects_named", [PERSON, nowhere], seed)
        assert request == "Detect Person in this image"


def test_a_crowd_is_no_object() -> None:
    crowd = [{"name": "Person", "bbox": PERSON["bbox"], "crowd": True}]
    assert asked("objects", [PERSON, *CAR], objects=crowd) == []
    for seed in range(9):
        [(request, _)] = asked("objects_named", [PERSON, *CAR], seed, objects=crowd)
        assert request == "Detect Car in this image"


def test_names_are_joined_as_people_say_them() -> None:
    assert named("car", "en") == "car"
    assert named("car\0bus\0dog", "en") == "car, bus and dog"
    assert named("car\0狗", "zh") == "car、狗"
    assert named("car\0bus", "en", ", ") == "car, bus"
