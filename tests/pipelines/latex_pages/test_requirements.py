"""Without TeX or the sandbox: what is missing is named, and nothing else stops."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dataengine.doctor import examine
from dataengine.errors import ConfigError, ToolMissing
from dataengine.pipeline import Context
from dataengine.registry import get_pipeline
from pipelines.latex_pages import PIPELINE, requirements
from pipelines.latex_pages.options import Options
from pipelines.latex_pages.requirements import find_requirements
from pipelines.latex_pages.tex import installation
from pipelines.latex_pages.tex.installation import find
from pipelines.latex_pages.tex.sandbox import bubblewrap
from pipelines.latex_pages.workshop import prepare_formats

PACKAGES = (
    "texlive-latex-base",
    "texlive-latex-extra",
    "texlive-publishers",
    "texlive-xetex",
    "texlive-lang-chinese",
    "latex-cjk-chinese",
    "lmodern",
    "fonts-noto-cjk",
)


@pytest.fixture
def no_programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A PATH of one empty folder, and nothing remembered of programs."""
    caches = (find, installation._absent_packages, bubblewrap)
    empty = tmp_path / "bin"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))
    for function in caches:
        function.cache_clear()
    yield empty
    for function in caches:
        function.cache_clear()


def test_versions_of_all_that_draws_are_recorded(tex: Path) -> None:
    found = find_requirements(Options())
    assert found.missing == ()
    wanted = {"pymupdf", "pillow", "numpy", "jinja2", "pdflatex", "xelatex", "xdvipdfmx"}
    wanted |= {"LaTeX", "TeX files", "TeX sandbox", "LaTeX templates", "system fonts"}
    assert wanted <= set(found.versions)
    assert all(found.versions.values())


def test_versions_are_the_same_twice_and_change_with_a_template(
    tex: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = find_requirements(Options())
    assert find_requirements(Options()) == before
    folder = tmp_path / "latex"
    (folder / "article").mkdir(parents=True)
    (folder / "article" / "page.tex.j2").write_text("changed")
    monkeypatch.setattr(requirements, "bundled", lambda *_: folder)
    after = find_requirements(Options())
    changed = {name for name in before.versions if before.versions[name] != after.versions[name]}
    assert changed == {"LaTeX templates"}


def test_unknown_templates_are_refused_before_a_plan(tex: Path) -> None:
    with pytest.raises(ConfigError, match="articel"):
        find_requirements(Options(templates={"articel": 1}))


def test_missing_tex_names_the_packages(no_programs: Path) -> None:
    missing = find_requirements(Options()).missing
    assert missing
    for package in PACKAGES:
        assert package in " ".join(missing)
    assert "apt-get install" in missing[0]


def test_a_required_sandbox_that_is_absent_is_missing(no_programs: Path) -> None:
    asked = find_requirements(Options(sandbox="required")).missing
    assert any("options.sandbox is required" in one and "bubblewrap" in one for one in asked)
    assert not any("options.sandbox" in one for one in find_requirements(Options()).missing)


def test_nothing_starts_without_the_required_sandbox(no_programs: Path) -> None:
    demanding = Options(sandbox="required")
    with pytest.raises(ToolMissing, match=r"options\.sandbox is required"):
        prepare_formats(demanding)
    with pytest.raises(ToolMissing, match=r"options\.sandbox is required"):
        PIPELINE.open(demanding, Context(read=lambda item: b""))


def test_formats_are_not_dumped_without_tex(no_programs: Path) -> None:
    with pytest.raises(ToolMissing, match="apt-get install"):
        prepare_formats(Options())


def test_doctor_goes_on_and_other_pipelines_are_well(no_programs: Path) -> None:
    findings = list(examine())
    ours = [one for one in findings if one.name == "latex_pages" and one.state == "missing"]
    assert any("texlive-xetex" in one.detail for one in ours)
    others = {one.name.split(":")[0] for one in findings if one.name.startswith("pdf_pages")}
    assert others
    faults = [one for one in findings if one.state == "missing" and "latex" not in one.name]
    assert faults == []


def test_the_command_lists_and_examines_without_tex(no_programs: Path) -> None:
    for verb in ("list", "doctor"):
        done = subprocess.run(
            [sys.executable, "-m", "dataengine", verb], capture_output=True, text=True, timeout=100
        )
        said = done.stdout + done.stderr
        assert "latex_pages" in said
        assert "Traceback" not in said
        if verb == "doctor":
            assert "texlive-latex-extra" in said


def test_the_module_of_the_pipeline_loads_no_library_of_pages() -> None:
    code = (
        "import sys, pipelines.latex_pages; "
        "print([name for name in ('pymupdf', 'numpy.random', 'jinja2') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.strip()
    assert "pymupdf" not in loaded
    assert "jinja2" not in loaded
    assert get_pipeline("latex_pages") is PIPELINE
