"""Whole pages: the same alone, in a batch and in another process; targets and boxes that agree."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from dataengine.reasons import ENGINE_REASONS
from dataengine.sample import Outcome, Rejection, Sample
from pipelines.latex_pages import renderer as module
from pipelines.latex_pages.forms.mathpix import normal
from pipelines.latex_pages.page.compose import ComposedPage
from pipelines.latex_pages.reasons import REASONS
from pipelines.latex_pages.source.language import has_han
from pipelines.latex_pages.tex.formats import get_format
from pipelines.latex_pages.tex.results import FAULTS, Set
from pipelines.latex_pages.tex.runs import typeset
from tests.pipelines.latex_pages.rendering import (
    alone,
    opened,
    options,
    plain,
    rendered,
    stock,
)
from tests.pipelines.latex_pages.sources import FakeMaterial

TEMPLATES = {
    "article": "en",
    "two_column": "en",
    "dense_tables": "en",
    "formula_sheet": "en",
    "slides": "en",
    "zh_article": "zh",
    "zh_two_column": "zh",
    "zh_cjkutf8": "zh",
    "mixed": "mixed",
}
BATCH = 16
FURNITURE = ("header", "footer", "notes")
PARTING = ("", ";")
"""What the text has between lines of a page: the rows of a matrix are parted by a sign."""
OPENING = ("title", "authors", "place", "abstract")
BLOCKS = {"heading", "paragraph", "display", "list", "theorem", "quote", "table", *OPENING}


@pytest.fixture(scope="module")
def batches(tex: Path) -> Mapping[str, list[Outcome]]:
    """The first batch of each template."""
    return {
        name: rendered(opened(tex, options(name, language, BATCH)), range(BATCH))
        for name, language in TEMPLATES.items()
    }


@pytest.fixture(scope="module")
def samples(batches: Mapping[str, list[Outcome]]) -> list[Sample]:
    """All that were accepted."""
    return [one for batch in batches.values() for one in batch if isinstance(one, Sample)]


def told(sample: Sample) -> str:
    """Name a sample in a message."""
    return f"{sample.template}: {sample.targets['text'][:60]!r}"


# What a page hangs on


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_page_alone_is_the_page_of_its_batch(
    tex: Path, batches: Mapping[str, list[Outcome]], name: str
) -> None:
    renderer = opened(tex, options(name, TEMPLATES[name], BATCH))
    for index in (8, 3, 12, 1):
        assert plain(alone(renderer, index)) == plain(batches[name][index]), index


def test_neither_order_nor_company_matters(tex: Path, batches: Mapping[str, list[Outcome]]) -> None:
    renderer = opened(tex, options("article", "en", BATCH))
    indices = (11, 2, 7, 5)
    for index, outcome in zip(indices, rendered(renderer, indices), strict=True):
        assert plain(outcome) == plain(batches["article"][index])


def test_blocks_share_a_look_and_pages_do_not_share_a_draw(
    tex: Path, batches: Mapping[str, list[Outcome]]
) -> None:
    assert len({one.source["fonts"] for one in batches["article"]}) == 1
    draws = [str(one.source["draws"]) for one in batches["article"]]
    assert len(set(draws)) == BATCH
    renderer = opened(tex, options("article", "en", 2))
    fonts = {alone(renderer, index).source["fonts"] for index in range(0, 24, 2)}
    assert len(fonts) > 1


_PRINT = """
import hashlib, pickle, sys
from pathlib import Path
from tests.pipelines.latex_pages.rendering import opened, options, plain, alone
from tests.pipelines.latex_pages.sources import FakeMaterial
formats, rows = Path(sys.argv[1]), pickle.loads(Path(sys.argv[2]).read_bytes())
for name, language in (("article", "en"), ("zh_article", "zh")):
    renderer = opened(formats, options(name, language, 16), FakeMaterial(rows))
    for index in (9, 4):
        page = plain(alone(renderer, index))
        print(hashlib.sha256(repr(page).encode()).hexdigest())
"""


def test_another_process_gives_the_same_bytes(
    tex: Path, batches: Mapping[str, list[Outcome]], tmp_path: Path
) -> None:
    rows = tmp_path / "rows"
    material = stock(tex)
    rows.write_bytes(
        pickle.dumps({name: material.read(name, 0, 10**9) for name in material.groups})
    )
    expected = [
        hashlib.sha256(repr(plain(batches[name][index])).encode()).hexdigest()
        for name in ("article", "zh_article")
        for index in (9, 4)
    ]
    for seed in ("1", "2024"):
        done = subprocess.run(
            [sys.executable, "-c", _PRINT, str(tex), str(rows)],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
            timeout=100,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.split() == expected


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (r"\DEnosuchcommand", "tex-error"),
        (r"\end{document}", "ended-early"),
        (r"\loop\hbox{}\newpage\iftrue\repeat", "page-flood"),
        (r"{", "unbalanced"),
    ],
)
def test_a_page_that_tex_faults_leaves_its_neighbours_alone(
    tex: Path,
    batches: Mapping[str, list[Outcome]],
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    reason: str,
) -> None:
    real, made = module.draw_page, []

    def spoil_the_third(*arguments: Any) -> ComposedPage:
        page = real(*arguments)
        made.append(page)
        return replace(page, tex=code + page.tex) if len(made) == 3 else page

    monkeypatch.setattr(module, "draw_page", spoil_the_third)
    outcomes = rendered(opened(tex, options("article", "en", BATCH)), range(5))
    spoilt = outcomes[2]
    assert isinstance(spoilt, Rejection)
    assert spoilt.reason == reason
    assert spoilt.detail
    assert spoilt.preview == b""
    assert spoilt.source["template"] == "article"
    for index in (0, 1, 3, 4):
        assert plain(outcomes[index]) == plain(batches["article"][index])


# Rejections


def test_every_fault_has_a_reason_of_its_own() -> None:
    faults = {{"timeout": "tex-timeout", "crash": "tex-crash"}.get(name, name) for name in FAULTS}
    assert faults <= set(REASONS)
    assert not set(REASONS) & set(ENGINE_REASONS)


def test_previews_are_drawn_only_where_wanted(tex: Path) -> None:
    chosen = options("article", "en", BATCH, proof={"min_em_px": 200}, kinds={"prose": 1})
    with_one = rendered(opened(tex, chosen), range(3))
    without = rendered(opened(tex, chosen, previews=("overlap",)), range(3))
    for one, other in zip(with_one, without, strict=True):
        assert isinstance(one, Rejection)
        assert isinstance(other, Rejection)
        assert one.reason == other.reason == "too-small"
        assert one.preview[:3] == b"\xff\xd8\xff"
        assert other.preview == b""
        assert {**plain(one), "preview": b""} == plain(other)


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({"min_chars": 50_000}, "few-chars"),
        ({"max_tokens": 10}, "too-long"),
    ],
)
def test_thresholds_are_kept(tex: Path, limits: Mapping[str, Any], reason: str) -> None:
    chosen = options("article", "en", BATCH, proof=limits, kinds={"prose": 1})
    outcomes = rendered(opened(tex, chosen), range(3))
    assert [getattr(one, "reason", "") for one in outcomes] == [reason] * 3
    assert all(one.proof["glyphs"] for one in outcomes)


def test_nothing_to_draw_from_is_said(tex: Path) -> None:
    english = {
        name: stock(tex).read(name, 0, 10**9) for name in stock(tex).groups if name == "en/flow"
    }
    chosen = options("article", "en", BATCH, kinds={"table_crop": 1})
    outcomes = rendered(opened(tex, chosen, FakeMaterial(english)), range(3))
    assert [getattr(one, "reason", "") for one in outcomes] == ["no-material"] * 3
    assert "en/table" in outcomes[0].detail  # type: ignore[union-attr]


# Targets


def test_good_pages_are_accepted(batches: Mapping[str, list[Outcome]]) -> None:
    outcomes = [one for batch in batches.values() for one in batch]
    refused = [(one.reason, one.detail) for one in outcomes if isinstance(one, Rejection)]
    assert len(refused) <= 0.1 * len(outcomes), refused
    assert not {"text-mismatch", "face-mismatch", "tex-error"} & {reason for reason, _ in refused}


def test_markdown_is_in_normal_form(samples: Sequence[Sample]) -> None:
    for sample in samples:
        markdown = sample.targets["markdown"]
        assert normal(markdown) == markdown, told(sample)


def test_html_is_well_formed(samples: Sequence[Sample]) -> None:
    found = [sample.targets["html"] for sample in samples if "html" in sample.targets]
    assert len(found) > 0.5 * len(samples)
    for html in found:
        ET.fromstring(f"<body>{html}</body>")


def test_text_is_there_and_no_placeholder_is_left(samples: Sequence[Sample]) -> None:
    for sample in samples:
        assert sample.targets["text"].strip(), told(sample)
        for name, target in sample.targets.items():
            assert not re.search("[\ue000-\uf8ff]", target), (name, told(sample))
            assert "\\DE" not in target.replace("\\DEheadshade", ""), (name, told(sample))


_DIGITS = re.compile(r"\d+")


def test_numbers_on_the_page_stand_in_every_target(samples: Sequence[Sample]) -> None:
    """The numbers of the text, which the proof compares with the page, are in the others, too."""
    for sample in samples:
        wanted = sorted(_DIGITS.findall(re.sub(r"[₀-₉⁰¹²³⁴-⁹]", "", sample.targets["text"])))
        for name in ("markdown", "latex"):
            there = _DIGITS.findall(sample.targets[name])
            missing = [number for number in set(wanted) if number not in "".join(there)]
            assert not missing, (name, missing, told(sample))


def test_equation_numbers_are_those_on_the_page(samples: Sequence[Sample]) -> None:
    seen = 0
    for sample in samples:
        tags = re.findall(r"\\tag\{([^}]*)\}", sample.targets["markdown"])
        assert tags == re.findall(r"\\tag\{([^}]*)\}", sample.targets["latex"])
        shown = "".join(
            text.replace(" ", "")
            for level, text in zip(sample.regions.levels, sample.regions.texts, strict=True)
            if level == "word"
        )
        at = 0
        for tag in tags:
            found = shown.find(f"({tag.replace(' ', '')})")
            assert found >= 0, (tag, told(sample))
            at, seen = max(at, found), seen + 1
    assert seen > 40


LATEX = r"""\documentclass{article}\usepackage[T1]{fontenc}\usepackage{textcomp,lmodern}
\usepackage{amsmath,amssymb,amsthm,array,booktabs,multirow,bm}\usepackage[table]{xcolor}
\definecolor{DEheadshade}{gray}{.9}\definecolor{DErowshade}{gray}{.95}"""


def test_the_latex_target_compiles_by_itself(tex: Path, samples: Sequence[Sample]) -> None:
    english = [one for one in samples if one.language == "en"]
    latex = [one.targets["latex"] for one in english]
    results = typeset(get_format("pdflatex", LATEX, tex), "", latex)
    faults = [one for one in results if not isinstance(one, Set)]
    assert not faults


@pytest.mark.parametrize("wanted", [("markdown",), ("text", "latex"), ()])
def test_only_the_targets_asked_for_are_stored(tex: Path, wanted: tuple[str, ...]) -> None:
    outcome = alone(opened(tex, options("article", "en", BATCH, targets=wanted)), 3)
    assert isinstance(outcome, Sample)
    assert tuple(outcome.targets) == wanted


def test_languages_are_those_of_the_pages(samples: Sequence[Sample]) -> None:
    for sample in samples:
        han = has_han(sample.targets["text"])
        language = TEMPLATES[str(sample.template)]
        assert (sample.language == "en") != han, told(sample)
        if language == "en":
            assert sample.language == "en"
    found = {sample.language for sample in samples if sample.template == "mixed"}
    assert "mixed" in found


def test_sources_name_works_and_places(tex: Path, samples: Sequence[Sample]) -> None:
    places = {
        (row.item, row.body["place"])
        for group in stock(tex).groups
        for row in stock(tex).read(group, 0, 10**9)
    }
    for sample in samples:
        works, found = sample.source["works"], sample.source["pieces"]
        assert found
        assert {piece["work"] for piece in found} == set(range(len(works)))
        for piece in found:
            work = works[piece["work"]]
            assert (work["item"], piece["place"]) in places
            assert work["url"] == f"https://e.org/{work['item']}" or "/" not in work["item"]
            assert set(work) == {"corpus", "item", "licence", "url"}


# Boxes


def boxes_of(sample: Sample, *levels: str) -> npt.NDArray[np.int32]:
    keep = [level in levels for level in sample.regions.levels]
    return sample.regions.boxes[np.array(keep, bool)]


def blocks_of(sample: Sample) -> list[tuple[str, str]]:
    """Kind and text of each block, or of each part of it that has a box."""
    pairs = zip(sample.regions.levels, sample.regions.texts, strict=True)
    return [pair for pair in pairs if pair[0] not in ("line", "word")]


def squeezed(*texts: str) -> str:
    return "".join("".join(texts).split())


def test_boxes_lie_on_the_picture(samples: Sequence[Sample]) -> None:
    for sample in samples:
        boxes = sample.regions.boxes
        assert len(boxes)
        assert (boxes[:, :2] >= 0).all()
        assert (boxes[:, 2] <= sample.width).all()
        assert (boxes[:, 3] <= sample.height).all()
        assert (boxes[:, 2:] > boxes[:, :2]).all()


def test_blocks_tell_the_text_in_its_order_and_furniture_is_not_in_it(
    samples: Sequence[Sample],
) -> None:
    with_furniture = 0
    for sample in samples:
        named = blocks_of(sample)
        kinds = [kind for kind, _ in named]
        assert set(kinds) <= BLOCKS | set(FURNITURE)
        assert kinds.count("header") <= 1
        assert kinds.count("footer") <= 1
        with_furniture += kinds.count("header") + kinds.count("footer")
        body = [text for kind, text in named if kind not in FURNITURE]
        notes = [text for kind, text in named if kind == "notes"]
        target = sample.targets["text"]
        assert squeezed(*body, *notes) == squeezed(target), told(sample)
        assert all(text in target for text in body + notes), told(sample)
        # Blocks of the title have no source.
        left = iter(kinds)
        assert all(piece["kind"] in left for piece in sample.source["pieces"]), told(sample)
    assert with_furniture > 0.5 * len(samples)


def test_words_lie_in_blocks_and_lines(samples: Sequence[Sample]) -> None:
    for sample in samples:
        words, homes_of_words = boxes_of(sample, "word"), [boxes_of(sample, *BLOCKS, *FURNITURE)]
        if not sample.proof["left_out"]["line"]:
            homes_of_words.append(boxes_of(sample, "line"))
        for homes in homes_of_words:
            inside = (words[:, None, :2] >= homes[None, :, :2] - 1).all(axis=2)
            inside &= (words[:, None, 2:] <= homes[None, :, 2:] + 1).all(axis=2)
            lost = words[~inside.any(axis=1)]
            assert not len(lost), (told(sample), lost[:3].tolist())


@pytest.mark.parametrize("level", ["line", "word"])
def test_lines_and_words_stand_in_the_target_in_its_order(
    samples: Sequence[Sample], level: str
) -> None:
    """Where none is left out they make it up: between them stand blanks and signs of the text's."""
    whole = 0
    for sample in samples:
        named = blocks_of(sample)
        first = [text for kind, text in named if kind == "header"]
        last = [text for kind, text in named if kind == "footer"]
        target = "\n\n".join([*first, sample.targets["text"], *last])
        pairs = zip(sample.regions.levels, sample.regions.texts, strict=True)
        complete = not sample.proof["left_out"][level]
        at = 0
        for text in (text for kind, text in pairs if kind == level):
            assert text.strip() == text
            assert text
            here = target.find(text, at)
            assert here >= 0, (told(sample), text)
            if complete:
                assert target[at:here].strip() in PARTING, (told(sample), text)
            at = here + len(text)
        if complete:
            whole += 1
            assert target[at:].strip() in PARTING, told(sample)
    assert whole > 0.2 * len(samples)


def test_lines_of_prose_are_hardly_ever_left_out(samples: Sequence[Sample]) -> None:
    left_out = kept = 0
    for sample in samples:
        if not {"display", "theorem", "table"}.intersection(sample.regions.levels):
            left_out += sample.proof["left_out"]["line"]
            kept += list(sample.regions.levels).count("line")
    assert kept > 100
    assert left_out < 0.03 * kept


def _overlaps(boxes: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    """(n, n) share of the smaller box that two have in common."""
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    common = np.clip(high - low, 0, None).prod(axis=2).astype(float)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    share = common / np.minimum(areas[:, None], areas[None, :])
    np.fill_diagonal(share, 0)
    return share


def test_lines_and_blocks_hardly_overlap(samples: Sequence[Sample]) -> None:
    crossing = total = 0
    for sample in samples:
        if sample.source["page_kind"] in ("prose", "prose_tables"):
            lines = boxes_of(sample, "line")
            crossing += int((_overlaps(lines) > 0.5).any(axis=1).sum())
            total += len(lines)
    assert total > 500
    assert crossing <= 0.03 * total


def test_blocks_of_a_column_do_not_overlap(samples: Sequence[Sample]) -> None:
    for sample in samples:
        boxes = boxes_of(sample, *BLOCKS)
        # A heading may stand in the first line of its paragraph.
        if sample.source["draws"]["run_in"]:
            boxes = boxes_of(sample, *(BLOCKS - {"heading"}))
        assert (_overlaps(boxes) <= 0.3).all(), told(sample)


@pytest.mark.parametrize("wanted", [("block",), ("word", "line"), ("line",), ()])
def test_only_the_levels_asked_for_are_stored(tex: Path, wanted: tuple[str, ...]) -> None:
    whole = alone(opened(tex, options("article", "en", BATCH)), 3)
    some = alone(opened(tex, options("article", "en", BATCH, regions=wanted)), 3)
    assert isinstance(whole, Sample)
    assert isinstance(some, Sample)

    def is_wanted(level: str) -> bool:
        return (level if level in ("line", "word") else "block") in wanted

    keep = [is_wanted(level) for level in whole.regions.levels]
    assert some.regions.boxes.tolist() == whole.regions.boxes[np.array(keep, bool)].tolist()
    assert list(some.regions.levels) == [one for one in whole.regions.levels if is_wanted(one)]
    assert some.image == whole.image


def test_ink_lies_in_the_boxes_and_nowhere_else(tex: Path) -> None:
    """On pages of prose nothing but rules across the page is dark outside the words' boxes."""
    looked_at = 0
    for sample in rendered(opened(tex, options("article", kinds={"prose": 1})), range(BATCH)):
        assert isinstance(sample, Sample)
        if re.search(r"\\(frac|sqrt|overline|bar)", sample.targets["markdown"]):
            continue
        dark = np.array(Image.open(io.BytesIO(sample.image)).convert("L")) < 100
        words = boxes_of(sample, "word").tolist()
        inked = [dark[y0:y1, x0:x1].any() for x0, y0, x1, y1 in words]
        assert sum(inked) > 0.98 * len(words), told(sample)
        for x0, y0, x1, y1 in words:
            dark[max(0, y0 - 1) : y1 + 1, max(0, x0 - 1) : x1 + 1] = False
        assert dark.any(axis=1).sum() <= 6, told(sample)
        looked_at += 1
    assert looked_at >= 8


def test_no_two_pages_are_alike(samples: Sequence[Sample]) -> None:
    assert len({sample.pixel_hash for sample in samples}) == len(samples)
