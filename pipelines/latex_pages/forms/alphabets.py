"""Letters of TeX's mathematical alphabets as Unicode has them."""

from __future__ import annotations

import unicodedata

_STYLES = {
    "\\mathbf": "BOLD",
    "\\mathit": "ITALIC",
    "\\mathsf": "SANS-SERIF",
    "\\mathtt": "MONOSPACE",
    "\\mathcal": "SCRIPT",
    "\\mathscr": "SCRIPT",
    "\\mathbb": "DOUBLE-STRUCK",
    "\\mathfrak": "FRAKTUR",
    "\\boldsymbol": "BOLD ITALIC",
    "\\bm": "BOLD ITALIC",
}
_NAMES = {"FRAKTUR": "BLACK-LETTER"}
_PLANCK = "\u210e"  # the italic h has no other code point


def letter(char: str, command: str) -> str | None:
    """Return a letter or digit in the alphabet of a command; None where Unicode has none."""
    style = _STYLES.get(command)
    if style is None:
        return None
    if style == "ITALIC" and char == "h":
        return _PLANCK
    try:
        name = unicodedata.name(char)
    except ValueError:
        return None
    if style == "BOLD ITALIC" and char.isdigit():
        style = "BOLD"
    name = name.replace("LATIN ", "").replace("GREEK ", "").replace(" LETTER", "")
    for candidate in (f"MATHEMATICAL {style} {name}", f"{_NAMES.get(style, style)} {name}"):
        try:
            return unicodedata.lookup(candidate)
        except KeyError:
            continue
    return None
