"""Why a page or a piece can be refused: code -> what it means and what to do."""

from __future__ import annotations

REASONS = {
    "no-material": "The corpus holds nothing for such a page. Add works, or change options.kinds.",
    "few-chars": "The page holds fewer glyphs than proof.min_chars. Nothing to do.",
    "too-long": "The markdown has more tokens than proof.max_tokens.",
    "text-mismatch": "The set page does not show exactly the target's words, numbers and symbols.",
    "face-mismatch": "A word that must be bold, italic or monospaced is not, or the reverse.",
    "script-mismatch": "A superscript, subscript, limit or fraction stands at the wrong height.",
    "overfull": "A table's cell or another box holds more than fits into it.",
    "off-page": "Something stands outside the page.",
    "overlap": "Lines or blocks overlap.",
    "too-small": "Text is too small to be read at the training size.",
    "invisible": "Glyphs are drawn transparent.",
    "not-embedded": "A font is not embedded in the PDF.",
    "unknown-font": "A font is set whose faces are not known to the proof.",
    "pages": "TeX shipped no page, or more than one.",
    "tex-error": "TeX reported an error; the detail is its message.",
    "missing-character": "A font lacks a character.",
    "unbalanced": "Groups, environments or conditionals are left open.",
    "leak": "The page changed something outside itself.",
    "page-flood": "TeX shipped more pages than one piece may.",
    "fatal": "TeX gave up and wrote no PDF; the detail is its message.",
    "ended-early": "TeX's job ended inside the page.",
    "tex-timeout": "TeX had not finished at the deadline.",
    "tex-crash": "TeX died, or left no log.",
    "uncounted": "The PDF has not the pages that TeX counted.",
    "unsafe": "It cannot be set safely without bubblewrap. Install bubblewrap.",
}
