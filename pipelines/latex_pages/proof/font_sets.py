"""What sets of mathematical fonts cannot show, measured by setting every symbol with each.

Computer Modern and Latin Modern, with pdflatex and xelatex, show all of `symbols.SYMBOLS` as
`tounicode.tex` completes them.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

UNFIT: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        # no small capitals, no bold formulas; one epsilon, one rho; three symbols missing
        "mathptmx": frozenset(
            (
                "\\boldsymbol",
                "\\textsc",
                "\\epsilon",
                "\\varrho",
                "\\emptyset",
                "\\jmath",
                "\\amalg",
                "\\coprod",
            )
        ),
        "mathpazo": frozenset(("\\textsc",)),
        # own glyphs for negations, and two signs with each other's names
        "txfonts": frozenset(("\\not", "\\succapprox", "\\precapprox")),
        "pxfonts": frozenset(("\\not", "\\succapprox", "\\precapprox")),
    }
)
"""Package -> commands that must not be set with it: the page would show something else."""
_COMMAND = re.compile(r"\\[A-Za-z]+")


def is_fit(package: str, latex: str) -> bool:
    """Say whether a set of fonts can show a piece of LaTeX."""
    unfit = UNFIT.get(package)
    return unfit is None or unfit.isdisjoint(_COMMAND.findall(latex))
