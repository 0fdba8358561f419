"""Running text: from tokens to inline nodes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.latex_pages.content import text_commands as known
from pipelines.latex_pages.content.accents import ACCENTS, SIGNS, accented
from pipelines.latex_pages.content.commands import (
    INKLESS,
    refuse_control,
    skip_box_size,
    skip_dimension,
    skip_inkless,
)
from pipelines.latex_pages.content.formulas import read_formula
from pipelines.latex_pages.content.math_names import is_wide
from pipelines.latex_pages.content.nodes import Break, Footnote, Inlines, Script
from pipelines.latex_pages.content.reading import (
    ROW_ENDS,
    Reader,
    Refusal,
    is_control,
    raw_text,
    skip_row_option,
    split_rows,
    trim_blanks,
)
from pipelines.latex_pages.content.references import citation_text, reference_text
from pipelines.latex_pages.content.running import PLAIN, Setting, TextReader
from pipelines.latex_pages.content.spacing import Faces, Leaf, arrange, with_face
from pipelines.latex_pages.content.units import UNIT_COMMANDS, read_quantity

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines.latex_pages.content.nodes import Face
    from pipelines.latex_pages.content.reading import Tokens
    from pipelines.latex_pages.content.scope import Scope
    from pipelines.latex_pages.source.tokens import Token
PARAGRAPH = Setting()
TITLE = Setting(breaks="blank", notes=False)
CELL = Setting(notes=False)
NOTE = Setting(notes=False)
WORDS = Setting(breaks="refuse", notes=False, ends="keep")


def read_inlines(
    tokens: Tokens, scope: Scope, depth: int = 0, setting: Setting = PARAGRAPH
) -> Inlines:
    """Return running text as nodes.

    Raises:
        Refusal: something stands in it that no node can say.
    """
    leaves: list[Leaf] = []
    _InlineReader(tokens, scope, depth, setting, leaves, PLAIN).run()
    return arrange(leaves, setting.ends)


def read_words(tokens: Tokens, scope: Scope, depth: int = 0) -> Inlines:
    """Return the text inside a formula; errors as those of `read_inlines`."""
    return read_inlines(tokens, scope, depth, WORDS)


_CODE = re.compile(r"[0-9]{1,3}|\"[0-9A-F]{1,2}")


class _InlineReader(TextReader):
    def _control(self, token: Token) -> None:
        name = token.text
        if name in known.FACES:
            face = known.FACES[name]
            self._inside(self.argument(), with_face(self._faces, face) if face else PLAIN)
        elif name in known.SWITCHES:
            self._flush()
            face = known.SWITCHES[name]
            self._faces = with_face(self._faces, face) if face else PLAIN
        elif name in SIGNS:
            self.literal(SIGNS[name])
        elif name in ACCENTS:
            self._accent(token)
        elif name in known.BLANKS:
            self._raw.append(" ")
        elif name in ROW_ENDS or name == "newline":
            self._line_end(token)
        elif name in known.CONTENT:
            self._content(token)
        elif name in known.RAW:
            self._flush()
            self._verbatim(token._replace(text=raw_text(self.argument())))
        elif name in known.REFERENCES:
            self.star()
            self.literal(reference_text(name, raw_text(self.argument()), self._scope))
        elif name in known.CITATIONS:
            self._citation()
        elif name in UNIT_COMMANDS:
            formula, unit = read_quantity(self, name)
            self.add_math(read_formula(formula, self._scope, self._depth + 1))
            self.literal(unit)
        elif name in _HANDLERS:
            _HANDLERS[name](self, token)
        elif name in INKLESS:
            self._flush()
            skip_inkless(self, name)
        else:
            raise refuse_control(token, self._scope)

    def _accent(self, token: Token) -> None:
        letter = trim_blanks(self.argument())
        text = "".join(
            SIGNS.get(part.text, "?") if part.kind == "control" else part.text for part in letter
        )
        whole = accented(token.text, text)
        if whole is None or any(part.kind not in ("letter", "control") for part in letter):
            raise Refusal("unknown-character", f"\\{token.text}{{{text[:10]}}}", token.place)
        self.literal(whole)

    def _line_end(self, token: Token) -> None:
        if token.text != "newline":
            skip_row_option(self)
        if self._setting.breaks == "refuse":
            raise Refusal("unbalanced", "a line's end inside a formula's text", token.place)
        if self._setting.breaks == "keep":
            self._add(Break())
        else:
            self.literal(" ")

    def _content(self, token: Token) -> None:
        signature = known.CONTENT[token.text]
        self._flush()
        if token.text == "hbox":
            skip_box_size(self)
        for sign in signature[:-1]:
            if sign == "o":
                self.option()
            elif sign == "s":
                self.star()
            elif sign == "v":
                self.bracketed("<", ">")
            else:
                self.argument()
        self._inside(self.argument(), self._faces)

    def _citation(self) -> None:
        self.star()
        first, second = self.option(), self.option()
        note = second if second is not None else first
        text = citation_text(raw_text(self.argument()), self._scope)
        if not note:
            self.literal(f"[{text}]")
            return
        self.literal(f"[{text}, ")
        self._inside(note, self._faces)
        self.literal("]")

    def emphasis(self, token: Token) -> None:
        self._inside(self.argument(), _emphasised(self._faces))

    def emphasis_switch(self, token: Token) -> None:
        self._flush()
        self._faces = _emphasised(self._faces)

    def footnote(self, token: Token) -> None:
        self.option()
        body = self.argument()
        if self._setting.notes:
            self._add(Footnote(self._inlines(body, NOTE)))

    def script(self, token: Token) -> None:
        body = self._inlines(self.argument(), replace(TITLE, breaks="refuse"))
        if body:
            self._add(Script("super" if token.text == "textsuperscript" else "sub", body))

    def formula(self, token: Token) -> None:
        start = self.at
        while (found := self.peek()) is not None and not is_control(found, ")"):
            self.at = self.match(self.at) + 1 if found.kind == "begin" else self.at + 1
        if found is None:
            raise Refusal("unbalanced", "\\(", token.place)
        self.at += 1
        self.add_formula(self.tokens[start : self.at - 1])

    def ensured(self, token: Token) -> None:
        self.add_formula(self.argument())

    def room(self, token: Token) -> None:
        self.star()
        length = raw_text(self.argument()) if token.text == "hspace" else skip_dimension(self)
        if is_wide(length):
            self.literal(" ")

    def quoted(self, token: Token) -> None:
        self.star()
        self.literal("“")
        self._inside(self.argument(), self._faces)
        self.literal("”")

    def first_of_two(self, token: Token) -> None:
        shown = self.argument()
        self.argument()
        self._inside(shown, self._faces)

    def raised(self, token: Token) -> None:
        self.argument()
        self.option()
        self.option()
        self._inside(self.argument(), self._faces)

    def strut(self, token: Token) -> None:
        self.option()
        width, height = raw_text(self.argument()).strip(), raw_text(self.argument()).strip()
        if not width.startswith(("0p", "0m", "0c", "0e")) and width != "0":
            raise Refusal("graphics", f"\\rule{{{width}}}{{{height}}}"[:60], token.place)

    def numbered_character(self, token: Token) -> None:
        """`\\char`, followed by 92, "5C, `\\\\ or `a."""
        following = self.peek()
        if token.text == "symbol":
            text = raw_text(self.argument()).strip()
        elif following is not None and following.kind == "letter" and following.text == "`":
            self.at += 1
            character = self.take()
            if character.kind == "letter" and len(character.text) > 1:
                self.at -= 1
                self.tokens[self.at] = character._replace(text=character.text[1:])
            self.literal(character.text[:1])
            return
        else:
            found = _CODE.match(following.text) if following is not None else None
            if following is None or found is None:
                raise Refusal("unknown-command", "\\char", token.place)
            text = found[0]
            self.tokens[self.at] = following._replace(text=following.text[len(text) :])
        if _CODE.fullmatch(text) is None:
            raise Refusal("unknown-command", "\\" + token.text, token.place)
        code = int(text[1:], 16) if text.startswith('"') else int(text)
        if not 0x20 <= code < 0x7F:
            # Beyond ASCII the font's own encoding counts.
            raise Refusal("unknown-character", f"\\char{text}", token.place)
        self.literal(chr(code))

    def changed_case(self, token: Token) -> None:
        body = self.argument()
        if any(part.kind not in ("letter", "space", "active") for part in body):
            raise Refusal("unknown-command", "\\" + token.text, token.place)
        upper = token.text == "MakeUppercase"
        changed = [
            part._replace(text=part.text.upper() if upper else part.text.lower()) for part in body
        ]
        self._inside(changed, self._faces)

    def lines(self, token: Token) -> None:
        """`\\makecell`, `\\shortstack`: lines of one cell."""
        self.star()
        self.option()
        self._inside(self.argument(), self._faces)

    def environment_text(self, token: Token) -> None:
        self.at -= 1
        name, body = self.environment()
        if name == "math":
            self.add_formula(body)
        elif name in known.TRANSPARENT_ENVIRONMENTS:
            self._inside(body, self._faces)
        elif name == "tabular":
            self._lines_of_table(body, token)
        elif name in ("tikzpicture", "figure", "picture", "pspicture", "forest", "axis"):
            raise Refusal("graphics", name, token.place)
        else:
            raise Refusal("unknown-environment", name, token.place)

    def _lines_of_table(self, body: Tokens, token: Token) -> None:
        """A table of one column without rules is a way to break a cell's lines."""
        inner = Reader(body)
        inner.option()
        columns = re.sub(r"@\s*\{\s*\}", "", raw_text(inner.argument())).strip()
        rows = split_rows(inner.rest())
        if columns not in ("l", "c", "r") or any(len(row.cells) > 1 for row in rows):
            raise Refusal("nested-table", columns[:20], token.place)
        for number, row in enumerate(rows):
            if number:
                self._add(Break())
            self._inside(row.cells[0], self._faces)


def _emphasised(faces: Faces) -> Faces:
    face: Face = "italic"
    return faces - {face} if face in faces else with_face(faces, face)


_R = _InlineReader
_HANDLERS: dict[str, Callable[[_InlineReader, Token], None]] = {
    **dict.fromkeys(("textsuperscript", "textsubscript"), _R.script),
    **dict.fromkeys(("hspace", "hskip", "kern"), _R.room),
    **dict.fromkeys(("makecell", "shortstack", "thead"), _R.lines),
    **dict.fromkeys(("char", "symbol"), _R.numbered_character),
    "emph": _R.emphasis,
    "em": _R.emphasis_switch,
    **dict.fromkeys(("footnote", "endnote"), _R.footnote),
    **dict.fromkeys(("MakeUppercase", "MakeLowercase"), _R.changed_case),
    "(": _R.formula,
    "ensuremath": _R.ensured,
    "enquote": _R.quoted,
    "texorpdfstring": _R.first_of_two,
    "raisebox": _R.raised,
    "rule": _R.strut,
    "begin": _R.environment_text,
}
