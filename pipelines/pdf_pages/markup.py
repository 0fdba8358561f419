"""Headings, paragraphs, lists and tables, written as Markdown and as HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

_SPECIAL = re.compile(r"([\\`*<\[\]])")
_LEADING = re.compile(r"^(#{1,6}(?=\s)|[+\-](?=\s)|\d+(?=[.)]\s))")
_NUMBER = re.compile(r"(\d{1,9})[.)]")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 6."""

    level: int
    text: str

    def texts(self) -> Iterator[str]:
        """Yield every text in reading order."""
        yield self.text

    def markdown(self) -> str:
        """Write as Markdown."""
        return f"{'#' * self.level} {_escape(self.text)}"

    def html(self) -> str:
        """Write as HTML."""
        return f"<h{self.level}>{_html(self.text)}</h{self.level}>"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    text: str

    def texts(self) -> Iterator[str]:
        """Yield every text in reading order."""
        yield self.text

    def markdown(self) -> str:
        """Write as Markdown."""
        return _LEADING.sub(r"\\\1", _escape(self.text))

    def html(self) -> str:
        """Write as HTML."""
        return f"<p>{_html(self.text)}</p>"


@dataclass(frozen=True, slots=True)
class ListItem:
    """An item: its printed label ("1.", "•" or none), its text, and lists inside it."""

    label: str
    text: str
    nested: tuple[Items, ...]

    @property
    def number(self) -> str:
        """The number of an ordered item, or an empty string."""
        found = _NUMBER.fullmatch(self.label)
        return found.group(1) if found else ""


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[ListItem, ...]

    def texts(self) -> Iterator[str]:
        """Yield every text in reading order."""
        for item in self.items:
            yield item.label
            yield item.text
            for inner in item.nested:
                yield from inner.texts()

    def markdown(self, indent: str = "") -> str:
        """Write as Markdown."""
        lines = []
        for item in self.items:
            marker = f"{item.number}." if item.number else "-"
            lines.append(f"{indent}{marker} {_escape(item.text)}")
            deeper = indent + " " * (len(marker) + 1)
            lines += [inner.markdown(deeper) for inner in item.nested]
        return "\n".join(lines)

    def html(self) -> str:
        """Write as HTML."""
        tag = "ol" if all(item.number for item in self.items) else "ul"
        inner = "".join(
            f"<li>{_html(item.text)}{''.join(inner.html() for inner in item.nested)}</li>"
            for item in self.items
        )
        return f"<{tag}>{inner}</{tag}>"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table."""

    is_header: bool
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose rows have the same number of cells."""

    rows: tuple[tuple[Cell, ...], ...]

    def texts(self) -> Iterator[str]:
        """Yield every text in reading order."""
        for row in self.rows:
            for cell in row:
                yield cell.text

    def markdown(self) -> str:
        """Write as Markdown, the first row as its head."""
        lines = [
            "| " + " | ".join(_escape(cell.text).replace("|", "\\|") for cell in row) + " |"
            for row in self.rows
        ]
        return "\n".join([lines[0], "|" + " --- |" * len(self.rows[0]), *lines[1:]])

    def html(self) -> str:
        """Write as HTML."""
        rows = "".join(
            "<tr>"
            + "".join(
                f"<{'th' if cell.is_header else 'td'}>{_html(cell.text)}"
                f"</{'th' if cell.is_header else 'td'}>"
                for cell in row
            )
            + "</tr>"
            for row in self.rows
        )
        return f"<table>{rows}</table>"


Element = Heading | Paragraph | Items | Table


def to_markdown(elements: list[Element]) -> str:
    """Write elements as Markdown, parted by blank lines."""
    return "\n\n".join(element.markdown() for element in elements)


def to_html(elements: list[Element]) -> str:
    """Write elements as HTML, one per line."""
    return "\n".join(element.html() for element in elements)


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _html(text: str) -> str:
    return html.escape(text, quote=False)
