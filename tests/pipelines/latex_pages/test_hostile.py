"""Works that attack: harvested quickly, reported, without a trace in what stands beside them."""

from __future__ import annotations

import gzip
import io
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dataengine.material import Piece as Stored
from dataengine.material import Refusal
from pipelines.latex_pages.harvest import harvest
from pipelines.latex_pages.setting import Setter
from pipelines.latex_pages.vetting import Vetter
from tests.pipelines.latex_pages.sources import harvested, pieces, refusals

QUICK_S = 60.0
"""Seconds that tell an end from none: what is not contained goes on for ever. Not a speed."""
CANARY = "canary-7f3a"

BEFORE = r"""\section{Before the storm}
The first paragraph stands before it, with $x^2 + \alpha$ and nothing to fear.

\begin{tabular}{lr} oak & 12 \\ elm & 7 \end{tabular}

"""
AFTER = r"""

\[ \sum_{i=1}^{n} a_i = \frac{b}{c} \]

The last paragraph stands after it, and holds the word \textbf{harbour} in bold type.
"""


def document(middle: str) -> str:
    opening = "\\documentclass{article}\n\\usepackage{amsmath}\n\\begin{document}\n"
    return f"{opening}{BEFORE}{middle}{AFTER}\\end{{document}}\n"


CONTAINED = {
    "write18": r"\immediate\write18{echo x > OUTSIDE/made} Evil words.",
    "write18-bare": r"Evil \write18{touch OUTSIDE/made} words.",
    "input-absolute": r"Evil \input{SECRET} words.",
    "input-bare": r"Evil \input SECRET words.",
    "input-passwd": r"\input{/etc/passwd}",
    "input-dots": r"Evil \input{../../../../../../../../SECRET} words.",
    "input-pipe": r'\input{"|cat SECRET"} Evil words.',
    "include": r"\include{SECRET}",
    "verbatiminput": r"\verbatiminput{SECRET} \lstinputlisting{SECRET}",
    "openin": r"\newread\r \openin\r=SECRET \read\r to\x Evil \x words.",
    "openout": r"\newwrite\w \immediate\openout\w=OUTSIDE/made \immediate\write\w{x} Evil words.",
    "directlua": r'\directlua{os.execute("touch OUTSIDE/made")} Evil words.',
    "special": r"\special{ps: (SECRET) run} Evil words. \special{pdf:image (SECRET)}",
    "pdf-primitives": r"\pdfximage{SECRET}\pdfrefximage\pdflastximage Evil words.",
    "includegraphics": r"\includegraphics{SECRET} Evil words.",
    "loop": r"\loop\iftrue x\repeat Evil words.",
    "loop-empty": r"\loop\iftrue\repeat Evil words.",
    "recursion": r"\def\a{\a}\a Evil words.",
    "recursion-growing": r"\def\a{x\a}\a Evil words.",
    "recursion-mutual": r"\newcommand\a{\b}\newcommand\b{\a x}\a Evil words.",
    "recursion-argument": r"\newcommand\a[1]{\a{#1#1}}\a{x} Evil words.",
    "doubling": "".join(
        rf"\def\{chr(98 + n)}{{\{chr(97 + n)}\{chr(97 + n)}}}" for n in range(24)
    ).replace(r"\a", "lol ")
    + r"\y Evil words.",
    "csname-flood": r"\newcount\n \loop\advance\n1 \expandafter\def\csname x\the\n\endcsname{}"
    r"\ifnum\n<1000000000\repeat Evil words.",
    "page-flood": r"\def\a{x\newpage\a}\a Evil words.",
    "batchmode": r"\batchmode Evil words. \errorstopmode",
    "redefinition": r"\def\section#1{gone}\def\textbf#1{gone}\renewcommand\[{gone} Evil words.",
    "catcode": r"{\catcode`\$=12 Evil $ words. }",
    "catcode-caret": r"\cat^^63ode`\#=12 Evil words.",
    "caret-input": r"\^^69nput{SECRET} Evil words.",
    "csname-input": r"\csname in\string put\endcsname{SECRET} Evil words.",
    "aftergroup": r"{\aftergroup\input\aftergroup{SECRET}} Evil words.",
    "nesting-braces": "{" * 20_000 + "Evil" + "}" * 20_000,
    "nesting-math": "$" + "{x^" * 3000 + "x" + "}" * 3000 + "$",
    "nesting-fractions": "\\[" + r"\frac{1}{" * 2000 + "x" + "}" * 2000 + "\\]",
    "nesting-lists": r"\begin{itemize}\item " * 400 + "Evil" + r"\end{itemize}" * 400,
    "nesting-tables": r"\begin{tabular}{l}" * 300 + "Evil" + r"\end{tabular}" * 300,
    "huge-table": r"\begin{tabular}{"
    + "l" * 400
    + "}"
    + ("Evil & " * 399 + r"x \\ ") * 60
    + r"\end{tabular}",
    "long-table": r"\begin{tabular}{ll}" + r"Evil & 1 \\ " * 20_000 + r"\end{tabular}",
    "repeated-columns": r"\begin{tabular}{*{100000000}{l}} Evil & words \end{tabular}",
    "huge-span": r"\begin{tabular}{l}\multicolumn{999999999}{l}{Evil} \end{tabular}",
    "long-word": "evil" * 100_000,
    "long-formula": "$" + "x+" * 50_000 + "y$",
    "dollars": "$" * 2001 + "\n\n" + "$" * 2001,
    "unclosed-math": r"Evil $x + y" + "\n\n" + "words",
    "open-brace-argument": r"\textbf{Evil words" + "\n\n}",
    "control-characters": "Evil \x01\x02\x07\x0b words \ufffe\uffff \U000e0001.",
    "private-use": "Evil \ue000\ue001 words \uf8ff.",
    "bidi": "Evil \u202egnirts\u202c words \u2066x\u2069.",
    "slots": r"Evil \DEmark{1} \DEnote{2} \DEblock{a}{b}{c}{d} words.",
    "jinja": r"Evil << 7*7 >> <% include '/etc/passwd' %> words.",
    "log-lines": r"\immediate\write16{@@PUT b0 1} Evil @@PUT b1 1 words.",
}
ENDING = {
    "billion-laughs": r"\def\x{x}" + r"\edef\x{\x\x\x\x\x\x\x\x\x\x}" * 12 + r"\x Evil words.",
    "end-document": r"\end{document}",
    "endinput": r"Evil \endinput words.",
    "unclosed-verbatim": r"\begin{verbatim} Evil",
    "unclosed-iffalse": r"\iffalse Evil",
    "unclosed-comment": r"\begin{comment} Evil",
}
"""What ends the work or uses up what it may cost, so that what stands before it is there."""


@pytest.fixture(scope="module")
def clean(tex: Path) -> list[Stored]:
    """The pieces of the work without anything hostile."""
    found = harvested(document(""), tex)
    assert refusals(found) == []
    assert len(pieces(found)) == 7
    return pieces(found)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder with a secret, which nothing may read, and into which nothing may write."""
    folder = tmp_path / "outside"
    folder.mkdir(mode=0o777)
    (folder / "secret.tex").write_text(f"The password is {CANARY}.\n")
    return folder


def within(limit_s: float, work: Callable[[], list[Stored | Refusal]]) -> list[Stored | Refusal]:
    """Return what a harvest gives, which ends in time."""
    start = time.monotonic()
    found = work()
    assert time.monotonic() - start < limit_s
    return found


def without_places(found: list[Stored]) -> list[tuple[str, str, dict[str, object]]]:
    """Pieces without the numbers of their lines."""
    return [
        (one.group, one.key, {k: v for k, v in one.body.items() if k != "place"}) for one in found
    ]


def untouched(outside: Path, found: list[Stored | Refusal]) -> None:
    """Nothing was written outside, and nothing read there is in what was found."""
    assert [path.name for path in outside.iterdir()] == ["secret.tex"]
    assert CANARY not in "".join(map(repr, pieces(found)))
    assert "root:x:0" not in repr(found)


@pytest.mark.parametrize("name", CONTAINED)
def test_a_hostile_part_costs_its_neighbours_nothing(
    tex: Path, clean: list[Stored], outside: Path, name: str
) -> None:
    code = CONTAINED[name].replace("SECRET", str(outside / "secret.tex"))
    source = document(code.replace("OUTSIDE", str(outside)))
    found = within(QUICK_S, lambda: harvested(source, tex))
    untouched(outside, found)
    whole = without_places(pieces(found))
    left = iter(whole)
    lost = [one[1] for one in without_places(clean) if one not in left]
    assert not lost, (len(lost), refusals(found)[:3])
    extra = len(whole) - len(clean)
    assert extra or refusals(found), "neither a piece nor a word about it"
    assert all(one.place and len(one.detail) < 2000 for one in refusals(found))


@pytest.mark.parametrize("name", ENDING)
def test_what_ends_a_work_leaves_what_stood_before(
    tex: Path, clean: list[Stored], outside: Path, name: str
) -> None:
    found = within(QUICK_S, lambda: harvested(document(ENDING[name]), tex))
    untouched(outside, found)
    before = [one for one in without_places(clean) if one[2]["kind"] in ("heading", "table")]
    there = without_places(pieces(found))
    assert before[:1] == there[:1]
    assert all(one in there for one in before)


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../secret", "a/../../secret", "~/secret", "c:secret", "x\0y"]
)
def test_only_clean_names_are_asked_for(tex: Path, clean: list[Stored], name: str) -> None:
    asked: list[str] = []

    def beside(name: str) -> bytes | None:
        asked.append(name)
        return None

    source = document(rf"\input{{{name}}} \include{{{name}}} Evil words.")
    list(harvest(source.encode(), "work.tex", beside, Vetter(Setter(tex))))
    for one in asked:
        assert not one.startswith(("/", "~", ".."))
        assert ".." not in one.split("/")
        assert "\0" not in one
        assert ":" not in one


def tar(members: dict[str, bytes], links: dict[str, str] | None = None) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, target in (links or {}).items():
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, target
            archive.addfile(link)
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return stream.getvalue()


def unpacked(data: bytes, tex: Path) -> list[Stored | Refusal]:
    found = harvest(data, "work.gz", lambda name: None, Vetter(Setter(tex)))
    return within(QUICK_S, lambda: list(found))


def test_a_bomb_is_refused_as_a_whole(tex: Path) -> None:
    zeros = gzip.compress(b"\0" * (300 << 20), 9)
    assert len(zeros) < 1 << 20
    for bomb in (zeros, gzip.compress(tar({"a.tex": b"%" * (70 << 20)}), 1)):
        found = unpacked(bomb, tex)
        assert [(one.kind, one.reason) for one in refusals(found)] == [("work", "archive")]
        assert pieces(found) == []


def test_too_many_members_are_refused(tex: Path) -> None:
    found = unpacked(gzip.compress(tar({f"{n}.tex": b"x" for n in range(5000)}), 1), tex)
    assert [(one.kind, one.reason) for one in refusals(found)] == [("work", "archive")]


def test_members_and_links_that_lead_out_are_not_there(
    tex: Path, clean: list[Stored], outside: Path
) -> None:
    secret = outside / "secret.tex"
    main = document(r"\input{link} \input{../evil} \input{abs} Evil words.").encode()
    members = {"main.tex": main, "../evil.tex": b"Evil out.", str(outside / "abs.tex"): b"Evil"}
    data = gzip.compress(tar(members, {"link.tex": str(secret), "main2.tex": "/etc/passwd"}))
    found = unpacked(data, tex)
    untouched(outside, found)
    assert "Evil out" not in repr(pieces(found))
    there = without_places(pieces(found))
    assert all(one in there for one in without_places(clean))


@pytest.mark.parametrize(
    "raw",
    [
        b"caf\xe9 \xff\xfe words",
        b"\xc3\x28 \xe2\x82 \xf0\x28\x8c\xbc words",
        b"\xed\xa0\x80 lone surrogate",
        b"nul \x00 words",
    ],
)
def test_invalid_encodings_harm_no_other_paragraph(
    tex: Path, clean: list[Stored], raw: bytes
) -> None:
    source = document("MIDDLE").encode().replace(b"MIDDLE", raw)
    found = within(QUICK_S, lambda: harvested(source, tex))
    there = without_places(pieces(found))
    assert all(one in there for one in without_places(clean))


def test_truncated_archives_are_said(tex: Path) -> None:
    whole = gzip.compress(tar({"main.tex": document("").encode()}))
    for end in (3, 20, len(whole) // 2, len(whole) - 9):
        found = unpacked(whole[:end], tex)
        assert refusals(found) or len(pieces(found)) == 7
        assert all(one.kind == "work" for one in refusals(found))
