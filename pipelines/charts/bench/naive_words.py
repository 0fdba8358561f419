"""Numbers and labels as plain code prints them with f-strings."""

from __future__ import annotations

from pipelines.charts.spec.model import Spec
from pipelines.charts.spec.numbers import SCALES, NumberFormat


def number_text(form: NumberFormat, value: float, *, tick: bool = False) -> str:
    """Return a number with its unit; a tick's with no more decimals than it needs."""
    scaled = abs(value) / SCALES[form.scale]
    comma = "," if form.grouping else ""
    digits = f"{scaled:{comma}.6g}" if tick else f"{scaled:{comma}.{form.decimals}f}"
    sign = "-" if value < 0 else ""
    return f"{sign}{form.prefix}{digits}{form.scale}{form.suffix}"


def item_texts(spec: Spec, names: tuple[str, ...], values: list[float]) -> list[str]:
    """Return what stands at the slices of a chart of parts."""
    total = sum(values) or 1.0
    texts = []
    for name, value in zip(names, values, strict=True):
        percent = number_text(spec.percent_format, 100 * value / total)
        part = percent if "percent" in spec.labels else number_text(spec.value.format, value)
        texts.append(f"{name}: {part}" if spec.labels.startswith("name_") else part)
    if spec.labels == "name":
        return list(names)
    return texts if spec.labels != "none" else [""] * len(names)
