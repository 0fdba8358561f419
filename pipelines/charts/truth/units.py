"""Units of axes, as their titles state them."""

from __future__ import annotations

import re

_BRACKETS = re.compile(r"[(（]([^()（）]{1,30})[)）]$")
_PREFIX = re.compile(r"^(?:单位|[Uu]nits?)\s?[:：]\s?(.{1,30})$")
_MANY = re.compile(r"^(?:(?:hundred|thousand|million|billion|trillion)s?(?: of)? )?(.{1,20})$")
_WORDS = """
% ‰ € $ £ ¥ ° °C °F K kg g mg µg μg t kt Mt lb oz m km cm mm µm μm nm ft mi ha
m² km² cm² m³ km³ cm³ l L ml mL hl hL dl W kW MW GW TW Wh kWh MWh GWh TWh J kJ MJ GJ TJ cal kcal
V kV mV A mA Ah mAh Ω Hz kHz MHz GHz s ms µs μs ns min h d a yr Pa hPa kPa MPa bar mbar dB dBA
lx lm cd N kN Nm mol mmol ppm ppb bit B kB KB MB GB TB PB Mbit Gbit rpm fps pp
EUR USD GBP CNY RMB JPY CHF tonnes tons hours days weeks months years minutes seconds people persons
"""
_SYMBOLS = frozenset(_WORDS.split())


def unit_of(title: str) -> str:
    """Return the unit of an axis: in brackets at the end of its title, or all of it; "" for none.

    All of a title is a unit where it says so ("单位：元") or is made of symbols of units only, a
    word of number before them at most ("GWh", "thousand t", "m³/s", "€/kg").
    """
    found = _BRACKETS.search(title)
    inner = found[1].strip() if found else title
    named = _PREFIX.match(inner)
    if named:
        return named[1].strip()
    if found:
        return inner
    rest = _MANY.match(title)
    parts = re.split(r"[/·]| per ", rest[1]) if rest else []
    return title if parts and all(part in _SYMBOLS for part in parts) else ""
