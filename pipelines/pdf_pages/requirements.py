"""Versions that can change a page's bytes, and programs that must be there."""

from __future__ import annotations

import re
import shutil
import subprocess
from importlib.metadata import version

from dataengine.pipeline import Requirements
from pipelines.pdf_pages.options import Options
from pipelines.pdf_pages.tokens import missing_tokenizer, tokenizer_version

_PACKAGES = ("pymupdf", "pillow", "isal", "numpy")


def find_requirements(options: Options) -> Requirements:
    """Look up what these options need."""
    versions = {name: version(name) for name in _PACKAGES}
    missing = []
    if options.renderer == "pdf2image":
        versions["pdf2image"] = version("pdf2image")
        poppler = _poppler_version()
        if poppler:
            versions["poppler"] = poppler
        else:
            missing.append("pdf2image needs poppler: apt-get install poppler-utils")
    tokenizer = options.proof.tokenizer
    problem = missing_tokenizer(tokenizer)
    if problem:
        missing.append(problem)
    elif tokenizer:
        versions["tokenizers"] = version("tokenizers")
        versions["tokenizer file"] = tokenizer_version(tokenizer)
    return Requirements(versions, tuple(missing))


def _poppler_version() -> str:
    program = shutil.which("pdftoppm")
    if program is None:
        return ""
    answer = subprocess.run(
        (program, "-v"), capture_output=True, text=True, timeout=30, check=False
    )
    found = re.search(r"version (\S+)", answer.stderr)
    return found.group(1) if found else "unknown"
