"""Works: archives, roots, followed files, encodings; nothing outside the work is asked for."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.latex_pages.source.archives import MAX_BYTES, SourceError, clean_name
from pipelines.latex_pages.source.decoding import decode, find_encoding
from pipelines.latex_pages.source.works import probe, unpack

DOCUMENT = b"\\documentclass{article}\\begin{document}text\\end{document}"


def nothing(name: str) -> bytes | None:
    return None


def tarred(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


TREE = {
    "main.tex": b"\\documentclass{article}\\begin{document}\\input{part/one}\\end{document}",
    "part/one.tex": b"one",
}


@pytest.mark.parametrize(
    "data", [tarred(TREE), gzip.compress(tarred(TREE)), zipped(TREE)], ids=["tar", "gz", "zip"]
)
def test_trees_in_any_archive_give_the_same_work(data: bytes) -> None:
    work = unpack(data, "2401.00001.gz", nothing)
    assert work.root == "main.tex"
    assert dict(work.files) == {name: text.decode() for name, text in TREE.items()}


def test_a_gzip_of_one_file_is_that_file() -> None:
    work = unpack(gzip.compress(DOCUMENT), "2401.00001.gz", nothing)
    assert list(work.files.values()) == [DOCUMENT.decode()]


def test_files_beside_are_followed_in_all_spellings_and_missing_ones_recorded() -> None:
    asked: list[str] = []
    there = {
        "a.tex": b"\\include{sub/b}",
        "sub/b.tex": b"b",
        "mine.sty": b"\\newcommand{\\x}{y}",
        "c.tex": b"c",
        "dir/d.tex": b"d",
    }

    def beside(name: str) -> bytes | None:
        asked.append(name)
        return there.get(name)

    root = (
        b"\\documentclass{article}\\usepackage{mine,amsmath}\\input a \n\\subfile{c}"
        b"\\import{dir/}{d}\\input{gone}% \\input{commented}\n\\begin{document}\\end{document}"
    )
    work = unpack(root, "paper.tex", beside)
    assert set(work.files) == {"paper.tex", *there}
    assert work.missing == ("gone",)
    assert not any("commented" in name or "amsmath" in name for name in asked)


@given(st.text(alphabet=st.sampled_from("./\\~a:\x00"), max_size=20))
def test_no_name_leads_out_of_the_work(name: str) -> None:
    asked: list[str] = []

    def beside(wanted: str) -> bytes | None:
        asked.append(wanted)
        return None

    source = (
        f"\\documentclass{{article}}\\input{{{name}}}"
        "\\input{../../etc/passwd}\\input{/etc/passwd}"
    )
    unpack(source.encode() + DOCUMENT, "paper.tex", beside)
    for wanted in asked:
        assert not wanted.startswith(("/", "~"))
        assert ".." not in wanted.split("/")
        assert clean_name(wanted) == wanted


def test_files_that_include_each_other_end() -> None:
    there = {"a.tex": b"\\input{b}", "b.tex": b"\\input{a}\\input{paper}"}
    work = unpack(b"\\input{a}" + DOCUMENT, "paper.tex", there.get)
    assert set(work.files) == {"paper.tex", "a.tex", "b.tex"}


def test_the_root_is_the_document_that_no_other_file_includes() -> None:
    files = {
        "chapter.tex": DOCUMENT + b"x" * 5_000,
        "main.tex": b"\\documentclass{book}\\begin{document}\\include{chapter}\\end{document}",
        "letter.tex": b"\\documentclass{letter}",
        "fragment.tex": b"x" * 90_000,
    }
    assert unpack(tarred(files), "x.tar", nothing).root == "main.tex"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.4", "pdf_only"),
        (b"%!PS-Adobe", "pdf_only"),
        (tarred({"paper.pdf": b"%PDF-1.4"}), "pdf_only"),
        (b"This paper has been withdrawn by the author.", "withdrawn"),
        (b"just a fragment", "no_document"),
        (b"\\documentclass[main]{subfiles}\\begin{document}x\\end{document}", "part"),
        (b"\x1f\x8bbroken", "archive"),
        (b"PK\x03\x04broken", "archive"),
        (gzip.compress(b" " * (MAX_BYTES + 10)), "archive"),
        (tarred({f"f{number}.tex": b"x" for number in range(4_100)}), "archive"),
        (b"", "no_document"),
        (b"\x00" * 1_000, "no_document"),
    ],
)
def test_what_holds_no_document_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(SourceError) as caught:
        unpack(data, "paper", nothing)
    assert caught.value.reason == reason
    assert probe(data, "paper") == (False, str(caught.value))


def test_a_zip_that_lies_about_its_sizes_is_bounded() -> None:
    data = zipped({f"{number}.tex": b"\\" * (12 << 20) for number in range(8)})
    with pytest.raises(SourceError, match="more than"):
        unpack(data, "x.zip", nothing)


def test_members_that_lead_out_of_the_archive_are_left_out() -> None:
    files = {"../evil.tex": DOCUMENT * 2, "/abs.tex": DOCUMENT * 2, "good.tex": DOCUMENT}
    assert set(unpack(tarred(files), "x.tar", nothing).files) == {"good.tex"}


@given(st.binary(max_size=400))
def test_any_bytes_give_a_work_or_a_reason(data: bytes) -> None:
    reason = ""
    try:
        unpack(data, "paper.tex", nothing)
    except SourceError as caught:
        reason = caught.reason
    assert reason in ("", "archive", "pdf_only", "withdrawn", "no_document", "part")


CHINESE = "汉字排版系统与数学公式的关系说明，其中有许多文字。" * 4


@pytest.mark.parametrize(
    ("text", "codec", "found"),
    [
        ("plain", "ascii", "utf-8"),
        ("é中", "utf-8", "utf-8"),
        ("é中", "utf-8-sig", "utf-8-sig"),
        ("é中", "utf-16", "utf-16"),
        ("\\usepackage[latin1]{inputenc}é", "latin-1", "cp1252"),
        ("\\usepackage[latin9]{inputenc}€", "iso8859-15", "iso8859-15"),
        ("% !TEX encoding = GB18030\né", "gb18030", "gb18030"),
        ("\\begin{CJK*}{GBK}{song}汉", "gbk", "gb18030"),
        ("\\begin{CJK}{Bg5}{song}漢", "big5", "big5hkscs"),
        (CHINESE, "gbk", "gb18030"),
        ("Les élèves étaient près de l'école, ça va", "latin-1", "cp1252"),
        ("“quoted” – dash", "cp1252", "cp1252"),
    ],
)
def test_encodings_are_found(text: str, codec: str, found: str) -> None:
    data = text.encode(codec)
    assert find_encoding(data) == found
    assert decode(data) == text


def test_a_part_without_a_declaration_is_read_as_the_root_declares() -> None:
    assert decode("€".encode("iso8859-15"), "iso8859-15") == "€"
