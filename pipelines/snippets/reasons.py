"""Why a snippet can be refused: code -> what it means and what to do, in the order of checks."""

from __future__ import annotations

REASONS = {
    "no-text": "The phrases hold none of `chars` characters. Widen `chars`, or give other text.",
    "missing-glyph": "The font has no glyph for a character of the text. Nothing to do.",
    "too-large": "The text does not fit the canvas in the smallest size. Shorter or fewer lines.",
    "cut-off": "A part of the text would lie beyond the canvas. Tell us: layout prevents it.",
    "ink-outside": "The picture has ink outside the boxes of its words, or two words share some.",
    "no-ink": "A box, or the place of a character in it, is empty on the picture.",
    "width": "The text is wider or narrower than the font's own advances say.",
    "other-text": "The words on the picture are not those of the answer. Tell us.",
    "overlap": "Two lines of text touch each other.",
    "illegible": "A line's ink is lower than min_height_px. Larger sizes.",
}
