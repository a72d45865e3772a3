"""Every check on what a provider answers: each row fails when its check is taken out."""

from __future__ import annotations

import asyncio
import base64
import gzip
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc.jwk import ECKey

from adapters.oidc.errors import Check, CodeRefused, ProviderRefused, ProviderUnavailable
from adapters.oidc.exchange import BoundedTransport
from adapters.oidc.provider import OpenIdProvider, RelyingParty, SignInRequest
from tests.adapters.oidc.forger import CLIENT_ID, CLIENT_SECRET, ISSUER, NOTHING, Forger, at
from tests.adapters.oidc.lies import FAULTS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.oidc.identity import Identity

TRIP = SignInRequest(state="the state", nonce="the nonce", code_verifier="v" * 43)


async def redeem(forger: Forger) -> Identity:
    provider = forger.provider()
    try:
        return await provider.redeem("a code", TRIP)
    finally:
        await provider.aclose()


@pytest.mark.parametrize("name", FAULTS)
async def test_a_lie_is_refused_by_its_own_check(forger: Forger, name: str) -> None:
    fault, check = FAULTS[name]
    fault(forger)

    with pytest.raises(ProviderRefused) as refused:
        await redeem(forger)

    assert refused.value.check is check


async def test_an_honest_provider_is_believed(forger: Forger) -> None:
    identity = await redeem(forger)

    assert (identity.issuer, identity.subject, identity.sid) == (ISSUER, "alice", "their session")
    assert (identity.email, identity.email_verified, identity.name) == ("alice@example.com", True, "Alice")


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": [CLIENT_ID]},
        {"aud": [CLIENT_ID, "someone"], "azp": CLIENT_ID},
        {"azp": CLIENT_ID},
        {"at_hash": NOTHING},
        {"exp": at(-5)},
        {"iat": at(30)},
        {"sid": NOTHING},
    ],
)
async def test_what_the_specification_allows_is_accepted(forger: Forger, claims: dict[str, Any]) -> None:
    forger.claims = claims

    assert (await redeem(forger)).subject == "alice"


async def test_a_key_without_id_serves_a_token_without_id(forger: Forger) -> None:
    forger.header = {"kid": NOTHING}

    assert (await redeem(forger)).subject == "alice"


@pytest.mark.parametrize(
    ("claims", "userinfo", "expected"),
    [
        ({"email_verified": False}, {}, ("alice@example.com", False)),
        ({"email_verified": NOTHING}, {}, ("alice@example.com", False)),
        ({"email_verified": "true"}, {}, ("alice@example.com", False)),
        ({"email_verified": 1}, {}, ("alice@example.com", False)),
        ({"email": NOTHING}, {}, (None, False)),
        ({"email": NOTHING}, {"email_verified": True}, (None, False)),
        ({"email": NOTHING}, {"email": "b@example.com", "email_verified": True}, ("b@example.com", True)),
        ({"email": NOTHING}, {"email": "b@example.com"}, ("b@example.com", False)),
        (
            {"email_verified": NOTHING},
            {"email": "other@example.com", "email_verified": True},
            ("alice@example.com", False),
        ),
        (
            {"email_verified": NOTHING},
            {"email": "alice@example.com", "email_verified": True},
            ("alice@example.com", True),
        ),
        ({}, {"email": "alice@example.com", "email_verified": False}, ("alice@example.com", False)),
    ],
)
async def test_an_address_is_verified_only_by_the_source_that_names_it(
    forger: Forger, claims: dict[str, Any], userinfo: dict[str, Any], expected: tuple[str | None, bool]
) -> None:
    forger.claims = claims
    forger.userinfo = {"sub": "alice", **userinfo}

    identity = await redeem(forger)

    assert (identity.email, identity.email_verified) == expected


@pytest.mark.parametrize(
    ("groups", "expected"), [(["a", "b", 7], {"a", "b"}), ("a", set()), (None, set()), ({"a": 1}, set())]
)
async def test_groups_are_a_list_of_texts(forger: Forger, groups: Any, expected: set[str]) -> None:
    forger.claims = {"groups": groups}

    assert (await redeem(forger)).groups == expected


async def test_a_name_loses_its_control_characters(forger: Forger) -> None:
    forger.claims = {"name": " A\x00l\u202eice\n"}

    assert (await redeem(forger)).name == "Alice"


async def test_an_unknown_key_id_asks_again_but_not_each_time(forger: Forger) -> None:
    seconds = 0.0
    provider = forger.provider(monotonic=lambda: seconds)
    assert (await provider.redeem("a code", TRIP)).subject == "alice"

    fresh = ECKey.generate_key("P-256", {"kid": "two", "use": "sig", "alg": "ES256"})
    forger.published.append(fresh.as_dict(private=False))
    forger.signer, forger.header = fresh, {"kid": "two"}
    for _ in range(5):
        with pytest.raises(ProviderRefused):
            await provider.redeem("a code", TRIP)
    assert forger.requests["jwks"] == 1

    seconds = 31.0
    assert (await provider.redeem("a code", TRIP)).subject == "alice"
    forger.header = {"kid": "three"}
    for _ in range(5):
        with pytest.raises(ProviderRefused):
            await provider.redeem("a code", TRIP)
    assert forger.requests["jwks"] == 2


async def test_a_withdrawn_key_is_not_believed_for_long(forger: Forger) -> None:
    seconds = 0.0
    provider = forger.provider(monotonic=lambda: seconds)
    assert (await provider.redeem("a code", TRIP)).subject == "alice"
    forger.published = [forger.other_key.as_dict(private=False)]

    seconds = 601.0
    with pytest.raises(ProviderRefused) as refused:
        await provider.redeem("a code", TRIP)

    assert refused.value.check is Check.SIGNATURE


@pytest.mark.parametrize(
    ("promised", "issuer", "refused"),
    [
        (True, None, True),
        (True, ISSUER, False),
        (True, "https://evil.example", True),
        (NOTHING, None, False),
        (NOTHING, ISSUER, False),
        (NOTHING, f"{ISSUER}/", True),
        ("true", None, False),
    ],
)
async def test_the_callback_names_the_issuer(forger: Forger, promised: Any, issuer: str | None, refused: bool) -> None:  # noqa: FBT001
    forger.discovery = {"authorization_response_iss_parameter_supported": promised}
    provider = forger.provider()

    if not refused:
        await provider.check_callback(issuer)
        return
    with pytest.raises(ProviderRefused) as error:
        await provider.check_callback(issuer)
    assert error.value.check is Check.CALLBACK_ISSUER


async def test_the_browser_is_sent_with_pkce_state_and_nonce(forger: Forger) -> None:
    url = await forger.provider().authorization_url(TRIP)

    sent = parse_qs(urlsplit(url).query)
    assert url.startswith(f"{ISSUER}/authorize?")
    assert sent["code_challenge_method"] == ["S256"]
    assert sent["code_challenge"] != [TRIP.code_verifier]
    assert (sent["state"], sent["nonce"], sent["response_type"]) == (["the state"], ["the nonce"], ["code"])
    assert sent["scope"] == ["openid email profile"]


async def test_groups_are_asked_for_where_they_have_a_scope(forger: Forger) -> None:
    forger.discovery = {"scopes_supported": ["openid", "groups"]}

    url = await forger.provider().authorization_url(TRIP)

    assert parse_qs(urlsplit(url).query)["scope"] == ["openid email profile groups"]


async def test_the_code_is_redeemed_with_its_verifier_and_our_secret(forger: Forger) -> None:
    await redeem(forger)

    assert forger.forms[0]["code_verifier"] == [TRIP.code_verifier]
    assert "client_secret" not in forger.forms[0]
    assert base64.b64decode(forger.authorizations[0].removeprefix("Basic ")) == f"{CLIENT_ID}:{CLIENT_SECRET}".encode()
    assert forger.authorizations[1] == f"Bearer {forger.access_token}"


async def test_a_provider_that_wants_the_secret_in_the_form_gets_it_there(forger: Forger) -> None:
    forger.discovery = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}

    await redeem(forger)

    assert forger.forms[0]["client_secret"] == [CLIENT_SECRET]
    assert forger.authorizations[0] == ""


async def test_a_used_code_is_the_browsers_fault(forger: Forger) -> None:
    forger.token_status, forger.token_response = 400, {"error": "invalid_grant"}

    with pytest.raises(CodeRefused):
        await redeem(forger)


async def test_a_provider_that_fails_is_unavailable(forger: Forger) -> None:
    forger.token_status, forger.raw_token_body = 503, b"<html>down</html>"

    with pytest.raises(ProviderUnavailable):
        await redeem(forger)


class Dripping(httpx2.AsyncBaseTransport):
    """Sends a byte now and then: no single read takes long, the whole never ends."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        class Body(httpx2.AsyncByteStream):
            async def __aiter__(self) -> AsyncIterator[bytes]:
                while True:
                    await asyncio.sleep(0.01)
                    yield b" "

        return httpx2.Response(200, stream=Body(), request=request)


class Endless(httpx2.AsyncBaseTransport):
    """Sends megabytes."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        class Body(httpx2.AsyncByteStream):
            async def __aiter__(self) -> AsyncIterator[bytes]:
                while True:
                    yield b" " * 65536

        return httpx2.Response(200, stream=Body(), request=request)


@pytest.mark.parametrize(("transport", "said"), [(Dripping(), "no complete answer"), (Endless(), "DecodingError")])
async def test_an_answer_without_end_ends(transport: httpx2.AsyncBaseTransport, said: str) -> None:
    party = RelyingParty(issuer=ISSUER, client_id="c", client_secret="s", redirect_uri="r", deadline_seconds=0.3)

    with pytest.raises(ProviderUnavailable) as error:
        await OpenIdProvider(party, transport=transport).metadata()

    assert said in error.value.detail


async def test_a_redirect_is_not_followed() -> None:
    def elsewhere(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(302, headers={"location": "https://evil.example/"})

    party = RelyingParty(issuer=ISSUER, client_id="c", client_secret="s", redirect_uri="r")

    with pytest.raises(ProviderRefused) as refused:
        await OpenIdProvider(party, transport=httpx2.MockTransport(elsewhere)).metadata()

    assert refused.value.check is Check.DISCOVERY


async def test_a_provider_that_is_down_is_not_asked_by_every_visitor() -> None:
    asked = 0

    def down(_: httpx2.Request) -> httpx2.Response:
        nonlocal asked
        asked += 1
        raise httpx2.ConnectError("refused")

    party = RelyingParty(issuer=ISSUER, client_id="c", client_secret="s", redirect_uri="r")
    provider = OpenIdProvider(party, transport=httpx2.MockTransport(down), monotonic=lambda: 7.0)

    for _ in range(10):
        with pytest.raises(ProviderUnavailable):
            await provider.metadata()

    assert asked == 1


async def test_the_document_before_serves_while_the_provider_is_away(forger: Forger) -> None:
    seconds = 0.0
    provider = forger.provider(monotonic=lambda: seconds)
    before = await provider.metadata()
    forger.app.router.routes.clear()
    forger.app.router.default = _gone

    seconds = 700.0

    assert await provider.metadata() == before


async def _gone(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 503, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def test_the_bound_counts_what_is_sent_and_not_what_is_announced() -> None:
    transport = BoundedTransport(httpx2.MockTransport(lambda _: httpx2.Response(200, content=b"12345")), most_bytes=4)

    async with httpx2.AsyncClient(transport=transport) as client:
        with pytest.raises(httpx2.DecodingError):
            await client.get("https://idp.example/")


async def test_a_compressed_answer_does_not_grow() -> None:
    bomb = gzip.compress(b" " * 10_000_000)
    headers = {"content-encoding": "gzip"}
    transport = BoundedTransport(httpx2.MockTransport(lambda _: httpx2.Response(200, content=bomb, headers=headers)))

    async with httpx2.AsyncClient(transport=transport) as client:
        assert (await client.get("https://idp.example/")).content == bomb
