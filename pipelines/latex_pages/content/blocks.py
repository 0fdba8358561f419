"""Blocks: from a document's tokens to headings, paragraphs, displays, lists, theorems, tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.latex_pages.content import structure as known
from pipelines.latex_pages.content.commands import INKLESS, skip_inkless
from pipelines.latex_pages.content.displays import ENVIRONMENTS as DISPLAYS
from pipelines.latex_pages.content.displays import read_display
from pipelines.latex_pages.content.inlines import TITLE, read_inlines
from pipelines.latex_pages.content.nodes import (
    Heading,
    Paragraph,
)
from pipelines.latex_pages.content.reading import (
    MAX_TOKENS,
    Reader,
    Refusal,
    environment_at,
    is_control,
    trim_blanks,
)
from pipelines.latex_pages.content.tables import ENVIRONMENTS as TABLES
from pipelines.latex_pages.content.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.latex_pages.content.reading import Tokens
    from pipelines.latex_pages.content.scope import Scope
    from pipelines.latex_pages.source.tokens import Token
from pipelines.latex_pages.content.containers import read_container
from pipelines.latex_pages.content.outcomes import Fault, Found, Outcome, fault

MAX_BLOCKS = 8  # inside lists and theorems: a level of blocks costs some fifteen frames


def read_blocks(tokens: Tokens, scope: Scope, depth: int = 0) -> Iterator[Outcome]:
    """Yield the blocks of a document or of an environment, and what could not be read."""
    if depth > MAX_BLOCKS:
        yield Fault("block", "too-deep", "", tokens[0].place if tokens else (0, 0))
        return
    yield from _BlockReader(tokens, scope, depth).run()


class _BlockReader(Reader):
    def __init__(self, tokens: Tokens, scope: Scope, depth: int) -> None:
        super().__init__(tokens)
        self._scope = scope
        self._depth = depth
        self._pending: Tokens = []
        self._continued = False

    def run(self) -> Iterator[Outcome]:
        while (token := self.peek()) is not None:
            try:
                yield from self._step(token)
            except Refusal as refusal:
                # The reader stands behind what it could not read: an opening without its end.
                place = refusal.place if refusal.place != (0, 0) else token.place
                yield Fault("block", refusal.reason, refusal.detail, place)
                self._pending.clear()
        yield from self._end_paragraph()

    # ------------------------------------------------------------ paragraphs

    def _end_paragraph(self) -> Iterator[Outcome]:
        tokens, self._pending = trim_blanks(self._pending), []
        continued, self._continued = self._continued, False
        if not tokens:
            self._continued = continued
            return
        place = tokens[0].place
        try:
            if len(tokens) > MAX_TOKENS:
                raise Refusal("too-long", "paragraph", place)
            body = read_inlines(tokens, self._scope, 1)
        except Refusal as refusal:
            yield fault("paragraph", refusal, place)
            return
        if body:
            yield Found(Paragraph(body, continued), place)

    def _step(self, token: Token) -> Iterator[Outcome]:
        if token.kind == "par" or is_control(token, "par"):
            self.at += 1
            yield from self._end_paragraph()
            self._continued = False
        elif token.kind == "verbatim" and "\n" in token.text:
            self.at += 1
            yield from self._end_paragraph()
            yield Fault("code", "code", "", token.place)
        elif token.kind == "math2" or is_control(token, "["):
            yield from self._display_signs(token)
        elif token.kind == "math" or is_control(token, "("):
            self._formula(token)
        elif token.kind == "begin":
            yield from self._group(token)
        elif token.kind == "end":
            self.at += 1
            raise Refusal("unbalanced", "}", token.place)
        elif token.kind == "control":
            yield from self._control(token)
        else:
            self.at += 1
            self._pending.append(token)

    def _group(self, token: Token) -> Iterator[Outcome]:
        start = self.at
        self.at += 1  # behind it, if nothing closes it
        end = self.match(start)
        inside = self.tokens[start + 1 : end]
        self.at = end + 1
        if _holds_blocks(inside):
            yield from self._end_paragraph()
            yield from read_blocks(inside, self._scope, self._depth + 1)
        else:
            self._pending.extend(self.tokens[start : self.at])

    def _formula(self, token: Token) -> None:
        """Take a formula into the paragraph as a whole: environments in it are not blocks."""
        start = self.at
        self.at += 1
        while (found := self.peek()) is not None and found.kind != "par":
            if found.kind == token.kind == "math" or is_control(found, ")"):
                self.at += 1
                self._pending.extend(self.tokens[start : self.at])
                return
            self.at = self.match(self.at) + 1 if found.kind == "begin" else self.at + 1
        self.at = start + 1
        self._pending.append(token)  # its paragraph is refused

    def _display_signs(self, token: Token) -> Iterator[Outcome]:
        self.at += 1
        start = self.at
        while (found := self.peek()) is not None:
            if found.kind == "par":
                found = None
                break
            if found.kind == "math2" or is_control(found, "]"):
                break
            self.at = self.match(self.at) + 1 if found.kind == "begin" else self.at + 1
        if found is None:
            self.at = start
            raise Refusal("unbalanced", token.text, token.place)
        body = self.tokens[start : self.at]
        self.at += 1
        yield from self._display("[" if token.kind == "control" else "$$", body, token)

    def _display(self, name: str, body: Tokens, token: Token) -> Iterator[Outcome]:
        yield from self._end_paragraph()
        self._continued = True
        try:
            display = read_display(name, body, self._scope, 1, token.place)
        except Refusal as refusal:
            yield fault("display", refusal, token.place)
            return
        if display is not None:
            yield Found(display, token.place)

    # ------------------------------------------------------------ commands

    def _control(self, token: Token) -> Iterator[Outcome]:
        name = token.text
        if name == "begin":
            yield from self._environment(token)
        elif name == "end":
            _, self.at = environment_at(self.tokens, self.at)
            yield from self._end_paragraph()
            yield Fault("block", "unbalanced", "\\end", token.place)
        elif name in known.HEADINGS:
            self.at += 1
            yield from self._heading(token)
        elif name in known.BOX_COMMANDS:
            if self._box():
                yield from self._end_paragraph()
        elif name == "caption" or name == "captionof":
            self.at += 1
            self.star()
            if name == "captionof":
                self.argument()
            self.option()
            self.argument()
        elif name in known.PARAGRAPH_ENDS:
            self.at += 1
            self.star()
            if name in INKLESS:
                skip_inkless(self, name)
            yield from self._end_paragraph()
        else:
            self.at += 1
            self._pending.append(token)

    def _box(self) -> bool:
        """Put the content of a box that holds blocks in the place of the command."""
        start, name = self.at, self.take().text
        for sign in known.BOX_COMMANDS[name]:
            if sign == "s":
                self.star()
            elif sign == "o":
                self.option()
            else:
                self.argument()
        self.skip_blanks()
        token = self.peek()
        if token is not None and token.kind == "begin":
            end = self.match(self.at)
            if _holds_blocks(self.tokens[self.at + 1 : end]):
                return True
        # No blocks inside: running text, read with its paragraph.
        self._pending.append(self.tokens[start])
        self.at = start + 1
        return False

    def _heading(self, token: Token) -> Iterator[Outcome]:
        yield from self._end_paragraph()
        self._continued = False
        self.star()
        self.bracketed("<", ">")
        self.option()
        title = self.argument()
        self.bracketed("[", "]")  # some classes take a second title so
        try:
            shown = read_inlines(title, self._scope, 1, TITLE)
        except Refusal as refusal:
            yield fault("heading", refusal, token.place)
            return
        if shown:
            yield Found(Heading(known.HEADINGS[token.text], shown), token.place)

    # ------------------------------------------------------------ environments

    def _environment(self, token: Token) -> Iterator[Outcome]:
        start = self.at
        _, self.at = environment_at(self.tokens, start)  # behind it, if nothing closes it
        self.match(start)
        self.at = start
        name, body = self.environment()
        if name == "math" or name in ("CJK", "em"):
            self._pending.extend(self.tokens[start : self.at])
            return
        stem = name.rstrip("*")
        if stem in DISPLAYS:
            yield from self._display(name, body, token)
            return
        yield from self._end_paragraph()
        if len(body) > MAX_TOKENS and name not in known.CONTENT:
            yield Fault("block", "too-long", name, token.place)
            return
        try:
            yield from self._block(name, body, token)
        except Refusal as refusal:
            yield fault(_kind_of(name), refusal, token.place)
        self._continued = True

    def _block(self, name: str, body: Tokens, token: Token) -> Iterator[Outcome]:
        place = token.place
        if name in TABLES:
            yield Found(read_table(name, body, self._scope, 1, place), place)
        elif name in known.FIGURES:
            yield Fault("figure", "graphics", name, place)
        elif name in known.CODE:
            yield Fault("code", "code", name, place)
        elif name in known.DROPPED:
            return
        else:
            yield from read_container(name, body, place, self._scope, self._inside)

    def _inside(self, body: Tokens) -> Iterator[Outcome]:
        return read_blocks(body, self._scope, self._depth + 1)


_BLOCK_COMMANDS = frozenset(("begin", "[", "par", "item", *known.HEADINGS))


def _holds_blocks(tokens: Tokens) -> bool:
    return any(
        token.kind in ("par", "math2")
        or (token.kind == "verbatim" and "\n" in token.text)
        or (token.kind == "control" and token.text in _BLOCK_COMMANDS)
        for token in tokens
    )


def _kind_of(name: str) -> str:
    if name in TABLES or name in known.TABLE_FLOATS:
        return "table"
    if name in known.LISTS:
        return "list"
    return "theorem" if name.rstrip("*") in known.THEOREMS else "block"
