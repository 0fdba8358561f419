"""Setting pages: one outcome each, in order, whatever happens to the others."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from dataengine.errors import ToolMissing
from pipelines.latex_pages import setting
from pipelines.latex_pages.options import Options
from pipelines.latex_pages.page.templates import load_templates
from pipelines.latex_pages.setting import Setter, check_sandbox, formats_folder
from pipelines.latex_pages.tex.runs import typeset
from pipelines.latex_pages.tex.sandbox import Limits

SIZE = r"\fontsize{%s}{12}\selectfont "


def shown(tex: Path, pages: list[str], template: str = "article", fontset: str = "lm") -> list[str]:
    """Text of each page, or the reason why there is none."""
    setter = Setter(tex)
    return [
        one.fault[0] if one.fault else str(one.page.get_text()).strip()  # type: ignore[union-attr]
        for one in setter.set_pages(load_templates()[template], fontset, pages)
    ]


def test_each_page_has_its_outcome_in_order(tex: Path) -> None:
    pages = ["One.", r"\nosuch", "Two.", "", r"a\newpage b", r"\end{document}", "Three."]
    found = [text.split("\n")[0] for text in shown(tex, pages)]
    assert found[0::2] == ["One.", "Two.", "pages", "Three."]
    assert found[1] == "tex-error"
    assert found[3] == "pages"
    assert found[5] in ("ended-early", "unbalanced")


def test_no_pages_start_no_tex(tex: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setting, "typeset", None)
    assert shown(tex, []) == []


def test_faults_carry_texs_own_words(tex: Path) -> None:
    (found,) = Setter(tex).set_pages(load_templates()["article"], "lm", [r"\nosuch"])
    assert found.page is None
    assert found.fault is not None
    assert "Undefined control sequence" in found.fault[1]


def test_engine_reasons_are_not_used_for_faults_of_tex(
    tex: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setting, "typeset", partial(typeset, limits=Limits(cpu_s=1)))
    assert shown(tex, [r"\loop\iftrue\repeat"]) == ["tex-timeout"]


@pytest.mark.parametrize(
    ("template", "fontset"), [("article", "lm"), ("article", "times"), ("zh_article", "fandol")]
)
def test_glyphs_stand_where_they_stand_alone(tex: Path, template: str, fontset: str) -> None:
    """A font's first use in a run, at another size, moves nothing on later pages."""
    page = SIZE % 10 + "Between hedges the abbess mixes bread flour. " * 12
    others = [SIZE % size + "Meanwhile a chef was here. " * 3 for size in ("9.5", "10.95", "8.7")]

    def places(pages: list[str]) -> list[tuple[float, ...]]:
        set_pages = Setter(tex).set_pages(load_templates()[template], fontset, pages)
        *_, last = (one.page.get_texttrace() for one in set_pages)  # type: ignore[union-attr]
        return [char[2] for span in last for char in span["chars"]]

    alone = places([page])
    assert len(alone) > 400
    for other in others:
        assert places([other, page]) == alone


def test_letters_stay_in_line_with_tex(tex: Path) -> None:
    """The widths of the fonts themselves are those that TeX counts with."""
    line = (
        SIZE % 10
        + r"\noindent\hbox to 300pt{"
        + "abbess offices mixed bread flour " * 2
        + r"\hfil X}"
    )
    set_pages = Setter(tex).set_pages(load_templates()["article"], "lm", [line + r"\par" + line])
    ((*_, spans),) = ((one.fault, one.page.get_texttrace()) for one in set_pages)  # type: ignore[union-attr]
    chars = [char for span in spans for char in span["chars"]]
    marks = [char[2][0] for char in chars if char[0] == ord("X")]
    starts = [char[2][0] for char in chars if char[0] == ord("a")][:1]
    assert len(marks) == 2
    assert marks[0] == marks[1]
    # X is 7.5 points wide; a PDF has 72 points to the inch, TeX 72.27.
    assert marks[0] - starts[0] == pytest.approx((300 - 7.5) * 72 / 72.27, abs=0.2)


def test_formats_are_kept_and_bounded(tex: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setting, "FORMATS_KEPT", 2)
    asked: list[str] = []
    monkeypatch.setattr(setting, "get_format", lambda engine, *_: asked.append(engine) or engine)
    setter, templates = Setter(tex), load_templates()
    for name, fontset in [("article", "lm")] * 3 + [("zh_article", "fandol")] * 2:
        setter.format(templates[name], fontset)
    assert asked == ["pdflatex", "xelatex"]
    setter.format(templates["article"], "times")
    setter.format(templates["zh_article"], "fandol")
    setter.format(templates["article"], "lm")
    assert asked == ["pdflatex", "xelatex", "pdflatex", "pdflatex"]


def test_formats_lie_in_the_users_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATAENGINE_CACHE", str(tmp_path))
    assert formats_folder() == tmp_path / "tex"


def test_a_cache_behind_a_link_is_found(tex: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tex, target_is_directory=True)
    assert shown(link, ["One."])[0].startswith("One.")


def test_a_required_sandbox_must_work(monkeypatch: pytest.MonkeyPatch) -> None:
    note = (False, "bubblewrap is not installed (apt-get install bubblewrap)")
    monkeypatch.setattr(setting, "sandbox_note", lambda: note)
    check_sandbox(Options())
    with pytest.raises(ToolMissing, match=r"options.sandbox is required: .*apt-get install bubble"):
        check_sandbox(Options(sandbox="required"))
    monkeypatch.setattr(setting, "sandbox_note", lambda: (True, "works"))
    check_sandbox(Options(sandbox="required"))
