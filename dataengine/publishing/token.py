"""The access token: where it comes from, and that no message shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dataengine.errors import ConfigError, ToolMissing
from dataengine.publishing.errors import PublishError

HIDDEN = "[token]"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def read_token(token_file: Path | None) -> str:
    """Return the token of a file or, without one, of HF_TOKEN or the login of `hf auth login`.

    Raises:
        ConfigError: the file cannot be read, or does not hold one word.
        PublishError: there is no token.
    """
    if token_file is None:
        token = _hub().get_token()
        if not token:
            raise PublishError(
                "there is no access token: run `hf auth login`, or set HF_TOKEN, or give "
                "--token-file FILE; it needs the permission to write"
            )
        return str(token)
    try:
        words = token_file.read_text("ascii").split()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no plain text"
        raise ConfigError(f"--token-file {token_file} cannot be read: {reason}") from error
    if len(words) != 1:
        raise ConfigError(f"--token-file {token_file} holds {len(words)} words instead of a token")
    return words[0]


def read_endpoint(endpoint: str) -> str:
    """Return the Hub's address, by default the one that HF_ENDPOINT names.

    Raises:
        ConfigError: it is no address, holds a password, or would send the token in the clear.
    """
    address = (endpoint or str(_hub().constants.ENDPOINT)).rstrip("/")
    try:
        parts = urlsplit(address)
        host, secret = parts.hostname, parts.username or parts.password
    except ValueError as error:
        raise ConfigError("--endpoint is no address") from error
    if secret:
        raise ConfigError("--endpoint must not hold a name or password; use --token-file")
    if parts.scheme not in ("http", "https") or not host:
        raise ConfigError(f"--endpoint {address!r} is no address that begins with https://")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise ConfigError(f"--endpoint {address!r} would send the token in the clear; use https://")
    return address


def without_token(text: str, token: str) -> str:
    """Return a message with the token taken out."""
    return text.replace(token, HIDDEN) if token else text


def _hub() -> Any:
    try:
        import huggingface_hub
        import huggingface_hub.constants
    except ImportError as error:
        raise ToolMissing(
            "publishing needs huggingface_hub: pip install 'dataengine[hub]'"
        ) from error
    return huggingface_hub
