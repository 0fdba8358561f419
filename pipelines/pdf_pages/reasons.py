"""Why a page can be refused: code -> what it means and what to do, in the order of the checks."""

from __future__ import annotations

REASONS = {
    "not-a-pdf": "The file has no PDF header. Remove it from the corpus.",
    "broken-file": "MuPDF cannot open the file. Fetch it again, or repair it with qpdf.",
    "encrypted": "The file asks for a password. Remove the password with qpdf --decrypt.",
    "no-pages": "The file is cut off or empty: no page can be found. Fetch it again.",
    "broken-page": "The page cannot be interpreted or drawn. Repair the file with qpdf.",
    "page-box": "The page's size is none of a document. Nothing to do.",
    "renderer-timeout": "Poppler took too long for the page. Use renderer: mupdf.",
    "blank": "The page shows nothing. Nothing to do.",
    "no-text-layer": "The page is a picture (a scan, a drawing) without text. Needs OCR.",
    "few-chars": "The page holds less text than proof.min_chars.",
    "unknown-glyphs": "Glyphs have no Unicode meaning, so the text is incomplete (broken map).",
    "radical-doubles": "Characters come twice, as radical and as character (broken map).",
    "hidden-text": "Text is drawn invisible, as in OCR layers over scans: not proven to be true.",
    "rotated-text": "Too much text is not upright: turned tables, watermarks, margin stamps.",
    "vertical-text": "Text is set vertically or scattered letter by letter.",
    "cut-text": "A line runs over the page's edge or out of its clip: the picture breaks it off.",
    "garbled-text": "The text is no language: the font's map to Unicode is wrong.",
    "wrong-language": "The language is not among proof.languages, or not the corpus's claim.",
    "reading-order": "Lines come in an order that nobody reads: shuffled or columns mixed.",
    "shattered-text": "Fractions or raised letters cut sentences into pieces out of order.",
    "illegible": "Text is too small to be read at the training size.",
    "too-long": "The text has more tokens than the trainer's limit (proof.max_tokens).",
    "text-without-ink": "Text cannot be seen in the picture: white, covered or transparent.",
    "ink-without-text": "The picture shows more than the text says: figures, scans, outlines.",
}
