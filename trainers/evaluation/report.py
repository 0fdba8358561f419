"""An evaluation as one HTML page without script, worst cases first, and as JSON.

Texts come from datasets and models and are untrusted: the template escapes all of them, pictures
are decoded and encoded again as JPEGs in the page itself, and a Content-Security-Policy allows
those and one style. The same evaluation gives the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from PIL import Image

from dataengine.audit.report import plain
from dataengine.resources import bundled
from dataengine.storage import storage_errors
from dataengine.thumbnails import decode, shrink
from trainers.evaluation.box_drawing import with_boxes
from trainers.evaluation.cases import Case, CaseSet
from trainers.evaluation.differences import differences
from trainers.evaluation.figures import Figure, Group
from trainers.evaluation.metric_sets import BOXES
from trainers.evaluation.predictions import Prediction
from trainers.evaluation.scoring import Scored, Scoring

if TYPE_CHECKING:
    from trainers.evaluation.gap import Gap

PAGE, FIGURES, SCORES = "report.html", "figures.json", "scores.jsonl"
NAMED = 50
"""Cases without a prediction, and the like, that the page names; the JSON names all."""

_PICTURE_PX = (900, 1200)
_QUALITY = 75


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that is told about an evaluation.

    Attributes:
        system: what was evaluated.
        facts: name -> value, shown under the title.
        notes: sentences about how the figures are to be read.
    """

    system: str
    cases: CaseSet
    predictions: Mapping[str, Prediction]
    scoring: Scoring
    groups: Sequence[Group]
    facts: Mapping[str, str]
    notes: Sequence[str] = ()
    gap: Gap | None = None

    def as_data(self) -> dict[str, Any]:
        """Return all figures as JSON."""
        scoring = self.scoring
        return {
            "system": self.system,
            "cases": self.cases.name,
            "mode": scoring.mode,
            "facts": dict(self.facts),
            "notes": list(self.notes),
            "scored": len(scoring.scored),
            "unread": scoring.unread,
            "cut": scoring.cut,
            "left_out": dict(scoring.left_out),
            "unknown": sorted(scoring.unknown),
            "vision_gap": asdict(self.gap) if self.gap else None,
            "groups": [group.as_data() for group in self.groups],
        }


def write_report(folder: Path, evaluation: Evaluation, worst: int) -> Path:
    """Write the page, the figures and the values of each case; return the page's path.

    Args:
        worst: cases of each task that are shown.

    Raises:
        StorageError: it cannot be written.
    """
    figures = json.dumps(evaluation.as_data(), indent=1, sort_keys=True, ensure_ascii=False)
    scores = "".join(_line(one) for one in evaluation.scoring.scored)
    for name, text in (
        (FIGURES, figures + "\n"), (SCORES, scores), (PAGE, page_html(evaluation, worst)),
    ):  # fmt: skip
        path = folder / name
        with storage_errors(path):
            folder.mkdir(parents=True, exist_ok=True)
            partial = path.with_name(path.name + ".tmp")
            partial.write_bytes(text.encode("utf-8", "replace"))
            partial.replace(path)
    return folder / PAGE


def page_html(evaluation: Evaluation, worst: int) -> str:
    """Return the page's text."""
    folder = bundled("templates", "evaluation")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"plain": plain, "figure": shown, "interval": interval}
    style = (folder / "evaluation.css").read_text("utf-8")
    digest = hashlib.sha256(style.encode()).digest()
    return environment.get_template("report.html.j2").render(
        evaluation=evaluation,
        scoring=evaluation.scoring,
        tasks=_tasks(evaluation, worst),
        named=NAMED,
        style=style,
        style_hash="sha256-" + base64.b64encode(digest).decode(),
    )


def shown(value: float | None) -> str:
    """Return a value with three digits after the point."""
    return "–" if value is None else f"{value:.3f}"


def interval(figure: Figure) -> str:
    """Return a mean with its interval, as far as there are any."""
    if figure.low is None or figure.high is None:
        return shown(figure.value)
    return f"{figure.value:.3f} ({figure.low:.3f}–{figure.high:.3f})"


def worst_first(scored: Sequence[Scored], count: int) -> list[Scored]:
    """Return the worst cases, by their headline and then by their ids."""
    return sorted(scored, key=lambda one: (-one.badness, one.id))[:count]


def _tasks(evaluation: Evaluation, worst: int) -> list[dict[str, Any]]:
    """Return for each task its groups and its worst cases."""
    tasks: list[dict[str, Any]] = []
    for group in evaluation.groups:
        key = (group.task, group.metrics)
        if not tasks or tasks[-1]["key"] != key:
            own = [one for one in evaluation.scoring.scored if (one.task, one.metrics.name) == key]
            tasks.append({
                "key": key,
                "task": group.task,
                "metrics": own[0].metrics,
                "columns": [
                    name
                    for name in own[0].metrics.shown or own[0].metrics.measures
                    if name in group.figures
                ],
                "groups": [],
                "worst": [_shown_case(evaluation, one) for one in worst_first(own, worst)],
            })  # fmt: skip
        tasks[-1]["groups"].append(group)
    return tasks


def _shown_case(evaluation: Evaluation, scored: Scored) -> dict[str, Any]:
    case = evaluation.cases.case(scored.number)
    found = evaluation.predictions.get(scored.id)
    said = (found.prediction if found else None) or ""
    target, _ = scored.metrics.nearest(said, case.targets, evaluation.scoring.mode)
    left, right = differences(target, said)
    return {
        "scored": scored,
        "case": case,
        "picture": _picture(case, target, said if scored.metrics.name == BOXES else None),
        "drawn": scored.metrics.name == BOXES and bool(case.boxes),
        "target": left,
        "prediction": right,
    }


def _picture(case: Case, target: str, boxes: str | None) -> str:
    """Return a picture as the page holds it, base64; "" if there is none that can be shown.

    Args:
        boxes: an answer whose boxes are drawn with those of the target; None: none are.
    """
    image = decode(case.image) if case.image else None
    if image is None:
        return ""
    buffer = io.BytesIO()
    small: Image.Image = shrink(image, _PICTURE_PX)
    if boxes is not None and case.boxes:
        small = with_boxes(small, image.size, case.boxes, target, boxes)
    small.save(buffer, "JPEG", quality=_QUALITY, exif=b"", icc_profile=None)
    return base64.b64encode(buffer.getvalue()).decode()


def _line(one: Scored) -> str:
    data = {
        "id": one.id,
        "task": one.task,
        "values": {name: sample.value for name, sample in one.values.items()},
        "notes": {name: sample.note for name, sample in one.values.items() if sample.note},
    }
    return json.dumps(data, sort_keys=True, ensure_ascii=False) + "\n"
