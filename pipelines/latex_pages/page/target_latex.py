"""The `latex` target: what the page sets, with standard commands for the page's own macros."""

from __future__ import annotations

import re

_NUMBERED_MARK = re.compile(r"\\DEmark\{([0-9]+)\}")
_MARK = "\\DEmark{"
# The shades of rows are the page's look, under names of its own.
_ROWCOLOR = re.compile(r"\\rowcolor\{[^{}]*\} ?")
_THEOREM = "\\DEtheorem"


def clean_latex(text: str) -> str:
    r"""Return LaTeX without the macros of pages.tex.

    `\DEmark{2}` becomes `\footnotemark[2]`, `\DEmark{b}` (LaTeX's own takes numbers alone)
    `\textsuperscript{b}`, `\DEtheorem{head}{note}{body}` becomes
    `\textbf{head} (note) body`, `\DEqed` becomes `\qed`.
    """
    if "\\rowcolor" in text:
        text = _ROWCOLOR.sub("", text)
    if "\\DE" not in text:
        return text
    text = _NUMBERED_MARK.sub(r"\\footnotemark[\1]", text)
    text = text.replace(_MARK, "\\textsuperscript{").replace("\\DEqed", "\\qed")
    parts = []
    while (start := text.find(_THEOREM)) >= 0:
        parts.append(text[:start])
        head, at = _argument(text, start + len(_THEOREM))
        note, at = _argument(text, at)
        body, at = _argument(text, at)
        noted = f" ({note})" if note else ""
        # The body may hold a theorem again: it is looked at in the next round.
        text = f"\\textbf{{{head}}}{noted} {body}{text[at:]}"
    return "".join(parts) + text


def note_latex(label: str, text: str) -> str:
    """Return the LaTeX of a note's text, as its mark stands in what `clean_latex` returns."""
    if label.isdecimal():
        return f"\\footnotetext[{label}]{{{text}}}"
    return f"\\textsuperscript{{{label}}} {text}"


def _argument(text: str, at: int) -> tuple[str, int]:
    """Return the braced argument that starts at `at`, and where it ends.

    Raises:
        ValueError: there is none, or its brace is never closed.
    """
    if text[at : at + 1] != "{":
        raise ValueError(f"no argument at {at}")
    depth, place = 0, at
    while place < len(text):
        char = text[place]
        if char == "\\":
            place += 1
        elif char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
            if not depth:
                return text[at + 1 : place], place + 1
        place += 1
    raise ValueError(f"the argument at {at} is not closed")
