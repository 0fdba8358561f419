"""The opening of a text: title, authors and abstract above all columns, on some pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.latex_pages.forms.form import Form, join_glyphs
from pipelines.latex_pages.forms.markdown import escape_start
from pipelines.latex_pages.page.blocks import Block
from pipelines.latex_pages.page.literal import any_face, literal
from pipelines.latex_pages.page.pieces import Piece
from pipelines.latex_pages.page.sentences import goes_on, is_open

if TYPE_CHECKING:
    import numpy as np

_GIVEN = (
    "Anna", "Boris", "Carla", "David", "Elena", "Felix", "Grace", "Henrik", "Irene", "Jonas",
    "Karin", "Lars", "Maria", "Nadia", "Oscar", "Paula", "Rafael", "Sofia", "Thomas", "Wei",
)  # fmt: skip
_FAMILY = (
    "Abbott", "Bergmann", "Costa", "Dupont", "Eriksen", "Fischer", "Grant", "Hansen", "Ivanov",
    "Jansen", "Keller", "Lindqvist", "Moreau", "Novak", "Okafor", "Petrov", "Rossi", "Silva",
    "Tanaka", "Weber", "Young", "Zhang",
)  # fmt: skip
_PLACES = (
    "Department of Mathematics", "Institute of Applied Physics", "School of Engineering",
    "Department of Computer Science", "Centre for Statistics", "Faculty of Economics",
)  # fmt: skip
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_NAMES = ("伟", "芳", "敏", "静", "丽", "强", "磊", "洋", "艳", "勇", "军", "杰", "晓明", "文博",
          "雨晴", "志远", "思源", "佳宁")  # fmt: skip
_ZH_PLACES = ("数学科学学院", "物理研究所", "计算机学院", "统计系", "经济学院", "电子工程系")
_LONGEST_TITLE = 90
_ABSTRACT_CHARS = (160, 1100)


def draw_opening(
    language: str, pieces: Sequence[Piece], rng: np.random.Generator
) -> tuple[tuple[Block, ...], list[Piece]]:
    """Return the opening's blocks, and the pieces without those that it took.

    The title is the first heading that will do, the abstract the first plain paragraph of fitting
    length; without a heading there is no opening.

    Args:
        language: "en" or "zh": of names and the word for the abstract.
        pieces: of the page, in reading order.
    """
    left = list(pieces)
    titles = [n for n, piece in enumerate(left) if _may_be_title(piece)]
    if not titles:
        return (), left
    blocks = [_title(left.pop(titles[0]))]
    blocks += _authors(language, rng)
    chosen = next(
        (
            n
            for n, piece in enumerate(left)
            if _may_be_abstract(piece, language)
            and not (n + 1 < len(left) and goes_on(piece, left[n + 1]))
        ),
        None,
    )
    if chosen is not None and rng.random() < 0.8:
        blocks.append(_abstract(left.pop(chosen), language))
    return tuple(blocks), left


def _may_be_title(piece: Piece) -> bool:
    return (
        piece.kind == "heading"
        and piece.level < 4
        and not piece.form.slots
        and len(piece.form.text) <= _LONGEST_TITLE
    )


def _may_be_abstract(piece: Piece, language: str) -> bool:
    low, high = _ABSTRACT_CHARS
    if language != "en":
        low, high = low // 3, high // 3
    return (
        piece.kind == "paragraph"
        and not piece.form.slots
        and not piece.continued
        and not is_open(piece)
        and low <= len(piece.form.text) <= high
    )


def _title(piece: Piece) -> Block:
    title = piece.form
    form = Form(
        latex=f"\\section*{{{title.latex}}}",
        markdown=f"\\section*{{{title.markdown}}}",
        text=title.text,
        html=None if title.html is None else f"<h1>{title.html}</h1>",
        glyphs=any_face(title.glyphs),
        trace=title.trace,
    )
    tex = f"\\DEspan{{title}}{{\\DEtitle{{{title.latex}}}}}"
    return Block("title", "title", tex, form, (), piece)


def _authors(language: str, rng: np.random.Generator) -> list[Block]:
    count = int(rng.integers(1, 4))
    if language == "en":
        names = [
            f"{_any(_GIVEN, rng)} {_any(_FAMILY, rng)}"
            if rng.random() < 0.7
            else f"{_any(_GIVEN, rng)[0]}. {_any(_FAMILY, rng)}"
            for _ in range(count)
        ]
        last = " and ".join(names[-2:])
        line, place = ", ".join([*names[:-2], last]), _any(_PLACES, rng)
    else:
        names = [_any(_SURNAMES, rng) + _any(_NAMES, rng) for _ in range(count)]
        line, place = "，".join(names), _any(_ZH_PLACES, rng)
    blocks = [_line("authors", "\\DEauthors", line)]
    if rng.random() < 0.6:
        blocks.append(_line("place", "\\DEplace", place))
    return blocks


def _any(values: Sequence[str], rng: np.random.Generator) -> str:
    return values[int(rng.integers(len(values)))]


def _line(name: str, macro: str, text: str) -> Block:
    form = literal(text)
    tex = f"\\DEspan{{{name}}}{{{macro}{{{form.latex}}}}}"
    # "A. Weber" is not the first item of a list.
    shown = replace(form, markdown=escape_start(form.markdown), html=f"<p>{form.html}</p>")
    return Block(name, name, tex, shown, (), Piece("paragraph", form))


def _abstract(piece: Piece, language: str) -> Block:
    # Bold, as the targets say: the proof demands it of every template.
    word = literal("Abstract." if language == "en" else "摘要：", "b")
    body = piece.form
    html = body.html
    if html is not None:
        html = f"<p><b>{word.html}</b> {html.removeprefix('<p>')}"
    form = Form(
        latex=f"\\textbf{{{word.latex}}} {body.latex}",
        markdown=f"**{word.markdown}** {body.markdown}",
        text=f"{word.text} {body.text}",
        html=html,
        glyphs=join_glyphs((word.glyphs, body.glyphs)),
        trace=f"{word.traced} {body.traced}",
    )
    tex = f"\\DEspan{{abstract}}{{\\DEabstract{{{word.latex}}}{{{body.latex}}}}}"
    return Block("abstract", "abstract", tex, form, (), piece)
