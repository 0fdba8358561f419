"""Names of pictures: read in every sane way, and never out of the corpus."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.imported.names import find_image
from pipelines.imported.records import Problem
from tests.pipelines.imported.importing import chat, import_all, picture, reasons, samples, write


def finder(*names: str):
    asked: list[str] = []

    def beside(name: str) -> bytes | None:
        asked.append(name)
        return name.encode() if name in names else None

    return beside, asked


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("a/b.jpg", "a/b.jpg"),
        ("a\\b.jpg", "a/b.jpg"),
        ("a%20b.jpg", "a b.jpg"),
        ("a%20b.jpg", "a%20b.jpg"),
        ("%E4%BA%BA.jpg", "人.jpg"),
        ("a%5Cb%2F100%25.jpg", "a\\b/100%.jpg"),
        ("100%.jpg", "100%.jpg"),
    ],
)
def test_readings_of_a_name(name: str, file: str) -> None:
    assert find_image(name, finder(file)[0]) == file.encode()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "bad-name"),
        ("  ", "bad-name"),
        ("a" * 1001, "bad-name"),
        ("a\0.jpg", "bad-name"),
        ("a\nb.jpg", "bad-name"),
        ("\ud800.jpg", "bad-name"),
        ("http://127.0.0.1/a.jpg", "missing-image"),
        ("FILE:///etc/passwd", "missing-image"),
        ("data:image/png;base64,AAAA", "missing-image"),
        ("a%00.jpg", "missing-image"),
        ("%ff.jpg", "missing-image"),
    ],
)
def test_absurd_names(name: str, reason: str) -> None:
    with pytest.raises(Problem) as caught:
        find_image(name, finder()[0])
    assert caught.value.reason == reason


@given(st.text(max_size=60))
def test_no_name_with_control_characters_is_asked_for(name: str) -> None:
    beside, asked = finder()
    with pytest.raises(Problem):
        find_image(name, beside)
    assert len(asked) <= 3
    assert not any(ord(one) < 32 for each in asked for one in each)
    assert not any("://" in each.partition("/")[0] for each in asked)


@pytest.mark.parametrize(
    "name",
    [
        "../secret.png",
        "..\\secret.png",
        "%2e%2e/secret.png",
        "..%2fsecret.png",
        "%2e%2e%5csecret.png",
        "a/../../secret.png",
        "link.png",
        "folder/secret.png",
        "pipe.png",
        "/secret.png",
        "ABSOLUTE",
        ".",
        "a",
    ],
)
def test_nothing_outside_the_corpus_is_read(name: str, tmp_path: Path) -> None:
    secret = write(tmp_path / "secret.png", picture(9, "PNG"))
    root = tmp_path / "set"
    (root / "a").mkdir(parents=True)
    (root / "link.png").symlink_to(secret)
    (root / "folder").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(root / "pipe.png")
    shown = str(secret) if name == "ABSOLUTE" else name
    path = write(root / "a.json", [chat(shown, "<image>a", "b")])
    assert reasons(import_all(path)) == {"missing-image": 1}


def test_links_in_archives_lead_nowhere(tmp_path: Path) -> None:
    write(tmp_path / "secret.png", picture(9, "PNG"))
    with tarfile.open(tmp_path / "more.tar", "w") as archive:
        link = tarfile.TarInfo("a.png")
        link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path / "secret.png")
        archive.addfile(link)
        archive.add(tmp_path / "secret.png", "../b.png")
        archive.add(tmp_path / "secret.png", "c.png")
    records = [chat(name, "<image>a", "b") for name in ("a.png", "../b.png", "b.png", "c.png")]
    path = write(tmp_path / "set/a.json", records)
    outcomes = import_all(path, [tmp_path / "more.tar"])
    assert reasons(outcomes) == {"missing-image": 3, "sample": 1}
    assert samples(outcomes)[0].source["image"] == "c.png"


def test_a_picture_above_the_limit_is_missing(tmp_path: Path) -> None:
    write(tmp_path / "a.png", picture(0, "PNG") + b"\0" * (2 << 20))
    path = write(tmp_path / "a.json", [chat("a.png", "<image>a", "b")])
    assert reasons(import_all(path, max_mb=1)) == {"missing-image": 1}
