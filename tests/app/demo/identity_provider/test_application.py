"""The application as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.demo.identity_provider.application import create_identity_provider
from app.demo.identity_provider.environment import NotADemoEnvironmentError
from tests.app.demo.identity_provider.serving import plain_http

if TYPE_CHECKING:
    from app.demo.identity_provider.config import IdentityProviderConfig


@pytest.mark.parametrize("value", ["production", "", "Demo", None])
def test_it_is_only_for_demos_and_tests(
    config: IdentityProviderConfig, monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    if value is None:
        monkeypatch.delenv("PAYDESK_ENVIRONMENT")
    else:
        monkeypatch.setenv("PAYDESK_ENVIRONMENT", value)
    with pytest.raises(NotADemoEnvironmentError, match="PAYDESK_ENVIRONMENT is demo or test"):
        create_identity_provider(config)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/healthz", 200),
        ("GET", "/nowhere", 404),
        ("DELETE", "/authorize", 405),
        ("GET", "/token", 405),
        ("GET", "/authorize", 400),
        ("GET", "/authorize?" + "a=1&" * 60, 400),
        ("GET", "/authorize?client_id=%00&redirect_uri=%FF%FE", 400),
        ("GET", "/sign-in/unknown", 400),
        ("GET", "/sign-in/%FF", 400),
        ("POST", "/sign-in/unknown", 400),
        ("GET", "/consent/unknown", 400),
        ("POST", "/consent/unknown", 400),
        ("POST", "/authorize", 415),
        ("POST", "/logout", 415),
        ("POST", "/logout/confirm", 415),
        ("GET", "/logout?id_token_hint=%FF&state=%00&client_id=%22", 200),
    ],
)
async def test_every_answer_is_meant(provider: str, method: str, path: str, status: int) -> None:
    cookies = {"demo_idp_browser": "x", "demo_idp_session": "y"}
    async with plain_http(cookies=cookies) as http:
        answer = await http.request(method, f"{provider}{path}")
    assert answer.status_code == status
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
