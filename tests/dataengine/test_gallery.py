"""The gallery's files: what is written, escaped, repeatable, and refused."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from dataengine.errors import StorageError
from dataengine.gallery import GalleryReport, write_gallery
from dataengine.gallery_rows import MAX_REGIONS, MAX_TEXT_CHARS, embed, file_stem
from dataengine.json_text import parse_json, pretty, table
from tests.dataengine.gallery_samples import (
    HOSTILE,
    chart,
    hostile_rejection,
    hostile_sample,
    picture,
    rejection,
    sample,
)


def write(folder: Path, samples: Any = (), rejections: Any = (), **changes: Any) -> GalleryReport:
    arguments: dict[str, Any] = {
        "title": "Test",
        "samples": samples,
        "rejections": rejections,
        "totals": {"samples": 100, "rejections": 25, "by_kind": {"page": 100}},
        "reasons": {"no-text": "a scan"},
    }
    return write_gallery(folder, **(arguments | changes))


def page(folder: Path) -> str:
    return (folder / "index.html").read_text("utf-8")


def blocks(text: str, attribute: str) -> list[Any]:
    pattern = rf'<script type="application/json" {attribute}>(.*?)</script>'
    return [json.loads(found) for found in re.findall(pattern, text, re.DOTALL)]


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_gallery_writes_one_page_and_two_pictures_per_row(tmp_path: Path) -> None:
    report = write(tmp_path, [sample(), chart()], [rejection(), rejection(1, preview=None)])
    written = files(tmp_path)
    assert set(written) == {
        "index.html",
        "images/full-pages-7-0000.png",
        "images/thumb-pages-7-0000.jpg",
        "images/full-charts-7-0000.png",
        "images/thumb-charts-7-0000.jpg",
        "images/full-pages-7-9000.jpg",
        "images/thumb-pages-7-9000.jpg",
    }
    size = sum(map(len, written.values()))
    assert report == GalleryReport(tmp_path / "index.html", 2, 2, (), size)
    assert written["images/full-pages-7-0000.png"] == sample()["image"]["bytes"]


def test_gallery_is_deterministic_and_replaces_an_earlier_one(tmp_path: Path) -> None:
    rows = [sample(0), chart()], [rejection()]
    write(tmp_path / "a", *rows)
    write(tmp_path / "b", [sample(5)], [rejection(6)])
    write(tmp_path / "b", *rows)
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_gallery_reads_rows_one_at_a_time(tmp_path: Path) -> None:
    images = tmp_path / "images"

    def rows() -> Iterator[dict[str, Any]]:
        for number in range(4):
            assert len(list(images.glob("full-*"))) == number  # the row before is on disk already
            yield sample(number)

    assert write(tmp_path, rows()).samples == 4


def test_error_of_the_row_source_is_passed_on_and_no_page_is_put_in_place(tmp_path: Path) -> None:
    def rows() -> Iterator[dict[str, Any]]:
        yield sample()
        raise FileNotFoundError("shard")

    with pytest.raises(FileNotFoundError, match="shard"):
        write(tmp_path, rows())
    assert not (tmp_path / "index.html").exists()


def test_folder_that_cannot_be_written_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="file"):
        write(tmp_path / "file", [sample()])


def test_policy_allows_exactly_the_page_s_own_style_and_script(tmp_path: Path) -> None:
    write(tmp_path, [sample()])
    text = page(tmp_path)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        (body,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy[1]
    assert policy[1].startswith("default-src 'none'; img-src 'self' file: data:;")
    assert "unsafe" not in policy[1]
    assert "http" not in policy[1]


def test_page_loads_nothing_from_a_network(tmp_path: Path) -> None:
    write(tmp_path, [], totals={})
    outside = re.findall(r"https?://[^\s\"')]+", page(tmp_path))
    assert outside == ["http://www.w3.org/2000/svg"]  # the name of SVG, never fetched


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_inside_its_json(tmp_path: Path, text: str) -> None:
    rows = [hostile_sample(0, text), hostile_sample(1, text)]
    write(tmp_path, rows, [hostile_rejection(2, text)], title=text, reasons={text: text})
    html = page(tmp_path)
    assert html.count("<script") == 2 + 3 * 3
    assert html.count("</script>") == 2 + 3 * 3
    shown = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    detail = blocks(html, 'id="detail-1"')[0]
    assert detail["targets"][0]["text"] == shown
    for path in (tmp_path / "images").iterdir():
        assert re.fullmatch(r"(full|thumb)-[a-z0-9_-]+\.(png|jpg)", path.name)


def test_embedded_json_has_no_character_that_html_or_old_script_would_read() -> None:
    text = "".join(map(chr, [*range(0xFF), 0x2028, 0x2029, 0xD800, 0xFEFF, 0x1F600]))
    embedded = embed({text: text})
    assert not set(embedded) & set("<>&\u2028\u2029\x00\ud800")
    assert json.loads(embedded) == {
        text.replace("\ud800", "\ufffd"): text.replace("\ud800", "\ufffd")
    }


@pytest.mark.parametrize(
    "row_id", ["../../etc/passwd", "A", "a b", "", "汉字", "x" * 300, "a.png", "con\x00", "\ud800"]
)
def test_file_stems_of_odd_ids_are_plain_and_differ(row_id: str) -> None:
    assert re.fullmatch(r"[a-z0-9_-]{1,80}", file_stem(row_id))
    assert file_stem(row_id) != file_stem(row_id + "x")


def test_rows_with_one_id_keep_their_own_pictures(tmp_path: Path) -> None:
    other = {"bytes": picture(64, 64), "path": ""}
    write(tmp_path, [sample(), sample(image=other, width=64, height=64)])
    first, second = blocks(page(tmp_path), 'class="card"')
    assert first["full"] != second["full"]
    assert (tmp_path / second["full"]).read_bytes() == other["bytes"]


@pytest.mark.parametrize(
    ("image", "mode"),
    [
        (picture(form="JPEG", quality=80), "RGB"),
        (picture(form="WEBP", lossless=True), "RGB"),
        (picture(form="PNG", mode="L"), "L"),
        (picture(form="PNG", mode="1"), "RGB"),
        (picture(form="PNG", mode="P"), "RGB"),
        (picture(form="PNG", mode="RGBA"), "RGB"),
        (picture(form="PNG", mode="I;16"), "RGB"),
        (picture(form="TIFF"), "RGB"),
        (picture(form="GIF"), "RGB"),
        (picture(5000, 20), "RGB"),
    ],
)
def test_pictures_of_every_mode_and_format_get_thumbnails(
    tmp_path: Path, image: bytes, mode: str
) -> None:
    assert write(tmp_path, [sample(image={"bytes": image, "path": ""})]).unreadable == ()
    (thumb,) = (tmp_path / "images").glob("thumb-*")
    assert Image.open(thumb).mode == mode
    (full,) = (tmp_path / "images").glob("full-*")
    assert full.suffix in (".png", ".jpg", ".webp")


def test_orientation_tag_does_not_turn_the_picture_away_from_its_boxes(tmp_path: Path) -> None:
    tags = Image.Exif()
    tags[0x0112] = 6
    turned = picture(form="JPEG", exif=tags)
    write(tmp_path, [sample(image={"bytes": turned, "path": ""})])
    (full,) = (tmp_path / "images").glob("full-*")
    assert Image.open(full).size == (120, 160)
    assert not Image.open(full).getexif()


@pytest.mark.parametrize("image", [b"", b"no picture", picture()[:200], b"<svg onload='x'/>", None])
def test_picture_that_cannot_be_decoded_is_reported_not_written(
    tmp_path: Path, image: bytes | None
) -> None:
    stored = None if image is None else {"bytes": image, "path": "x.png"}
    report = write(tmp_path, [sample(image=stored)])
    assert report.samples == 1
    assert report.unreadable == (("pages-7-0000",) if image else ())
    assert not list((tmp_path / "images").iterdir())


def test_very_long_texts_and_crowds_of_regions_are_cut_and_say_so(tmp_path: Path) -> None:
    regions = sample()["regions"][:1] * (MAX_REGIONS + 5)
    text = "x" * (MAX_TEXT_CHARS + 7)
    write(tmp_path, [sample(targets=json.dumps({"text": text}), regions=regions)])
    detail = blocks(page(tmp_path), 'id="detail-0"')[0]
    assert len(detail["targets"][0]["text"]) == MAX_TEXT_CHARS
    assert detail["targets"][0]["chars"] == len(text)
    assert detail["regions_left_out"] == 5


def test_missing_columns_are_no_error(tmp_path: Path) -> None:
    small = {name: sample()[name] for name in ("id", "image", "width", "height")}
    assert write(tmp_path, [small], [{"id": "r", "reason": "no-text"}]).rejections == 1


def test_exact_numbers_survive_as_text(tmp_path: Path) -> None:
    write(tmp_path, [chart()])
    (target,) = blocks(page(tmp_path), 'id="detail-0"')[0]["targets"]
    assert "9007199254740993" in target["text"]  # a browser's JSON.parse would give ...992
    assert target["form"] == "json"


@pytest.mark.parametrize("text", ["{broken", "[" * 5000, "[" * 200 + "]" * 200, "1" * 5000])
def test_json_that_cannot_be_shown_as_json_is_shown_as_it_is(tmp_path: Path, text: str) -> None:
    assert parse_json(text) == text
    write(tmp_path, [sample(targets=text, source=text, proof=text)])
    assert blocks(page(tmp_path), 'id="detail-0"')[0]["targets"][0]["text"] == text


def test_json_that_javascript_cannot_parse_is_made_plain() -> None:
    assert parse_json('{"a": NaN, "b": -Infinity}') == {"a": "NaN", "b": "-Infinity"}
    assert parse_json("") is None
    assert parse_json(None) is None


def test_pretty_json_reads_back_the_same_and_keeps_short_lines() -> None:
    value = {"汉": list(range(60)), "deep": [{"a": "x" * 50, "b": [1.5, None, True]}, []], "": {}}
    text = pretty(value)
    assert json.loads(text) == value
    assert max(map(len, text.splitlines())) <= 70
    assert len(text.splitlines()) < 20


def test_table_flattens_nested_values() -> None:
    value = {"a": 1, "b": {"c": True, "d": {}}, "e": ["x"], "f": None, "g": "text"}
    assert table(value) == [
        ("a", "1"),
        ("b.c", "true"),
        ("b.d", "{}"),
        ("e", '["x"]'),
        ("f", "null"),
        ("g", "text"),
    ]


def test_thumbnails_are_small(tmp_path: Path) -> None:
    big = picture(2000, 3000)
    write(tmp_path, [sample(image={"bytes": big, "path": ""}, width=2000, height=3000)])
    (thumb,) = (tmp_path / "images").glob("thumb-*")
    assert Image.open(io.BytesIO(thumb.read_bytes())).size == (320, 480)
