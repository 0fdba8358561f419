"""Licences of sources: their names on the Hub, and what each asks of whoever publishes.

The rules are data (`templates/card/licences.yaml`, by SPDX identifier). What is not listed there is
not known, and what is not known may not be passed on. This is a help for careful people, no legal
advice.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from dataengine.resources import bundled

HUB_NAMES = frozenset(
    """
    afl-3.0 agpl-3.0 apache-2.0 artistic-2.0 bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear
    bsl-1.0 c-uda cc cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0
    cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cc-by-nd-4.0
    cc-by-sa-3.0 cc-by-sa-4.0 cc0-1.0 cdla-permissive-1.0 cdla-permissive-2.0 cdla-sharing-1.0
    ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1 eupl-1.2 gfdl gpl gpl-2.0 gpl-3.0 isc lgpl lgpl-2.1
    lgpl-3.0 lppl-1.3c mit mpl-2.0 ms-pl ncsa odbl odc-by ofl-1.1 osl-3.0 pddl postgresql unlicense
    wtfpl zlib
    """.split()  # noqa: SIM905  (a list of 60 short strings is harder to read)
)

_ALIASES = {
    "odbl-1.0": "odbl",
    "odc-by-1.0": "odc-by",
    "pddl-1.0": "pddl",
    "cc-zero": "cc0-1.0",
    "cc0": "cc0-1.0",
}

RULES_FILE = "licences.yaml"
UNKNOWN = "unknown"
_OR = re.compile(r"\s+OR\s+")
_AND = re.compile(r"\s+AND\s+")
_PORTED = re.compile(r"(cc-by[a-z-]*-[0-9.]+)-[a-z]{2,3}")  # CC-BY-3.0-US asks what CC-BY-3.0 does


def hub_licence(licence: str) -> str:
    """Return the Hub's name of an SPDX identifier, "other", or "unknown" for an empty one."""
    name = licence.strip().lower()
    if not name or name == "unknown":
        return "unknown"
    name = re.sub(r"-(or-later|only)$", "", re.sub(r"\+$", "", name))
    if name.startswith("gfdl-"):
        name = "gfdl"
    name = _ALIASES.get(name, name)
    return name if name in HUB_NAMES else "other"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a licence asks of whoever publishes pictures made from works under it.

    Attributes:
        kind: "public-domain", "attribution", "share-alike", "non-commercial", "no-derivatives",
            "software", …, or "unknown".
        allowed: whether such pictures may be passed on at all.
        attribution: whether the works must be named.
        asks: the obligations in words.
    """

    kind: str
    allowed: bool
    attribution: bool
    asks: str


NOT_KNOWN = Rule(
    UNKNOWN,
    allowed=False,
    attribution=True,
    asks="nobody has said that it may be passed on; find the licence, or ask the owner",
)


def rule_of(licence: str) -> Rule:
    """Return the rule for a licence: an SPDX identifier, or several joined by OR or by AND.

    Of a choice (OR) the most lenient rule holds, of a sum (AND) the strictest. Parentheses, WITH,
    `LicenseRef-…`, "All rights reserved" and whatever else is not listed give `NOT_KNOWN`.
    """
    rules, names = _rules()
    order = list(rules)

    def one(name: str) -> Rule:
        plain = _PORTED.sub(r"\1", name.strip().casefold())
        return rules.get(names.get(plain, ""), NOT_KNOWN)

    def strictness(rule: Rule) -> tuple[bool, int]:
        return not rule.allowed, order.index(rule.kind) if rule.kind in rules else len(order)

    def together(choice: str) -> Rule:
        parts = sorted((one(name) for name in _AND.split(choice)), key=strictness)
        return dataclasses.replace(
            parts[-1],
            attribution=any(part.attribution for part in parts),
            asks="; ".join(dict.fromkeys(part.asks for part in parts)),
        )

    return min(map(together, _OR.split(licence)), key=strictness)


@functools.cache
def _rules() -> tuple[Mapping[str, Rule], Mapping[str, str]]:
    """Return kind -> rule and name in lower case -> kind."""
    data = yaml.safe_load(bundled("templates", f"card/{RULES_FILE}").read_text("utf-8"))
    renamed: dict[str, str] = data.pop("renamed")
    rules = {
        kind: Rule(kind, entry["allowed"], entry["attribution"], entry["asks"])
        for kind, entry in data.items()
    }
    names = {name.casefold(): kind for kind, entry in data.items() for name in entry["names"]}
    names |= {old.casefold(): names[new.casefold()] for old, new in renamed.items()}
    return rules, names
