"""A fast tokenizer for LaTeX sources: fixed category codes, one scanner, linear time.

It follows TeX where papers depend on it: blanks after a control word vanish, a comment takes its
line's end along, a blank line is a paragraph, `@` is a letter between `\\makeatletter` and
`\\makeatother`. What TeX reads with other category codes (`\\verb`, `verbatim`, `lstlisting`, …)
is one token; `comment` and `filecontents` are dropped; expl3 code is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

Place = tuple[int, int]
"""Index of the file in its work, line from 1."""


class Token(NamedTuple):
    """One token.

    Attributes:
        kind: "control" (text without its backslash), "begin" and "end" (braces), "math" ($),
            "math2" ($$), "align", "sup", "sub", "param" (text after the first #), "active" (~),
            "letter" (one or more ordinary characters; square brackets stand alone), "space",
            "par", "verbatim" (its text; holds a line's end if it was an environment),
            "refused" (text: why what stood here could not be expanded).
        text: as said at `kind`.
        place: where it was read; tokens of a macro's body have the place of its use.
    """

    kind: str
    text: str
    place: Place


def names(words: str) -> frozenset[str]:
    """Return the words of a string."""
    return frozenset(words.split())


VERBATIM = names(
    "verbatim verbatim* Verbatim Verbatim* BVerbatim LVerbatim SaveVerbatim alltt lstlisting "
    "minted spverbatim semiverbatim tcblisting VerbatimOut pycode sageblock asy luacode"
)
DROPPED = frozenset(("comment", "filecontents", "filecontents*"))

_TEMPLATE = r"""
    ([^\\{{}}$&^_#~%\s\[\]\x00-\x1f\x7f]+|[\[\]])  # 1 ordinary characters
  | ([ \t\n]+)                                  # 2 blanks
  | \\([{letters}]+)[ \t]*(?:\n[ \t]*(\n[ \t\n]*)?)?  # 3 control word, 4 paragraph after it
  | \\(\n|[^\n])                                # 5 control symbol
  | ([{{}}$&^_~])                                 # 6 special character
  | %[^\n]*(?:\n[ \t]*(\n[ \t\n]*)?)?           # 7 paragraph after a comment
  | (\#+[1-9]?)                                 # 8 parameter
  | (.)                                         # 9 anything else: an invalid character
"""
_PLAIN = re.compile(_TEMPLATE.format(letters="A-Za-z"), re.VERBOSE | re.DOTALL)
_INSIDE = re.compile(_TEMPLATE.format(letters="A-Za-z@"), re.VERBOSE | re.DOTALL)
_SPECIAL = {
    "{": "begin",
    "}": "end",
    "$": "math",
    "&": "align",
    "^": "sup",
    "_": "sub",
    "~": "active",
}
_ENVIRONMENT = re.compile(r"\{([A-Za-z@]+\*?)\}")
_RAW_ARGUMENT = re.compile(r"[ \t]*\{([^{}\\\n]*)\}")
_LANGUAGE = re.compile(r"(?:\[[^\]\n]*\])?(?:\{[^{}\n]*\})?")
_OPTIONS = re.compile(r"(?:\[[^\]\n]*\])?")
_BLANKS = re.compile(r"[ \t]*(?:\n[ \t]*(?![ \t\n]))?")
_NEWLINES = re.compile(r"\r\n?|[\x0b\x0c\u2028\x85]")
_WATCHED = names(
    "makeatletter makeatother begin verb lstinline mintinline Verb url nolinkurl href "
    "ExplSyntaxOn ProvidesExplPackage"
)


def tokenize(
    text: str,
    file: int = 0,
    *,
    verbatim: frozenset[str] = VERBATIM,
    dropped: frozenset[str] = DROPPED,
    inside: bool = False,
) -> list[Token]:
    """Return the tokens of one file.

    Args:
        text: the file's text.
        file: its index, for the places.
        verbatim, dropped: environments of each kind.
        inside: whether `@` is a letter from the start (packages).
    """
    return _Scanner(text, file, verbatim, dropped, inside).run()


class _Scanner:
    def __init__(
        self,
        text: str,
        file: int,
        verbatim: frozenset[str],
        dropped: frozenset[str],
        inside: bool,
    ) -> None:
        self._text = _NEWLINES.sub("\n", text)
        self._file = file
        self._verbatim = verbatim
        self._dropped = dropped
        self._match = (_INSIDE if inside else _PLAIN).match
        self._line = 1
        self._tokens: list[Token] = []

    def run(self) -> list[Token]:
        text, tokens = self._text, self._tokens
        at, end = len(text) - len(text.lstrip(" \t")), len(text)
        place = (self._file, 1)
        make, append = Token._make, tokens.append
        while at < end:
            found = self._match(text, at)
            assert found is not None  # the last alternative matches any character
            at, group = found.end(), found.lastindex
            if group == 1:
                append(make(("letter", found[1], place)))
            elif group == 2:
                lines = found[2].count("\n")
                self._blank(place, lines)
                if lines:
                    self._line += lines
                    place = (self._file, self._line)
            elif group == 6:
                self._special(found[6], place)
            elif group in (3, 4):
                append(make(("control", found[3], place)))
                if found[3] in _WATCHED:
                    at = self._watched(found[3], place, found.end(3))
                    place = (self._file, self._line)
                elif "\n" in found[0]:
                    if group == 4:
                        self._blank((self._file, self._line + 1), 2)
                    self._line += found[0].count("\n")
                    place = (self._file, self._line)
            elif group == 5:
                at = self._symbol(found[5], place, at)
                place = (self._file, self._line)
            elif group == 8:
                append(make(("param", found[8][1:], place)))
            elif group == 7 or (group is None and "\n" in found[0]):
                if group == 7:
                    self._blank((self._file, self._line + 1), 2)
                self._line += found[0].count("\n")
                place = (self._file, self._line)
        return tokens

    def _blank(self, place: Place, lines: int) -> None:
        """Add a space or a paragraph; no two of either in a row."""
        tokens = self._tokens
        last = tokens[-1].kind if tokens else "par"
        if lines > 1:
            if last == "space":
                tokens.pop()
            if last != "par":
                tokens.append(Token("par", "", place))
        elif last not in ("space", "par"):
            tokens.append(Token("space", " ", place))

    def _special(self, char: str, place: Place) -> None:
        tokens = self._tokens
        if char == "$" and tokens and tokens[-1].kind == "math":
            tokens[-1] = Token("math2", "$$", place)
        else:
            tokens.append(Token(_SPECIAL[char], char, place))

    def _symbol(self, char: str, place: Place, at: int) -> int:
        """Add a control symbol; blanks after a control space vanish."""
        if char in " \t\n":
            self._tokens.append(Token("control", " ", place))
            self._line += char == "\n"
            return self._skip_blanks(at)
        self._tokens.append(Token("control", char, place))
        return at

    def _watched(self, name: str, place: Place, at: int) -> int:
        """Follow a control word that changes how the text after it is read; return where next."""
        if name == "makeatletter":
            self._match = _INSIDE.match
        elif name == "makeatother":
            self._match = _PLAIN.match
        elif name == "begin":
            return self._environment(place, at)
        elif name in ("url", "nolinkurl", "href"):
            return self._raw(place, at)
        elif name in ("ExplSyntaxOn", "ProvidesExplPackage"):
            return self._expl(place, at)
        else:
            return self._verb(name, place, at)
        return self._skip_blanks(at)

    def _skip_blanks(self, at: int) -> int:
        found = _BLANKS.match(self._text, at)
        if found is None:
            return at
        self._line += found[0].count("\n")
        return found.end()

    def _environment(self, place: Place, at: int) -> int:
        at = self._skip_blanks(at)
        found = _ENVIRONMENT.match(self._text, at)
        if found is None or not (found[1] in self._verbatim or found[1] in self._dropped):
            return at
        closing = f"\\end{{{found[1]}}}"
        stop = self._text.find(closing, found.end())
        if stop < 0:
            return at
        self._tokens.pop()
        body = self._text[found.end() : stop]
        if found[1] in self._verbatim:
            options = _LANGUAGE.match(body)
            body = body[options.end() :] if options else body
            body = body if "\n" in body else body + "\n"
            self._tokens.append(Token("verbatim", body, place))
        self._line += self._text.count("\n", found.end(), stop)
        return stop + len(closing)

    def _raw(self, place: Place, at: int) -> int:
        found = _RAW_ARGUMENT.match(self._text, at)
        if found is None or "#" in found[1]:
            return self._skip_blanks(at)
        self._tokens.append(Token("begin", "{", place))
        if found[1]:
            self._tokens.append(Token("letter", found[1], place))
        self._tokens.append(Token("end", "}", place))
        return found.end()

    def _expl(self, place: Place, at: int) -> int:
        stop = self._text.find("\\ExplSyntaxOff", at)
        stop = len(self._text) if stop < 0 else stop
        self._tokens[-1] = Token("refused", "expl3 code", place)
        self._line += self._text.count("\n", at, stop)
        return min(len(self._text), stop + len("\\ExplSyntaxOff"))

    def _verb(self, name: str, place: Place, at: int) -> int:
        text = self._text
        if name == "verb" or name == "Verb":
            at += text.startswith("*", at)
        found = (_LANGUAGE if name == "mintinline" else _OPTIONS).match(text, at)
        at = found.end() if found else at
        opening = text[at : at + 1]
        stop = text.find({"{": "}"}.get(opening, opening), at + 1) if opening.strip() else -1
        if stop < 0 or "\n" in text[at:stop]:
            self._tokens[-1] = Token("refused", f"\\{name} without an end", place)
            return at
        self._tokens[-1] = Token("verbatim", text[at + 1 : stop], place)
        return stop + 1


def parts(token: Token) -> Iterator[Token]:
    """Yield the token as TeX sees it: one token per character of a run of letters."""
    if token.kind != "letter" or len(token.text) == 1:
        yield token
    else:
        for char in token.text:
            yield Token("letter", char, token.place)


def join(tokens: Iterable[Token]) -> str:
    """Return source text that gives these tokens; refused ones become `\\refused{reason}`."""
    written: list[str] = []
    open_word = False
    for token in tokens:
        text = _written(token)
        if open_word and ((text[:1].isascii() and text[:1].isalpha()) or text[:1] in "@ "):
            written.append(" ")
        written.append(text)
        open_word = token.kind == "control" and text[-1:].isalpha()
    return "".join(written)


@lru_cache(maxsize=4096)
def _spelled(name: str) -> str:
    return f"\\{name}"


def _written(token: Token) -> str:
    kind, text = token.kind, token.text
    if kind == "control":
        return _spelled(text)
    if kind == "par":
        return "\n\n"
    if kind == "param":
        return f"#{text}"
    if kind == "verbatim":
        if "\n" in text:
            return f"\\begin{{verbatim}}{text}\\end{{verbatim}}"
        mark = next(char for char in "|!+/=;:?\x01" if char not in text)
        return f"\\verb{mark}{text}{mark}"
    if kind == "refused":
        return f"\\refused{{{text}}}"
    return text
