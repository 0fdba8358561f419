"""Text of files whose encoding nobody states, and what script it is in."""

from __future__ import annotations

import re

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_BRACKETS = re.compile(r"^(?P<name>.*\S)\s*[(（](?P<unit>[^()（）\d][^()（）]{0,23})[)）]$")


def decode(data: bytes) -> str:
    """Return the text of a file: UTF-8 or UTF-16 by its mark, else UTF-8, else GB 18030."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")


def is_chinese(text: str) -> bool:
    """Say whether a text has Chinese characters."""
    return bool(_HAN.search(text))


def name_and_unit(header: str) -> tuple[str, str]:
    """Part "Yield (t/ha)" into its name and its unit; the unit is "" where none is in brackets."""
    found = _BRACKETS.match(header.strip())
    return (found["name"], found["unit"].strip()) if found else (header.strip(), "")


def with_unit(name: str, unit: str, language: str) -> str:
    """Put a name and a unit together as each language does."""
    if not unit:
        return name
    return f"{name}（{unit}）" if language == "zh" else f"{name} ({unit})"


def candle_words(language: str) -> dict[str, str]:
    """Return what the legend of a candlestick chart calls rising and falling candles."""
    words = ("上涨", "下跌") if language == "zh" else ("Rise", "Fall")
    return dict(zip(("rising", "falling"), words, strict=True))
