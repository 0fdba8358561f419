"""Versions that can change a page's bytes, and programs that must be there."""

from __future__ import annotations

import hashlib
from importlib.metadata import version

from dataengine.errors import ToolMissing
from dataengine.pipeline import Requirements
from dataengine.resources import bundled
from pipelines.latex_pages.drawing import usable_templates
from pipelines.latex_pages.options import Options
from pipelines.latex_pages.page.templates import load_templates
from pipelines.latex_pages.setting import missing_sandbox
from pipelines.latex_pages.tex.installation import find, missing
from pipelines.latex_pages.tex.sandbox import best_walls, describe, sandbox_note

_PACKAGES = ("pymupdf", "pillow", "isal", "numpy", "jinja2")


def find_requirements(options: Options) -> Requirements:
    """Look up what these options need; both engines, as harvesting uses both."""
    versions = {name: version(name) for name in _PACKAGES}
    absent = list(missing())
    if not absent:
        try:
            for engine in ("pdflatex", "xelatex"):
                versions |= find(engine).versions
        except ToolMissing as error:
            absent.append(str(error))
    versions |= describe(best_walls())
    versions["LaTeX templates"] = _templates_version(options)
    works, words = sandbox_note()
    if lacking := missing_sandbox(options):
        absent.append(lacking)
    return Requirements(versions, tuple(absent), () if works else (words,))


def _templates_version(options: Options) -> str:
    """Return a hash of the files of all templates that may be drawn."""
    usable_templates(options)
    digest = hashlib.sha256()
    folder = bundled("templates", "latex")
    names = ("shared", *load_templates())
    for path in sorted(path for name in names for path in (folder / name).rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
