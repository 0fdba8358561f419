"""The template of CJKutf8 takes a shortcut through the package: pages must be the package's own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.latex_pages.page.templates import Template, load_templates
from pipelines.latex_pages.tex.formats import get_format
from pipelines.latex_pages.tex.results import Set
from pipelines.latex_pages.tex.runs import typeset

# Han, Latin, digits, punctuation of both, formulas and what else may stand between them.
_TEXTS = (
    "中文 English 中文，English。中文English中文 123 中文45％，第6章。",
    "（a）“引用”——……《书》、‘字’：“a”。a（b）c，d。1（2）3；“（中）”，。",
    "中$x$中 $y$ 中，$z$。a$x$中\\(y\\)a $x$，中",
    "中\\relax 中\\relax a\\/中 a\\/ 中\\textit{abc}中\\textbf{中a中}a",
    "{\\small 中}a{\\bfseries 中}a{\\itshape 中，a}中\\mbox{中}a\\hbox{a}中\\hbox{中}中",
    "中\\kern2pt a\\kern2pt 中\\hskip3pt a\\hskip3pt 中\\penalty10 a\\penalty10 中 \\penalty10 中",
    "中\\\\ 中 \\\\a\\\\中{}a{}中{ }a~中~a",
    "{\\sffamily 中，文a}{\\ttfamily 中，文a}{\\footnotesize 中，文}{\\Large 中。文}" * 2,
    "\\begin{itemize}\\item 中a\\item a中\\item[甲] “中”\\end{itemize}",
    "\\begin{tabular}{|l|c|r|}\\hline 甲 & a1 & $x$\\\\ a\\/ & 乙 & -1.5\\\\\\hline "
    "\\textbf{b}中 & \\(x\\)中 & （1）\\\\ \\multicolumn{2}{c}{中a中} & \\\\ 中 a & a 中& a\\\\"
    "\\end{tabular}",
    "中文字很多，一行放不下，要断开来看看标点怎么排。English words too, 中文（又是中文）。" * 6,
)
_PAGES = tuple(f"{{\\hsize 200pt\\linewidth\\hsize {text}\\par}}" for text in _TEXTS)


def without_shortcut(template: Template, fontset: str) -> str:
    """Return the template's preamble that leaves the package as it is."""
    pattern = r"\\CJKaddEncHook\{UTF8\}\{.*?\\fi\}\n"
    plain, count = re.subn(pattern, "", template.preamble(fontset), flags=re.DOTALL)
    assert count == 1
    return plain


@pytest.mark.parametrize("family", ["gbsn", "gkai"])
def test_the_shortcut_changes_no_page(tex: Path, family: str) -> None:
    template = load_templates()["zh_cjkutf8"]
    pages = [f"{{\\csname CJK*\\endcsname{{UTF8}}{{{family}}}{page}}}" for page in _PAGES]
    made = [
        typeset(get_format(template.about.engine, preamble, tex), template.prelude("lm"), pages * 2)
        for preamble in (template.preamble("lm"), without_shortcut(template, "lm"))
    ]
    for ours, theirs in zip(*made, strict=True):
        assert isinstance(ours, Set)
        assert isinstance(theirs, Set)
        assert ours.pages == theirs.pages
        assert ours.pdf == theirs.pdf
