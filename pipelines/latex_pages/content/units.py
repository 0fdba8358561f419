"""Numbers and units of siunitx, in its plain uses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.latex_pages.content.reading import Refusal, raw_text
from pipelines.latex_pages.source.tokens import Token

if TYPE_CHECKING:
    from pipelines.latex_pages.content.reading import Reader, Tokens
    from pipelines.latex_pages.source.tokens import Place

UNIT_COMMANDS = frozenset(("num", "si", "SI", "qty", "unit", "ang"))

_NUMBER = re.compile(r"\s*([-+]?)(\d*(?:[.,]\d+)?)(?:[eE]([-+]?\d+))?\s*\Z")
_PREFIXES = {
    "nano": "n", "micro": "µ", "milli": "m", "centi": "c", "deci": "d", "kilo": "k", "mega": "M",
    "giga": "G", "tera": "T",
}  # fmt: skip
_UNITS = {
    "metre": "m", "meter": "m", "second": "s", "gram": "g", "ampere": "A", "kelvin": "K",
    "mole": "mol", "hertz": "Hz", "newton": "N", "pascal": "Pa", "joule": "J", "watt": "W",
    "coulomb": "C", "volt": "V", "tesla": "T", "kilogram": "kg", "electronvolt": "eV", "eV": "eV",
    "bar": "bar", "litre": "L", "liter": "L", "minute": "min", "hour": "h", "day": "d",
    "percent": "%", "degree": "°", "celsius": "°C", "degreeCelsius": "°C", "byte": "B",
    "bit": "bit", "mm": "mm", "cm": "cm", "nm": "nm", "km": "km", "kg": "kg", "ms": "ms",
    "keV": "keV", "MeV": "MeV", "GeV": "GeV", "angstrom": "Å", "radian": "rad",
}  # fmt: skip
_POWERS = {"squared": "²", "cubed": "³", "square": "²", "cubic": "³"}


def read_quantity(reader: Reader, name: str) -> tuple[Tokens, str]:
    """Read the arguments of a command of `UNIT_COMMANDS`; return a formula's tokens and a unit.

    Raises:
        Refusal: anything but a plain number or a product of known units.
    """
    place = reader.place
    reader.option()
    number: Tokens = []
    unit = ""
    if name not in ("si", "unit"):
        text = raw_text(reader.argument())
        number = _number(text, place)
        if name == "ang":
            degree = [Token("sup", "^", place), Token("control", "circ", place)]
            return [*number, *degree], ""
    if name not in ("num", "ang"):
        unit = _unit(reader.argument(), place)
    blank = "" if unit[:1] in ("", "°") and unit != "°C" else " "
    return number, blank + unit if number else unit


def _number(text: str, place: Place) -> Tokens:
    found = _NUMBER.match(text)
    if found is None or not (found[2] or found[3]):
        raise Refusal("units", text[:30], place)
    tokens = [Token("letter", found[1] + found[2], place)] if found[1] + found[2] else []
    if found[3]:
        if found[2]:
            tokens.append(Token("control", "times", place))
        tokens.append(Token("letter", "10", place))
        tokens.append(Token("sup", "^", place))
        tokens.append(Token("begin", "{", place))
        tokens.append(Token("letter", found[3], place))
        tokens.append(Token("end", "}", place))
    return tokens


def _unit(tokens: Tokens, place: Place) -> str:
    shown, parted = "", False
    for token in tokens:
        text = token.text
        if token.kind == "space":
            continue
        if token.kind == "letter" and text.replace("/", "").replace("%", "").isalpha():
            shown += text
        elif token.kind != "control":
            raise Refusal("units", raw_text(tokens)[:30], place)
        elif text == "per":
            if "/" in shown:
                raise Refusal("units", raw_text(tokens)[:30], place)
            shown, parted = (shown or "1") + "/", True
        elif text in _PREFIXES:
            shown += _PREFIXES[text] if parted or not shown else "·" + _PREFIXES[text]
            parted = True
        elif text in _POWERS and shown and text.endswith("ed"):
            shown += _POWERS[text]
        elif text in _UNITS:
            shown += _UNITS[text] if parted or not shown else "·" + _UNITS[text]
            parted = False
        else:
            raise Refusal("units", raw_text(tokens)[:30], place)
    return shown
