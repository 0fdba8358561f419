"""Captions: one text of a picture, or several of which the first is taken."""

from __future__ import annotations

from typing import Any

from pipelines.imported.conversation import MARK
from pipelines.imported.options import Options
from pipelines.imported.records import Problem


def read_caption(raw: object, options: Options) -> dict[str, Any]:
    """Return the targets that a caption gives; blanks around it go, all else stays as it is.

    Args:
        raw: a text; or a list of texts, which are all kept under "captions".

    Raises:
        Problem: there is none.
    """
    if isinstance(raw, list) and all(isinstance(one, str) for one in raw):
        captions = [text for one in raw if (text := one.strip())]
    elif raw is None or isinstance(raw, str):
        captions = [text] if (text := (raw or "").strip()) else []
    else:
        raise Problem("malformed-record", f"the caption is a {type(raw).__name__}, not a text")
    if not captions:
        raise Problem("no-caption", "no caption is there, or it is blank")
    if any(MARK in one for one in captions):
        raise Problem("image-marks", f"a mark {MARK} in the caption")
    if (chars := sum(map(len, captions))) > options.max_chars:
        raise Problem("too-long", f"a caption of {chars:,} characters")
    targets: dict[str, Any] = {"caption": captions[0]}
    if isinstance(raw, list):
        targets["captions"] = captions
    return targets
