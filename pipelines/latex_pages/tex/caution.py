r"""Spots pieces that must not share a run with others, or not run at all where walls are missing.

This is no allow-list (that one reads tokens, long before TeX): it looks for spellings by which a
piece could change what its neighbours see, and is right to be wrong on the safe side. A piece
with such a spelling is set in a run of its own, which costs a start of TeX.
"""

from __future__ import annotations

import re

_ALONE = re.compile(
    r"\^\^|\\end\s*\{\s*document|\\begin\s*\{\s*document|\\(?:"
    # what reaches beyond its group
    r"global(?:defs)?|[gx]def|mark|font(?:dimen)?|hyphenchar|skewchar|hyphenation|patterns|"
    r"(?:end|begin|after)group|shipout|output|setbox|insert|vsplit|(?:max)?deadcycles|"
    r"(?:AddTo|RemoveFrom|Clear|New|UseHook|Declare|Provide|Define|Set)[A-Z][A-Za-z]*|"
    r"new(?!line\b|page\b)[a-zA-Z]+|"
    # what changes how the files are read, or where they end
    r"catcode|makeatletter|escapechar|endlinechar|newlinechar|csname|scantokens|lowercase|uppercase|"
    r"ExplSyntax[A-Za-z]*|endinput|stop|dump|input|include[a-z]*|read|readline|open(?:in|out)|"
    r"end(?!\s*\{)|closeout|(?:batch|nonstop|scroll|errorstop)mode|interactionmode|"
    # what the drivers interpret
    r"special|directlua|pdf(?!savepos\b|last[xy]pos\b|page(?:width|height)\b)[a-zA-Z]+|"
    r"XeTeX[A-Za-z]+|DE(?:begin|end|here|input|nonce))(?![A-Za-z])"
)

_UNSAFE = re.compile(
    r"\^\^|\\(?:special|pdf(?!savepos\b|last[xy]pos\b|page(?:width|height)\b)\w+|"
    r"csname|catcode|scantokens|directlua|XeTeX(?:pdf|pic)file)"
)


def needs_own_run(piece: str) -> bool:
    """Whether a piece might change its neighbours in a way that the checks after it miss."""
    return _ALONE.search(piece) is not None


def reads_past_settings(piece: str) -> str:
    r"""Return the spelling by which a piece might read files in spite of `openin_any=p`, or "".

    `\pdfobj file` and the specials of xdvipdfmx do not ask that setting, and the others can build
    their names unseen: only bubblewrap stops them.
    """
    found = _UNSAFE.search(piece)
    return found.group(0) if found else ""
