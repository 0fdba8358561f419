"""The token and the Hub's address."""

from __future__ import annotations

from pathlib import Path

import pytest

from dataengine.errors import ConfigError
from dataengine.publishing.errors import PublishError
from dataengine.publishing.token import read_endpoint, read_token, without_token

TOKEN = "hf_abc"


def test_a_file_comes_before_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_other")
    (tmp_path / "token").write_text(f" {TOKEN}\n")
    assert read_token(tmp_path / "token") == TOKEN
    assert read_token(None) == "hf_other"


@pytest.mark.parametrize("content", [b"", b"two words", b"a\nb", b"\xff\xfe"])
def test_a_file_holds_one_word_and_the_error_does_not_show_it(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "token").write_bytes(content)
    with pytest.raises(ConfigError, match="--token-file") as caught:
        read_token(tmp_path / "token")
    assert "two words" not in str(caught.value)
    with pytest.raises(ConfigError, match="No such file"):
        read_token(tmp_path / "none")


def test_no_token_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from huggingface_hub import constants

    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "none"))
    with pytest.raises(PublishError, match="hf auth login"):
        read_token(None)


@pytest.mark.parametrize(
    "address",
    [
        "http://hub.example.org",
        "https://me:secret@hub.example.org",
        "ftp://hub.example.org",
        "hub.example.org",
        "https://",
        "http://[::1",
    ],
)
def test_addresses_that_would_leak_or_are_none_are_refused(address: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_endpoint(address)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("address", ["https://hub.example.org/", "http://127.0.0.1:80"])
def test_other_addresses_are_taken(address: str) -> None:
    assert read_endpoint(address) == address.rstrip("/")


def test_messages_lose_the_token() -> None:
    assert without_token(f"Bearer {TOKEN}!", TOKEN) == "Bearer [token]!"
    assert without_token("nothing", "") == "nothing"
