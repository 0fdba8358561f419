"""What stands at a bar, point or slice: composed here for both renderers, and taken apart again."""

from __future__ import annotations

from pipelines.charts.spec.model import LabelText

JOINS = (": ", "\n", " ", "：")
"""What may stand between a name and its value."""


def compose(labels: LabelText, name: str, value: str, percent: str, join: str = ": ") -> str:
    """Return the text of a label, "" for none."""
    match labels:
        case "none":
            return ""
        case "value":
            return value
        case "percent":
            return percent
        case "name":
            return name
        case "name_value":
            return f"{name}{join}{value}"
        case "name_percent":
            return f"{name}{join}{percent}"


def value_part(drawn: str, name: str) -> str:
    """Return what a drawn label prints after the name, all of it if the name does not lead it.

    A renderer may have wrapped the label: its line feeds count as blanks, or as nothing.
    """
    if not name:
        return drawn.strip()
    flat, lead = _flat(drawn), _flat(name)
    if not flat.startswith(lead):
        return drawn.strip()
    seen = 0
    for at, char in enumerate(drawn):
        if seen == len(lead):
            rest = drawn[at:]
            break
        seen += not char.isspace()
    else:
        rest = ""
    for join in JOINS:
        if rest.startswith(join):
            return rest[len(join) :].strip()
    return rest.strip()


def _flat(text: str) -> str:
    return "".join(text.split())
