"""Finds TeX and bubblewrap, and says which versions draw the pages and what is not installed."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from dataengine.errors import ToolMissing

Engine = Literal["pdflatex", "xelatex"]

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
FONT_ENDINGS = frozenset({".otf", ".ttf", ".ttc"})
OLDEST_LATEX = "2020-10-01"
"""The release that brought the hooks of \\shipout, which count the pages."""
ANSWER_S = 60

_WITNESSES: Mapping[str, tuple[str, ...]] = {
    "texlive-latex-extra": ("multirow.sty",),
    "texlive-publishers": ("IEEEtran.cls",),
    "lmodern": ("lmr10.pfb", "lmroman10-regular.otf"),
    "texlive-fonts-recommended": ("utmr8a.pfb",),
    "texlive-xetex": ("xelatex.ini",),
    "texlive-lang-chinese": ("ctexart.cls", "FandolSong-Regular.otf"),
    "latex-cjk-chinese": ("CJKutf8.sty", "EUC-TW.bdg"),
    "latex-cjk-chinese-arphic-gbsn00lp": ("gbsnu00.pfb",),
    "latex-cjk-chinese-arphic-gkai00mp": ("gkaiu00.pfb",),
}
"""Debian package -> files that only it brings."""

_VERSIONED = (
    *("latex.ltx", "article.cls", "amsmath.sty", "amssymb.sty", "array.sty", "booktabs.sty"),
    *("xcolor.sty", "geometry.sty", "lmodern.sty", "ctexart.cls", "xeCJK.sty", "fontspec.sty"),
    *("expl3-code.tex", "pdftex.map", "glyphtounicode.tex", "lmr10.pfb", "lmr10.tfm"),
    *("lmroman10-regular.otf", "FandolSong-Regular.otf", "FandolHei-Regular.otf"),
    *(name for names in _WITNESSES.values() for name in names),
)
"""Files whose contents stand for the packages they belong to."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What one engine needs to run.

    Attributes:
        engine: the name that formats and recipes use.
        program: the engine itself, links resolved (pdftex, xetex).
        kpsewhich: finds TeX's files.
        driver: xdvipdfmx, for xelatex only.
        trees: the texmf trees that have a file list (ls-R), most important first.
        versions: name -> version of what can change a page's bytes.
    """

    engine: Engine
    program: Path
    kpsewhich: Path
    driver: Path | None
    trees: tuple[Path, ...]
    versions: Mapping[str, str]


@cache
def find(engine: Engine) -> Installation:
    """Look up an engine.

    Raises:
        ToolMissing: it is not installed, or older than what the pages need.
    """
    names = [engine, "kpsewhich"] + (["xdvipdfmx"] if engine == "xelatex" else [])
    found = {name: shutil.which(name) for name in names}
    absent = [name for name, path in found.items() if path is None]
    if absent:
        raise ToolMissing(f"{', '.join(absent)} not found: {_advice(_absent_packages())}")
    program, kpsewhich = (Path(str(found[name])) for name in (engine, "kpsewhich"))
    driver = Path(str(found["xdvipdfmx"])).resolve() if engine == "xelatex" else None
    trees = _trees(kpsewhich)
    latex = _latex_release(kpsewhich)
    if latex < OLDEST_LATEX:
        raise ToolMissing(f"LaTeX {latex or '(unknown)'} is older than {OLDEST_LATEX}")
    versions = {
        engine: _first_line(program),
        "LaTeX": latex,
        "TeX files": _files_version(kpsewhich),
    }
    if driver:
        versions["xdvipdfmx"] = _first_line(driver)
        versions["system fonts"] = _fonts_version()
    return Installation(engine, program.resolve(), kpsewhich, driver, trees, versions)


def missing() -> tuple[str, ...]:
    """Return a sentence that names the Debian packages to install; empty if all are there.

    bubblewrap is not among what must be there: see `sandbox.sandbox_note`.
    """
    absent = _absent_packages()
    return (f"LaTeX pages need TeX Live: {_advice(absent)}",) if absent else ()


def system_fonts() -> dict[str, list[str]]:
    """Return the folders of the system's own OpenType and TrueType fonts -> file names."""
    found: dict[str, list[str]] = {}
    for root in FONT_FOLDERS:
        for folder, _, names in os.walk(root):
            fonts = sorted(name for name in names if Path(name).suffix.lower() in FONT_ENDINGS)
            if fonts:
                found[folder] = fonts
    return dict(sorted(found.items()))


def clean_environment() -> dict[str, str]:
    """Return the environment for TeX's programs: nobody's home, one locale, one date."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": "/nonexistent",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "SOURCE_DATE_EPOCH": "946684800",
        "FORCE_SOURCE_DATE": "1",
    }


@cache
def _absent_packages() -> tuple[str, ...]:
    kpsewhich = shutil.which("kpsewhich")
    if kpsewhich is None or shutil.which("pdflatex") is None:
        return ("texlive-latex-base", *_WITNESSES, "bubblewrap", "fonts-noto-cjk")
    wanted = [name for names in _WITNESSES.values() for name in names]
    there = {path.name for path in _locate(Path(kpsewhich), wanted)}
    absent = [name for name, files in _WITNESSES.items() if not there.issuperset(files)]
    if shutil.which("xelatex") is None and "texlive-xetex" not in absent:
        absent.append("texlive-xetex")
    if not any("NotoSerifCJK-Regular.ttc" in names for names in system_fonts().values()):
        absent.append("fonts-noto-cjk")
    return tuple(absent)


def _advice(packages: tuple[str, ...]) -> str:
    return f"apt-get install --no-install-recommends {' '.join(packages)}"


def _ask(*command: str | Path) -> str:
    answer = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        env=clean_environment(),
        timeout=ANSWER_S,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return answer.stdout.decode("utf-8", "replace")


def _first_line(program: Path) -> str:
    return (_ask(program, "--version").splitlines() or ["unknown"])[0].strip()


def _locate(kpsewhich: Path, names: list[str]) -> list[Path]:
    """Return the paths of those files that TeX would find."""
    return [Path(line) for line in _ask(kpsewhich, *names).splitlines() if line]


def _trees(kpsewhich: Path) -> tuple[Path, ...]:
    folders = _ask(kpsewhich, "-expand-path=$TEXMF").strip().split(os.pathsep)
    trees = [Path(folder) for folder in folders if folder]
    return tuple(tree for tree in trees if (tree / "ls-R").is_file())


def _latex_release(kpsewhich: Path) -> str:
    for path in _locate(kpsewhich, ["latex.ltx"]):
        text = path.read_text(encoding="utf-8", errors="replace")
        found = re.search(r"\\edef\\fmtversion\s*%?\s*\{(\d{4}-\d\d-\d\d)\}", text)
        found = found or re.search(r"\\fmtversion\s*\{(\d{4}-\d\d-\d\d)\}", text)
        if found:
            return found.group(1)
    return ""


def _files_version(kpsewhich: Path) -> str:
    digest = hashlib.sha256()
    for path in _locate(kpsewhich, sorted(set(_VERSIONED))):
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _fonts_version() -> str:
    """Stand for the system's CJK fonts by name and size: reading 100 MB would take too long."""
    digest = hashlib.sha256()
    for folder, names in system_fonts().items():
        for name in names:
            if "CJK" in name:
                digest.update(f"{name} {os.path.getsize(Path(folder, name))}\n".encode())
    return digest.hexdigest()[:16]
