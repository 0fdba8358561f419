"""Reads what an endpoint sends back: chat completions, refusals, and requests to wait."""

from __future__ import annotations

import email.utils
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from pipelines.charts.content.llm.exchange import Answer, Usage

_SECONDS = re.compile(r"\d{1,6}(?:\.\d{1,6})?")
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer; `headers` have names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def excerpt(self) -> str:
        """The beginning of the body on one line, for messages."""
        text = self.body[: 8 * _SHOWN].decode("utf-8", "replace")
        text = "".join(char if char.isprintable() else " " for char in text)
        return " ".join(text.split())[:_SHOWN]


def read_completion(body: bytes) -> Answer | None:
    """Return the answer in the body of a chat completion, None if it is none.

    A message without text (a refusal) is an answer with an empty text.
    """
    try:
        data = json.loads(body.decode("utf-8", "replace"))
        choice = data["choices"][0]
        content, finish = choice["message"].get("content"), choice.get("finish_reason")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        return None
    return Answer(
        text=_text(content),
        finish=finish[:40] if isinstance(finish, str) else "",
        usage=_usage(data.get("usage")),
    )


def seconds_to_wait(reply: Reply) -> float | None:
    """Return what `Retry-After` asks for, in seconds; None where it says nothing.

    A date is taken from the reply's own date: the clocks of two machines may differ.
    """
    text = reply.headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    try:
        until = email.utils.parsedate_to_datetime(text)
        now = email.utils.parsedate_to_datetime(reply.headers.get("date", ""))
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _text(content: Any) -> str:
    if isinstance(content, list):  # parts, as some services send them
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        content = "".join(part for part in parts if isinstance(part, str))
    if not isinstance(content, str):
        return ""
    return content.encode("utf-8", "replace").decode()  # a lone surrogate is no text


def _usage(data: Any) -> Usage | None:
    if not isinstance(data, dict):
        return None
    try:
        return Usage(input=data["prompt_tokens"], output=data["completion_tokens"])
    except (KeyError, ValidationError):
        return None
