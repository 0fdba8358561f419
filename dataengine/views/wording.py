"""Which requests of a task a view may use, and which of them a sample gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dataengine.errors import ConfigError
from dataengine.registry import near
from dataengine.views.answers.turns import TurnsAnswer
from dataengine.views.draws import Draws
from dataengine.views.settings import View
from dataengine.views.task import Request, Task

LANGUAGES = ("en", "zh")


class Wordings:
    """The requests of a task under a view, by language.

    Raises:
        ConfigError: the view's sets have none for the task in the language that it asks for.
    """

    def __init__(self, name: str, task: Task, view: View) -> None:
        self.name, self._view = name, view
        pool = [request for request in task.requests() if _is_wanted(request, view)]
        self.by_language = {
            language: [one for one in pool if one.group.language in (language, "any")]
            for language in LANGUAGES
        }
        fixed = view.prompt_language in LANGUAGES
        served = self.by_language[view.prompt_language] if fixed else pool
        if not served and not isinstance(task.answer, TurnsAnswer):
            raise ConfigError(self._complaint(task, pool))

    def language(self, sample: str, draws: Draws, key: Sequence[object]) -> str:
        """Return the language of the request for a sample of a language."""
        offered = [one for one in LANGUAGES if self.by_language[one]]
        wanted: str = self._view.prompt_language
        if wanted == "sample":
            wanted = sample if sample in LANGUAGES else "any"
        if wanted in offered:
            return wanted
        return draws.ordered(dict.fromkeys(offered, 1.0), "language", *key)[0]

    def draw(
        self, language: str, draws: Draws, key: Sequence[object], source: Mapping[str, Any]
    ) -> Request:
        """Draw a request of a language that fits a sample's source, or any where none does."""
        offered = self.by_language[language]
        fitting = [one for one in offered if one.group.suits(source)] or offered
        pool = {f"{one.group.set}\0{one.text}": one for one in fitting}
        return pool[draws.ordered(dict.fromkeys(pool, 1.0), "request", *key)[0]]

    def _complaint(self, task: Task, pool: list[Request]) -> str:
        sets = sorted({request.group.set for request in task.requests()})
        asked = ", ".join(self._view.wordings)
        if pool:
            return (
                f"the task {self.name!r} has no request in {self._view.prompt_language!r} in the "
                f"sets {asked or ', '.join(sets)}; use another prompt_language or more wordings"
            )
        unknown = next((one for one in self._view.wordings if one not in sets), "")
        hint = near(unknown, sets) if unknown else f"; known: {', '.join(sets)}"
        return f"the task {self.name!r} has no request in the sets {asked}{hint}"


def _is_wanted(request: Request, view: View) -> bool:
    group: Any = request.group
    if group.boxes not in (None, view.boxes):
        return False
    return group.set in view.wordings if view.wordings else not group.by_name
