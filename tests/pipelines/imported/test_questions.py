"""Questions: which answer is given, and what cannot be asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.imported.questions import make_question
from pipelines.imported.records import Problem

ANSWERS = st.lists(st.sampled_from(["a", "b", " a ", "", " ", "A", "\n"]), max_size=8)


@given(ANSWERS)
def test_the_answer_is_the_most_frequent_and_then_the_first(answers: list[str]) -> None:
    accepted = [one.strip() for one in answers if one.strip()]
    if not accepted:
        with pytest.raises(Problem, match="empty-answer"):
            make_question("i", "q", answers, {})
        return
    question = make_question("i", " q\n", answers, {})
    assert question.question == "q"
    assert list(question.answers) == accepted
    most = max(accepted.count(one) for one in accepted)
    assert question.answer == next(one for one in accepted if accepted.count(one) == most)


@pytest.mark.parametrize(("question", "answers"), [("<image>", ["a"]), ("q", ["a", "<image>"])])
def test_a_mark_for_a_picture(question: str, answers: list[str]) -> None:
    with pytest.raises(Problem, match="image-marks"):
        make_question("i", question, answers, {})


def test_a_blank_question() -> None:
    with pytest.raises(Problem, match="empty-question"):
        make_question("i", " \n", ["a"], {})
