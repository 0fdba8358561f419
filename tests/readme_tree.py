"""The tree of files in the README, made from what each file says of itself in its first line."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent
README = REPOSITORY / "README.md"
BEGIN, END = "<!-- tree -->\n", "<!-- /tree -->"
WIDTH = 46

KNOWN = {
    "LICENSE": "Apache License 2.0",
    "README.md": "this page",
    ".gitignore": "what git leaves alone",
    "pyproject.toml": "package, dependencies, and settings of ruff, mypy and pytest",
    ".ci/constraints.txt": "the exact versions that were tested",
    "pipelines/latex_pages/content/symbols.tsv": "symbols: command, class, text, glyphs, MathML",
}
GATHERED = {
    "corpora/charts/en": "phrases, tables, topics and personas for charts in English",
    "corpora/charts/zh": "phrases, tables, topics and personas for charts in Chinese",
    "corpora/latex/en": "LaTeX works in English, with the files that they include",
    "corpora/latex/zh": "LaTeX works in Chinese, with the files that they include",
    "corpora/natural": "generated landscapes that stand in for photographs, with their annotations",
    "corpora/pdf/en": "bundled pages in English, made from src",
    "corpora/pdf/zh": "bundled pages in Chinese, made from src",
    "docs/logs": "logs of the trainings that docs/training.md shows",
    "templates/charts/prompts": "prompts for language models that write charts",
    "templates/charts/themes": "themes of charts: colours and habits",
    "templates/prompts": "tasks of views: what each asks for, in several wordings",
    "templates/latex/shared/fonts": "sets of fonts that templates name",
}
"""Folders of data that are one line each; so is every folder with a template.yaml."""
PACKAGE = "makes the folder a package"


def tree() -> str:
    """Return the tree as a fenced block: a line for each file that git knows, or folder of data."""
    lines: list[str] = []
    before: tuple[str, ...] = ()
    shown = {gathered(name) or name for name in tracked_files()}
    for name in sorted(shown, key=lambda name: [part.lower() for part in order(name)]):
        folders = Path(name).parts[:-1]
        for depth, folder in enumerate(folders):
            if folders[: depth + 1] != before[: depth + 1]:
                lines.append(f"{'  ' * depth}{folder}/")
        before = folders
        path = REPOSITORY / name
        entry = f"{'  ' * len(folders)}{path.name}{'/' if path.is_dir() else ''}"
        lines.append(f"{entry:<{WIDTH}} {purpose(path, name)}".rstrip())
    return "```\n" + "\n".join(lines) + "\n```\n"


def order(name: str) -> list[str]:
    """Sort a folder's files before its folders."""
    *folders, last = Path(name).parts
    kind = int((REPOSITORY / name).is_dir())
    return [*(f"1{folder}" for folder in folders), f"{kind}{last}"]


def gathered(name: str) -> str:
    """Return the folder whose line stands for a file too, or ""."""
    for folder in Path(name).parents:
        if str(folder) in GATHERED or (REPOSITORY / folder / "template.yaml").is_file():
            return folder.as_posix()
    return ""


def tracked_files() -> list[str]:
    """Return the files that are, or with the next commit will be, part of the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.splitlines() if (REPOSITORY / name).is_file()]


def purpose(path: Path, name: str) -> str:
    """Return what a file says of itself: the first sentence of its docstring or first comment."""
    if name in KNOWN:
        return KNOWN[name]
    if path.is_dir() or gathered(name):
        return folder_purpose(name if path.is_dir() else gathered(name))
    if path.suffix == ".pdf":
        return "bundled pages"
    if ".dist-info/" in name:
        return "announces the toy pipelines as an installed package would"
    if path.suffix in (".png", ".jpg"):
        return "picture for the docs"
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        said = ast.get_docstring(ast.parse(text)) or (PACKAGE if not text.strip() else "")
    elif path.suffix == ".html":
        found = re.search(r"<title>(.*?)</title>", text, re.S)
        return f"source of “{found[1].strip()}”" if found else ""
    elif path.suffix == ".md":
        said = next((line.lstrip("# ") for line in text.splitlines() if line.startswith("# ")), "")
    else:
        said = first_comment(text)
    return shorten(said)


def folder_purpose(folder: str) -> str:
    """Return what a folder of data holds: as written here, or the title of its template."""
    if folder in GATHERED:
        return GATHERED[folder]
    text = (REPOSITORY / folder / "template.yaml").read_text(encoding="utf-8")
    found = re.search(r"^title: *(.+)$", text, re.M)
    return found[1] if found else ""


def first_comment(text: str) -> str:
    """Return the first comment of a shell, YAML, Jinja, TeX, CSS or JavaScript file."""
    for line in text.splitlines():
        if line.startswith("#!") or not line.strip():
            continue
        found = re.match(r"\s*(?:#|%|//|/\*+|\{#-?|<#|<!--)\s*(.*?)\s*(?:\*/|-?#\}|#>|-->)?$", line)
        if found and found[1]:
            return found[1]
    return ""


def shorten(text: str) -> str:
    """Return the first sentence, on one line."""
    line = re.sub(r"\s+", " ", text.strip().split("\n\n")[0])
    sentence = re.split(r"(?<=[.;]) ", line)[0].rstrip(".;:")
    return sentence if len(sentence) <= 110 else sentence[:107].rsplit(" ", 1)[0] + " …"


def main() -> None:
    """Write the tree into the README."""
    text = README.read_text(encoding="utf-8")
    start, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    if sys.argv[1:] == ["--write"]:
        README.write_text(text[:start] + tree() + text[end:], encoding="utf-8")


if __name__ == "__main__":
    main()
