"""Formats are dumped once, shared, checked, and made again when they are damaged."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dataengine.errors import ToolMissing
from pipelines.latex_pages.tex import formats
from pipelines.latex_pages.tex.formats import Format, FormatError, get_format
from pipelines.latex_pages.tex.results import Set
from pipelines.latex_pages.tex.runs import typeset
from tests.pipelines.latex_pages.tex.setting import PRELUDES, get

SMALL = "\\documentclass{article}\n% small"


def works(format: Format) -> bool:
    return isinstance(typeset(format, "", ["word"])[0], Set)


def test_a_second_call_finds_the_first_ones_dump(
    tex: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = get_format("pdflatex", SMALL, tex)
    assert works(first)
    monkeypatch.setattr(formats, "_make", lambda *_: pytest.fail("dumped again"))
    assert get_format("pdflatex", SMALL, tex) == first


def test_the_key_hangs_on_engine_preamble_and_versions(
    tex: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "_make", lambda *_: None)
    keys = [get_format("pdflatex", text, tex).key for text in (SMALL, SMALL + " ", SMALL)]
    assert keys[0] == keys[2] != keys[1]
    monkeypatch.setattr(formats, "VERSION", formats.VERSION + 1)
    assert get_format("pdflatex", SMALL, tex).key != keys[0]


@pytest.mark.parametrize("harm", ["truncate", "flip", "no-about", "bad-about", "package"])
def test_damage_is_repaired(tex: Path, harm: str) -> None:
    preamble = f"{SMALL} {harm}"
    path = get_format("pdflatex", preamble, tex).path
    whole = path.read_bytes()
    about = path.parent / "about.json"
    if harm == "truncate":
        path.write_bytes(whole[: len(whole) // 2])
    elif harm == "flip":
        path.write_bytes(whole[:5000] + bytes([whole[5000] ^ 255]) + whole[5001:])
    elif harm == "no-about":
        about.unlink()
    elif harm == "bad-about":
        about.write_text("[]")
    else:
        facts = json.loads(about.read_text())
        facts["inputs"][0][1] += 1
        about.write_text(json.dumps(facts))
    again = get_format("pdflatex", preamble, tex)
    assert again.path.stat().st_size == len(whole)
    assert again.path.read_bytes()[5000] == whole[5000]
    assert works(again)
    leftovers = set(os.listdir(path.parent)) - {"page.fmt", "about.json", "lock"}
    assert not leftovers


def test_many_callers_share_one_dump(tex: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    real = formats._make

    def count(*arguments: object) -> None:
        made.append(arguments)
        real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(formats, "_make", count)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: get_format("pdflatex", SMALL + " many", tex), range(4)))
    assert len(made) == 1
    assert len({format.path for format in found}) == 1


def test_faults_in_the_preamble_carry_texs_words(tex: Path) -> None:
    with pytest.raises(FormatError, match=r"Undefined control sequence.*\\nosuchthing"):
        get_format("pdflatex", "\\documentclass{article}\\nosuchthing", tex)
    with pytest.raises(ToolMissing, match=r"nosuchpackage\.sty"):
        get_format("pdflatex", "\\documentclass{article}\\usepackage{nosuchpackage}", tex)
    with pytest.raises(FormatError, match="native font"):
        get_format("xelatex", '\\documentclass{article}\\font\\x="[lmroman10-regular.otf]"\\x', tex)


def test_pdflatex_formats_are_past_the_beginning_with_fonts_loaded(tex: Path) -> None:
    format = get("pdflatex", tex)
    assert not format.path.read_bytes().startswith(b"\x1f\x8b")
    result = typeset(format, "", [r"\immediate\write-1{@@\ifx\begin\relax\fi\fontname\font}"])[0]
    assert isinstance(result, Set)
    assert result.log == ("@@ec-lmr10",)


def test_system_fonts_are_found_by_file_name(tex: Path) -> None:
    format = get("xelatex", tex)
    prelude = PRELUDES["xelatex"] + r"\newfontfamily\noto{NotoSerifCJK-Regular.ttc}[FontIndex=2]"
    result = typeset(format, prelude, [r"{\noto A}中文"])[0]
    assert isinstance(result, Set)
    assert b"NotoSerifCJK" in result.pdf
