"""What a source says about itself besides its text, and the files that it is read from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pipelines.latex_pages.source.meanings import Macro
from pipelines.latex_pages.source.tokens import Token


@dataclass(slots=True)
class Document:
    """What the source says about itself besides its text.

    Attributes:
        files: tokens of each file by name, in the order of the work.
        resolve: name of the file that `\\input{name}` reads from some folders, or "".
        theorems: printed name by environment; `unnumbered`: those of `\\newtheorem*`.
        titles: the same before expanding, until the document begins.
        shorthands: babel's `\\defineshorthand`, by their characters.
        counters: value of each counter that the source made, None if it is not known.
        active: code of characters that the source defined.
        in_formulas: characters that are active in formulas (`\\mathcode` "8000).
        in_text: those that are active everywhere (`\\catcode` 13).
        columns: `\\newcolumntype` by letter.
        begins: `\\AtBeginDocument` code; title: `\\title`s of the preamble.
    """

    files: Mapping[str, list[Token]]
    resolve: Callable[[str, tuple[str, ...]], str]
    theorems: dict[str, str] = field(default_factory=dict)
    titles: dict[str, list[Token]] = field(default_factory=dict)
    shorthands: dict[str, list[Token]] = field(default_factory=dict)
    counters: dict[str, int | None] = field(default_factory=dict)
    active: dict[str, list[Token]] = field(default_factory=dict)
    in_formulas: set[str] = field(default_factory=set)
    in_text: set[str] = field(default_factory=set)
    unnumbered: set[str] = field(default_factory=set)
    columns: dict[str, Macro] = field(default_factory=dict)
    packages: dict[str, str] = field(default_factory=dict)
    document_class: str = ""
    switches: dict[str, bool] = field(default_factory=dict)
    begins: list[Token] = field(default_factory=list)
    title: list[Token] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    bases: list[int] = field(default_factory=list)
    read: int = 0
