"""What a model is told: texts and examples under `templates/charts/prompts/`, in both languages."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dataengine.resources import bundled
from dataengine.yaml_text import parse_yaml
from pipelines.charts.content.llm.exchange import Request
from pipelines.charts.content.llm.orders import Order
from pipelines.charts.content.llm.reading import form_of
from pipelines.charts.content.llm.reasons import BadAnswer
from pipelines.charts.content.llm.settings import WriteSettings
from pipelines.charts.spec.kinds import KINDS

_MOST_QUOTED = 6000
"""Characters of a bad answer that are sent back with the request to mend it."""


class Prompts:
    """Makes requests in the language of the settings.

    Args:
        model: name of the model in requests.
    """

    def __init__(self, settings: WriteSettings, model: str) -> None:
        self._settings = settings
        self._model = model
        self._folder = bundled("templates", f"charts/prompts/{settings.language}")
        # Texts for a model, not pages: nothing is escaped, and topics are values, never templates.
        self._templates = Environment(
            loader=FileSystemLoader(self._folder),
            undefined=StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    @cached_property
    def told(self) -> dict[str, Any]:
        """What is told of kinds and forms."""
        data: dict[str, Any] = parse_yaml((self._folder / "kinds.yaml").read_text("utf-8"))
        return data

    def first(self, order: Order) -> Request:
        """Return the request for a chart."""
        about, words = KINDS[order.kind], self.told["kinds"][order.kind]
        form = form_of(order.kind).name
        if form == "table" and order.series == 1:
            form = "table_single"
        text = self._render(
            "request",
            persona=order.persona,
            topic=order.topic,
            name=words["name"],
            hint=words["hint"],
            asks_series=about.series[1] > 1,
            series=order.series,
            series_noun=words["series"],
            items=order.items,
            items_noun=words["items"],
            least=about.items[0],
            most=about.items[1],
            example=self.told["forms"][form]["example"].strip(),
            rules=self.told["forms"][form]["rules"].strip(),
        )
        return self._request((("system", self._render("system")), ("user", text)), order)

    def repair(self, request: Request, answer: str, bad: BadAnswer, order: Order) -> Request:
        """Return the request to mend a bad answer, which is quoted with what is wrong."""
        text = self._render("repair", reason=bad.reason, detail=bad.detail)
        said = ("assistant", answer[:_MOST_QUOTED] or "{}")
        return self._request((*request.messages, said, ("user", text)), order)

    def _render(self, template: str, /, **values: object) -> str:
        return self._templates.get_template(f"{template}.txt.j2").render(**values).strip()

    def _request(self, messages: tuple[tuple[str, str], ...], order: Order) -> Request:
        settings = self._settings
        return Request(
            model=self._model,
            messages=messages,
            temperature=settings.temperature,
            max_tokens=settings.max_tokens,
            seed=order.draw,
            json_mode=settings.json_mode,
        )
