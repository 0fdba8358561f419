"""What `corpus.yaml` says of a file, against what its folders and the recipe say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataengine.corpus.sidecar import Facts, Sidecar, load_sidecar
from dataengine.errors import CorpusError
from dataengine.recipe import CorpusSpec

TEXT = """
licence: CC-BY-4.0
entries:
  en: {language: en}
  en/old.toy: {licence: CC0-1.0, url: "https://example.org/old"}
  zh/: {language: zh}
"""


def load(folder, text: str | None = TEXT, **said: str) -> Sidecar:
    if text is not None:
        (folder / "corpus.yaml").write_text(text, encoding="utf-8")
    return load_sidecar(str(folder), CorpusSpec(path=str(folder), **said))


def test_longer_prefix_wins_and_leaves_the_rest_standing(tmp_path):
    facts = load(tmp_path).facts("en/old.toy")
    assert facts == Facts(licence="CC0-1.0", language="en", url="https://example.org/old")


def test_prefix_is_a_whole_step_of_the_path(tmp_path):
    assert load(tmp_path).facts("english/a.toy").language == ""


def test_prefix_may_end_in_a_slash(tmp_path):
    assert load(tmp_path).facts("zh/a.toy").language == "zh"


def test_sidecar_goes_before_the_recipe(tmp_path):
    facts = load(tmp_path, licence="MIT", language="de").facts("en/new.toy")
    assert facts == Facts(licence="CC-BY-4.0", language="en")


def test_recipe_fills_what_the_sidecar_leaves_open(tmp_path):
    assert load(tmp_path, url="https://a.example").facts("b.toy").url == "https://a.example"


def test_recipe_speaks_where_there_is_no_sidecar(tmp_path):
    assert load(tmp_path, None, licence="MIT").facts("x/y.toy") == Facts(licence="MIT")


def test_folder_inside_a_described_one_takes_the_outer_words(tmp_path):
    (tmp_path / "corpus.yaml").write_text(TEXT)
    (tmp_path / "en").mkdir()
    sidecar = load_sidecar(str(tmp_path / "en"), CorpusSpec(path="x"))
    assert sidecar.facts("new.toy") == Facts(licence="CC-BY-4.0", language="en")
    assert sidecar.facts("old.toy").licence == "CC0-1.0"


def test_member_of_an_archive_is_described_like_a_file_in_a_folder(tmp_path):
    sidecar = load(tmp_path, "entries: {a.zip: {language: en}, a.zip/b.toy: {language: zh}}")
    assert sidecar.facts("a.zip/a.toy").language == "en"
    assert sidecar.facts("a.zip/b.toy").language == "zh"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("license: MIT", "unknown key license; did you mean 'licence'"),
        ("entries: {en: {lang: en}}", "unknown key entries.en.lang"),
        ("licence: [MIT]", "licence: Input should be a valid string"),
        ("entries: [en]", "entries: Input should be a valid dictionary"),
        ("licence: a: b", "cannot read"),
        ("licence: A\nlicence: B", "the key 'licence' stands twice"),
        ("licence: !!python/object/apply:os.getcwd []", "cannot read"),
    ],
)
def test_faulty_sidecar_is_named_with_its_key(tmp_path, text, words):
    with pytest.raises(CorpusError, match=r"corpus\.yaml") as caught:
        load(tmp_path, text)
    assert words in str(caught.value)


def test_empty_sidecar_says_nothing(tmp_path):
    assert load(tmp_path, "").facts("a.toy") == Facts()


STEPS = st.sampled_from(["a", "b", "ab"])
PATHS = st.lists(STEPS, min_size=1, max_size=4).map("/".join)


@given(entries=st.dictionaries(PATHS, st.sampled_from(["en", "zh", ""])), path=PATHS)
def test_facts_are_those_of_the_longest_prefix_that_says_any(entries, path):
    sidecar = Sidecar(entries={key: Facts(language=value) for key, value in entries.items()})
    speaking = [key for key, value in entries.items() if value and f"{path}/".startswith(f"{key}/")]
    expected = entries[max(speaking, key=len)] if speaking else ""
    assert sidecar.facts(path).language == expected
