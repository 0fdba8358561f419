"""The chart's words are in the script of the language that it claims."""

from __future__ import annotations

from pipelines.charts.drawing import Drawing
from pipelines.charts.proof.verdict import Fault
from pipelines.charts.spec.model import Spec
from pipelines.charts.truth.names import is_han

_NUMBERS = frozenset(("x_tick", "y_tick", "y2_tick", "label"))
_LEAST_HAN = 0.2


def check_language(spec: Spec, drawing: Drawing) -> None:
    """Check the script of all words; those of numbers' units do not count.

    Raises:
        Fault: wrong-script.
    """
    letters = han = 0
    for one in drawing.texts:
        if one.role in _NUMBERS and (one.value is not None or one.role == "label"):
            continue
        if spec.language == "en" and one.string.isascii():
            continue
        letters += sum(map(str.isalpha, one.string))
        han += sum(map(is_han, one.string))
    if spec.language == "en" and han:
        raise Fault("wrong-script", f"{han} Chinese characters in an English chart")
    if spec.language == "zh" and letters and han < _LEAST_HAN * letters:
        raise Fault("wrong-script", f"{han} of {letters} letters of a Chinese chart are Chinese")
