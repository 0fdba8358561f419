"""Header and footer of a page: literal strings, drawn."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dataengine.errors import ConfigError
from pipelines.latex_pages.forms.form import Form, join_glyphs
from pipelines.latex_pages.page.literal import any_face, literal
from pipelines.latex_pages.page.numbering import roman

if TYPE_CHECKING:
    import numpy as np

    from pipelines.latex_pages.page.style import Style

Furniture = tuple[Form, Form, Form]
"""Left, centre, right; empty forms where nothing stands."""

_TITLES = {
    "en": (
        "Lecture Notes", "Preliminary Version", "Technical Report", "Working Paper", "Draft",
        "Supplementary Material", "Course Reader", "Annual Report", "Research Notes", "Volume II",
        "Selected Topics", "Proceedings", "Methods and Results", "Appendix",
    ),
    "zh": (
        "课程讲义", "学报", "技术报告", "工作论文", "研究笔记", "附录", "第二卷", "实验报告",
        "专题选讲", "论文集", "方法与结果", "内部资料",
    ),
}  # fmt: skip
_NAMED = {
    "none": ("", "", ""),
    "title": ("", "{title}", ""),
    "number": ("", "", "{p}"),
    "outer": ("", "", "{p}"),
    "centre": ("", "{p}", ""),
    "dashes": ("", "– {p} –", ""),
    "hyphens": ("", "- {p} -", ""),
    "total": ("", "Page {p} of {P}", ""),
    "total_zh": ("", "第 {p} 页 共 {P} 页", ""),
}
_RUNNING = (("{p}", "", "{title}"), ("{title}", "", "{p}"))
"""Of even and of odd pages."""
_LONGEST_TITLE = 44
_FIELD = re.compile(r"\{(\w+)\}")


def draw_furniture(
    style: Style, language: str, titles: Sequence[Form], room: float, rng: np.random.Generator
) -> tuple[Furniture, Furniture]:
    """Return header and footer, out of the patterns that the style gives for each of their parts.

    Args:
        style: `header` and `footer` are three patterns each or a name for such; their fields are
            {title}, {p} (page), {P} (pages), {v} (volume) and {year}.
        language: "en" or "zh" ("mixed" counts as "zh").
        titles: headings on the page, the first of which may become the running title.
        room: width of the text in points.

    Raises:
        ConfigError: a pattern has another field.
    """
    number = 1 if style["title_page"] else int(rng.integers(2, 420))
    shown = roman(number % 30 + 1) if style["page_number"] == "i" else str(number)
    fallback = _TITLES["en" if language == "en" else "zh"]
    title = literal(fallback[int(rng.integers(len(fallback)))])
    if titles and _fits(titles[0], room) and rng.random() < 0.8:
        title = replace(titles[0], glyphs=any_face(titles[0].glyphs))
    fields = {
        "title": title,
        "p": literal(shown),
        "P": literal(str(number + int(rng.integers(1, 80)))),
        "v": literal(str(int(rng.integers(1, 99)))),
        "year": literal(str(int(rng.integers(1988, 2026)))),
    }
    header, footer = (
        [_expand(pattern, fields) for pattern in part]
        for part in _numbered_once(
            _patterns(style["header"], number), _patterns(style["footer"], number)
        )
    )
    return (header[0], header[1], header[2]), (footer[0], footer[1], footer[2])


def _numbered_once(
    header: Sequence[str], footer: Sequence[str]
) -> tuple[Sequence[str], Sequence[str]]:
    """Return both, the page's number in one alone: the header, unless the footer says more."""
    if not any("{p}" in part for part in header) or not any("{p}" in part for part in footer):
        return header, footer
    if any("{P}" in part for part in footer):
        return _unnumbered(header), footer
    return header, _unnumbered(footer)


def _unnumbered(patterns: Sequence[str]) -> Sequence[str]:
    return ["" if "{p}" in part else part for part in patterns]


def _patterns(how: object, number: int) -> Sequence[str]:
    if how == "running":
        return _RUNNING[number % 2]
    if isinstance(how, str) and how in _NAMED:
        return _NAMED[how]
    if isinstance(how, list | tuple) and len(how) == 3:
        return [str(pattern) for pattern in how]
    raise ConfigError(f"a header or footer is three patterns or one of {sorted(_NAMED)}: {how!r}")


def _fits(form: Form, room: float) -> bool:
    wide = sum(2 if ord(char) > 0x2E7F else 1 for char in form.text)
    return not form.slots and wide <= min(_LONGEST_TITLE, room / 10) and "\n" not in form.text


def _expand(pattern: str, fields: Mapping[str, Form]) -> Form:
    pieces = _FIELD.split(pattern)
    unknown = set(pieces[1::2]) - set(fields)
    if unknown:
        raise ConfigError(f"{pattern!r}: no field {sorted(unknown)[0]!r}, but {sorted(fields)}")
    parts = [fields[piece] if number % 2 else literal(piece) for number, piece in enumerate(pieces)]
    return Form(
        latex="".join(part.latex for part in parts),
        markdown="".join(part.markdown for part in parts),
        text="".join(part.text for part in parts),
        html=None,
        glyphs=join_glyphs(part.glyphs for part in parts),
        trace="".join(part.traced for part in parts),
    )
