"""Reading of documents, and of single formulas and blocks given as LaTeX."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.latex_pages.content.accents import is_han
from pipelines.latex_pages.content.blocks import read_blocks
from pipelines.latex_pages.content.formulas import read_formula
from pipelines.latex_pages.content.inlines import read_inlines, read_words
from pipelines.latex_pages.content.narrowing import without_empty_columns
from pipelines.latex_pages.content.nodes import Block, Blocks, Formula, Heading, Inlines, Table
from pipelines.latex_pages.content.outcomes import Found
from pipelines.latex_pages.content.reading import Refusal
from pipelines.latex_pages.content.references import label_nouns
from pipelines.latex_pages.content.scope import Scope
from pipelines.latex_pages.source.tokens import Token, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipelines.latex_pages.source.expansion import Expanded

__all__ = [
    "Parsed",
    "Refusal",
    "Refused",
    "parse_blocks",
    "parse_document",
    "parse_formula",
    "parse_inlines",
]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A block of a document.

    Attributes:
        block: what it says.
        place: "file:line" of its beginning.
        section: how many headings stand before it.
    """

    block: Block
    place: str
    section: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A block that could not be read.

    Attributes:
        kind: what it would have been: "paragraph", "display", "table", "list", "heading", "item",
            "theorem", "figure", "code", or "block".
        reason: one word for counting: "unknown-command", "unsafe-command", "refused-macro",
            "unknown-environment", "unknown-character", "unbalanced", "graphics", "code",
            "nested-table", "column-spec", "span", "layout", "empty", "tag", "units",
            "operator-name", "reference", "too-deep", "too-long".
        detail: the command, the character, … at fault.
        place: "file:line".
    """

    kind: str
    reason: str
    detail: str
    place: str


def parse_document(expanded: Expanded) -> Iterator[Parsed | Refused]:
    """Yield a document's blocks in their order, and what could not be read; never raises."""
    chinese = _is_chinese(expanded.tokens)
    theorems = _theorem_names(expanded.theorem_names)
    scope = Scope(
        words=read_words,
        chinese=chinese,
        theorems=theorems,
        nouns=label_nouns(expanded.tokens, theorems, chinese=chinese),
        unnumbered=expanded.unnumbered_theorems,
        refused=frozenset(refusal.macro for refusal in expanded.refused),
    )
    section = 0
    for outcome in read_blocks(expanded.tokens, scope):
        file, line = outcome.place
        name = expanded.files[file] if file < len(expanded.files) else str(file)
        place = f"{name}:{line}"
        if isinstance(outcome, Found):
            block = outcome.block
            section += isinstance(block, Heading)
            if isinstance(block, Table):
                try:
                    block = without_empty_columns(block)
                except Refusal as refusal:
                    yield Refused("table", refusal.reason, refusal.detail, place)
                    continue
            yield Parsed(block, place, section)
        else:
            yield Refused(outcome.kind, outcome.reason, outcome.detail, place)


def parse_formula(text: str) -> Formula:
    """Return the formula that LaTeX without macros of its own spells.

    Raises:
        Refusal: something stands in it that no node can say.
    """
    return read_formula(tokenize(text.strip()), Scope(read_words))


def parse_inlines(text: str) -> Inlines:
    """Return running text; errors as those of `parse_formula`."""
    return read_inlines(tokenize(text.strip()), Scope(read_words))


def parse_blocks(text: str, *, chinese: bool = False) -> Blocks:
    """Return the blocks that LaTeX without macros of its own spells.

    Raises:
        Refusal: something stands in it that no node can say.
    """
    blocks: list[Block] = []
    for outcome in read_blocks(tokenize(text), Scope(read_words, chinese=chinese)):
        if not isinstance(outcome, Found):
            raise Refusal(outcome.reason, outcome.detail, outcome.place)
        blocks.append(outcome.block)
    return tuple(blocks)


def _is_chinese(tokens: Iterable[Token]) -> bool:
    """Return whether a tenth of the document's letters are Han."""
    han = letters = 0
    for token in tokens:
        if token.kind == "letter":
            letters += len(token.text)
            if not token.text.isascii():
                han += sum(map(is_han, token.text))
    return han * 10 > letters


def _theorem_names(names: dict[str, str]) -> dict[str, str]:
    """Return printed names that are plain text; the others fall back on the usual ones."""
    shown: dict[str, str] = {}
    for environment, name in names.items():
        if name and not set(name) & set("\\{}$&#^_~%"):
            shown[environment] = " ".join(name.split())
    return shown
