"""Licences of sources as the Hub's card metadata names them.

The Hub knows a fixed list of short names; whatever is not on it becomes "other", and what is not
known "unknown". The card's text names every licence in full.
"""

from __future__ import annotations

import re

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
