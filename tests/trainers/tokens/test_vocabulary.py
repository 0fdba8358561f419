"""Tokenizers: ids are those of transformers itself, and what is kept gives the same ones."""

from __future__ import annotations

import json
import pickle
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.errors import ConfigError
from trainers.tokens import vocabulary
from trainers.tokens.vocabulary import ByteVocabulary, TokenizerVocabulary, Wanted

SPECIALS = ("<imgpad>", "<pad>", "</s>", "<img>", "<far>")
WANTED = Wanted(SPECIALS, new=("<imgpad>", "<img>"), fixed={"<far>": 9000}, what="the layout x")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    ["a </s> b", "<imgpad>", "<|im_end|> x", "<s>", " two  blanks\n\n", ""]
)


@pytest.fixture(scope="module")
def made(tokenizer_folder) -> TokenizerVocabulary:
    return vocabulary.pretrained(str(tokenizer_folder), WANTED)


@pytest.fixture(scope="module")
def again(made, tmp_path_factory) -> TokenizerVocabulary:
    folder = tmp_path_factory.mktemp("kept")
    for name, content in made.files().items():
        (folder / name).write_bytes(content)
    return vocabulary.kept(folder)


@pytest.fixture(scope="module")
def theirs(tokenizer_folder):
    transformers = pytest.importorskip("transformers")
    return transformers.AutoTokenizer.from_pretrained(tokenizer_folder)


@settings(deadline=None)
@given(text=TEXT)
def test_ids_are_those_of_transformers(text, made, theirs):
    found = theirs(
        text, add_special_tokens=False, split_special_tokens=True, return_offsets_mapping=True
    )
    assert made.encode(text) == (found["input_ids"], [tuple(o) for o in found["offset_mapping"]])


@settings(deadline=None)
@given(text=TEXT)
def test_what_is_kept_or_sent_gives_the_same_ids(text, made, again):
    ids, spans = made.encode(text)
    for other in (again, pickle.loads(pickle.dumps(made))):  # noqa: S301
        assert other.encode(text) == (ids, spans)
        assert other.decode(ids) == made.decode(ids)
    assert not set(ids) & {made.special(one) for one in SPECIALS if one != "<far>"}


def test_what_is_kept_knows_the_same_special_tokens(made, again):
    assert (again.size, made.size) == (9001, 9001)
    assert [again.special(one) for one in SPECIALS] == [made.special(one) for one in SPECIALS]
    hidden = [made.special("</s>"), 0, 9000, made.special("<imgpad>")]  # 0: <s>, no token of ours
    assert made.decode(hidden) == again.decode(hidden) == ""


def test_threads_may_share_it(made):
    """Transformers sets the backend anew with each call, which threads trip over."""
    texts = [f"the quick {number} fox" for number in range(400)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(made.encode, texts)) == [made.encode(one) for one in texts]


def test_a_token_that_weights_must_know_is_not_added(tokenizer_folder):
    wanted = Wanted(("<imgpad>", "<|vision|>"), ("<imgpad>",), {}, "the layout x", "some/model")
    with pytest.raises(ConfigError) as caught:
        vocabulary.pretrained(str(tokenizer_folder), wanted)
    told = str(caught.value)
    assert "lacks '<|vision|>', which the layout x needs (it is for some/model)" in told
    assert "model.tokenizer" in told


def test_a_fixed_id_that_plain_text_has_is_refused(tokenizer_folder):
    wanted = Wanted(("<imgpad>",), fixed={"<imgpad>": 300})
    with pytest.raises(ConfigError, match=r"where the layout wants '<imgpad>' \(id 300\)"):
        vocabulary.pretrained(str(tokenizer_folder), wanted)


@pytest.mark.parametrize("what", ["specials.json", "tokenizer.json"])
@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff", None])
def test_what_is_damaged_is_told(made, tmp_path, what, content):
    for name, one in made.files().items():
        (tmp_path / name).write_bytes(one)
    if content is None:
        (tmp_path / what).unlink()
    else:
        (tmp_path / what).write_bytes(content)
    with pytest.raises(ConfigError, match="is damaged"):
        vocabulary.kept(tmp_path)
    shutil.rmtree(tmp_path)


def test_bytes_need_no_files():
    assert ByteVocabulary(("<end>",)).files() == {}


def test_files_are_json(made):
    assert json.loads(made.files()["specials.json"])["specials"]["<far>"] == 9000
    json.loads(made.files()["tokenizer.json"])
