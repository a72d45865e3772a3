"""Secrets of webhooks."""

from __future__ import annotations

from base64 import b64encode

import pytest

from app.webhook_secrets import read_webhook_secrets


def secret(size: int) -> str:
    return f"whsec_{b64encode(b'k' * size).decode()}"


def test_reads_one_or_several() -> None:
    assert read_webhook_secrets(secret(32)) == (secret(32),)
    assert read_webhook_secrets(f"{secret(24)}, {secret(64)},") == (secret(24), secret(64))


@pytest.mark.parametrize(
    "text",
    ["", ",", "whsec_", secret(23), secret(65), secret(32)[6:], secret(32) + "!", f"{secret(32)},x", "whsec_é" * 9],
)
def test_refuses_what_is_none_without_repeating_it(text: str) -> None:
    with pytest.raises(ValueError, match="24 to 64 bytes") as refused:
        read_webhook_secrets(text)
    assert len(text) < 7 or text not in str(refused.value)
