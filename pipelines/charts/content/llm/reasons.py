"""Why an answer of a model is rejected: reason code -> what it means and what to do."""

from __future__ import annotations

REASONS: dict[str, str] = {
    "answer-too-large": "The answer has more bytes than `max_answer_bytes`.",
    "request-refused": "The endpoint refused this request, while it answers others.",
    "cut-off": "The answer ended before it was complete. Raise max_tokens.",
    "no-json": "There is no JSON object in the answer.",
    "bad-json": "The JSON is malformed: a key twice, a number that is none, nested too deep.",
    "bad-brief": "The JSON is not of the form that was asked for.",
    "odd-characters": "A text holds markup, braces, control or invisible characters, or emoji.",
    "wrong-language": "The words are not in the language that was asked for.",
    "bad-size": "Too few or too many categories, series or points for the kind of chart.",
    "bad-values": "The values make no chart of that kind: negative shares, all alike, slivers.",
    "bad-spec": "The chart is none that can be drawn: names twice, dates that do not rise.",
    "duplicate": "The same chart was written for an earlier index.",
}


class BadAnswer(Exception):
    """An answer that makes no chart.

    Args:
        reason: a code in `REASONS`.
        detail: what is wrong, in words that the model may be told.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail[:400]
