"""The gallery as people see it, in a real headless Chromium, opened by file://."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from PIL import Image

from dataengine.gallery import write_gallery
from tests.dataengine.chromium import PROGRAM, Browser
from tests.dataengine.gallery_samples import (
    HOSTILE,
    chart,
    hostile_rejection,
    hostile_sample,
    rejection,
    sample,
)

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no chromium on this machine")

REASONS = {"no-text": "The page is a scan.", "timeout": "It took too long."}
TOTALS = {
    "samples": 1204,
    "rejections": 301,
    "by_kind": {"page": 1100, "chart": 104},
    "by_language": {"en": 700, "zh": 504},
    "by_reason": {"no-text": 300, "timeout": 1},
}
LONG = "word " * 20_000


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.fixture(autouse=True)
def no_complaints(browser: Browser) -> Iterator[None]:
    """Fail a test in which the browser reported a script error or a breach of the policy."""
    browser.resize(1280, 900)
    yield
    complaints, browser.complaints = browser.complaints, []
    assert complaints == []


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gallery")
    return write_gallery(
        folder,
        title="Test set",
        samples=[sample(0), sample(1, language="zh"), sample(2, config="other"), chart()],
        rejections=[rejection(0), rejection(1), rejection(2, "timeout", preview=None)],
        totals=TOTALS,
        reasons=REASONS,
    ).page


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    samples = [hostile_sample(number, text) for number, text in enumerate(HOSTILE)]
    samples.append(sample(90, targets=json.dumps({"text": LONG})))
    return write_gallery(
        folder,
        title=HOSTILE[0],
        samples=samples,
        rejections=[hostile_rejection(number, text) for number, text in enumerate(HOSTILE)],
        totals={"by_kind": dict.fromkeys(HOSTILE, 1), "by_reason": {HOSTILE[1]: 2}},
        reasons={text: text for text in HOSTILE},
    ).page


def ids(browser: Browser) -> list[str]:
    return browser.eval("Array.from(document.querySelectorAll('a.card'), a => a.dataset.id)")


def facet(browser: Browser, name: str) -> dict[str, int]:
    links = f"Array.from(document.querySelectorAll('[data-facet={name}] a'))"
    pairs = f"{links}.map(a => [a.dataset.value, Number(a.querySelector('.count').textContent)])"
    return dict(browser.eval(pairs))


def test_overview_shows_totals_and_every_row(browser: Browser, gallery: Path) -> None:
    browser.open(gallery)
    assert browser.texts("h1") == ["Test set"]
    assert browser.texts(".figures dd") == ["1,204", "301", "80.0 %"]
    assert browser.texts("[data-breakdown=by_language] li") == ["en700", "zh504"]
    assert len(ids(browser)) == 7
    assert browser.texts("#status") == ["7 rows in this gallery"]
    assert browser.eval("document.querySelector('a.card img').loading") == "lazy"


@pytest.mark.parametrize(
    ("fragment", "shown"),
    [
        ("kind=chart", ["charts-7-0000"]),
        ("language=zh", ["pages-7-0001", "charts-7-0000"]),
        ("language=zh&kind=page", ["pages-7-0001"]),
        ("language=zh&language=en&config=pages", ["pages-7-0000", "pages-7-0001"]),
        ("template=bars", ["charts-7-0000"]),
        ("outcome=rejection", ["pages-7-9000", "pages-7-9001", "pages-7-9002"]),
        ("reason=no-text", ["pages-7-9000", "pages-7-9001"]),
        ("q=WORLD+2", ["pages-7-0002"]),
        ("q=%E9%94%80%E5%94%AE", ["charts-7-0000"]),
        ("q=scan.pdf&reason=timeout", ["pages-7-9002"]),
        ("kind=no-such-kind", []),
    ],
)
def test_address_selects_rows(
    browser: Browser, gallery: Path, fragment: str, shown: list[str]
) -> None:
    browser.open(gallery, fragment)
    assert ids(browser) == shown
    assert browser.eval("document.body.dataset.shown") == str(len(shown))


def test_facets_count_under_the_other_filters(browser: Browser, gallery: Path) -> None:
    browser.open(gallery, "language=zh")
    assert facet(browser, "kind") == {"chart": 1, "page": 1}
    assert facet(browser, "language") == {"en": 2, "unknown": 3, "zh": 2}
    assert browser.texts("#views a") == ["All2", "Samples2", "Rejections0"]


def test_clicking_filters_writes_the_address_and_back_undoes_it(
    browser: Browser, gallery: Path
) -> None:
    browser.open(gallery)
    browser.click("[data-facet=kind] [data-value=page]")
    browser.click("[data-view=rejections]")
    assert browser.eval("location.hash") == "#outcome=rejection&kind=page"
    assert len(ids(browser)) == 3
    browser.eval("history.back()")
    browser.settle()
    assert browser.eval("location.hash") == "#kind=page"
    browser.click(".clear")
    assert len(ids(browser)) == 7


def test_typing_searches_and_keeps_the_focus(browser: Browser, gallery: Path) -> None:
    browser.open(gallery)
    browser.press("/")
    for key in "rld 1":
        browser.press(key)
    assert ids(browser) == ["pages-7-0001"]
    assert browser.eval("document.activeElement.value") == "rld 1"
    assert browser.eval("location.hash") == "#q=rld+1"


def test_rejections_are_grouped_with_reason_meaning_and_detail(
    browser: Browser, gallery: Path
) -> None:
    browser.open(gallery, "outcome=rejection")
    assert browser.texts(".reason-heading h2") == ["no-text2", "timeout1"]
    assert browser.texts(".reason-heading p") == ["The page is a scan.", "It took too long."]
    assert browser.texts(".card .note")[0] == "0 characters on 7 % ink"
    browser.click("a.card")
    assert browser.texts(".verdict h2") == ["no-text"]
    assert browser.texts(".verdict .meaning") == ["The page is a scan."]
    assert browser.eval("document.querySelector('.stage img').naturalWidth") == 60


def test_detail_shows_picture_targets_proof_source_and_command(
    browser: Browser, gallery: Path
) -> None:
    browser.open(gallery, "id=pages-7-0000")
    assert browser.eval("document.querySelector('.stage img').decode().then(() => 'drawn')")
    assert browser.texts("[role=tab]") == ["text", "html", "regions"]
    assert browser.texts("pre.target") == ["Hello brave\nnew world 0"]
    assert browser.texts("[data-table=proof] td") == ["0.99", "0"]
    assert browser.texts("[data-table=proof] th") == ["ink_explained", "broken.characters"]
    assert "CC-BY-4.0" in browser.texts("[data-table=source] td")
    assert browser.texts("code") == ["dataengine reproduce pages-7-0000"]
    link = "document.querySelector('[data-table=source] a')"
    assert browser.eval(f"{link}.href") == "https://example.org/one.pdf"
    assert browser.eval(f"{link}.rel") == "noopener noreferrer"


def test_html_target_is_shown_as_source(browser: Browser, gallery: Path) -> None:
    browser.open(gallery, "id=pages-7-0000&tab=html")
    assert browser.texts("pre.target") == ["<p>Hello</p>"]
    assert browser.texts("pre.target p") == []


def test_dict_target_is_pretty_and_exact(browser: Browser, gallery: Path) -> None:
    browser.open(gallery, "id=charts-7-0000")
    text = browser.texts("pre.target.json")[0]
    assert json.loads(text)["series"][0]["values"] == [9007199254740993, 1.5]
    assert "\n" in text


def test_dict_target_is_shown_as_a_table_too(browser: Browser, gallery: Path) -> None:
    browser.open(gallery, "id=charts-7-0000")
    assert browser.texts(".grids caption") == ["series"]
    assert "9007199254740993" in browser.texts(".grids .grid tbody")[0]


def test_regions_are_drawn_on_the_picture_and_switched_by_level(
    browser: Browser, gallery: Path
) -> None:
    browser.open(gallery, "id=pages-7-0000&levels=line")
    assert len(browser.texts("rect")) == 2
    frame = "(e => { const r = document.querySelector(e).getBoundingClientRect();"
    frame += " return [r.x, r.y, r.width, r.height]; })"
    x, y, width, height = browser.eval(f"{frame}('.stage img')")
    box = browser.eval(f"{frame}('rect')")
    expected = [x + width * 10 / 120, y + height * 10 / 160, width * 80 / 120, height * 20 / 160]
    assert box == pytest.approx(expected, abs=1)
    browser.click("[data-level=word]")
    assert len(browser.texts("rect")) == 6
    browser.click("[data-level=line]")
    browser.click("[data-level=word]")
    assert browser.texts("rect") == []
    assert browser.eval("location.hash") == "#id=pages-7-0000&levels="


def test_pointing_at_a_box_marks_its_text_and_the_other_way_round(
    browser: Browser, gallery: Path
) -> None:
    browser.open(gallery, "id=pages-7-0000&levels=word")
    browser.hover("rect:nth-of-type(2)")
    assert browser.texts(".linked.hot") == ["brave"]
    assert "brave" in browser.texts(".region-note")[0]
    browser.hover(".linked:nth-of-type(4)")
    assert browser.eval("document.querySelector('rect.hot').getAttribute('y')") == "40"
    assert browser.texts(".linked.hot") == ["world"]
    browser.click(".linked:nth-of-type(1)")
    assert browser.eval("document.querySelector('rect.pinned').getAttribute('x')") == "10"
    assert len(browser.texts(".pinned")) == 2


def test_pointing_at_a_coarse_box_marks_the_finer_texts_in_it(
    browser: Browser, gallery: Path
) -> None:
    browser.open(gallery, "id=pages-7-0000&levels=word&levels=line")
    # Boxes of words lie over those of lines: point at the gap between two words.
    browser.hover("rect:nth-of-type(2)")
    assert browser.texts(".linked.hot") == ["new", "world"]


def test_region_list_links_regions_whose_text_is_not_in_the_target(
    browser: Browser, gallery: Path
) -> None:
    browser.open(gallery, "id=charts-7-0000&tab=regions")
    assert browser.texts(".region-list li") == ["bar 10 10 190 301.5"]
    browser.click(".region-list li")
    assert len(browser.texts("rect.pinned")) == 1


def test_arrow_keys_walk_through_the_selected_rows(browser: Browser, gallery: Path) -> None:
    browser.open(gallery, "config=pages&outcome=sample&id=pages-7-0000")
    assert browser.texts(".position") == ["1 of 2"]
    browser.press("ArrowLeft")
    assert browser.texts(".position") == ["1 of 2"]
    browser.press("ArrowRight")
    assert browser.texts(".position") == ["2 of 2"]
    assert browser.texts("code") == ["dataengine reproduce pages-7-0001"]
    browser.press("Escape")
    assert browser.eval("location.hash") == "#outcome=sample&config=pages"


def test_copy_button_says_that_it_copied(browser: Browser, gallery: Path) -> None:
    browser.open(gallery, "id=pages-7-0000")
    browser.click(".command .copy")
    assert browser.texts(".command .copy")[0] in ("Copied", "Copy by hand")


def test_unknown_id_is_said(browser: Browser, gallery: Path) -> None:
    browser.open(gallery, "id=gone")
    assert "does not show the row gone" in browser.texts(".empty")[0]


def test_hostile_overview_runs_nothing(browser: Browser, hostile: Path) -> None:
    browser.open(hostile)
    assert browser.eval("window.pwned") is None
    assert len(ids(browser)) == 2 * len(HOSTILE) + 1
    assert browser.texts("h1") == [HOSTILE[0]]
    assert browser.eval("document.title") == HOSTILE[0]
    assert browser.eval("document.querySelectorAll('[onerror], img[src=x]').length") == 0


@pytest.mark.parametrize("number", range(1, len(HOSTILE), 2))
def test_hostile_detail_runs_nothing(browser: Browser, hostile: Path, number: int) -> None:
    for tab in (
        "text",
        "html",
        "dict",
        "regions",
        "turns",
        quote(HOSTILE[number].encode("utf-8", "replace")),
    ):
        browser.open(hostile, f"id=pages-7-{number:04d}&tab={tab}")
        assert browser.texts(".detail-body")
        assert browser.eval("window.pwned") is None
    links = "Array.from(document.querySelectorAll('.detail-body a[href]'), a => a.protocol)"
    assert set(browser.eval(links)) <= {"file:", "http:", "https:"}


def test_every_hostile_row_can_be_walked_through(browser: Browser, hostile: Path) -> None:
    browser.open(hostile, "outcome=sample")
    browser.click("a.card")
    for number in range(len(HOSTILE)):
        assert browser.texts(".position") == [f"{number + 1} of {len(HOSTILE) + 1}"]
        browser.press("ArrowRight")
    assert browser.eval("window.pwned") is None


def test_invisible_characters_are_made_visible(browser: Browser, hostile: Path) -> None:
    browser.open(hostile, f"id=pages-7-{5:04d}&levels=")
    assert browser.texts("pre .control") == ["U+0000", "U+0007", "U+001B", "U+007F"]
    browser.open(hostile, f"id=pages-7-{7:04d}&levels=")
    assert browser.texts("pre .control") == ["U+FFFD", "U+FFFD"]


def test_long_text_opens_quickly(browser: Browser, hostile: Path) -> None:
    browser.open(hostile, "id=pages-7-0090&levels=word")
    assert browser.texts("pre.target") == [LONG]
    took = "(() => { const t = performance.now(); dispatchEvent(new HashChangeEvent('hashchange'));"
    assert browser.eval(f"{took} return performance.now() - t; }})()") < 1000


def test_script_that_somebody_adds_is_blocked(browser: Browser, gallery: Path) -> None:
    browser.open(gallery)
    add = "const s = document.createElement('div'); s.innerHTML = '<b>x</b>'"
    assert browser.eval(f"(() => {{ try {{ {add}; }} catch (e) {{ return e.name; }} }})()") == (
        "TypeError"  # trusted types: nobody can parse markup here, by mistake or on purpose
    )
    browser.complaints.clear()


def test_script_in_a_changed_page_does_not_run(browser: Browser, gallery: Path) -> None:
    changed = gallery.read_text("utf-8").replace("</body>", "<script>window.pwned = 1</script>")
    gallery.with_name("changed.html").write_text(changed, "utf-8")
    browser.open(gallery.with_name("changed.html"))
    assert browser.eval("window.pwned") is None
    assert "Content Security Policy" in browser.complaints[0]
    browser.complaints.clear()


@pytest.mark.parametrize(
    "fragment", ["", "outcome=rejection", "id=pages-7-0000", "id=charts-7-0000"]
)
@pytest.mark.parametrize(("width", "phone", "dark"), [(1280, False, False), (390, True, True)])
def test_page_fits_the_window_and_follows_the_colour_scheme(
    browser: Browser, gallery: Path, fragment: str, width: int, phone: bool, dark: bool
) -> None:
    browser.resize(width, 844, phone=phone, dark=dark)
    browser.open(gallery, fragment)
    assert browser.eval("document.documentElement.scrollWidth") <= width
    shot = Image.open(io.BytesIO(browser.screenshot())).convert("L")
    assert shot.width == width * (2 if phone else 1)
    ground = shot.getpixel((3, shot.height - 3))
    assert ground < 60 if dark else ground > 200
    assert len(shot.getcolors()) > 20


def test_two_languages_are_set_in_fonts_of_their_own(browser: Browser, gallery: Path) -> None:
    browser.open(gallery, "id=pages-7-0001")
    assert browser.eval("document.querySelector('pre.target').lang") == "zh-Hans"
    browser.open(gallery, "id=pages-7-0000")
    assert browser.eval("document.querySelector('pre.target').lang") == "en"


def test_large_gallery_shows_a_part_and_the_rest_on_demand(
    browser: Browser, tmp_path: Path
) -> None:
    rows: list[dict[str, Any]] = [rejection(number, preview=None) for number in range(500)]
    page = write_gallery(
        tmp_path, title="Large", samples=[], rejections=rows, totals={}, reasons=REASONS
    ).page
    browser.open(page)
    assert len(ids(browser)) == 240
    browser.click(".more")
    browser.click(".more")
    assert len(ids(browser)) == 500
    assert browser.texts(".more") == []
    assert browser.texts(".reason-heading h2") == ["no-text500"]
    assert browser.texts(".figures dd") == ["0", "500", "0.0 %"]
