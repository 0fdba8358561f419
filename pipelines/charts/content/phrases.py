"""Harvests phrases from text files: one per line; the file's name may say what they are for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from dataengine.material import Piece, Refusal
from dataengine.pipeline import Item
from pipelines.charts.content.stock import ANY
from pipelines.charts.content.words import decode, is_chinese

ROLES = ("titles", "categories", "axes", "series", "sources")
PROMPTS = ("topics", "personas")
"""Files of these names hold what a language model is to write charts about, and as whom."""
LONGEST = 60
MOST_PHRASES = 50_000
_SHORT = 24
_NO_WORDS = re.compile(r"[\W\d_]*")
_CLAUSE = re.compile(r"[。！？；，,;!?]|\.(?=\s|$)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffd\u200b-\u200f\u202a-\u202e]")


def role_of(item: Item) -> str:
    """Return what the phrases of a file are for: its name without ending, or `ANY`."""
    stem = PurePosixPath(item.member or item.path).stem.lower()
    return stem if stem in (*ROLES, *PROMPTS) else ANY


def harvest_phrases(item: Item, data: bytes) -> Iterator[Piece | Refusal]:
    """Yield the lines of a text file as phrases; longer ones give their clauses.

    A line with a character that cannot be shown is refused.
    """
    role = role_of(item)
    count = 0
    for number, line in enumerate(decode(data).splitlines(), 1):
        place = f"line {number}"
        for phrase in _cut(line) if role == ANY else [line.strip()]:
            if not phrase:
                continue
            if _CONTROL.search(phrase):
                yield Refusal("phrase", "odd-characters", "it has control characters", place)
            elif len(phrase) > (LONGEST if role != "sources" else 2 * LONGEST):
                yield Refusal("phrase", "too-long", f"{len(phrase)} characters", place)
            else:
                language = item.language or ("zh" if is_chinese(phrase) else "en")
                yield Piece(f"{language}/phrase/{role}", phrase, {"text": phrase})
                count += 1
        if count >= MOST_PHRASES:
            yield Refusal("phrase", "too-many", f"only the first {count} are used", place)
            return


def _cut(line: str) -> Iterator[str]:
    """Yield the phrases of a line: its columns, and of longer ones the clauses."""
    for column in line.strip().split("\t"):
        clauses = [column] if len(column.strip()) <= _SHORT else _CLAUSE.split(column)
        for clause in clauses:
            phrase = clause.strip(" \"'“”‘’()（）[]【】《》:：-—")
            if 2 <= len(phrase) <= _SHORT and not _NO_WORDS.fullmatch(phrase):
                yield phrase
