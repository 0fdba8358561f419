"""The page: worst first, whole, the same each time, and safe against what it shows."""

from __future__ import annotations

import base64
import io
import json
import re
from html.parser import HTMLParser

from PIL import Image

from tests.trainers.digits import picture
from tests.trainers.evaluation.listed import Listed, case
from trainers.evaluation.figures import make_groups
from trainers.evaluation.predictions import Prediction
from trainers.evaluation.report import Evaluation, page_html, write_report
from trainers.evaluation.scoring import score

HOSTILE = (
    '<script>alert(1)</script><img src=x onerror="alert(1)">{{ 7*7 }}</style></mark>'
    "'\"><svg/onload=alert(1)>\u202egnp\x00"
)
ALLOWED = {
    "html", "head", "meta", "title", "link", "style", "body", "h1", "h2", "h3", "h4", "h5", "p",
    "bdi", "dl", "div", "dt", "dd", "details", "summary", "ul", "li", "table", "thead", "tbody",
    "tr", "th", "td", "small", "article", "header", "span", "img", "mark",
}  # fmt: skip


class Tags(HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data):
        self.text += data


def evaluation(cases, *predictions: Prediction, **changes) -> Evaluation:
    said = {one.id: one for one in predictions}
    scoring = score(Listed(cases), said, changes.get("mode", "correct"))
    groups = make_groups(scoring.scored)
    return Evaluation(
        changes.get("system", "toy"), Listed(cases), said, scoring, groups,
        changes.get("facts", {}), changes.get("notes", ()),
    )  # fmt: skip


def test_hostile_strings_are_text_everywhere():
    hostile = case(HOSTILE, HOSTILE + " target", task=HOSTILE, kind=HOSTILE, language=HOSTILE)
    lost = case(HOSTILE + "2", "x", missing=HOSTILE)
    made = evaluation(
        [hostile, lost, case("unread", "x")],
        Prediction(HOSTILE, HOSTILE),
        Prediction("unread", None, failed=HOSTILE),
        Prediction(HOSTILE + "3", HOSTILE),
        system=HOSTILE,
        facts={HOSTILE: HOSTILE},
        notes=[HOSTILE],
    )
    page = page_html(made, 5)
    found = Tags(page)
    assert found.tags <= ALLOWED
    assert not {name for name in found.attributes if name.startswith("on")}
    assert found.links == ["data:,"]
    assert "<script>alert(1)</script>" in found.text
    assert "49" not in page.split("<body>")[1].split("</h1>")[0]
    assert "\u202e" not in page
    assert "\x00" not in page


def test_no_resource_and_one_style_by_its_hash():
    page = page_html(evaluation([case("a", "x")], Prediction("a", "y")), 5)
    assert "default-src 'none'; img-src data:; style-src 'sha256-" in page
    assert not re.search(r"https?://|@import|url\(", page)


def test_the_worst_come_first_of_each_task():
    cases = [case("good", "abcd"), case("bad", "abcd"), case("middling", "abcd")]
    said = [Prediction("good", "abcd"), Prediction("bad", "x"), Prediction("middling", "abxx")]
    page = page_html(evaluation(cases, *said), 2)
    shown = re.findall(r"<h4><bdi>(.*?)</bdi></h4>", page)
    assert shown == ["bad", "middling"]
    assert "<mark>cd</mark>" in page
    assert "<mark>xx</mark>" in page


def test_what_was_cut_is_counted_and_named():
    cases = [case("endless", "ab"), case("whole", "ab")]
    made = evaluation(cases, Prediction("endless", "abab", cut=True), Prediction("whole", "ab"))
    page = page_html(made, 5)
    assert made.as_data()["cut"] == ["endless"]
    assert "were cut: 1</summary>" in page
    assert page.count('<span class="bad">cut</span>') == 1


def test_measures_of_the_other_mode_have_no_column():
    cases = [case("a", "text \\(x\\)", task="markdown")]
    for mode, shown in (("correct", True), ("paper", False)):
        page = page_html(evaluation(cases, Prediction("a", "text"), mode=mode), 1)
        assert ("<th>formula.match" in page) == shown
        assert "<th>formula.edit_distance" in page


def test_a_picture_can_be_enlarged_without_a_script():
    shown = case("a", "12")
    one = type(shown)("a", picture("12"), (), ("12",), "text")
    page = page_html(evaluation([one], Prediction("a", "1")), 1)
    assert '<img alt="the picture" tabindex="0"' in page
    assert "img:focus" in page


def test_pictures_are_encoded_anew():
    shown = case("a", "12")
    with_picture = type(shown)("a", picture("12") + b"<script>", (), ("12",), "text")
    page = page_html(evaluation([with_picture], Prediction("a", "1")), 1)
    (data,) = re.findall(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)", page)
    decoded = Image.open(io.BytesIO(base64.b64decode(data)))
    assert decoded.size == (64, 64)
    assert b"<script>" not in base64.b64decode(data)
    broken = type(shown)("a", b"no picture", (), ("12",), "text")
    assert "data:image/jpeg" not in page_html(evaluation([broken], Prediction("a", "1")), 1)


def test_the_same_evaluation_gives_the_same_bytes(tmp_path):
    cases = [case(f"c{n}", "abc", kind=kind) for n, kind in enumerate("ppq")]
    for name in ("one", "two"):
        made = evaluation(cases, Prediction("c0", "abc"), Prediction("c2", "a\ud800"))
        write_report(tmp_path / name, made, 5)
    for file in ("report.html", "figures.json", "scores.jsonl"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    figures = json.loads((tmp_path / "one" / "figures.json").read_text())
    assert figures["unread"] == {"c1": "no prediction"}
    assert [group["kind"] for group in figures["groups"]] == [None, "p", "q"]
    scores = [json.loads(line) for line in (tmp_path / "one" / "scores.jsonl").open()]
    assert [one["values"]["edit_distance"] for one in scores] == [0.0, 1.0, 2 / 3]


def test_nothing_to_score_is_still_a_page():
    assert "0</dd>" in page_html(evaluation([case("a")], Prediction("a", "x")), 5)
