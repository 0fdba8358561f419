"""The two modes of every metric, and what the published evaluation scripts do differently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from dataengine.errors import ConfigError

Mode = Literal["correct", "paper"]
"""`correct` does what the metric's name says; `paper` what the reference code does, faults too."""

Units = Literal["words", "spaces", "characters"]
"""What counts as one token: see `units.split`."""

Reference = Literal["nougat", "fox", "got", "got_scene"]
"""Whose script `paper` follows for scores of pages."""


@dataclass(frozen=True, slots=True)
class PaperRule:
    """What one evaluation script does to a page before and after it scores it."""

    min_chars: int
    """A page is skipped if prediction or target has fewer characters."""
    swapped: bool
    """Target and prediction change places in precision, recall, BLEU and METEOR."""
    units: Units


PAPER_RULES: Mapping[Reference, PaperRule] = MappingProxyType(
    {
        # facebookresearch/nougat nougat/metrics.py
        "nougat": PaperRule(min_chars=4, swapped=False, units="spaces"),
        # ucaslcl/Fox eval_tools/eval_ocr_test.py: f(pred=label, gt=answer), nothing skipped
        "fox": PaperRule(min_chars=0, swapped=True, units="words"),
        # Ucas-HaoranWei/GOT-OCR2.0 GOT/eval/pyevaltools/eval_ocr.py
        "got": PaperRule(min_chars=1, swapped=True, units="words"),
        # the same folder's eval_ocr_scene.py: list(text) in place of words
        "got_scene": PaperRule(min_chars=1, swapped=True, units="characters"),
    }
)


def check_mode(mode: str) -> None:
    """Raise `ConfigError` for a mode that is none."""
    if mode not in get_args(Mode):
        raise ConfigError(f"mode {mode!r} is none of {', '.join(get_args(Mode))}")


def paper_rule(reference: str) -> PaperRule:
    """Return the rule of a reference script; raises `ConfigError` for an unknown one."""
    for name, rule in PAPER_RULES.items():
        if name == reference:
            return rule
    raise ConfigError(f"reference {reference!r} is none of {', '.join(PAPER_RULES)}")
