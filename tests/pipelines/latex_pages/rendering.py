"""A renderer over a small stock of bundled works, for the tests of whole pages."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dataengine import seeding
from dataengine.material import Row
from dataengine.pipeline import Context, Item, Unit
from dataengine.resources import bundled
from dataengine.sample import Outcome, Rejection, Sample
from pipelines.latex_pages.harvest import harvest
from pipelines.latex_pages.options import Options
from pipelines.latex_pages.renderer import LatexRenderer
from pipelines.latex_pages.setting import Setter
from pipelines.latex_pages.vetting import Vetter
from tests.pipelines.latex_pages.sources import CHINESE, ENGLISH, FakeMaterial, pieces

SEED, PART = 7, "part"
WORKS = ("en/regression_lecture.tex", "en/bread_science.tex", "zh/gaoshu_jishu.tex")


@cache
def stock(formats: Path) -> FakeMaterial:
    """Return the material of three bundled works and of those in `sources`."""
    rows: dict[str, list[Row]] = defaultdict(list)
    sources = {"water.tex": ENGLISH.encode(), "tea.tex": CHINESE.encode()}
    sources |= {name: bundled("corpora", f"latex/{name}").read_bytes() for name in WORKS}
    for name, data in sources.items():
        for piece in pieces(harvest(data, name, lambda _: None, Vetter(Setter(formats)))):
            body = json.loads(json.dumps(piece.body))
            rows[piece.group].append(Row(body, "works", name, "CC0-1.0", f"https://e.org/{name}"))
    return FakeMaterial(rows)


def options(template: str, language: str = "en", batch: int = 16, **more: Any) -> Options:
    """Return options that draw one template."""
    given = {"language": language, "templates": {template: 1}, "pages_per_template": batch}
    return Options.model_validate(given | more)


def opened(
    formats: Path,
    chosen: Options,
    material: FakeMaterial | None = None,
    previews: Iterable[str] | None = None,
) -> LatexRenderer:
    """Return a renderer.

    Args:
        previews: reasons of rejections that are wanted with a picture; None for all.
    """
    wanted = None if previews is None else frozenset(previews)
    context = Context(
        read=_nothing,
        wants_preview=lambda reason: wanted is None or reason in wanted,
        material=material or stock(formats),  # type: ignore[arg-type]
        block_rng=lambda block: seeding.block_rng(SEED, PART, block),
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("pipelines.latex_pages.setting.formats_folder", lambda: formats)
        return LatexRenderer(chosen, context)


def _nothing(item: Item) -> bytes:
    raise AssertionError("pages are drawn from material, not from items")


def rendering(renderer: LatexRenderer, indices: Sequence[int]) -> Iterator[Outcome]:
    """Yield the outcomes of a batch."""
    units = [(Unit(index), seeding.unit_rng(SEED, PART, index)) for index in indices]
    yield from renderer.render_many(units)


def rendered(renderer: LatexRenderer, indices: Sequence[int]) -> list[Outcome]:
    """Return the outcomes of a batch."""
    return list(rendering(renderer, indices))


def alone(renderer: LatexRenderer, index: int) -> Outcome:
    """Return the outcome of one page by itself."""
    return renderer.render(Unit(index), seeding.unit_rng(SEED, PART, index))


def plain(outcome: Outcome) -> Mapping[str, Any]:
    """Return all that is stored of an outcome, for comparisons."""
    if isinstance(outcome, Rejection):
        return {
            "reason": outcome.reason,
            "detail": outcome.detail,
            "source": _copy(outcome.source),
            "proof": _copy(outcome.proof),
            "preview": outcome.preview,
        }
    assert isinstance(outcome, Sample)
    regions = outcome.regions
    return {
        "image": outcome.image,
        "pixels": (outcome.width, outcome.height, outcome.pixel_hash),
        "language": outcome.language,
        "targets": dict(outcome.targets),
        "source": _copy(outcome.source),
        "proof": _copy(outcome.proof),
        "levels": list(regions.levels),
        "boxes": regions.boxes.tolist(),
        "texts": list(regions.texts),
        "template": outcome.template,
        "fingerprint": outcome.fingerprint,
    }


def _copy(data: Mapping[str, Any]) -> Any:
    return json.loads(json.dumps(data))
