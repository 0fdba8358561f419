"""How a chart prints numbers (decimals, thousands, units, 万 and 亿, percent), and back."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from pydantic import Field

from dataengine.settings import Settings

SCALES = {"": 1, "K": 1_000, "M": 1_000_000, "B": 1_000_000_000, "千": 1_000}
SCALES |= {"万": 10_000, "亿": 100_000_000}
Scale = Literal["", "K", "M", "B", "千", "万", "亿"]

_TICK_DECIMALS = 6
_DIGITS = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")


class NumberFormat(Settings):
    """A way to print numbers; `parse` reads back exactly what `text` and `tick` print.

    Attributes:
        decimals: digits after the point of a data value, counted after scaling.
        grouping: whether thousands are parted by commas.
        scale: the printed number counts so many; the mark follows the digits: 3.2万.
        prefix, suffix: what stands before and after: "¥", "$", "%", " km".
    """

    decimals: int = Field(default=0, ge=0, le=6)
    grouping: bool = False
    scale: Scale = ""
    prefix: str = Field(default="", max_length=8)
    suffix: str = Field(default="", max_length=16)

    @property
    def quantum(self) -> Decimal:
        """The difference between neighbouring values that print differently."""
        return Decimal(SCALES[self.scale]) / (Decimal(10) ** self.decimals)

    def quantise(self, value: float) -> float:
        """Return the nearest value that prints exactly."""
        quantum = self.quantum
        steps = (Decimal(repr(float(value))) / quantum).quantize(Decimal(1), ROUND_HALF_UP)
        return float(steps * quantum)

    def text(self, value: float) -> str:
        """Return a data value as labels print it; exact for quantised values."""
        return self._dress(value, f"{self._scaled(abs(value)):.{self.decimals}f}")

    def tick(self, value: float) -> str:
        """Return a tick's value with as many decimals as it needs."""
        digits = f"{self._scaled(abs(value)):.{_TICK_DECIMALS}f}".rstrip("0").rstrip(".")
        return self._dress(value, digits)

    def parse(self, text: str) -> float | None:
        """Return the value that a printed string stands for, None if it is not of this format."""
        text = text.strip()
        negative = text[:1] in ("-", "−")
        body = text[1:] if negative else text
        mark = self.scale + self.suffix
        if not body.startswith(self.prefix) or not body.endswith(mark):
            return None
        digits = body[len(self.prefix) : len(body) - len(mark)]
        if not _DIGITS.fullmatch(digits):
            return None
        if not self.grouping and "," in digits:
            return None
        value = float(Decimal(digits.replace(",", "")) * SCALES[self.scale])
        return -value if negative else value

    def javascript(self) -> str:
        """Return the source of a JavaScript function that prints ticks as `tick` does."""
        group = r".replace(/\B(?=(\d{3})+(?!\d))/g,',')" if self.grouping else ""
        return (
            "function(v){if(typeof v!=='number')v=Number(v);"
            f"var t=(Math.abs(v)/{SCALES[self.scale]}).toFixed({_TICK_DECIMALS})"
            ".replace(/0+$/,'').replace(/\\.$/,'');"
            f"var p=t.split('.');p[0]=p[0]{group};t=p.join('.');"
            f"return (v<0&&t!=='0'?'-':'')+{_js(self.prefix)}+t+{_js(self.scale + self.suffix)};}}"
        )

    def _scaled(self, value: float) -> float:
        scale = SCALES[self.scale]
        return value if scale == 1 else float(Decimal(repr(float(value))) / scale)

    def _dress(self, value: float, digits: str) -> str:
        if self.grouping:
            whole, point, rest = digits.partition(".")
            digits = f"{int(whole):,}{point}{rest}"
        sign = "-" if value < 0 and digits.strip("0.,") else ""
        return f"{sign}{self.prefix}{digits}{self.scale}{self.suffix}"


def nice_step(least: float) -> float:
    """Return the smallest of …, 0.1, 0.2, 0.5, 1, 2, 5, 10, … that is at least `least`.

    Raises:
        ValueError: `least` is not a positive number.
    """
    if not (least > 0 and math.isfinite(least)):
        raise ValueError(f"a step must be positive, not {least}")
    power = 10.0 ** math.floor(math.log10(least))
    for factor in (1, 2, 5, 10):
        if factor * power >= least * (1 - 1e-9):
            return factor * power
    raise AssertionError("10 times the power of ten below is always enough")


def _js(text: str) -> str:
    quoted = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", " ")
    return f"'{quoted}'"
