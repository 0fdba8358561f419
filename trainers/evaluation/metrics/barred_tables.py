"""Tables of Markdown between bars: a head, a line of dashes below it, and rows."""

from __future__ import annotations

from collections.abc import Iterator

from trainers.evaluation.metrics.latex_tables import Cell


def barred_tables(page: str) -> Iterator[tuple[int, int]]:
    """Yield begin and end of each table: it goes on as long as lines have a bar."""
    lines = page.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    number = 0
    while number + 1 < len(lines):
        if "|" not in lines[number] or not _is_ruler(lines[number + 1]):
            number += 1
            continue
        end = number + 2
        while end < len(lines) and "|" in lines[end]:
            end += 1
        yield starts[number], starts[end]
        number = end


def barred_rows(text: str) -> list[list[Cell]]:
    """Return the rows of the first table of a text; none if it has none."""
    begin, end = next(barred_tables(text), (0, 0))
    head, _, *rows = text[begin:end].splitlines() or ("", "")
    if not head:
        return []
    return [
        [Cell(cell, header=number == 0) for cell in _cells(line)]
        for number, line in enumerate([head, *rows])
    ]


def _cells(line: str) -> list[str]:
    r"""Cut a line at bars that have no backslash before them."""
    cells, cell, position = [], "", 0
    bare = line.strip().removeprefix("|")
    while position < len(bare):
        if bare[position] == "\\" and bare[position + 1 : position + 2] == "|":
            cell, position = cell + "|", position + 2
            continue
        if bare[position] == "|":
            cells.append(cell.strip())
            cell = ""
        else:
            cell += bare[position]
        position += 1
    return [*cells, cell.strip()] if cell.strip() or not cells else cells


def _is_ruler(line: str) -> bool:
    bare = line.strip()
    if "|" not in bare or "-" not in bare:
        return False
    cells = bare.removeprefix("|").removesuffix("|").split("|")
    return all(_is_dashes(cell.strip()) for cell in cells)


def _is_dashes(cell: str) -> bool:
    inner = cell.removeprefix(":").removesuffix(":")
    return bool(inner) and not inner.strip("-")
