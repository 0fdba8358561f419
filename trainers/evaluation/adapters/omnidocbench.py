r"""OmniDocBench v1.5 (arXiv 2412.07626): 1,355 pages of nine sorts as Markdown.

Form: README of opendatalab/OmniDocBench. `OmniDocBench.json` is a list of pages with "layout_dets"
(category_type, order, ignore, text, latex, html), "page_info" (image_path, page_attribute) and
"extra" (relation: truncated paragraphs); the pages lie in `images/`. The target of a page is put
together here in reading order: titles, texts, code and references; formulas between \[ \]; tables
in LaTeX, or in HTML where there is no LaTeX. As in the benchmark's own code, blocks without an
order come first, a paragraph that is truncated stands whole where its first piece does, and
captions, notes, headers, footers, page numbers and figures are left out. Its score matches block by
block and cannot be had from whole pages: it comes of the benchmark's tool, run on the Markdown
files that `submit` writes. Later versions mark the pages of v1.5 by the attribute "subset"; others
are left out.

What differs from that code (read as evalscope has it): a paragraph of three pieces holds the middle
one once, not twice; pieces are joined by a space where both sides are ASCII; and blocks marked
"ignore" are left out, as the README says. The file itself was not at hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from pydantic import BaseModel

from dataengine.storage import storage_errors
from dataengine.views.task_files import OWN, get_task
from trainers.evaluation.benchmark import Benchmark, Entry, read_published
from trainers.evaluation.errors import EvaluationError

SUMMARY = "OmniDocBench v1.5: pages as Markdown (the folder with OmniDocBench.json)"
PARTS = {"all": "all pages of v1.5"}

MARKDOWN = "markdown"
_FILE, _PAGES = "OmniDocBench.json", "images"
_VERSION = "v1.5"
_Id = int | str
_TEXTS = frozenset(["title", "text_block", "code_txt", "reference"])
_LANGUAGES = {"english": "en", "simplified_chinese": "zh"}
"""README has "en" and the code "english"."""


class _Piece(BaseModel):
    text: str | None = None


class _Block(BaseModel):
    category_type: str
    ignore: bool = False
    order: int | float | None = None
    anno_id: int | str | None = None
    text: str | None = None
    latex: str | None = None
    html: str | None = None
    merge_list: list[_Piece] | None = None


class _Attributes(BaseModel):
    data_source: str = ""
    language: str = ""
    subset: str = _VERSION


class _Info(BaseModel):
    image_path: str
    page_attribute: _Attributes = _Attributes()


class _Relation(BaseModel):
    source_anno_id: int | str | None = None
    target_anno_id: int | str | None = None
    relation_type: str = ""


class _Extra(BaseModel):
    relation: list[_Relation] = []


class _Page(BaseModel):
    layout_dets: list[_Block]
    page_info: _Info
    extra: _Extra | None = None


def load(folder: Path, part: str) -> Benchmark:
    """Read all pages; the kind of a case is the page's source, such as newspaper."""
    path = folder / _FILE
    entries = [
        _entry(page)
        for page in read_published(path, list[_Page])
        if page.page_info.page_attribute.subset == _VERSION
    ]
    _check_names(entries, path)
    note = (
        "These are figures of whole pages. The benchmark's own score matches block by block: run "
        f"its tool on the folder {MARKDOWN}."
    )
    return Benchmark(
        f"OmniDocBench {_VERSION}", folder, entries,
        task="markdown", metrics="markdown", files=[path], notes=[note],
    )  # fmt: skip


def submit(benchmark: Benchmark, answers: Mapping[str, str], folder: Path) -> Path:
    """Write one Markdown file per page, named like its picture; returns their folder."""
    target = folder / MARKDOWN
    with storage_errors(target):
        target.mkdir(parents=True, exist_ok=True)
        for one in benchmark.entries:
            if one.id in answers:
                path = target / f"{PurePosixPath(one.image).stem}.md"
                path.write_bytes(answers[one.id].encode("utf-8", "replace"))
    return target


def _entry(page: _Page) -> Entry:
    attributes = page.page_info.page_attribute
    name = PurePosixPath(page.page_info.image_path).name
    language = _LANGUAGES.get(attributes.language, attributes.language)
    return Entry(
        id=name,
        image=f"{_PAGES}/{name}",
        prompt=_prompt("zh" if language == "zh" else "en"),
        targets=(_target(page),),
        kind=attributes.data_source,
        language=language,
    )


def _check_names(entries: Sequence[Entry], path: Path) -> None:
    seen: set[str] = set()
    for one in entries:
        stem = PurePosixPath(one.image).stem
        if stem in seen:
            raise EvaluationError(f"{path}: two pages are called {stem!r}")
        seen.add(stem)


def _prompt(language: str) -> str:
    """Return the first of our own requests for Markdown; the benchmark asks nothing."""
    groups = get_task("markdown").groups
    return next(one.texts[0] for one in groups if (one.set, one.language) == (OWN, language))


def _target(page: _Page) -> str:
    """Return a page in reading order, blocks parted by empty lines."""
    paragraph = _paragraphs(page)
    texts: list[str] = []
    begun: dict[_Id, int] = {}
    for block in sorted(page.layout_dets, key=lambda one: one.order or 0):
        text = "" if block.ignore else _text(block)
        if not text:
            continue
        name = paragraph.get(block.anno_id) if block.category_type in _TEXTS else None
        if name is not None and name in begun:
            place = begun[name]
            texts[place] += _joint(texts[place], text) + text
            continue
        if name is not None:
            begun[name] = len(texts)
        texts.append(text)
    return "\n\n".join(texts)


def _paragraphs(page: _Page) -> dict[_Id | None, _Id]:
    """Return for each piece of a truncated paragraph the name of one and the same piece of it."""
    follows: dict[_Id, _Id] = {}

    def root(name: _Id) -> _Id:
        while follows.setdefault(name, name) != name:
            follows[name] = name = follows[follows[name]]
        return name

    for one in page.extra.relation if page.extra else []:
        first, second = one.source_anno_id, one.target_anno_id
        if one.relation_type == "truncated" and first is not None and second is not None:
            follows[root(second)] = root(first)
    return {name: root(name) for name in list(follows)}


def _joint(before: str, after: str) -> str:
    """Return what stands between two pieces of a paragraph: a space, but not in Chinese."""
    return " " if before[-1].isascii() and after[0].isascii() else ""


def _text(block: _Block) -> str:
    if block.category_type in _TEXTS:
        text = (block.text or "\n".join(one.text or "" for one in block.merge_list or [])).strip()
        return f"# {text.lstrip('# ')}" if block.category_type == "title" and text else text
    if block.category_type == "equation_isolated":
        formula = _bare(block.latex or "")
        return f"\\[{formula}\\]" if formula else ""
    if block.category_type == "table":
        latex = (block.latex or "").strip()
        return latex if "\\begin{tabular" in latex else (block.html or latex).strip()
    return ""


def _bare(formula: str) -> str:
    r"""Return a formula without the marks around it: $$ $$, \[ \] or $ $."""
    formula = formula.strip()
    for opening, closing in (("$$", "$$"), ("\\[", "\\]"), ("$", "$")):
        long_enough = len(formula) >= len(opening) + len(closing)
        if long_enough and formula.startswith(opening) and formula.endswith(closing):
            return formula[len(opening) : -len(closing)].strip()
    return formula
