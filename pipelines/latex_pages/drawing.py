"""Draws what a page is to be from its rng: kind, language, style, pieces; then composes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dataengine.errors import ConfigError
from pipelines.latex_pages.options import Options
from pipelines.latex_pages.page.choice import Language, Wanted, choose_pieces
from pipelines.latex_pages.page.compose import ComposedPage, compose
from pipelines.latex_pages.page.geometry import measure_page
from pipelines.latex_pages.page.pieces import Stock
from pipelines.latex_pages.page.style import draw_style, draw_value, pick
from pipelines.latex_pages.page.templates import Template, load_templates

if TYPE_CHECKING:
    import numpy as np

_OTHER: Mapping[str, Language] = {"en": "zh", "zh": "en"}


@dataclass(frozen=True, slots=True)
class Look:
    """What neighbouring pages share, so that one run of TeX sets them.

    Attributes:
        fontset: of the template's.
        size: of the type: a run loads each font once per size, which is most of xelatex's start.
    """

    template: Template
    fontset: str
    size: float


def usable_templates(options: Options) -> dict[str, float]:
    """Return the weights of the templates that a recipe may draw.

    Raises:
        ConfigError: it names one that is not there or not of its language, or leaves none.
    """
    templates = load_templates()
    for name in options.templates:
        if name not in templates:
            raise ConfigError(
                f"options.templates: there is no template {name!r}; there are "
                f"{', '.join(templates)}"
            )
        if options.language not in templates[name].about.languages:
            raise ConfigError(
                f"options.templates: {name!r} is for {', '.join(templates[name].about.languages)}"
                f", not for {options.language}"
            )
    weights = {
        name: options.templates.get(name, 0.0) if options.templates else template.about.weight
        for name, template in templates.items()
        if options.language in template.about.languages and _kinds(options, template)
    }
    if not sum(weights.values()) > 0:
        raise ConfigError(
            f"no template is left for language {options.language} with the page kinds "
            f"{', '.join(options.kinds)}"
        )
    return weights


def draw_look(options: Options, rng: np.random.Generator) -> Look:
    """Draw template and font set for a block of indices."""
    weights = usable_templates(options)
    template = load_templates()[list(weights)[pick(list(weights.values()), rng)]]
    fontsets = template.about.fontsets
    fontset = list(fontsets)[pick(list(fontsets.values()), rng)]
    return Look(template, fontset, draw_value("size", template.draws["size"], rng))


def draw_page(options: Options, look: Look, stock: Stock, rng: np.random.Generator) -> ComposedPage:
    """Draw and compose one page.

    Raises:
        NoPieces: the stock holds nothing for it.
    """
    kinds = _kinds(options, look.template)
    kind = list(kinds)[pick(list(kinds.values()), rng)]
    foreign = rng.random() < options.foreign_share
    style = {**draw_style(look.template.draws, rng), "size": look.size}
    language: Language | None = None if options.language == "mixed" else options.language
    other = _OTHER.get(options.language) if foreign else None
    if language is None:
        other = "en" if foreign else "zh"
    if other and not stock.count(f"{other}/table"):
        other = None
    package = look.template.math_package(look.fontset)
    wanted = Wanted(kind, language, other, style, measure_page(style), package)
    pieces = choose_pieces(stock, wanted, rng)
    return compose(look.template, style, kind, options.language, pieces, rng)


def _kinds(options: Options, template: Template) -> dict[str, float]:
    """Return the recipe's page kinds that the template suits, with weights above zero."""
    weights = {
        kind: weight * template.about.kinds.get(kind, 0.0) for kind, weight in options.kinds.items()
    }
    return {kind: weight for kind, weight in weights.items() if weight > 0}
