"""A small texmf tree of links, so that an engine starts in half the time and sees only fonts.

TeX reads the file lists of all trees (650 kB) at every start. Pages need fonts, maps and a few
definition files only, because the packages are in the format already; a list of those is read in
a fifth of the time. It is a wall too: what is not listed is not found by name.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from pipelines.latex_pages.tex.installation import Engine, Installation, system_fonts

_FONTS = re.compile(r"\./fonts/(?:tfm|type1|enc|vf|opentype|truetype|map|cmap|misc|sfd)(?:/|$)")
_INPUTS = re.compile(r"\./tex/(?:latex|xelatex|generic)(?:/|$)")
_INPUT_ENDINGS = (".fd", ".fdx", ".enc", ".bdg", ".chr", ".cap", ".def", ".cpx")
_NEVER = frozenset({"dvipdfmx.cfg"})  # may name programs to be run
_LIST_HEAD = "% ls-R -- filename database for kpathsea; do not change this line.\n"

_SETTINGS = """\
TEXMFDBS={folder}
openin_any=p
openout_any=p
shell_escape=f
parse_first_line=f
max_print_line=10000
error_line=254
half_error_line=238
hash_extra=30000
main_memory=5000000
font_mem_size=8000000
font_max=9000
pool_size=6250000
pool_free=47500
max_strings=500000
strings_free=100
string_vacancies=90000
buf_size=200000
save_size=100000
stack_size=10000
param_size=20000
nest_size=1000
expand_depth=10000
max_in_open=15
dvi_buf_size=16384
TEXINPUTS=.;!!{folder}//
"""
FONT_SETTINGS = "fonts.conf"
_NO_FONTS = "<fontconfig></fontconfig>\n"
"""XeTeX finds fonts by file name; letting fontconfig look at all fonts first costs 20 to 500 ms."""

_PATHS = (
    *("TFMFONTS", "VFFONTS", "T1FONTS", "ENCFONTS", "TEXFONTMAPS", "OPENTYPEFONTS", "TTFONTS"),
    *("CMAPFONTS", "MISCFONTS", "SFDFONTS", "DVIPDFMXINPUTS"),
)


def get_search_tree(installation: Installation, cache: Path) -> Path:
    """Return the folder of the tree, made once per state of the TeX trees and system fonts.

    It is what the variable TEXMFCNF must name; the folder holds texmf.cnf, ls-R and links.
    """
    stamps = [(tree / "ls-R").stat().st_mtime_ns for tree in installation.trees]
    return _get(installation.engine, installation.trees, tuple(stamps), cache.absolute())


@lru_cache(maxsize=16)
def _get(engine: Engine, trees: tuple[Path, ...], stamps: tuple[int, ...], cache: Path) -> Path:
    """Make or find the tree; the stamps say when the trees last changed."""
    listing, links = _listing(engine, trees)
    text = "\n".join([_LIST_HEAD, *listing, ""])
    state = hashlib.sha256(
        repr((text, sorted(links.items()), _SETTINGS, _PATHS, _NO_FONTS)).encode()
    )
    folder = cache / f"tree-{state.hexdigest()[:16]}"
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix="tree-", dir=cache))
    try:
        settings = _SETTINGS.format(folder=folder)
        settings += "".join(f"{name}=!!{folder}//\n" for name in _PATHS)
        (made / "texmf.cnf").write_text(settings)
        (made / "ls-R").write_text(text, encoding="utf-8", errors="surrogateescape")
        (made / FONT_SETTINGS).write_text(_NO_FONTS)
        for name, target in links.items():
            (made / name).symlink_to(target)
        made.chmod(0o755)
        os.rename(made, folder)
    except OSError:
        shutil.rmtree(made, ignore_errors=True)
        if not folder.is_dir():  # not only another process that was faster
            raise
    return folder


def _listing(engine: Engine, trees: tuple[Path, ...]) -> tuple[list[str], dict[str, str]]:
    """Return the lines of ls-R and name of link -> folder; earlier trees come first."""
    lines: list[str] = []
    links: dict[str, str] = {}
    for number, tree in enumerate(trees):
        name = f"tree{number}"
        links[name] = str(tree)
        for folder, files in _folders(tree):
            lines += ["", f"./{name}{folder[1:]}:", *files]
    if engine == "xelatex":
        for number, (folder, files) in enumerate(system_fonts().items()):
            links[f"system{number}"] = folder
            lines += ["", f"./system{number}:", *files]
    return lines, links


def _folders(tree: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield (folder as "./fonts/…", file names that pages may need) of one tree's own list."""
    text = (tree / "ls-R").read_text(encoding="utf-8", errors="surrogateescape")
    for block in text.split("\n\n"):
        head, _, names = block.strip("\n").partition("\n")
        folder, colon, rest = head.partition(":")
        if not colon or rest:
            continue
        if _FONTS.match(folder):
            files = [name for name in names.split("\n") if name and name not in _NEVER]
        elif _INPUTS.match(folder):
            files = [name for name in names.split("\n") if name.endswith(_INPUT_ENDINGS)]
        else:
            continue
        if files:
            yield folder, files
