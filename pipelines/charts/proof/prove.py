"""Proves a chart: the picture shows all of the specification and nothing else, to be read."""

from __future__ import annotations

from pipelines.charts.colours import rgb
from pipelines.charts.drawing import Drawing
from pipelines.charts.options import Proof
from pipelines.charts.proof.borders import check_borders
from pipelines.charts.proof.clouds import check_clouds
from pipelines.charts.proof.crossed import check_crossed
from pipelines.charts.proof.distinct import check_distinct
from pipelines.charts.proof.geometry import check_geometry
from pipelines.charts.proof.ink import check_ink
from pipelines.charts.proof.language import check_language
from pipelines.charts.proof.legibility import check_legibility
from pipelines.charts.proof.printed import check_labels, check_truth
from pipelines.charts.proof.seen import check_seen, check_swatches
from pipelines.charts.proof.strings import check_strings
from pipelines.charts.proof.verdict import Disproved, Fault, Proved
from pipelines.charts.spec.model import Spec
from pipelines.charts.style.model import Style
from pipelines.charts.truth.reading import Truth

__all__ = ["Disproved", "Proved", "prove"]


def prove(
    spec: Spec, style: Style, drawing: Drawing, truth: Truth, limits: Proof
) -> Proved | Disproved:
    """Return the scores of a chart that holds, or the first reason why one does not.

    Args:
        spec: what was to be drawn.
        style: the look it was drawn in.
        drawing: what was drawn.
        truth: as `read_truth` made it of the two.
        limits: thresholds.
    """
    ground = rgb(style.frame.plot_background)
    try:
        check_strings(spec, truth)
        check_labels(spec, truth)
        check_truth(spec, truth)
        smallest = check_legibility(
            drawing, training_px=limits.training_px, min_text_px=limits.min_text_px
        )
        off = check_geometry(spec, drawing, truth)
        apart = check_distinct(spec, style, drawing, truth)
        check_clouds(spec, truth.findings)
        check_crossed(spec, drawing, truth.findings, ground)
        check_language(spec, drawing)
        contrast = check_ink(drawing)
        seen = check_seen(drawing, truth, ground)
        check_swatches(drawing, rgb(style.frame.background))
        check_borders(drawing, truth.findings)
    except Fault as fault:
        return Disproved(fault.reason, fault.detail)
    exact = sum(one.exact for entry in truth.entries for one in entry.readings)
    return Proved(
        {
            "labelled": truth.labelled,
            "values": sum(len(entry.readings) for entry in truth.entries),
            "exact": exact,
            "tolerance": dict(truth.tolerance),
            "tolerance_share": dict(truth.tolerance_share),
            "off_px": round(off, 3),
            "text_px": smallest,
            "contrast": contrast,
            "colour_distance": apart,
            "marks_seen": seen,
        }
    )
