"""What passes between the writer and a model: requests, answers, and what can go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

from dataengine.canonical import content_hash
from dataengine.errors import DataEngineError

_FORM = 1
"""Raised whenever the same request would have to be asked again."""

_MOST_TOKENS = 10_000_000
_TOKENS_PER_MESSAGE = 16


class EndpointError(DataEngineError):
    """The endpoint answers nothing any more: it is down, refuses, or its quota is used up."""


class Unanswered(Exception):
    """A request got no answer after all retries; the message says why. It may be asked again."""


@dataclass(frozen=True)
class Request:
    """Everything that makes an answer; where the model runs does not.

    Attributes:
        messages: (role, text) in order.
        seed: asked of models that can sample reproducibly.
        json_mode: whether JSON is asked for by `response_format`, where the endpoint accepts it.
    """

    model: str
    messages: tuple[tuple[str, str], ...]
    temperature: float
    max_tokens: int
    seed: int
    json_mode: bool = True

    @cached_property
    def key(self) -> str:
        """The request's hash: its name in the cache."""
        return content_hash({"form": _FORM, **self.describe()})

    @property
    def most_tokens(self) -> tuple[int, int]:
        """Upper bounds of input and output tokens: no token is shorter than a byte."""
        text = sum(
            len(words.encode()) + len(role) + _TOKENS_PER_MESSAGE for role, words in self.messages
        )
        return text, self.max_tokens

    def describe(self) -> dict[str, Any]:
        """Return the request as plain data."""
        return {
            "model": self.model,
            "messages": [list(message) for message in self.messages],
            "temperature": self.temperature,
            "max_tokens": self.max_tokens,
            "seed": self.seed,
            "json_mode": self.json_mode,
        }


class Usage(BaseModel):
    """Tokens of one answer, as the endpoint counts them."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    input: int = Field(ge=0, le=_MOST_TOKENS)
    output: int = Field(ge=0, le=_MOST_TOKENS)


class Answer(BaseModel):
    """What a model said.

    Attributes:
        text: its words; "" if there is a problem.
        finish: why it ended, in the endpoint's words ("stop", "length").
        usage: None where the endpoint does not say; the most that it can be is counted then.
        problem: a reason in `reasons.REASONS` why no text is there and none will be; else "".
        detail: of the problem.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    text: str
    finish: str = Field(default="", max_length=40)
    usage: Usage | None = None
    problem: str = ""
    detail: str = Field(default="", max_length=400)


class Model(Protocol):
    """Answers requests: an endpoint, or a model on this machine."""

    name: str
    """The model's name as facts give it, and as requests do."""

    async def ask(self, request: Request) -> Answer:
        """Answer a request.

        Raises:
            Unanswered: not this time.
            ConfigError: never, with these settings.
            EndpointError: not in this run.
        """

    async def close(self) -> None:
        """Give back what is held open."""

    def counts(self) -> Mapping[str, int]:
        """Return what the report says of the traffic: attempts, retries …"""

    def redact(self, text: str) -> str:
        """Return a text without the key, should it be in it."""
