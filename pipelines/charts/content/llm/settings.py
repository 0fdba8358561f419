"""Settings of `dataengine write charts`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator

from dataengine.errors import ConfigError
from dataengine.settings import Settings
from dataengine.settings_errors import explain
from pipelines.charts.spec.kinds import KINDS

ENDPOINT_VARIABLE = "OPENAI_BASE_URL"
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


class WriteSettings(Settings):
    """What is asked of a language model, and how fast, how often and for how much."""

    language: Literal["en", "zh"] = Field("en", description="language of all words of the charts")
    count: int = Field(100, ge=1, le=1_000_000, description="how many charts are asked for")
    seed: int = Field(0, ge=0, le=2**63 - 1, description="seed of all random draws")
    kinds: dict[str, float] = Field(
        default_factory=dict, description="mixture of kinds: kind -> weight; empty: all alike"
    )
    personas: str = Field("", description="file of personas, one per line; empty: the bundled ones")

    endpoint: str = Field(
        "",
        description="base URL of an OpenAI-compatible service, mostly ending in /v1; "
        f"empty: from the environment, {ENDPOINT_VARIABLE}",
    )
    key_variable: str = Field(
        "OPENAI_API_KEY",
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
        description="name of the environment variable that holds the key",
    )
    model: str = Field("", max_length=200, description="name of the model at the endpoint")
    local_model: str = Field(
        "", description="folder or hub name of a transformers model; no endpoint is asked then"
    )

    temperature: float = Field(0.8, ge=0, le=2, description="0: always the likeliest word")
    max_tokens: int = Field(2000, ge=64, le=65536, description="longest answer, in tokens")
    json_mode: bool = Field(
        True, description="ask for JSON by response_format, as long as the endpoint accepts it"
    )

    concurrency: int = Field(8, ge=1, le=256, description="requests in work at a time")
    requests_per_minute: float | None = Field(None, gt=0, description="at most so many; null: any")
    timeout_s: float = Field(120, gt=0, le=3600, description="longest wait for one answer")
    retries: int = Field(4, ge=0, le=20, description="how often a failed request is sent again")
    backoff_s: float = Field(
        1.0, gt=0, le=60, description="wait before the first retry; doubled for each further one"
    )
    give_up_after: int = Field(
        10, ge=1, description="stop after so many requests in a row without any answer"
    )
    max_answer_bytes: int = Field(1 << 20, ge=1024, le=1 << 26, description="larger is refused")

    max_cost: float | None = Field(
        None, ge=0, description="stop before the whole corpus costs more; needs both prices"
    )
    input_price: float | None = Field(None, ge=0, description="price of a million input tokens")
    output_price: float | None = Field(None, ge=0, description="price of a million output tokens")

    @field_validator("kinds")
    @classmethod
    def _check_kinds(cls, value: dict[str, float]) -> dict[str, float]:
        for name, weight in value.items():
            if name not in KINDS:
                raise ValueError(f"there is no kind {name!r}; there are {', '.join(KINDS)}")
            if weight < 0:
                raise ValueError("weights are not negative")
        if value and not sum(value.values()) > 0:
            raise ValueError("at least one weight is above zero")
        return value

    @field_validator("endpoint")
    @classmethod
    def _check_endpoint(cls, value: str) -> str:
        if value:
            _check_url(value)
        return value.rstrip("/")

    @model_validator(mode="after")
    def _fits_together(self) -> WriteSettings:
        if bool(self.model) == bool(self.local_model):
            raise ValueError("set either model (at an endpoint) or local_model (transformers)")
        if self.max_cost is not None and (self.input_price is None or self.output_price is None):
            raise ValueError("max_cost needs input_price and output_price, per million tokens")
        return self

    @property
    def kind_weights(self) -> dict[str, float]:
        """The kinds that may be asked for, with weights above zero, in the order of `KINDS`."""
        wanted = self.kinds or dict.fromkeys(KINDS, 1.0)
        return {name: wanted[name] for name in KINDS if wanted.get(name, 0) > 0}


def parse_settings(options: Mapping[str, Any]) -> WriteSettings:
    """Return checked settings; those that are null have their defaults.

    Raises:
        ConfigError: one line per fault, with near names.
    """
    given = {name: value for name, value in options.items() if value is not None}
    try:
        return WriteSettings.model_validate(given)
    except ValidationError as error:
        raise ConfigError(explain(error, WriteSettings, "settings")) from None


def find_endpoint(settings: WriteSettings) -> str:
    """Return the base URL of the endpoint, without a slash at its end.

    Raises:
        ConfigError: none is set, or it is no URL of a service.
    """
    url = settings.endpoint or os.environ.get(ENDPOINT_VARIABLE, "").rstrip("/")
    if not url:
        raise ConfigError(
            f"no endpoint is set: use --set endpoint=https://…/v1 or {ENDPOINT_VARIABLE} "
            "(or --set local_model=FOLDER for a model on this machine)"
        )
    try:
        _check_url(url)
    except ValueError as error:
        raise ConfigError(f"{ENDPOINT_VARIABLE}: {error}") from None
    return url


def find_key(settings: WriteSettings) -> str:
    """Return the key from the environment, "" where there is none.

    Raises:
        ConfigError: it cannot be one. The message does not show it.
    """
    key = os.environ.get(settings.key_variable, "").strip()
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise ConfigError(f"{settings.key_variable} holds characters that no key has")
    return key


def is_exposed(url: str, key: str) -> bool:
    """Say whether a key would leave this machine unencrypted."""
    parts = urlsplit(url)
    return bool(key) and parts.scheme == "http" and parts.hostname not in LOCAL_HOSTS


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("an endpoint is a URL such as https://host/v1")
    if parts.username or parts.password or parts.query or parts.fragment:
        # These are logged and stored with URLs everywhere; a key does not belong there.
        raise ValueError("an endpoint has no user, password or query; the key is an environment "
                         "variable of its own")  # fmt: skip
