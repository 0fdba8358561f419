"""About how many tokens a target will be: an estimate on the safe side."""

from __future__ import annotations

import re

_HAN = re.compile("[\u2e80-\U0010ffff]+")

_PER_CHARACTER = 0.42
_PER_HAN = 0.8
"""Byte-pair vocabularies of 100,000 to 150,000 entries take fewer on prose; LaTeX commands, digits
and brackets come near."""


def estimate_tokens(text: str) -> int:
    """Return an upper estimate of the number of tokens."""
    han = len(text) - len(_HAN.sub("", text))
    return round(_PER_HAN * han + _PER_CHARACTER * (len(text) - han))
