"""A report's page: sections of tables, bars and plots as one HTML file that loads nothing.

Every text is untrusted: the template escapes it, and a Content-Security-Policy allows the page's
own style by hash and nothing else, no script at all. The same figures give the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2
from markupsafe import Markup

from dataengine.report.plots import histogram, share_bar, shown
from dataengine.report.spread import Spread
from dataengine.resources import bundled
from dataengine.storage import storage_errors

MOST_ROWS = 40


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a tally."""

    label: str
    count: str
    share: str
    drawn: Markup
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts by name as bars, the largest first; those beyond some number are summed up."""

    title: str
    bars: Sequence[Bar]
    form: str = "tally"


@dataclass(frozen=True, slots=True)
class Plot:
    """A histogram with its figures in words."""

    title: str
    svg: Markup
    caption: str
    form: str = "plot"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text; all columns but the first hold numbers."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    form: str = "table"


@dataclass(frozen=True, slots=True)
class Reading:
    """A picture beside texts about it.

    Attributes:
        picture: PNG, encoded by this program; no bytes where there is none.
        width_px: of the picture on the page, which makes it no wider than its column.
        texts: (what it is, its stretches as (text, whether it stands out)).
    """

    title: str
    picture: bytes
    width_px: int
    texts: Sequence[tuple[str, Sequence[tuple[str, bool]]]]
    form: str = "reading"

    @property
    def data(self) -> str:
        """Return the picture as base64."""
        return base64.b64encode(self.picture).decode()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, a sentence, and what stands below it."""

    title: str
    figures: Sequence[Tally | Plot | Table | Reading]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A whole report: `tiles` are its main figures, (value, what it is)."""

    title: str
    subtitle: str
    tiles: Sequence[tuple[str, str]]
    sections: Sequence[Section]


def tally(
    title: str,
    counts: Mapping[str, int],
    total: float = 0,
    notes: Mapping[str, str] | None = None,
    most: int = MOST_ROWS,
) -> Tally:
    """Return counts as bars; `total` is what shares are of, by default the counts' sum."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    kept, rest = ordered[:most], ordered[most:]
    if rest:
        kept.append((f"{len(rest):,} others", sum(count for _, count in rest)))
    whole = total or sum(counts.values()) or 1
    return Tally(
        title,
        [
            Bar(
                label or "(none)",
                shown(count),
                f"{count / whole:.1%}",
                share_bar(count / whole),
                (notes or {}).get(label, ""),
            )
            for label, count in kept
        ],
    )


def plot(title: str, spread: Spread, unit: str) -> Plot:
    """Return a histogram of a spread."""
    caption = (
        f"{shown(spread.least)} to {shown(spread.most)}{f' {unit}' if unit else ''}, median "
        f"{shown(spread.quantile(0.5))}, 5 % below {shown(spread.quantile(0.05))}, 5 % above "
        f"{shown(spread.quantile(0.95))}; {spread.count:,} samples"
    )
    return Plot(title, histogram(spread, unit), caption)


def write_page(path: Path, page: Page) -> None:
    """Write the page; it appears when it is whole.

    Raises:
        StorageError: it cannot be written.
    """
    partial = path.with_name(path.name + ".tmp")
    try:
        with storage_errors(path):
            partial.write_bytes(page_html(page).encode("utf-8", "replace"))
            partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def page_html(page: Page) -> str:
    """Return the page's text."""
    folder = bundled("templates", "report")
    style = (folder / "report.css").read_text("utf-8")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    template = environment.get_template("report.html.j2")
    return template.render(page=page, style=Markup(style), style_hash=f"sha256-{digest}")
