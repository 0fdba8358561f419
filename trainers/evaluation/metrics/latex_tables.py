r"""Rows of a LaTeX `tabular`: cells with `\multicolumn` and `\multirow` as spans."""

from __future__ import annotations

from dataclasses import dataclass, replace

_RULES = (
    "\\hline",
    "\\toprule",
    "\\midrule",
    "\\bottomrule",
    "\\addlinespace",
    "\\cmidrule",
    "\\cline",
    "\\noalign",
)
_MAX_COUNT = 1000


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; a `rowspan` of 0 reaches to the last row."""

    text: str
    colspan: int = 1
    rowspan: int = 1
    header: bool = False


def latex_rows(text: str) -> list[list[Cell]]:
    r"""Read the first `tabular` (or `tabular*`, `tabularx`) of a text.

    Rules (`\hline`, `\cmidrule(lr){1-2}` …) and comments are dropped. Cells that a `\multirow`
    above covers, which LaTeX writes as empty, are left out, as HTML does. An inner table stays one
    cell's text. A negative `\multirow`, which reaches upwards, counts as one row. Time is linear.
    """
    begin = text.find("\\begin{tabular")
    if begin < 0:
        return []
    name_end = text.find("}", begin)
    if name_end < 0:
        return []
    name = text[begin + len("\\begin{") : name_end]
    position = _skip_optional(text, name_end + 1)
    for _ in range(1 if name == "tabular" else 2):
        position = _skip_group(text, _skip_space(text, position))
    rows = [
        [_cell(source, first=number == 0) for number, source in enumerate(row)]
        for row in _sources(text, position, name)
    ]
    return _uncovered([row for row in rows if row != [Cell("")]])


def _sources(text: str, position: int, name: str) -> list[list[str]]:
    """Cut the body at `&` and line breaks that stand in no group and no inner environment."""
    rows: list[list[str]] = [[]]
    cell: list[str] = []
    groups = inner = 0
    while position < len(text):
        here = text[position]
        step = 1
        if here == "\\":
            step = 2
            if text.startswith("\\begin{", position):
                inner += 1
            elif text.startswith("\\end{", position):
                if not inner:
                    break
                inner -= 1
            elif text.startswith("\\\\", position) and not groups and not inner:
                rows[-1].append("".join(cell))
                rows.append([])
                cell = []
                position = _skip_optional(text, position + 2 + text.startswith("*", position + 2))
                continue
        elif here == "%":
            newline = text.find("\n", position)
            position = len(text) if newline < 0 else newline + 1
            continue
        elif here == "{":
            groups += 1
        elif here == "}":
            groups = max(0, groups - 1)
        elif here == "&" and not groups and not inner:
            rows[-1].append("".join(cell))
            cell = []
            position += 1
            continue
        cell.append(text[position : position + step])
        position += step
    rows[-1].append("".join(cell))
    return rows


def _cell(source: str, first: bool) -> Cell:
    source = source.strip()
    while first and source.startswith(_RULES):
        source = _without_rule(source)
    cell = Cell(source)
    for _ in range(4):  # one in another, in either order
        found = _unwrapped(cell)
        if found is None:
            break
        cell = found
    return replace(cell, text=" ".join(cell.text.split()))


def _without_rule(source: str) -> str:
    position = 1
    while position < len(source) and source[position].isalpha():
        position += 1
    rule = source[:position]
    position = _skip_optional(source, position)
    if source[position : position + 1] == "(":
        end = source.find(")", position)
        position = len(source) if end < 0 else end + 1
    if rule in ("\\cmidrule", "\\cline", "\\noalign"):
        position = _skip_group(source, _skip_space(source, position))
    return source[position:].strip()


def _unwrapped(cell: Cell) -> Cell | None:
    """Take one `\\multicolumn` or `\\multirow` off a cell that is nothing but that."""
    for command in ("\\multicolumn", "\\multirow"):
        if not cell.text.startswith(command + "{") and not cell.text.startswith(command + "["):
            continue
        position = len(command)
        arguments: list[str] = []
        while len(arguments) < 3:
            position = _skip_space(cell.text, _skip_optional(cell.text, position))
            end = _skip_group(cell.text, position)
            if end == position:
                return None
            arguments.append(cell.text[position:end].removeprefix("{").removesuffix("}"))
            position = end
        if cell.text[position:].strip():
            return None
        count = _count(arguments[0])
        inside = replace(cell, text=arguments[2].strip())
        if command == "\\multicolumn":
            return replace(inside, colspan=count)
        return replace(inside, rowspan=count)
    return None


def _count(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        return 1
    return min(max(int(text), 1), _MAX_COUNT)


def _uncovered(rows: list[list[Cell]]) -> list[list[Cell]]:
    covered: dict[int, int] = {}  # column -> rows yet to be covered
    kept = []
    for row in rows:
        line, column = [], 0
        opened: dict[int, int] = {}
        for cell in row:
            if cell.text or not covered.get(column):
                line.append(cell)
                if cell.rowspan > 1:
                    opened.update(dict.fromkeys(range(column, column + cell.colspan), cell.rowspan))
            column += cell.colspan
        covered = {one: left - 1 for one, left in covered.items() if left > 1}
        covered.update({one: rows_left - 1 for one, rows_left in opened.items()})
        kept.append(line)
    return kept


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _skip_optional(text: str, position: int) -> int:
    """Return the place after `[…]` if one stands there, else `position`."""
    if text[position : position + 1] != "[":
        return position
    end = text.find("]", position)
    return position if end < 0 else end + 1


def _skip_group(text: str, position: int) -> int:
    """Return the place after `{…}`, or after one character that is no group (`*`)."""
    if position >= len(text):
        return position
    if text[position] != "{":
        return position + 1
    depth = 0
    while position < len(text):
        if text[position] == "\\":
            position += 1
        elif text[position] == "{":
            depth += 1
        elif text[position] == "}":
            depth -= 1
            if not depth:
                return position + 1
        position += 1
    return len(text)
