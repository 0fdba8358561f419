"""What an endpoint asks to wait for."""

from __future__ import annotations

import pytest

from pipelines.charts.content.llm.replies import Reply, seconds_to_wait

DATE = "Sun, 06 Nov 1994 08:49:37 GMT"


@pytest.mark.parametrize(
    ("after", "seconds"),
    [
        ("3", 3.0),
        ("0.25", 0.25),
        ("Sun, 06 Nov 1994 08:50:07 GMT", 30.0),
        ("Sun, 06 Nov 1994 08:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("-5", None),
        ("1e9", None),
        ("9" * 400, None),
        ("Sun, 99 Nov 1994 08:50:07 GMT", None),
    ],
)
def test_retry_after(after, seconds):
    assert seconds_to_wait(Reply(429, {"retry-after": after, "date": DATE}, b"")) == seconds


def test_date_without_the_servers_own_says_nothing():
    assert seconds_to_wait(Reply(429, {"retry-after": DATE}, b"")) is None
