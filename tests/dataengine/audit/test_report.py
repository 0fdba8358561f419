"""The report's page: figures, worst first, and nothing of it can run or reach out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dataengine.audit.auditing import Audit
from dataengine.audit.findings import Finding, Signs
from dataengine.audit.marking import marked
from dataengine.audit.report import percent, plain, write_report
from dataengine.audit.sampling import Draw
from dataengine.audit.summary import Share, summarise
from tests.dataengine.chromium import PROGRAM, Browser
from tests.dataengine.gallery_samples import HOSTILE, picture


def found(number: int, **changes: object) -> Finding:
    fields: dict[str, object] = {
        "id": f"page-{number}",
        "part": "pages",
        "kind": "page",
        "language": "en",
        "verdict": "agrees",
        "signs": Signs(tokens=10, coverage=1.0 - number / 100),
        "target": "grey stone harbour",
        "reading": "grey stone tower",
        "picture": picture(form="JPEG"),
    }
    return Finding(**(fields | changes))  # type: ignore[arg-type]


def audit(*findings: Finding, planted: bool = False) -> Audit:
    stratum = ("pages", "page", "en")
    draw = Draw(frozenset(), {stratum: 100}, {stratum: len(findings)})
    faults = {"swapped": 0.5} if planted else {}
    return Audit("drawn", "drawn@1", 0, draw, findings, findings, faults, "5.3.0")  # type: ignore[arg-type]


def written(folder: Path, made: Audit) -> str:
    write_report(folder / "audit.html", made, summarise(made))
    return (folder / "audit.html").read_text("utf-8")


def hostile() -> Audit:
    return audit(
        *(
            found(
                number,
                id=text,
                kind=text,
                language=text,
                verdict="contradicts",
                why=(text,),
                target=text * 2,
                reading=f"word {text}",
            )
            for number, text in enumerate(HOSTILE)
        )
    )


def test_figures_and_pairs_stand_in_the_page(tmp_path: Path) -> None:
    rows = [found(1), found(2, verdict="contradicts", cause="cropped", why=("5 strokes",))]
    text = written(tmp_path, audit(*rows))
    assert "50.0 % (9.5–90.5)" in text
    assert "<mark>harbour</mark>" in text
    assert "<mark>tower</mark>" in text
    assert "contradicts: cropped" in text
    assert text.count("data:image/jpeg;base64,") == 2


def test_the_same_audit_gives_the_same_bytes(tmp_path: Path) -> None:
    assert written(tmp_path / "a", audit(found(1))) == written(tmp_path / "b", audit(found(1)))


def test_hostile_texts_stay_texts(tmp_path: Path) -> None:
    text = written(tmp_path, hostile())
    assert "<script" not in text
    assert "<img src=x" not in text
    assert not re.search("[\x00-\x08\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
    assert "default-src &#39;none&#39;" in text or "default-src 'none'" in text


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    if PROGRAM is None:
        pytest.skip("chromium is not installed")
    with Browser(tmp_path / "profile") as opened:
        yield opened


def test_a_browser_runs_nothing_of_it_and_shows_style_and_pictures(
    tmp_path: Path, browser: Browser
) -> None:
    written(tmp_path, hostile())
    browser.open(tmp_path / "audit.html")
    assert browser.eval("window.pwned === undefined")
    assert browser.eval("getComputedStyle(document.querySelector('.pair')).display") == "grid"
    assert browser.eval("[...document.images].every(one => one.naturalWidth > 0)")
    assert browser.complaints == []


def test_planted_faults_are_counted_apart(tmp_path: Path) -> None:
    rows = [
        found(1),
        found(2, planted="swapped", verdict="contradicts", cause="other-target"),
        found(3, planted="swapped"),
        found(4, planted="cropped", telling=False),
    ]
    summary = summarise(audit(*rows, planted=True))
    assert summary.contradicted == Share.among(0, 1)
    swapped = next(one for one in summary.caught if one.fault == "swapped")
    assert (swapped.planted, swapped.found.count, swapped.found.of, swapped.named) == (2, 1, 2, 1)
    cropped = next(one for one in summary.caught if one.fault == "cropped")
    assert (cropped.planted, cropped.comparable) == (1, 0)
    assert "Planted faults" in written(tmp_path, audit(*rows, planted=True))


def test_every_verdict_is_counted() -> None:
    verdicts = ("agrees", "doubtful", "contradicts", "not-comparable", "ocr-failed")
    rows = [found(n, verdict=verdict) for n, verdict in enumerate(verdicts)]
    (group,) = summarise(audit(*rows)).groups
    assert group.verdicts == dict.fromkeys(verdicts, 1)
    assert (group.audited, group.compared) == (5, 3)


def test_marking_keeps_the_text_and_marks_what_the_other_lacks() -> None:
    text = "the grey  stone,\nthe harbour 约5"
    stretches = marked(text, "stone the grey 约")
    assert "".join(piece for piece, _ in stretches) == text
    assert [piece.split() for piece, lacking in stretches if lacking] == [["the", "harbour"], ["5"]]
    assert not any(lacking for _, lacking in marked("x=1", "", formulas=False))


def test_shares_are_written_with_their_interval() -> None:
    assert percent(0.1234) == "12.3 %"
    assert percent(Share.among(0, 0)) == "–"
    assert plain("a\u202eb\x00\ud800") == "a\ufffdb\ufffd\ufffd"
