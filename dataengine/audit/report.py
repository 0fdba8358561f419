"""The audit as one HTML page without script: figures, then the worst pairs with their pictures.

Every text comes from untrusted rows or from OCR: the template escapes all of it, pictures are
re-encoded JPEGs in the page itself, and a Content-Security-Policy allows those and one style.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

import jinja2

from dataengine.audit.auditing import Audit
from dataengine.audit.findings import VERDICTS, Finding
from dataengine.audit.marking import marked
from dataengine.audit.summary import Share, Summary
from dataengine.resources import bundled
from dataengine.storage import storage_errors

# Characters that reorder or hide text around them, or that no page may hold.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff]")


def write_report(path: Path, audit: Audit, summary: Summary) -> None:
    """Write the page; the same audit gives the same bytes."""
    folder = bundled("templates", "audit")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, undefined=jinja2.StrictUndefined
    )
    environment.filters |= {"percent": percent, "plain": plain}
    style = (folder / "audit.css").read_text("utf-8")
    digest = hashlib.sha256(style.encode()).digest()
    text = environment.get_template("report.html.j2").render(
        audit=audit,
        summary=summary,
        verdicts=VERDICTS,
        pairs=[_pair(finding) for finding in audit.worst],
        style=style,
        style_hash="sha256-" + base64.b64encode(digest).decode(),
    )
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".tmp")
        partial.write_bytes(text.encode("utf-8", "replace"))
        partial.replace(path)


def percent(value: float | Share, digits: int = 1) -> str:
    """Return a share in per cent, with its interval if it has one."""
    if not isinstance(value, Share):
        return f"{100 * value:.{digits}f} %"
    if not value.of:
        return "–"
    low, high = (f"{100 * bound:.1f}" for bound in (value.low, value.high))
    return f"{100 * value.share:.1f} % ({low}–{high})"


def plain(text: str) -> str:
    """Return a text with what cannot be seen shown as a replacement character."""
    return _UNSEEN.sub("\ufffd", text)


def _pair(finding: Finding) -> dict[str, Any]:
    return {
        "finding": finding,
        "picture": base64.b64encode(finding.picture).decode(),
        "target": marked(plain(finding.target), finding.reading, formulas=False),
        "reading": marked(plain(finding.reading), finding.target),
    }
