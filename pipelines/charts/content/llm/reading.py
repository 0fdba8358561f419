"""From a model's answer to a specification: found, checked, built, and checked again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from dataengine.seeding import unit_rng
from pipelines.charts.content.llm.briefs import (
    BinsBrief,
    BoxesBrief,
    Brief,
    DialBrief,
    FlowBrief,
    PairBrief,
    PointsBrief,
    PricesBrief,
    StepsBrief,
    TableBrief,
    TreeBrief,
)
from pipelines.charts.content.llm.exchange import Answer
from pipelines.charts.content.llm.json_answer import find_object
from pipelines.charts.content.llm.reasons import BadAnswer
from pipelines.charts.content.llm.shapes import (
    build_bins,
    build_boxes,
    build_flow,
    build_points,
    build_prices,
    build_tree,
)
from pipelines.charts.content.llm.tables import (
    Build,
    Fields,
    build_dial,
    build_pair,
    build_panels,
    build_parts,
    build_shares,
    build_steps,
    build_table,
)
from pipelines.charts.content.llm.text_rules import check_language
from pipelines.charts.spec.kinds import KINDS, Kind
from pipelines.charts.spec.model import Spec

_BUILD_PART = "charts/written/build"
_KEPT = {"subtitle": 0.5, "source": 0.6, "notes": 0.4}
"""How often what a model gives nearly always is shown."""
_MOST_FAULTS = 3


@dataclass(frozen=True, slots=True)
class Form:
    """What a kind of chart is asked for with.

    Attributes:
        name: of the example in the prompts.
    """

    name: str
    brief: type[Brief]
    build: Build


_TABLE = Form("table", TableBrief, build_table)
_FORMS: Mapping[str, Form] = {
    "bar_percent": Form("table", TableBrief, build_shares),
    "pie": Form("table", TableBrief, build_parts),
    "donut": Form("table", TableBrief, build_parts),
    "rose": Form("table", TableBrief, build_parts),
    "funnel": Form("table", TableBrief, build_parts),
    "waterfall": Form("steps", StepsBrief, build_steps),
    "dual_axis": Form("pair", PairBrief, build_pair),
    "gauge": Form("dial", DialBrief, build_dial),
    "multiples": Form("table", TableBrief, build_panels),
    "scatter": Form("points", PointsBrief, build_points),
    "bubble": Form("bubbles", PointsBrief, build_points),
    "histogram": Form("bins", BinsBrief, build_bins),
    "box": Form("boxes", BoxesBrief, build_boxes),
    "candlestick": Form("prices", PricesBrief, build_prices),
    "treemap": Form("tree", TreeBrief, build_tree),
    "sunburst": Form("tree", TreeBrief, build_tree),
    "sankey": Form("flow", FlowBrief, build_flow),
}


def form_of(kind: str) -> Form:
    """Return the form of a kind of chart."""
    return _FORMS.get(kind, _TABLE)


def read_chart(answer: Answer, kind: str, language: str, draw: int) -> Spec:
    """Return the chart in an answer.

    Args:
        draw: seed of what the form leaves open (where units stand, whether a source is shown).

    Raises:
        BadAnswer: the answer makes no chart of that kind in that language.
    """
    if answer.problem:
        raise BadAnswer(answer.problem, answer.detail)
    try:
        data = find_object(answer.text)
    except BadAnswer as bad:
        if answer.finish == "length":
            raise BadAnswer("cut-off", "the answer is too long and was cut off") from bad
        raise
    form = form_of(kind)
    try:
        brief = form.brief.model_validate(data)
    except ValidationError as error:
        raise _fault(error) from None
    check_language(brief.texts(units=language == "en"), brief.title, language)
    _check_size(KINDS[kind], brief)
    return _build(form, KINDS[kind], brief, language, draw)


def _build(form: Form, about: Kind, brief: Brief, language: str, draw: int) -> Spec:
    rng = unit_rng(draw, _BUILD_PART, 0)
    shown = {name: rng.random() < share for name, share in _KEPT.items()}
    fields: Fields = {
        "kind": about.name,
        "language": language,
        "title": brief.title,
        "subtitle": brief.subtitle if shown["subtitle"] and brief.subtitle != brief.title else "",
        "source": brief.source if shown["source"] else "",
        "notes": [brief.note] if shown["notes"] and brief.note else [],
        **form.build(about, brief, language, rng),
    }
    try:
        return Spec.checked(**fields)
    except ValidationError as error:
        fault = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise BadAnswer("bad-spec", fault) from None


def _fault(error: ValidationError) -> BadAnswer:
    """Say what is wrong with a form, in the words and places that the model knows."""
    lines, odd = [], True
    for fault in error.errors()[:_MOST_FAULTS]:
        path = ".".join(str(step) for step in fault["loc"])
        message = fault["msg"].removeprefix("Value error, ")
        odd = odd and ("write plain words" in message)
        lines.append(f"{path or 'the object'}: {message}")
    return BadAnswer("odd-characters" if odd else "bad-brief", "; ".join(lines))


def _check_size(about: Kind, brief: Brief) -> None:
    """Make sure that a chart has as many series and items as its kind bears."""
    series, items = _sizes(brief)
    few, many = about.series
    if not few <= series <= many:
        raise BadAnswer(
            "bad-size", f"there are {series} series, between {few} and {many} are needed"
        )
    least, most = about.items
    for count in items:
        if not least <= count <= most:
            raise BadAnswer(
                "bad-size", f"there are {count} items, between {least} and {most} are needed"
            )


def _sizes(brief: Brief) -> tuple[int, list[int]]:
    match brief:
        case TableBrief() | BoxesBrief():
            return max(1, len(brief.series)), [len(brief.rows)]
        case PairBrief():
            return 2, [len(brief.rows)]
        case StepsBrief():
            return 1, [len(brief.changes) + 2]
        case BinsBrief():
            return 1, [len(brief.counts)]
        case PricesBrief():
            return 1, [len(brief.rows)]
        case PointsBrief():
            return len(brief.series), [len(one.points) for one in brief.series]
        case TreeBrief():
            return 1, [sum(len(group.parts) for group in brief.groups)]
        case FlowBrief():
            return 1, [len(brief.links)]
    return 1, [1]
