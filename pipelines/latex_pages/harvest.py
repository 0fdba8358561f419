"""From one work to vetted pieces: read, expanded, parsed, written in all forms, set and proven."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from dataengine.material import Piece as Stored
from dataengine.material import Refusal
from pipelines.latex_pages.content.nodes import Block, Heading, Paragraph, Table
from pipelines.latex_pages.content.parsing import Parsed, Refused, parse_document
from pipelines.latex_pages.dangling import Judged, without_dangling
from pipelines.latex_pages.forms.form import Form
from pipelines.latex_pages.forms.tables import TableForms, render_table
from pipelines.latex_pages.forms.write import table_forms, write_block
from pipelines.latex_pages.page.pieces import Kind, Piece
from pipelines.latex_pages.paragraphs import split_long
from pipelines.latex_pages.readback import reads_back
from pipelines.latex_pages.source.archives import SourceError
from pipelines.latex_pages.source.expansion import expand
from pipelines.latex_pages.source.language import find_language, has_han, language_of
from pipelines.latex_pages.source.works import unpack
from pipelines.latex_pages.stock import DENSE_KINDS, dump_piece, plain_group
from pipelines.latex_pages.vetting import Failed, Vetted, Vetter

BATCH = 200
"""Candidates per run of TeX."""

_KINDS: dict[str, Kind] = {
    "Heading": "heading",
    "Paragraph": "paragraph",
    "Display": "display",
    "ItemList": "list",
    "Theorem": "theorem",
    "Quote": "quote",
    "Table": "table",
}
_BLANKS = re.compile(r"\s+")
_WORD = re.compile(r"[^\W\d_]{2,}[.,;:!?]?")
_TELLING = 200
"""Characters of words from which on a language can be told."""

Beside = Callable[[str], bytes | None]


def harvest(data: bytes, name: str, beside: Beside, vetter: Vetter) -> Iterator[Stored | Refusal]:
    """Yield the pieces of a work, and what in it is of no use, in the order of the source."""
    try:
        work = unpack(data, name, beside)
    except SourceError as error:
        yield Refusal("work", error.reason.replace("_", "-"), str(error))
        return
    for missing in work.missing:
        yield Refusal("file", "missing-file", f"there is no {missing[:100]!r}", work.root)
    expanded = expand(work)
    language = language_of(expanded.tokens)
    found = _candidates(parse_document(expanded))
    for one in without_dangling(_vetted(found, language, vetter)):
        if isinstance(one, Refusal):
            yield one
        else:
            yield from _stored(*one)


def _candidates(parsed: Iterator[Parsed | Refused]) -> Iterator[Piece | Refusal]:
    for one in parsed:
        if isinstance(one, Refused):
            yield Refusal(one.kind, one.reason, one.detail, one.place)
            continue
        blocks: Sequence[Block] = (one.block,)
        if isinstance(one.block, Paragraph):
            blocks = split_long(one.block)
        for block in blocks:
            yield _candidate(block, one.place)


def _candidate(block: Block, place: str) -> Piece | Refusal:
    """Write a block in all its forms, and see that the markdown reads back as the same."""
    kind = _KINDS[type(block).__name__]
    try:
        if isinstance(block, Table):
            table = table_forms(block)
            piece = Piece(kind, table=table)
        else:
            level = block.level if isinstance(block, Heading) else 0
            continued = isinstance(block, Paragraph) and block.continued
            piece = Piece(kind, write_block(block), level=level, continued=continued)
    except ValueError as error:
        return Refusal(kind, "unwritable", str(error), place)
    if not _ink(piece):
        return Refusal(kind, "empty", "nothing in it is visible", place)
    if problem := _differs(piece):
        return Refusal(kind, "markdown-differs", problem, place)
    return replace(piece, source={"place": place})


def _differs(piece: Piece) -> str:
    """Say what of the markdown does not read back; of a table, the tabular and the caption."""
    if piece.table is None:
        return reads_back(piece.form)
    forms = [render_table(piece.table)]
    if piece.table.caption is not None:
        forms.append(piece.table.caption)
    problems = (reads_back(form) for form in forms)
    return next((problem for problem in problems if problem), "")


def _vetted(found: Iterator[Piece | Refusal], of_work: str, vetter: Vetter) -> Iterator[Judged]:
    while batch := list(islice(found, BATCH)):
        yield from _judged(batch, of_work, vetter)


def _judged(batch: list[Piece | Refusal], of_work: str, vetter: Vetter) -> Iterator[Judged]:
    """Vet the candidates of a batch by language; refusals keep their places."""
    languages = ["" if isinstance(one, Refusal) else _language(one, of_work) for one in batch]
    outcomes: dict[int, Vetted | Failed] = {}
    for language in ("en", "zh"):
        places = [at for at, found in enumerate(languages) if found == language]
        pieces = [one for at in places if isinstance(one := batch[at], Piece)]
        outcomes |= dict(zip(places, vetter.vet(pieces, language), strict=True))
    for at, one in enumerate(batch):
        if isinstance(one, Refusal):
            yield one
        elif languages[at] not in ("en", "zh"):
            yield Refusal(one.kind, "other-language", _shown(one)[:60], one.source["place"])
        elif isinstance(outcome := outcomes[at], Failed):
            yield Refusal(one.kind, outcome.reason, outcome.detail, one.source["place"])
        else:
            yield outcome.piece, languages[at]


def _stored(piece: Piece, language: str) -> Iterator[Stored]:
    body = dump_piece(piece)
    key = _key(piece)
    yield Stored(f"{language}/flow", key, body)
    # Dense pages and crops draw tables and displays alone, so these are stored twice.
    if piece.kind in DENSE_KINDS:
        yield Stored(f"{language}/{piece.kind}", key, body)
        if language == "zh" and not has_han(_shown(piece)):
            yield Stored(plain_group(language, piece.kind), key, body)


def _language(piece: Piece, of_work: str) -> str:
    """Return the language of a piece; formulas and names alone go with their work."""
    text = _shown(piece)
    if has_han(text):
        return "other" if find_language(text) == "other" else "zh"
    words = " ".join(word for word in text.split() if _WORD.fullmatch(word))
    if piece.kind in ("table", "display", "heading") or len(words) < _TELLING:
        return "zh" if of_work == "zh" else "en"
    return find_language(words)


def _key(piece: Piece) -> str:
    """What makes two pieces the same: kind and ink, whatever the spelling."""
    told = [piece.kind, piece.form.glyphs.chars]
    if piece.kind == "paragraph":
        told.append(_BLANKS.sub(" ", piece.form.text))
    if piece.table is not None:
        told.append(json.dumps(piece.table.dump(), ensure_ascii=False))
    return hashlib.blake2b("\0".join(told).encode(), digest_size=16).hexdigest()


def _shown(piece: Piece) -> str:
    if piece.table is None:
        return piece.form.text
    return _table_text(piece.table)


def _table_text(table: TableForms) -> str:
    forms: list[Form] = [cell.form for row in table.rows for cell in row]
    if table.caption is not None:
        forms.append(table.caption)
    return " ".join(form.text for form in forms)


def _ink(piece: Piece) -> str:
    return piece.form.glyphs.chars or _shown(piece).strip()
