"""The page of a dataset: what it holds, what was rejected, how long its texts are, what it took."""

from __future__ import annotations

from collections.abc import Iterator

from dataengine.report.dataset_figures import DatasetFigures
from dataengine.report.page import Page, Plot, Section, Table, plot, tally
from dataengine.report.plots import shown
from dataengine.report.spread import Spread

_NAMES = {"ideographs": "CJK characters"}


def dataset_page(figures: DatasetFigures) -> Page:
    """Return the page of a dataset's figures."""
    done, planned = figures.shards
    state = "" if done == planned else f"Unfinished: {done} of {planned} shards are done. "
    sections = [
        _parts(figures),
        _contents(figures),
        _texts(figures),
        _pictures(figures),
        _regions(figures),
        _rejections(figures),
        _proof(figures),
        _work(figures),
    ]
    return Page(
        f"Statistics of {figures.name}",
        f"{state}{len(figures.parts)} parts, {planned:,} shards. Orange lines mark medians.",
        list(_tiles(figures)),
        [section for section in sections if section.figures],
    )


def _tiles(figures: DatasetFigures) -> Iterator[tuple[str, str]]:
    yield shown(figures.total("samples")), "samples"
    yield shown(figures.total("units") - figures.total("samples")), "rejections"
    for measure, spread in figures.whole.texts.main.items():
        yield shown(spread.total), f"{_NAMES.get(measure, measure)} in targets*"
    if figures.near_duplicates is not None:
        yield shown(figures.near_duplicates), "near-duplicates across shards"
    yield f"{figures.total('bytes') / 1e6:,.1f} MB", "shards"


def _parts(figures: DatasetFigures) -> Section:
    rows = []
    for name, part in figures.parts.items():
        texts = figures.rows[name].texts.main
        rows.append(
            [
                name,
                f"{part.planned:,} {figures.nouns[name]}s",
                shown(part.units),
                shown(part.samples),
                f"{(part.units - part.samples) / part.units:.1%}" if part.units else "",
                *(shown(spread.total) for spread in texts.values()),
                f"{part.bytes / 1e6:,.1f}",
            ]
        )
    lengths = [f"{_NAMES.get(one, one)}*" for one in figures.whole.texts.main]
    head = ["part", "planned", "done", "samples", "rejected", *lengths, "MB"]
    return Section("Parts", [Table("What became of their units", head, rows)])


def _contents(figures: DatasetFigures) -> Section:
    samples = figures.total("samples")
    tallies = [
        tally(title, counts, samples)
        for title, key in (
            ("Language", "language"),
            ("Kind", "kind"),
            ("Licence", "licence"),
            ("Template", "template"),
        )
        if set(counts := figures.summed(key)) - {"none"}
    ]
    sources = {
        f"{corpus or '(none)'} ({licence or 'unknown licence'})": count
        for (corpus, licence), count in figures.whole.sources.items()
    }
    note = "A sample made of several works counts for each of their corpora."
    return Section("Contents", [tally("Corpus", sources, samples), *tallies], note)


def _texts(figures: DatasetFigures) -> Section:
    texts = figures.whole.texts
    head = ["form", "samples"]
    for measure in texts.main:
        head += [_NAMES.get(measure, measure), "median", "95 %"]
    rows = [
        [form, shown(next(iter(spreads.values())).count), *_lengths(spreads)]
        for form, spreads in sorted(texts.forms.items())
    ]
    note = (
        "* One text per sample: its target `text`, or else its caption, markdown, LaTeX or HTML, "
        "or else what the assistant says. The table has every form; what is no text counts as JSON."
    )
    if figures.tokenizer:
        note += f" Tokens by {figures.tokenizer}, without special ones."
    else:
        note += " Tokens are not counted: no tokenizer was named."
    plots = [
        _plot(f"Length in {_NAMES.get(measure, measure)}*", spread, "")
        for measure, spread in texts.main.items()
    ]
    return Section("Texts", [*_drawn(plots), Table("Forms of targets and turns", head, rows)], note)


def _lengths(spreads: dict[str, Spread]) -> Iterator[str]:
    for spread in spreads.values():
        yield shown(spread.total)
        yield shown(spread.quantile(0.5))
        yield shown(spread.quantile(0.95))


def _pictures(figures: DatasetFigures) -> Section:
    rows = figures.whole
    sizes = {f"{width} × {height}": count for (width, height), count in rows.sizes.items()}
    if rows.other_sizes:
        sizes["further sizes"] = rows.other_sizes
    plots = [
        _plot("Width", rows.widths, "px"),
        _plot("Height", rows.heights, "px"),
        _plot("Pixels", rows.pixels, "megapixels"),
    ]
    return Section("Pictures", [*_drawn(plots), tally("Size", sizes, rows.samples, most=12)])


def _regions(figures: DatasetFigures) -> Section:
    rows = [_row(level, spread) for level, spread in sorted(figures.whole.regions.items())]
    head = ["level", "samples", "regions", "least", "median", "95 %", "most"]
    without = figures.whole.without_regions
    note = f"Per sample that has any of the level. {without:,} samples have no regions."
    return Section("Regions", [Table("Regions per sample", head, rows)] if rows else [], note)


def _row(name: str, spread: Spread) -> list[str]:
    return [
        name,
        shown(spread.count),
        shown(spread.total),
        shown(spread.least),
        shown(spread.quantile(0.5)),
        shown(spread.quantile(0.95)),
        shown(spread.most),
    ]


def _rejections(figures: DatasetFigures) -> Section:
    bars = tally("Reasons", figures.reasons, figures.total("units"), figures.meanings)
    return Section("Rejections", [bars] if figures.reasons else [], "Share of all units.")


def _proof(figures: DatasetFigures) -> Section:
    proofs = sorted(figures.whole.proofs.items())
    same = [[name, shown(one.least), shown(one.count)] for name, one in proofs if _is_same(one)]
    plots = [_plot(name, spread, "") for name, spread in proofs if not _is_same(spread)]
    tables = (
        [Table("The same in all samples", ["number", "value", "samples"], same)] if same else []
    )
    note = "Numbers that the proofs of samples hold, by name."
    return Section("Proof", [*_drawn(plots), *tables], note)


def _is_same(spread: Spread) -> bool:
    return spread.least == spread.most


def _work(figures: DatasetFigures) -> Section:
    rows = []
    for name, part in figures.parts.items():
        stages = [(stage, s) for stage, s in part.seconds.items() if stage != "wall"]
        for stage, seconds in sorted(stages, key=lambda pair: (-pair[1], pair[0])):
            per_unit = 1000 * seconds / part.units if part.units else 0.0
            rows.append([f"{name}: {stage}", f"{seconds:,.2f}", f"{per_unit:,.2f}"])
        rows.append([f"{name}: largest worker", f"{part.peak_mb:,.0f} MiB", ""])
    head = ["part and stage", "CPU seconds", "ms per unit"]
    return Section("Work", [Table("CPU time by stage", head, rows)] if rows else [])


def _plot(title: str, spread: Spread, unit: str) -> Plot | None:
    return plot(title, spread, unit) if spread.count else None


def _drawn(plots: list[Plot | None]) -> list[Plot]:
    return [one for one in plots if one is not None]
