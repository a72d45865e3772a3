"""Tokens that look like ours and are not: each differs from a good one in one thing."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from tests.domain.identity.installation import installed
from tests.web.oauth.authorization import AUDIENCE, Authorization, authorization, hmac_signed
from web.bearer import TokenRefused

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from domain.identity.create_api_client import CreatedApiClient


@pytest.fixture
async def server(database_url: str) -> AsyncGenerator[Authorization]:
    async with installed(database_url) as house, authorization(house) as running:
        yield running


async def issued(server: Authorization, created: CreatedApiClient) -> dict[str, Any]:
    """The claims of a token that was really issued, so that nothing but the change can be what is refused."""
    token = await server.token(created)
    return json.loads(jws.extract_compact(token.encode()).payload)


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


async def unsigned(server: Authorization, claims: dict[str, Any]) -> str:
    kid = (await server.keyring.signing_key()).kid
    return f"{part({'alg': 'none', 'typ': 'at+jwt', 'kid': kid})}.{part(claims)}."


async def unsigned_with_a_signature(server: Authorization, claims: dict[str, Any]) -> str:
    return await unsigned(server, claims) + "AAAA"


async def hmac_with_the_public_key(server: Authorization, claims: dict[str, Any]) -> str:
    ours = await server.keyring.signing_key()
    return hmac_signed({"alg": "HS256", "typ": "at+jwt", "kid": ours.kid}, claims, ours)


async def a_foreign_key_under_our_name(server: Authorization, claims: dict[str, Any]) -> str:
    return await server.signed(claims, key=ECKey.generate_key("P-256"))


async def a_foreign_key_under_its_name(server: Authorization, claims: dict[str, Any]) -> str:
    return await server.signed(claims, {"kid": "key_foreign"}, ECKey.generate_key("P-256"))


async def another_curve(server: Authorization, claims: dict[str, Any]) -> str:
    return await server.signed(claims, {"alg": "ES384"}, ECKey.generate_key("P-384"))


async def a_key_in_the_header(server: Authorization, claims: dict[str, Any]) -> str:
    own = ECKey.generate_key("P-256")
    return await server.signed(claims, {"jwk": own.as_dict(private=False)}, own)


async def oversize(server: Authorization, claims: dict[str, Any]) -> str:
    return await server.signed(claims | {"padding": "x" * 9000})


async def changed_after_signing(server: Authorization, claims: dict[str, Any]) -> str:
    header, _, signature = (await server.signed(claims)).split(".")
    return f"{header}.{part(claims | {'scope': 'ledger:read'})}.{signature}"


async def an_id_token(server: Authorization, claims: dict[str, Any]) -> str:
    return await server.signed(claims | {"nonce": "n"}, {"typ": "JWT"})


FORGERIES: list[Callable[[Authorization, dict[str, Any]], Awaitable[str]]] = [
    unsigned,
    unsigned_with_a_signature,
    hmac_with_the_public_key,
    a_foreign_key_under_our_name,
    a_foreign_key_under_its_name,
    another_curve,
    a_key_in_the_header,
    oversize,
    changed_after_signing,
    an_id_token,
]


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
async def test_forged_tokens(
    server: Authorization, forge: Callable[[Authorization, dict[str, Any]], Awaitable[str]]
) -> None:
    claims = await issued(server, await server.a_client())
    with pytest.raises(TokenRefused):
        await server.bearer.authenticate(f"Bearer {await forge(server, claims)}")
    assert await server.bearer.authenticate(f"Bearer {await server.signed(claims)}")


WRONG_CLAIMS: list[dict[str, Any]] = [
    {"iss": "https://other.example.com"},
    {"iss": None},
    {"aud": "https://other.example.com/graphql"},
    {"aud": [AUDIENCE + "/"]},
    {"aud": None},
    {"exp": 1},
    {"exp": None},
    {"exp": "9999999999"},
    {"exp": True},
    {"exp": 10**30},
    {"iat": 9_999_999_999},
    {"iat": None},
    {"nbf": 9_999_999_999},
    {"sub": None},
    {"sub": "cli_01h455vb4pex5vsknk084sn02q"},
    {"client_id": None},
    {"client_id": 5},
    {"sub": "nobody", "client_id": "nobody"},
    {"sub": "cli_01h455vb4pex5vsknk084sn02q", "client_id": "cli_01h455vb4pex5vsknk084sn02q"},
    {"jti": None},
    {"jti": "not-a-uuid"},
    {"jti": "01890a5d-ac96-774b-bcce-b302099a8057"},
    {"scope": None},
    {"scope": ["payments:read"]},
]


@pytest.mark.parametrize("changes", WRONG_CLAIMS, ids=str)
async def test_wrong_claims_under_our_own_signature(server: Authorization, changes: dict[str, Any]) -> None:
    claims = await issued(server, await server.a_client()) | changes
    claims = {name: value for name, value in claims.items() if value is not None}
    with pytest.raises(TokenRefused):
        await server.bearer.authenticate(f"Bearer {await server.signed(claims)}")


@pytest.mark.parametrize("header", [{"typ": None}, {"typ": "JWT"}, {"kid": None}, {"x5u": "https://evil.example.com"}])
async def test_wrong_headers_under_our_own_signature(server: Authorization, header: dict[str, Any]) -> None:
    claims = await issued(server, await server.a_client())
    with pytest.raises(TokenRefused):
        await server.bearer.authenticate(f"Bearer {await server.signed(claims, header)}")


async def test_a_list_of_audiences_with_ours_in_it(server: Authorization) -> None:
    claims = await issued(server, await server.a_client()) | {"aud": ["https://other", AUDIENCE]}
    assert await server.bearer.authenticate(f"Bearer {await server.signed(claims)}")


async def test_a_token_ends_to_the_second(server: Authorization) -> None:
    token = await server.token(await server.a_client())
    server.house.clock.advance(timedelta(seconds=599))
    assert await server.bearer.authenticate(f"Bearer {token}")
    server.house.clock.advance(timedelta(seconds=1))
    with pytest.raises(TokenRefused):
        await server.bearer.authenticate(f"Bearer {token}")
    with pytest.raises(TokenRefused):
        await server.second_process().bearer.authenticate(f"Bearer {token}")


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer x", "Bearer a.b.c", "Bearer a b", "Bearer \u00e9.\u00e9.\u00e9"],
)
async def test_headers_that_hold_no_token(server: Authorization, header: str) -> None:
    with pytest.raises(TokenRefused):
        await server.bearer.authenticate(header)
