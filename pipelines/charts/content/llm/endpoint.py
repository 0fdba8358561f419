"""Asks an OpenAI-compatible endpoint over HTTP: bounded, paced, retried, and silent about the key.

aiohttp does it, which fsspec's HTTP file system brings anyway: connections are kept and bodies come
in pieces, so that one that does not end is left. The `openai` package would bring a client, types
and retries of its own for the one POST that is needed here.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from dataengine.environment import engine_version
from dataengine.errors import ConfigError
from dataengine.seeding import unit_rng
from pipelines.charts.content.llm.exchange import Answer, EndpointError, Request, Unanswered
from pipelines.charts.content.llm.pacing import Pacer
from pipelines.charts.content.llm.replies import Reply, read_completion, seconds_to_wait
from pipelines.charts.content.llm.settings import LOCAL_HOSTS, WriteSettings

LONGEST_PAUSE_S = 600.0
_LONGEST_BACKOFF_S = 60.0
_SHORTEST_SECRET = 8
"""Shorter keys are placeholders ("none", "EMPTY") of services that want none."""
_CHUNK_BYTES = 1 << 16
_OPTIONAL = ("response_format", "seed", "temperature")
_TRANSIENT = (408, 409, 425, 429)
REDACTED = "[key]"


class _TooLarge(Exception):
    """A body has more bytes than allowed."""


class Endpoint:
    """A model behind `POST {url}/chat/completions`.

    Args:
        url: base URL, without a slash at its end.
        key: sent as bearer token; "" for none. It is in no message, and is cut out of answers.
        say: told once of each parameter that the endpoint does not take.
    """

    def __init__(
        self, url: str, key: str, settings: WriteSettings, say: Callable[[str], None]
    ) -> None:
        self.name = settings.model
        self._url = f"{url}/chat/completions"
        self._host = urlsplit(url).netloc
        self._key = key
        self._settings = settings
        self._say = say
        self._pacer = Pacer(settings.requests_per_minute)
        self._session: aiohttp.ClientSession | None = None
        self._left_out: set[str] = set()
        self._counts: Counter[str] = Counter(attempts=0, retries=0)
        self._misses = 0
        self._answered = False

    async def ask(self, request: Request) -> Answer:
        """Answer a request; see `Model.ask`."""
        trouble = ""
        for attempt in range(self._settings.retries + 1):
            self._counts["retries"] += attempt > 0
            reply, trouble = await self._post_as_taken(request)
            wait = None
            if reply is not None:
                answer = self._read(reply)
                if answer is not None:
                    return answer
                trouble = f"status {reply.status}: {self.redact(reply.excerpt) or 'no text'}"
                wait = self._pause_of(reply)
            if attempt == self._settings.retries:
                break
            self._pacer.pause(wait) if wait is not None else await self._back_off(request, attempt)
        self._misses += 1
        if self._misses >= self._settings.give_up_after:
            raise EndpointError(
                f"{self._host} did not answer {self._misses} requests in a row, the last with "
                f"{trouble}; what was answered is kept: run the same command again later"
            )
        raise Unanswered(trouble)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    def counts(self) -> Mapping[str, int]:
        """Return how many requests were sent, and how many of them again."""
        return dict(self._counts)

    def redact(self, text: str) -> str:
        """Return a text without the key."""
        if len(self._key) < _SHORTEST_SECRET:
            return text
        return text.replace(self._key, REDACTED)

    def _read(self, reply: Reply) -> Answer | None:
        """Return the answer in a reply, None if it is to be asked for again.

        Raises:
            ConfigError, EndpointError: asking again does not help.
        """
        if reply.status == 200:
            answer = read_completion(reply.body)
            if answer is not None:
                self._misses, self._answered = 0, True
                return answer.model_copy(update={"text": self.redact(answer.text)})
            return None
        if reply.status == 0:
            limit = self._settings.max_answer_bytes
            return Answer(text="", problem="answer-too-large", detail=f"more than {limit} bytes")
        if reply.status == 402 or b"insufficient_quota" in reply.body:
            raise EndpointError(
                f"{self._host} says that the quota is used up ({reply.status}); what was answered "
                "is kept: run the same command again when there is credit"
            )
        if reply.status >= 500 or reply.status in _TRANSIENT:
            return None
        return self._refuse(reply)

    def _refuse(self, reply: Reply) -> Answer:
        status, said = reply.status, self.redact(reply.excerpt)
        variable = self._settings.key_variable
        if status in (401, 403):
            key = (
                f"the key in {variable}" if self._key else f"a request without key (set {variable})"
            )
            raise ConfigError(f"{self._host} refuses {key}, status {status}: {said}")
        if status in (404, 405):
            raise ConfigError(
                f"{self._host} does not know the model {self.name!r}, or {self._url} is no chat "
                f"endpoint (mostly it ends in /v1), status {status}: {said}"
            )
        if 300 <= status < 400:
            raise ConfigError(
                f"{self._host} sends requests elsewhere, status {status}; they are not followed, "
                "for the key is meant for this host: set endpoint to the final address"
            )
        if not self._answered:
            raise ConfigError(
                f"{self._host} refuses the request, status {status}: {said} "
                "(see model, max_tokens and the other settings)"
            )
        return Answer(text="", problem="request-refused", detail=f"status {status}: {said}"[:400])

    async def _post_as_taken(self, request: Request) -> tuple[Reply | None, str]:
        """Send a request without what the endpoint does not take."""
        without = ""
        while True:
            payload = self._payload(request, without)
            reply, trouble = await self._post(payload)
            if reply is None or reply.status not in (400, 422):
                if reply is not None and reply.status == 200 and without:
                    self._leave_out(without)
                return reply, trouble
            said = reply.body[:8192].decode("utf-8", "replace").lower()
            named = [name for name in _OPTIONAL if name in payload and _names(said, name)]
            if "max_tokens" in payload and "max_completion_tokens" in said:
                named = ["max_tokens"]
            if not named and "response_format" in payload:
                without = "response_format"  # it may be that; what works without it will tell
                continue
            if not named:
                return reply, trouble
            for name in named:
                self._leave_out(name)

    def _leave_out(self, name: str) -> None:
        if name not in self._left_out:
            self._say(f"{self._host} does not take {name}: it is left out")
            self._left_out.add(name)

    def _payload(self, request: Request, without: str) -> dict[str, Any]:
        limit = "max_completion_tokens" if "max_tokens" in self._left_out else "max_tokens"
        payload: dict[str, Any] = {
            "model": request.model,
            "messages": [{"role": role, "content": text} for role, text in request.messages],
            "temperature": request.temperature,
            "seed": request.seed,
            limit: request.max_tokens,
        }
        if request.json_mode:
            payload["response_format"] = {"type": "json_object"}
        for name in {without, *self._left_out} & set(_OPTIONAL):
            payload.pop(name, None)
        return payload

    async def _post(self, payload: Mapping[str, Any]) -> tuple[Reply | None, str]:
        """Return a reply, or None and what went wrong; status 0 stands for one too large."""
        await self._pacer.turn()
        self._counts["attempts"] += 1
        try:
            async with self._open().post(
                self._url, json=payload, allow_redirects=False
            ) as response:
                body = await self._bounded(response)
        except _TooLarge:
            return Reply(0, {}, b""), ""
        except aiohttp.ClientSSLError as error:
            raise ConfigError(f"{self._host}: {self.redact(str(error))[:300]}") from None
        except TimeoutError:
            return None, f"no answer within {self._settings.timeout_s:g} s"
        except (aiohttp.ClientError, OSError) as error:
            return None, self.redact(f"{type(error).__name__}: {error}")[:200]
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Reply(response.status, headers, body), ""

    async def _bounded(self, response: aiohttp.ClientResponse) -> bytes:
        body = bytearray()
        async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
            body += chunk
            if len(body) > self._settings.max_answer_bytes:
                response.close()
                raise _TooLarge
        return bytes(body)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            headers = {"User-Agent": f"dataengine/{engine_version()}", "Accept": "application/json"}
            headers["Accept-Encoding"] = "identity"  # so that few bytes cannot become many
            if self._key:
                headers["Authorization"] = f"Bearer {self._key}"
            self._session = aiohttp.ClientSession(
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=self._settings.timeout_s),
                connector=aiohttp.TCPConnector(limit=self._settings.concurrency),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=urlsplit(self._url).hostname not in LOCAL_HOSTS,  # proxies
            )
        return self._session

    def _pause_of(self, reply: Reply) -> float | None:
        wait = seconds_to_wait(reply)
        if wait is not None and wait > LONGEST_PAUSE_S:
            raise EndpointError(
                f"{self._host} asks for a break of {wait:.0f} s (status {reply.status}); what was "
                "answered is kept: run the same command again then"
            )
        return wait

    async def _back_off(self, request: Request, attempt: int) -> None:
        """Wait longer each time, and not as long as others do: the draw is the request's own."""
        part = unit_rng(int(request.key[:12], 16), "backoff", attempt).random()
        wait = min(self._settings.backoff_s * 2.0**attempt, _LONGEST_BACKOFF_S)
        await asyncio.sleep(wait * (0.5 + part))


def _names(text: str, parameter: str) -> bool:
    return re.search(rf"\b{parameter}\b", text) is not None
