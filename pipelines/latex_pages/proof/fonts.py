"""Faces of fonts, by their names: every font that a page may use, and nothing by guess."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from pipelines.latex_pages.forms.form import ANY, BOLD, BOLD_ITALIC, ITALIC, MONO, PLAIN
from pipelines.latex_pages.forms.formula_glyphs import HEAVY, LIGHT

KAI, HEI, EMPHASIS = "k", "g", "w"
"""Faces of the page only: Chinese type that serves as italic and as bold, or as plain text; and
the Kai of CJKutf8, whose families have no bold and no italic: it stands for both."""

_RULES: tuple[tuple[str, str], ...] = (
    # Chinese first: their names hold the words of Latin faces
    (r"gkai", EMPHASIS),
    (r"FandolKai|FandolFang|.*Kai(ti|SC|GB)|.*FangSong", KAI),
    (r"FandolHei-Bold|FandolSong-Bold|Noto\w*CJK\w*-(Bold|Black|SemiBold|Medium)", BOLD),
    (r"FandolHei|NotoSansMonoCJK", HEI),
    (r"FandolSong|Noto(Sans|Serif)CJK|gbsn", PLAIN),
    # typewriter
    (r"LMMono|LMTypewriter|CM(TT|SLTT|ITT|TCSC)|SF(TT|IT|ST)\d|NimbusMon|Courier", MONO),
    (
        r"(t1xb?tt|[tp]cxb?tt|[rt]?1?[tp]x\w*tt|Inconsolata|BeraSansMono|DejaVuSansMono|NotoSansMono)",
        MONO,
    ),
    # mathematics
    (r"CMMIB|LMMathItalic\w*-Bold|CMBSY|LMMathSymbols\w*-Bold|PazoMath-Bold|EU[FRS]B", BOLD),
    (r"CMMI|LMMathItalic|PazoMath-Italic", ITALIC),
    (r"CMSY|LMMathSymbols|CMEX|LMMathExtension|MS[AB]M|PazoMath|EU[FRS]M|rsfs|StandardSym", PLAIN),
    (r"Symbol|dsrom|bbold|wasy", PLAIN),
    (r"r?[tp]c?xb(mi|sl|i)|[tp]xbi", BOLD_ITALIC),
    (r"r?[tp]c?x(b|bsy|bex|bsc|bss)|[tp]xb(sy|ex)\w*", BOLD),
    (r"r?[tp]c?x(mi|i|sl)|[tp]xmi\w*", ITALIC),
    (r"r?[tp]c?x(r|sc|ss|sy|ex|mr)\w*", PLAIN),
    # text, by what its name ends in
    (r"CMBX(TI|SL)|SF(B[ILS]|BT)\d|.*(Bold|Demi|Black|Heavy|Medi)-?(Ital|Obli|Slant)", BOLD_ITALIC),
    (r"CMB|CMSSBX|CMSSDC|SF(BX|RB|SX)\d|.*(Bold|Demi|Black|Heavy|Medi$)", BOLD),
    (r"CM(TI|SL|SSI|U)|SF(TI|SL|SI)\d|.*(Ital|Obli|Slant|Chancery)", ITALIC),
    (r"CM(R|SS|CSC|DUNH|FF)|SF(RM|SS|CC)\d|LM(Roman|Sans|Dunh)|Nimbus(Rom|San)", PLAIN),
    (r"URW(Palladio|Bookman|Gothic|Classico)|CenturySchL|CharterBT|Utopia|TeXGyre", PLAIN),
    (r"Noto(Serif|Sans)", PLAIN),
)
_FACES = [(re.compile(pattern, re.IGNORECASE), face) for pattern, face in _RULES]


_EXTENSIONS = ("cmex", "lmmathextension", "txex", "pxex", "txbex", "pxbex")


class UnknownFont(Exception):
    """A font that is in no table: nothing is known about its faces."""


@lru_cache(maxsize=4096)
def face_of(font: str) -> str:
    """Return the face of a font: one of n, b, i, s, m, k, g.

    Args:
        font: its name without the tag of the subset.

    Raises:
        UnknownFont: with its name.
    """
    for pattern, face in _FACES:
        if pattern.match(font):
            return face
    raise UnknownFont(font)


_ACCEPTED = {
    PLAIN: PLAIN + KAI + HEI + EMPHASIS,
    BOLD: BOLD + HEI + EMPHASIS,
    ITALIC: ITALIC + KAI + EMPHASIS,
    BOLD_ITALIC: BOLD_ITALIC + EMPHASIS,
    MONO: MONO + KAI,
    LIGHT: PLAIN + ITALIC + MONO + KAI + HEI + EMPHASIS,
    HEAVY: BOLD + BOLD_ITALIC + HEI + EMPHASIS,
    ANY: PLAIN + BOLD + ITALIC + BOLD_ITALIC + MONO + KAI + HEI + EMPHASIS,
}


def _table() -> npt.NDArray[np.bool_]:
    table = np.zeros((128, 128), np.bool_)
    for wanted, shown in _ACCEPTED.items():
        table[ord(wanted), [ord(face) for face in shown]] = True
    return table


ACCEPTS = _table()
"""(128, 128): whether a glyph of the face of column j satisfies the face of row i that a form
demands. Chinese has Kai (or Fang) for italic and
mono, Hei for bold; either may also be the text's own face."""


def is_extension(font: str) -> bool:
    """Whether a font holds big operators and delimiters, which hang from their origin."""
    return font.lower().startswith(_EXTENSIONS)
