"""Real works, where they lie beside the repository: macros expanded, few places refused."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from pipelines.latex_pages.source.expansion import Expanded, expand
from pipelines.latex_pages.source.language import language_of
from pipelines.latex_pages.source.tokens import join
from pipelines.latex_pages.source.works import unpack

WORKS = Path(__file__).parents[4].parent / "shared" / "data" / "latex"
ROOTS = [
    ("hott_book/main.tex", "en", 20_000, 0.001),
    ("riscv_isa_manual/riscv-spec.tex", "en", 1_500, 0.001),
    ("whitehead_intro_mathematics/41568-t.tex", "en", 900, 0.001),
    ("distributed_algorithms_book/da2020.tex", "en", 1_500, 0.001),
    ("zh_lshort/lshort-zh-cn.tex", "zh", 4_000, 0.001),
    ("zh_exam/examples/example-multiple.tex", "zh", 0, 0.0),
]


@cache
def read(root: str) -> Expanded:
    path = WORKS / root
    if not path.is_file():
        pytest.skip(f"the real works are not at {WORKS}")

    def beside(name: str) -> bytes | None:
        other = path.parent / name
        return other.read_bytes() if other.is_file() else None

    return expand(unpack(path.read_bytes(), path.name, beside))


@pytest.mark.parametrize(("root", "language", "least", "refused"), ROOTS)
def test_macros_of_real_works_are_expanded(
    root: str, language: str, least: int, refused: float
) -> None:
    result = read(root)
    assert result.expanded >= least
    assert len(result.refused) <= refused * result.expanded
    assert language_of(result.tokens) == language


def test_dependent_products_and_paths_of_a_real_book_come_out_as_standard_latex() -> None:
    written = join(read("hott_book/main.tex").tokens)
    assert "\\prod_{(x:A)}" in written
    assert "\\prd" not in written
    assert "{\\lambda}x.\\," in written
