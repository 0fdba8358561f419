"""Running text token by token: characters, ligatures, groups, formulas, verbatim."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipelines.latex_pages.content.accents import foreign_character
from pipelines.latex_pages.content.formulas import read_formula
from pipelines.latex_pages.content.nodes import Atom, Inline, Inlines, Math, Symbol, Text
from pipelines.latex_pages.content.reading import (
    Reader,
    Refusal,
    check_depth,
)
from pipelines.latex_pages.content.spacing import Faces, Leaf, arrange, with_face
from pipelines.pdf_pages.normalise import normalise

if TYPE_CHECKING:
    from pipelines.latex_pages.content.nodes import Formula
    from pipelines.latex_pages.content.reading import Tokens
    from pipelines.latex_pages.content.scope import Scope
    from pipelines.latex_pages.source.tokens import Token

PLAIN: Faces = frozenset()


@dataclass(frozen=True, slots=True)
class Setting:
    """Where running text stands.

    Attributes:
        breaks: whether `\\\\` is a line's end ("keep"), a blank, or refused.
        notes: whether footnotes are kept; headings and tables drop them.
        ends: whether blanks at both ends count (inside a formula).
    """

    breaks: Literal["keep", "blank", "refuse"] = "keep"
    notes: bool = True
    ends: Literal["strip", "keep"] = "strip"


_ANGLES: dict[Atom, str] = {Symbol("\\langle"): "⟨", Symbol("\\rangle"): "⟩"}
_LIGATURES = {
    "``": "“",
    "''": "”",
    "`": "‘",
    "'": "’",
    "---": "—",
    "--": "–",
    "!`": "¡",
    "?`": "¿",
}
_COLOUR = re.compile(r"(?<!\[)\b(?:rgb|RGB|HTML|cmyk|gray)\]")
"""The rest of a colour's option whose beginning some macro took away."""
_LIGATURE = re.compile(r"``|''|[!?]`|`|'|---?")


class TextReader(Reader):
    """Reads running text into leaves; what commands mean, its subclass says."""

    def __init__(
        self,
        tokens: Tokens,
        scope: Scope,
        depth: int,
        setting: Setting,
        leaves: list[Leaf],
        faces: Faces,
    ) -> None:
        super().__init__(tokens)
        check_depth(depth, self.place)
        self._scope = scope
        self._depth = depth
        self._setting = setting
        self._leaves = leaves
        self._faces = faces
        self._raw: list[str] = []

    # ------------------------------------------------------------ leaves

    def _add(self, node: Inline) -> None:
        self._flush()
        self._leaves.append((self._faces, node))

    def literal(self, text: str) -> None:
        """Add characters that are shown as they are."""
        text = normalise(text).replace("\n", " ")
        foreign = foreign_character(text)
        if foreign:
            raise Refusal("unknown-character", foreign, self.place)
        if any(char < " " or char == "\x7f" for char in text if char not in "\t\r"):
            raise Refusal("unknown-character", "a control character", self.place)
        if "]" in text and _COLOUR.search(text):
            raise Refusal("unbalanced", "a colour's option", self.place)
        if text:
            self._add(Text(text))

    def _flush(self) -> None:
        if not self._raw:
            return
        text, self._raw = "".join(self._raw), []
        if "mono" not in self._faces:
            text = _LIGATURE.sub(lambda found: _LIGATURES[found[0]], text)
        self.literal(text)

    # ------------------------------------------------------------ tokens

    def run(self) -> None:
        """Read all tokens."""
        while (token := self.peek()) is not None:
            self._step(token)
        self._flush()

    def _step(self, token: Token) -> None:
        match token.kind:
            case "letter":
                self.at += 1
                self._raw.append(token.text)
            case "space":
                self.at += 1
                self._raw.append(" ")
            case "active" | "par":
                self.at += 1
                self.literal(" ")
            case "begin":
                self._flush()
                self._inside(self.group(), self._faces)
            case "math":
                self._math(token)
            case "control":
                self.at += 1
                self._control(token)
            case "verbatim":
                self.at += 1
                self._verbatim(token)
            case "refused":
                raise Refusal("refused-macro", token.text, token.place)
            case _:
                raise Refusal("unbalanced", token.text or token.kind, token.place)

    def _inside(self, tokens: Tokens, faces: Faces) -> None:
        self._flush()
        inner = type(self)(tokens, self._scope, self._depth + 1, self._setting, self._leaves, faces)
        inner.run()

    def _inlines(self, tokens: Tokens, setting: Setting) -> Inlines:
        leaves: list[Leaf] = []
        type(self)(tokens, self._scope, self._depth + 1, setting, leaves, PLAIN).run()
        return arrange(leaves, setting.ends)

    def _verbatim(self, token: Token) -> None:
        if "\n" in token.text:
            raise Refusal("code", "", token.place)
        faces = self._faces
        self._flush()
        self._faces = with_face(faces, "mono")
        self.literal(token.text)
        self._faces = faces

    def _math(self, token: Token) -> None:
        self.at += 1
        start = self.at
        while (found := self.peek()) is not None and found.kind != "math":
            self.at = self.match(self.at) + 1 if found.kind == "begin" else self.at + 1
        if found is None:
            raise Refusal("unbalanced", "$", token.place)
        self.at += 1
        self.add_formula(self.tokens[start : self.at - 1])

    def add_formula(self, tokens: Tokens) -> None:
        """Add a formula in its sentence."""
        self.add_math(read_formula(tokens, self._scope, self._depth + 1))

    def add_math(self, formula: Formula) -> None:
        """Add a formula that is already read."""
        if formula and all(atom in _ANGLES for atom in formula):
            # What manuals write around the names of arguments belongs to the text.
            self.literal("".join(_ANGLES[atom] for atom in formula if isinstance(atom, Symbol)))
        elif formula:
            self._add(Math(formula))

    def _control(self, token: Token) -> None:
        """Read what belongs to a command, itself already read."""
        raise NotImplementedError
