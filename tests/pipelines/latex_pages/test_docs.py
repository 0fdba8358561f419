"""The page of docs about LaTeX pages names every option, page kind and reason there is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import BaseModel

from pipelines.latex_pages import PIPELINE
from pipelines.latex_pages.options import DEFAULT_KINDS, Options
from pipelines.latex_pages.page.templates import load_templates
from tests.readme_tree import README, REPOSITORY

TEXT = (REPOSITORY / "docs" / "latex_pages.md").read_text(encoding="utf-8")
CODE = set(re.findall(r"`([^`\n]+)`", TEXT))


def _options(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, field in model.model_fields.items():
        default = field.get_default(call_default_factory=True)
        if name == "image":
            yield "image.…", default
        elif isinstance(default, BaseModel):
            yield from _options(type(default), f"{name}.")
        else:
            yield prefix + name, default


def test_every_option_stands_in_the_table_with_its_default() -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("| `")]
    for name, default in _options(Options):
        row = next((row for row in rows if f"`{name}`" in row.split("|")[1]), "")
        assert row, name
        if isinstance(default, int | float | str):
            shown = f"{default:g}" if isinstance(default, float) else str(default)
            assert re.search(rf"\b{re.escape(shown)}\b", row.split("|")[2]), name


def test_every_reason_and_page_kind_is_named() -> None:
    assert set(PIPELINE.reasons) - CODE == set()
    assert set(DEFAULT_KINDS) - CODE == set()


def test_readme_counts_the_templates() -> None:
    assert f"in {len(load_templates())} templates" in README.read_text(encoding="utf-8")


def test_templates_of_a_language_are_narrowed_to_each_alone() -> None:
    for language in ("en", "zh", "mixed"):
        narrowed = PIPELINE.by_template(Options(language=language))
        assert narrowed
        for name, options in narrowed.items():
            assert isinstance(options, Options)
            assert options.templates == {name: 1.0}
            assert PIPELINE.by_template(options).keys() == {name}
    one = Options(templates={"article": 1.0, "book": 0.0})
    assert PIPELINE.by_template(one).keys() == {"article"}
    shown = {
        name
        for language in ("en", "zh", "mixed")
        for name in PIPELINE.by_template(Options(language=language))
    }
    assert shown == set(load_templates())
