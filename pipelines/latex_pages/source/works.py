"""A work: the text of every file that a LaTeX document is made of, by its name inside the work.

A work comes as one .tex, a gzip of one, or an archive of a tree; from the root document on,
`\\input` and its kin are followed, and so are packages and classes that lie beside it (macros live
there) unless they are known published ones. What is missing is recorded and harms nothing else.
Names never lead out of the work's folder.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from pipelines.latex_pages.source.archives import SourceError, clean_name, unpack_files
from pipelines.latex_pages.source.decoding import declared, decode
from pipelines.latex_pages.source.published import is_published

Beside = Callable[[str], bytes | None]
"""Returns the bytes of a file that lies beside the given one (posix path, relative), or None."""

_MAX_FOLLOWED = 1_500
_MAX_TEXT = 48 << 20
_MAX_PACKAGE = 96 << 10  # of published classes under other names, which are longer
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_CLASS = re.compile(r"\\document(?:class|style)\s*(?:\[([^\]]*)\])?\s*\{([^{}]*)\}")
_BEGIN = re.compile(r"\\begin\s*\{document\}")
_FOLLOW = re.compile(
    r"\\(?:input|include|subfile|subfileinclude|InputIfFileExists|@input)\s*\{([^{}#\n]+)\}"
    r"|\\input\s+([^\s{}\\%#]+)"
    r"|\\(?:sub)?(?:import|inputfrom|includefrom)\*?\s*\{([^{}#\n]*)\}\s*\{([^{}#\n]+)\}"
    r"|\\[a-zA-Z]*import\*?(?:\[([^\]\n]*)\])?\{([^{}#\n]+)\}"
)
_PACKAGES = re.compile(r"\\(?:usepackage|RequirePackage)\s*(?:\[[^\]]*\])?\s*\{([^{}#]+)\}")
_PLAIN_MACRO = re.compile(
    r"\\(?:(?:new|renew|provide)command\*?\s*\{?|def\s*)\\([a-zA-Z@]+)\}?\s*\{([^{}\\#\n]{0,100})\}"
)
_USE = re.compile(r"\\([a-zA-Z@]+)\s*")
_TEXT_ENDINGS = (".tex", ".ltx", ".latex", ".sty", ".cls", ".def", ".tikz", ".cfg", ".txt")


@dataclass(frozen=True, slots=True)
class Work:
    """The files of one document.

    Attributes:
        root: name of the file that holds the document.
        files: text by name inside the work; a token's file index counts them in this order.
        missing: names that were asked for and not found.
    """

    root: str
    files: Mapping[str, str]
    missing: tuple[str, ...] = ()

    def resolve(self, name: str, folders: tuple[str, ...] = ("",)) -> str:
        """Return the name of the file that `\\input{name}` reads, or ""."""
        return next((clean for clean in candidates(name, folders) if clean in self.files), "")


def candidates(name: str, folders: tuple[str, ...], ending: str = ".tex") -> Iterator[str]:
    """Yield the clean names that a name may mean, read from some folders."""
    name = name.strip().strip('"')
    for folder in dict.fromkeys(folders):
        clean = clean_name(folder, name)
        if clean:
            if not clean.endswith(ending):
                yield clean + ending
            yield clean


def probe(data: bytes, name: str) -> tuple[bool, str]:
    """Say whether a file is a document (not a part of one), and if not, why."""
    try:
        files = unpack_files(data, name)
        _find_root({name: decode(content) for name, content in files.items()})
    except SourceError as error:
        return False, str(error)
    return True, ""


def unpack(data: bytes, name: str, beside: Beside) -> Work:
    """Read a work.

    Args:
        data: a .tex file; a gzip of one; a tar, tar.gz or zip of a tree.
        name: its file name.
        beside: reads other files of a single .tex; not asked for archives.

    Raises:
        SourceError: it holds no document; the reason is one of "archive", "pdf_only",
            "withdrawn", "no_document", "part".
    """
    packed = unpack_files(data, name)
    texts = {
        member: decode(content)
        for member, content in packed.items()
        if member.lower().endswith(_TEXT_ENDINGS) or "." not in posixpath.basename(member)
    }
    root = _find_root(texts)
    read = packed.get if len(packed) > 1 else beside
    follower = _Follower(root, packed, read, declared(packed[root]))
    follower.follow()
    # Macros with computed names may ask for any file of a tree, so the tree's sources come along.
    for member, text in texts.items():
        if member.lower().endswith((".tex", ".ltx")):
            follower.files.setdefault(member, text)
    return Work(root, follower.files, tuple(dict.fromkeys(follower.missing)))


@dataclass
class _Follower:
    root: str
    packed: Mapping[str, bytes]
    read: Beside
    encoding: str
    files: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    macros: dict[str, str] = field(default_factory=dict)
    total: int = 0

    def follow(self) -> None:
        todo = [self.root]
        self._load(self.root)
        while todo and len(self.files) < _MAX_FOLLOWED and self.total < _MAX_TEXT:
            current = todo.pop()
            for name, ending, folder in self._asked(current):
                folders = (posixpath.dirname(self.root), posixpath.dirname(current), folder)
                options = list(candidates(name, folders, ending))
                if any(option in self.files for option in options):
                    continue
                found = next((option for option in options if self._load(option)), "")
                if found:
                    todo.append(found)
                elif ending == ".tex":
                    self.missing.append(name)

    def _load(self, name: str) -> bool:
        data = self.packed.get(name)
        if data is None:
            data = self.read(name)
        if data is None or data[:5] == b"%PDF-":
            return False
        if name.endswith((".sty", ".cls")) and len(data) > _MAX_PACKAGE:
            return False
        text = decode(data, self.encoding)
        self.files[name] = text
        self.total += len(text)
        return True

    def _asked(self, current: str) -> Iterator[tuple[str, str, str]]:
        """Yield name, ending and folder of the files that a file asks for."""
        text = _COMMENT.sub("", self.files[current])
        here = posixpath.dirname(current)
        for found in _PLAIN_MACRO.finditer(text):
            self.macros.setdefault(found[1], found[2])
        for found in _CLASS.finditer(text):
            if not is_published(found[2].strip()):
                yield found[2].strip(), ".cls", here
        for found in _PACKAGES.finditer(text):
            for name in found[1].split(","):
                if not is_published(name.strip()):
                    yield name.strip(), ".sty", here
        for found in _FOLLOW.finditer(text):
            name = self._plain(found[1] or found[2] or found[4] or found[6])
            folder = self._plain(found[3] or found[5] or "")
            if name and "\\" not in name + folder:
                yield name, ".tex", posixpath.join(here, folder)
                if folder:
                    yield posixpath.join(folder, name), ".tex", ""

    def _plain(self, name: str) -> str:
        return _USE.sub(lambda found: self.macros.get(found[1], found[0]), name)


def _find_root(texts: Mapping[str, str]) -> str:
    """Return the name of the file that is the document."""
    sizes: dict[str, int] = {}
    parts = 0
    included: set[str] = set()
    for name, text in texts.items():
        if name.endswith((".sty", ".cls", ".def", ".cfg")):
            continue
        plain = _COMMENT.sub("", text)
        found = _CLASS.search(plain)
        begins = _BEGIN.search(plain) is not None
        here = posixpath.dirname(name)
        size = len(text)
        for asked in _FOLLOW.finditer(plain):
            target = asked[1] or asked[2] or asked[4] or asked[6]
            folder = asked[3] or asked[5] or ""
            for option in candidates(target, ("", here, posixpath.join(here, folder))):
                if option in texts and option != name:
                    included.add(option)
                    size += len(texts[option])
        if found is not None and found[2].strip() in ("subfiles", "standalone"):
            parts += 1
        elif found is not None or begins:
            # A file with both outweighs any with one of them.
            sizes[name] = size + (1 << 40) * (found is not None and begins) + (1 << 39) * begins
    roots = {name: size for name, size in sizes.items() if name not in included} or sizes
    if roots:
        return max(sorted(roots), key=lambda name: roots[name])
    if parts:
        raise SourceError("part", "a part of another document (class subfiles or standalone)")
    raise SourceError("no_document", "no file with \\documentclass or \\begin{document}")
