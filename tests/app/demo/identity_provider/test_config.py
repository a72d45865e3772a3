"""The configuration file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from app.demo.identity_provider.config import load_config

if TYPE_CHECKING:
    from pathlib import Path


def document() -> dict[str, Any]:
    """A small valid file."""
    return {
        "issuer": "http://localhost:8001",
        "clients": [
            {
                "client_id": "staff",
                "client_secret": "s",
                "redirect_uris": ["http://localhost:8000/a", "http://b.test/c"],
            }
        ],
        "users": [{"sub": "1", "email": "a@b.test", "name": "A", "password": "p", "realm": "staff"}],
    }


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "provider.json"
    path.write_text(json.dumps(document()))
    config = load_config(path)
    client = config.client("staff")
    assert client is not None
    assert client.origins == ("http://b.test", "http://localhost:8000")
    assert client.backchannel_logout_uri is None
    assert config.client("other") is None
    user = config.user_with_email(" A@B.test ")
    assert user is not None
    assert user.groups == ()
    assert config.user_with_email("") is None


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("issuer",), "http://paydesk.example"),
        (("issuer",), "http://localhost:8001/"),
        (("issuer",), "https://x.example?a=b"),
        (("clients", 0, "redirect_uris"), []),
        (("clients", 0, "redirect_uris"), ["javascript:alert(1)"]),
        (("clients", 0, "redirect_uris"), ["http://a.test/#fragment"]),
        (("clients", 0, "redirect_uris"), ["http://a.test; script-src *"]),
        (("clients", 0, "client_secret"), ""),
        (("clients", 0, "colour"), "blue"),
        (("users", 0, "realm"), "merchants"),
        (("users", 0, "password"), ""),
        (("users",), [document()["users"][0], document()["users"][0]]),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, where: tuple[str | int, ...], value: object) -> None:
    content: Any = document()
    target = content
    for step in where[:-1]:
        target = target[step]
    target[where[-1]] = value
    path = tmp_path / "provider.json"
    path.write_text(json.dumps(content))
    with pytest.raises(ValidationError):
        load_config(path)
