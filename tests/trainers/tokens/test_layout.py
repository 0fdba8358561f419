"""Layouts: golden ids and masks, and that what a page says can never become a special token."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataengine.errors import ConfigError
from dataengine.sample import Turn
from trainers.tokens.layout import Layout, layout_paths, load_layout

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SNEAKY = st.sampled_from(["</s>", "<img>", "<imgpad>", "<|im_end|>", "<end>", "<image>", "{text}"])


def talk(*texts: str) -> list[Turn]:
    return [Turn(("user", "assistant")[n % 2], text) for n, text in enumerate(texts)]


def test_bytes_layout_by_hand():
    layout = Layout("bytes")
    ids = layout.ids
    assert (ids.image, ids.pad, ids.end, ids.begin) == (256, 257, 258, 259)
    encoded = layout.encode(talk("q", "ab"), image_tokens=3)
    user, assistant = 260, 261
    assert encoded.ids.tolist() == [259, 256, 256, 256, user, 113, assistant, 97, 98, 258]
    assert encoded.learned.tolist() == [False] * 7 + [True] * 3
    assert layout.prompt(talk("q"), 3).tolist() == encoded.ids[:7].tolist()


def test_second_question_has_no_picture():
    layout = Layout("bytes")
    encoded = layout.encode(talk("q", "a", "r", "b"), 2)
    assert encoded.ids.tolist() == [
        259, 256, 256, 260, 113, 261, 97, 258, 260, 114, 261, 98, 258,
    ]  # fmt: skip
    assert encoded.learned.nonzero()[0].tolist() == [6, 7, 11, 12]


@given(st.lists(TEXT | SNEAKY, min_size=2, max_size=6).filter(lambda texts: len(texts) % 2 == 0))
def test_nothing_that_is_said_becomes_a_special_token(texts):
    layout = Layout("bytes")
    encoded = layout.encode(talk(*texts), 5)
    plain = sum(len(text.encode()) for text in texts)
    specials = encoded.ids[encoded.ids >= 256]
    assert len(encoded) == plain + len(specials)
    assert (specials == layout.ids.image).sum() == 5
    assert (specials == layout.ids.end).sum() == len(texts) // 2
    answers = "".join(texts[1::2])
    assert layout.vocabulary.decode(encoded.ids[encoded.learned].tolist()) == answers


def test_cut_puts_no_end_in_place():
    layout = Layout("bytes")
    encoded = layout.encode(talk("q", "abcdef"), 1).cut(8)
    assert len(encoded) == 8
    assert layout.ids.end not in encoded.ids


class TestWithTokenizer:
    """The layouts of published models, over a small tokenizer of the same kind."""

    def plain(self, layout: Layout, text: str) -> list[int]:
        return layout.vocabulary.encode(text)[0]

    def test_opt_caption(self, tokenizer_folder):
        layout = Layout("opt_caption", str(tokenizer_folder))
        encoded = layout.encode(talk("thrown away", "the fox\nand 12"), 2)
        ids = layout.ids
        assert (ids.image_start, ids.image_end) == (ids.image + 1, ids.image + 2)
        head = [ids.begin, ids.image_start, ids.image, ids.image, ids.image_end]
        text = self.plain(layout, "\nthe fox\nand 12\n")
        assert encoded.ids.tolist() == [*head, *text, ids.end]
        first = encoded.learned.tolist().index(True)
        assert encoded.learned[first:].all()
        assert layout.vocabulary.decode(encoded.ids[first:].tolist()) == "the fox\nand 12\n"
        assert encoded.ids[-1] == ids.end == ids.begin

    def test_qwen_mpt(self, tokenizer_folder):
        layout = Layout("qwen_mpt", str(tokenizer_folder))
        ids = layout.ids
        assert (ids.image_start, ids.image_end, ids.image) == (151857, 151858, 151859)
        assert ids.vocabulary == 151860
        special = layout.vocabulary.special
        start, end = special("<|im_start|>"), special("<|im_end|>")
        system = (
            load_layout("qwen_mpt").head.removeprefix("<|im_start|>").removesuffix("<|im_end|>")
        )
        expected = [
            start, *self.plain(layout, system), end,
            start, *self.plain(layout, "user\n"), 151857, 151859, 151859, 151858,
            *self.plain(layout, "Provide the OCR"), end,
            start, *self.plain(layout, "assistant\n"),
        ]  # fmt: skip
        encoded = layout.encode(talk("Provide the OCR", "the fox"), 2)
        answer = [*self.plain(layout, "the fox"), end]
        assert layout.prompt(talk("Provide the OCR"), 2).tolist() == expected
        learned = encoded.ids[encoded.learned].tolist()
        assert learned[-1] == end
        assert layout.vocabulary.decode(learned) == "the fox"
        assert len(encoded) <= len(expected) + len(answer)

    def test_qwen_eod(self, tokenizer_folder):
        layout = Layout("qwen_eod", str(tokenizer_folder))
        special, plain = layout.vocabulary.special, self.plain
        start, end, eod = (special(f"<|{one}|>") for one in ("im_start", "im_end", "endoftext"))
        newline = plain(layout, "\n")
        head = [start, *plain(layout, "system\nYou are a helpful assistant."), end, *newline]
        asked = [start, *plain(layout, "user\n"), 151646, 151646, *plain(layout, "Read"), end]
        expected = [*head, *asked, *newline, start, *plain(layout, "assistant\n")]
        assert layout.prompt(talk("Read"), 2).tolist() == expected
        learned = layout.encode(talk("Read", "the fox"), 2)
        kept = learned.ids[learned.learned].tolist()
        assert kept[-1] == eod == layout.ids.end
        assert layout.vocabulary.decode(kept) == "the fox"
        assert layout.ids.vocabulary == 151648

    def test_vicuna_v1(self, tokenizer_folder):
        layout = Layout("vicuna_v1", str(tokenizer_folder))
        encoded = layout.encode(talk("What?", "A fox.", "Why?", "So."), 1)
        text = layout.vocabulary.decode(encoded.ids.tolist())
        assert text.endswith("USER: What? ASSISTANT: A fox.USER: Why? ASSISTANT: So.")
        learned = encoded.ids[encoded.learned].tolist()
        assert learned.count(layout.ids.end) == 2
        assert layout.vocabulary.decode(learned).split() == ["A", "fox.", "So."]

    def test_600k_ends_with_a_line_break_and_writes_others_otherwise(self, tokenizer_folder):
        layout = Layout("opt_600k", str(tokenizer_folder))
        encoded = layout.encode(talk("Read.", "one\ntwo"), 3)
        assert encoded.ids[:3].tolist() == [layout.ids.image] * 3
        assert encoded.ids[3] == layout.ids.begin
        learned = encoded.ids[encoded.learned].tolist()
        assert learned.count(layout.ids.end) == 1
        assert learned[-1] == layout.ids.end == self.plain(layout, "\n")[0]
        assert layout.text_of(learned) == "one\ntwo"

    @settings(deadline=None)
    @given(text=TEXT | SNEAKY)
    def test_answers_come_back(self, text, tokenizer_folder):
        for name in ("opt_caption", "qwen_mpt", "vicuna_v1"):
            layout = _cached(name, str(tokenizer_folder))
            encoded = layout.encode(talk("q", text), 2)
            said = layout.text_of(encoded.ids[encoded.learned].tolist())
            assert said.strip() == text.strip()

    def test_tokenizer_that_is_not_there_is_an_error(self, tmp_path):
        with pytest.raises(ConfigError, match="no tokenizer in the folder"):
            Layout("opt_caption", str(tmp_path))


_LAYOUTS: dict[tuple[str, str], Layout] = {}


def _cached(name: str, folder: str) -> Layout:
    if (name, folder) not in _LAYOUTS:
        _LAYOUTS[name, folder] = Layout(name, folder)
    return _LAYOUTS[name, folder]


@pytest.mark.parametrize(
    "turns",
    [[], talk("q")[:0], talk("q"), talk("q", "a", "r"), [Turn("assistant", "a")],
     [Turn("user", "q"), Turn("user", "r")]],
)  # fmt: skip
def test_what_is_no_conversation_is_refused(turns):
    with pytest.raises(ValueError, match="no conversation"):
        Layout("bytes").encode(turns, 1)


def test_layout_for_one_question_refuses_more(tokenizer_folder):
    with pytest.raises(ValueError, match="holds one question, not 2"):
        Layout("opt_caption", str(tokenizer_folder)).encode(talk("q", "a", "r", "b"), 1)


def test_every_layout_file_is_sound():
    assert {"bytes", "opt_caption", "opt_600k", "qwen_mpt", "vicuna_v1"} <= set(layout_paths())
    for name in layout_paths():
        chosen = load_layout(name)
        assert chosen.first_user.count("{picture}") == 1
        assert "{features}" in chosen.picture
        assert "{text}" in chosen.answer


def test_unknown_layout_is_an_error_with_a_near_name():
    with pytest.raises(ConfigError, match="did you mean 'qwen_mpt'"):
        Layout("qwen_mtp")
