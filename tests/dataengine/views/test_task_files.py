"""Task files: the bundled ones are whole, and a wrong one is refused by its name."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from dataengine.errors import ConfigError
from dataengine.views.task_files import get_task, task_names

OK = """
summary: Words.
answer: {of: target, target: text}
groups: [{set: own, language: en, texts: [Read it.]}]
"""


@pytest.mark.parametrize("name", [name for name in task_names() if name != "turns"])
def test_each_task_has_ten_wordings_of_its_own_in_each_language(name: str) -> None:
    counts = Counter(
        one.group.language for one in get_task(name).requests() if one.group.set == "own"
    )
    assert counts["en"] >= 10
    assert counts["zh"] >= 10


@pytest.mark.parametrize("name", task_names())
def test_languages_are_what_they_say(name: str) -> None:
    for one in get_task(name).requests():
        chinese = any("\u4e00" <= letter <= "\u9fff" for letter in one.text)
        assert chinese == (one.group.language == "zh"), one.text


@pytest.mark.parametrize("name", task_names())
def test_wordings_of_others_name_their_source(name: str) -> None:
    for one in get_task(name).requests():
        assert one.group.source or one.group.set == "own"


def write(folder: Path, text: str, name: str = "mine") -> Path:
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_new_file_is_a_new_task(tmp_path: Path) -> None:
    folder = write(tmp_path, OK)
    assert task_names(folder) == ["mine"]
    assert [one.text for one in get_task("mine", folder).requests()] == ["Read it."]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("summary: Words.", "sumary: Words.", "unknown key sumary; did you mean 'summary'"),
        ("of: target,", "of: tarot,", "answer"),
        ("target: text}", "target: text, forms: json}", "forms"),
        ("Read it.", '"Read {it}."', "names {it}"),
        ("[Read it.]", "[]", "texts"),
        ("language: en", "language: fr", "language"),
        ("[Read it.]", "[Read it., Read it.]", "stands twice"),
        ("groups: [{set: own, language: en, texts: [Read it.]}]", "", "no request"),
        ("OK", "OK", None),
    ],
)
def test_a_wrong_file_is_refused_by_its_name(
    tmp_path: Path, old: str, new: str, message: str | None
) -> None:
    folder = write(tmp_path, OK.replace(old, new))
    if message is None:
        assert get_task("mine", folder)
        return
    with pytest.raises(ConfigError) as caught:
        get_task("mine", folder)
    assert "mine.yaml" in str(caught.value)
    assert message in str(caught.value)


def test_text_that_is_no_yaml_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="mine"):
        get_task("mine", write(tmp_path, "{"))


def test_a_region_task_must_name_the_box(tmp_path: Path) -> None:
    region = OK.replace("{of: target, target: text}", "{of: region, levels: {line: [line]}}")
    with pytest.raises(ConfigError, match=r"\{box\}"):
        get_task("mine", write(tmp_path, region))


def test_borrowed_requests_are_the_lenders_own(tmp_path: Path) -> None:
    write(tmp_path, OK)
    write(tmp_path, OK.replace("groups: [{set: own", "borrow: mine\ngroups: [{set: got"), "other")
    assert [one.group.set for one in get_task("other", tmp_path).requests()] == ["got", "own"]
    write(tmp_path, OK + "borrow: other", "third")
    with pytest.raises(ConfigError, match="borrows"):
        get_task("third", tmp_path)
