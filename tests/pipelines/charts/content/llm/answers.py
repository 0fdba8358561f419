"""Good answers for every kind of chart in both languages, from the examples in the prompts."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from dataengine.resources import bundled
from dataengine.yaml_text import parse_yaml
from pipelines.charts.content.llm.reading import form_of
from pipelines.charts.spec.kinds import KINDS

_WORDS = {
    "en": ("North", "Lowland", "Coast", "Hills", "Valley", "Island", "Lakes", "Delta", "Moor"),
    "zh": ("北部", "平原", "沿海", "山区", "河谷", "海岛", "湖区", "三角洲", "草原"),
}
_TREE = {"en": ("Fruit", "Nuts"), "zh": ("水果", "坚果")}


@cache
def _told(language: str) -> Any:
    path = bundled("templates", f"charts/prompts/{language}/kinds.yaml")
    return parse_yaml(path.read_text("utf-8"))


def example(form: str, language: str) -> dict[str, Any]:
    """Return the example of a form, as the prompts show it."""
    found: dict[str, Any] = json.loads(_told(language)["forms"][form]["example"])
    return found


def good(kind: str, language: str = "en", **changes: Any) -> dict[str, Any]:
    """Return an answer that makes a chart of a kind; `changes` replace keys of it."""
    form, about = form_of(kind).name, KINDS[kind]
    words, (few, _) = _WORDS[language], about.series
    count = max(about.items[0], 4)
    data = example("table_single" if form == "table" and few == 1 else form, language)
    numbers = [[60 - 5 * at, 25 + 3 * at, 15 + 2 * at] for at in range(len(words))]
    match form:
        case "table":
            if few > 1:
                data["series"] = list(words[-few:])
            if kind == "bar_percent":
                numbers = [[row[0], 100 - row[0]] for row in numbers]
            data["rows"] = [[words[at], *numbers[at][:few]] for at in range(count)]
            if kind == "funnel":
                data["rows"] = [[words[at], 100 - 20 * at] for at in range(count)]
        case "tree":
            first, second = _TREE[language]
            data["groups"] = [
                {"name": first, "parts": [[words[0], 30], [words[1], 12]]},
                {"name": second, "parts": [[words[2], 22], [words[3], 9]]},
            ]
    return data | changes


def kind_in(text: str, language: str) -> str:
    """Return the kind that a request asks for."""
    kinds = _told(language)["kinds"]
    if language == "zh":
        found = [kind for kind, told in kinds.items() if f"一张{told['name']}的" in text]
    else:
        found = [kind for kind, told in kinds.items() if f"data of {told['name']} on" in text]
    assert len(found) == 1, text
    return str(found[0])


def obliging(data: dict[str, Any], number: int, language: str = "en") -> str:
    """Return the text of a good answer to a request; each topic and number gives another."""
    text = data["messages"][1]["content"]
    kind = kind_in(text, language)
    title = f"Figures of study {number}" if language == "en" else f"第{number}次调查的数据"
    return json.dumps(good(kind, language, title=title), ensure_ascii=False)
