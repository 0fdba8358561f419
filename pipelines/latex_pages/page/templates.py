"""Templates under `templates/latex/`: one folder each, found by looking, rendered with Jinja2.

Only composed TeX goes through Jinja: text of a corpus is put in as a value and never parsed.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import Field, ValidationError, field_validator

from dataengine.errors import ConfigError
from dataengine.resources import bundled
from dataengine.settings import Settings
from pipelines.latex_pages.proof.font_sets import UNFIT


class Description(Settings):
    """A template's `template.yaml`."""

    title: str = Field(min_length=1, description="what people call it")
    languages: tuple[Literal["en", "zh", "mixed"], ...] = Field(min_length=1)
    engine: Literal["pdflatex", "xelatex"]
    weight: float = Field(
        1.0, gt=0, description="how often it is drawn where a recipe names no templates"
    )
    fontsets: dict[str, float] = Field(
        min_length=1, description="file of templates/latex/shared/fonts without ending -> weight"
    )
    kinds: dict[str, float] = Field(
        min_length=1, description="page kinds it suits -> factor on the recipe's weight"
    )
    draws: dict[str, Any] = Field(
        default_factory=dict, description="in the place of those in shared/draws.yaml"
    )

    @field_validator("fontsets", "kinds")
    @classmethod
    def _check_weights(cls, value: dict[str, float]) -> dict[str, float]:
        if any(weight < 0 for weight in value.values()) or not sum(value.values()) > 0:
            raise ValueError("weights are not negative and at least one is above zero")
        return value


@dataclass(frozen=True)
class Template:
    """One template.

    Attributes:
        name: its folder's.
        about: its `template.yaml`.
        draws: the shared draws with its own in their places.
    """

    name: str
    about: Description
    draws: Mapping[str, Any] = field(repr=False)

    def preamble(self, fontset: str) -> str:
        """Return the preamble of a font set, up to and without `\\begin{document}`.

        Under xelatex it loads no font, so that a format can be dumped: `prelude` does.
        """
        fonts = self._fonts(fontset) if self.about.engine == "pdflatex" else ""
        return self._render("preamble.tex.j2", fonts=fonts, fontset=fontset, about=self.about)

    def prelude(self, fontset: str) -> str:
        """Return what a job runs once, before `\\begin{document}`: the fonts, under xelatex."""
        return self._fonts(fontset) if self.about.engine == "xelatex" else ""

    def math_package(self, fontset: str) -> str | None:
        """Return the package of mathematical fonts that cannot show everything, if it loads one."""
        text = self._fonts(fontset)
        return next((name for name in UNFIT if f"{{{name}}}" in text), None)

    def page(self, **context: Any) -> str:
        """Return one page's TeX; the context is described in docs/latex_templates.md."""
        return self._render("page.tex.j2", **context)

    def _fonts(self, fontset: str) -> str:
        if fontset not in self.about.fontsets:
            raise ConfigError(f"template {self.name!r} has no font set {fontset!r}")
        return _read_fonts(fontset)

    def _render(self, name: str, **context: Any) -> str:
        return _environment().get_template(f"{self.name}/{name}").render(**context)


@functools.cache
def _read_fonts(fontset: str) -> str:
    path = bundled("templates", f"latex/shared/fonts/{fontset}.tex")
    return path.read_text(encoding="utf-8").strip()


@functools.cache
def _environment() -> Environment:
    # Without escaping: TeX is not HTML, and every value is composed TeX.
    return Environment(
        loader=FileSystemLoader(bundled("templates", "latex"), encoding="utf-8"),
        undefined=StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,
        auto_reload=False,
        cache_size=200,
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
    )


def _load_yaml(text: str) -> Any:
    # The C parser, where PyYAML has it, is ten times as fast: 0.6 s at the start of each worker.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(text, Loader=loader)  # noqa: S506  a safe loader, both of them


@functools.cache
def load_templates() -> Mapping[str, Template]:
    """Return all templates by name, in the order of their names.

    Raises:
        ConfigError: a `template.yaml` is wrong.
    """
    folder = bundled("templates", "latex")
    shared = _load_yaml((folder / "shared" / "draws.yaml").read_text(encoding="utf-8"))
    templates = {}
    for path in sorted(folder.glob("*/template.yaml")):
        name = path.parent.name
        try:
            about = Description.model_validate(_load_yaml(path.read_text(encoding="utf-8")))
        except (ValidationError, yaml.YAMLError) as error:
            raise ConfigError(f"templates/latex/{name}/template.yaml: {error}") from error
        templates[name] = Template(name, about, {**shared, **about.draws})
    return templates
