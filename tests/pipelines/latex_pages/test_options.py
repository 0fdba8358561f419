"""Options: their defaults are drawn from, and what makes no sense is refused by name."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipelines.latex_pages import PIPELINE
from pipelines.latex_pages.drawing import usable_templates
from pipelines.latex_pages.options import DEFAULT_KINDS, Options, PageKind

WEIGHTS = st.dictionaries(
    st.sampled_from(get_args(PageKind)),
    st.floats(0, 100, allow_nan=False),
    min_size=1,
)


@given(WEIGHTS)
def test_weights_are_taken_as_they_are_unless_none_is_above_zero(kinds: dict[str, float]) -> None:
    if sum(kinds.values()) > 0:
        assert Options.model_validate({"kinds": kinds}).kinds == kinds
    else:
        with pytest.raises(ValidationError, match="above zero"):
            Options.model_validate({"kinds": kinds})


@pytest.mark.parametrize("language", ["en", "zh", "mixed"])
def test_each_language_has_templates_by_default(language: Any) -> None:
    assert usable_templates(Options(language=language))


def test_defaults_go_round_through_json() -> None:
    options = Options()
    assert Options.model_validate(options.model_dump(mode="json")) == options
    assert options.kinds == DEFAULT_KINDS
    assert options.kinds is not DEFAULT_KINDS


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"language": "de"}, "language"),
        ({"kinds": {"poem": 1}}, "kinds"),
        ({"kinds": {"prose": -1, "tables": 3}}, "not negative"),
        ({"templates": {"article": 0}}, "above zero"),
        ({"targets": ["latex", "docx"]}, "targets"),
        ({"regions": ["char"]}, "regions"),
        ({"pages_per_template": 0}, "pages_per_template"),
        ({"foreign_share": 1.5}, "foreign_share"),
        ({"canvas": {"long_edge": 10}}, "long_edge"),
        ({"proof": {"min_em": 3}}, "min_em"),
        ({"sandbox": "never"}, "sandbox"),
    ],
)
def test_nonsense_is_refused_by_name(given: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        Options.model_validate(given)


def test_only_the_sandbox_changes_what_is_harvested() -> None:
    assert PIPELINE.material_options == ("sandbox",)
    assert set(PIPELINE.material_options) <= set(Options.model_fields)
