"""The doctor's page: the findings, and the first pictures as the model sees them beside their text.

Pictures are made from the normalised values that towers take, put back by the same statistics: a
wrong mean, a lost margin or swapped channels are seen. Nothing is loaded; all texts are escaped.
"""

from __future__ import annotations

import base64
import io

import torch
from markupsafe import Markup
from PIL import Image
from torch import Tensor

from dataengine.report.page import Page, Plot, Section, Table
from trainers.data.transforms import STATISTICS, normalise
from trainers.loop.checks.data import shortened
from trainers.loop.checks.marking import marked
from trainers.loop.checks.sampling import SHOWN
from trainers.loop.doctor import Diagnosis
from trainers.loop.parts import Parts
from trainers.recipe import ImageSettings

_SIDE_PX = 512
"""Of a picture on the page at most; the PNG in it has the tower's own size."""


def doctor_page(diagnosis: Diagnosis, parts: Parts) -> Page:
    """Return the page."""
    counts = [
        (str(sum(one.level == level for one in diagnosis.findings)), words)
        for level, words in (
            ("problem", "problems"),
            ("warning", "warnings"),
            ("ok", "checks well"),
        )
    ]
    return Page(
        f"Before step 1: {parts.recipe.name}",
        "What data, masks, model and learning look like.",
        counts,
        [
            Section("Findings", [_table(diagnosis)]),
            Section("Figures", _figures(diagnosis)),
            Section(
                "The first batch", _pictures(diagnosis, parts),
                "Pictures as the towers take them; what is learned stands between ⟦ and ⟧.",
            ),
        ],
    )  # fmt: skip


def seen(square: Tensor, settings: ImageSettings) -> Image.Image:
    """Return what a tower sees of one picture, (S, S, C) bytes: normalised, then put back."""
    pixels = normalise(square[None], settings)[0]
    mean, deviation = (torch.tensor(one)[:, None, None] for one in STATISTICS[settings.statistics])
    back = ((pixels * deviation + mean) * 255).round().clamp(0, 255).to(torch.uint8)
    return Image.fromarray(back.permute(1, 2, 0).contiguous().numpy(), "RGB")


def _table(diagnosis: Diagnosis) -> Table:
    rows = [[f"{one.check}: {one.words}", one.level] for one in diagnosis.findings]
    return Table("Findings", ["what was found", "level"], rows)


def _figures(diagnosis: Diagnosis) -> list[Table]:
    return [
        Table(one.check, [one.words], [[line] for line in one.lines])
        for one in diagnosis.findings
        if one.lines and one.check != "first batch"
    ]


def _pictures(diagnosis: Diagnosis, parts: Parts) -> list[Plot]:
    plots = []
    for one in diagnosis.sampled.prepared[:SHOWN]:
        text = shortened(marked(one.encoded, parts.layout))
        for name, square in one.squares.items():
            image = seen(torch.from_numpy(square.copy()), parts.towers[name])
            plots.append(Plot(f"{one.id}, {name}", _drawn(image), text))
    return plots


def _drawn(image: Image.Image) -> Markup:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    data = base64.b64encode(buffer.getvalue()).decode()
    side = min(_SIDE_PX, image.width)
    return Markup(f'<img src="data:image/png;base64,{data}" width="{side}" height="{side}" alt="">')
