from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from domain.identity.api_client import ClientAuthMethod
from tests.web.oauth.authorization import ASSERTION_TYPE, URL, Authorization, a_key_pair, hmac_signed

if TYPE_CHECKING:
    import httpx2

    from domain.identity.create_api_client import CreatedApiClient

KEY = a_key_pair()


async def signing_client(server: Authorization, *keys: Any) -> CreatedApiClient:
    jwks = {"keys": [key.as_dict(private=False) for key in keys or (KEY,)]}
    return await server.a_client(auth_method=ClientAuthMethod.PRIVATE_KEY_JWT, jwks=jwks)


def assertion_of(
    server: Authorization,
    created: CreatedApiClient,
    key: Any = KEY,
    header: dict[str, Any] | None = None,
    **changes: Any,
) -> str:
    now = int(server.house.clock.now().timestamp())
    claims = {
        "iss": created.client.client_id,
        "sub": created.client.client_id,
        "aud": URL,
        "exp": now + 60,
        "iat": now,
        "jti": "first",
    } | changes
    claims = {name: value for name, value in claims.items() if value is not None}
    whole = {"alg": "ES256"} | (header or {})
    return jwt.encode(cast("Any", whole), claims, key, algorithms=[whole["alg"]])


async def ask(server: Authorization, assertion: str, path: str = "/oauth/token", **form: str) -> httpx2.Response:
    data = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion,
    }
    return await server.http.post(path, data=data | form)


@pytest.mark.parametrize("aud", [URL, f"{URL}/oauth/token", [URL, "https://other.example.com"]])
async def test_an_assertion_is_good_once(server: Authorization, aud: str) -> None:
    created = await signing_client(server)
    assertion = assertion_of(server, created, aud=aud)
    first = await ask(server, assertion)
    assert first.status_code == 200, first.text
    replayed = await ask(server, assertion)
    assert (replayed.status_code, replayed.json()["error"]) == (401, "invalid_client")
    assert len(await server.house.rows("SELECT FROM access_tokens")) == 1
    assert (await ask(server, assertion_of(server, created, jti="second"))).status_code == 200


async def test_the_same_jti_of_another_client_is_another(server: Authorization) -> None:
    for _ in range(2):
        created = await signing_client(server)
        assert (await ask(server, assertion_of(server, created))).status_code == 200


async def test_an_assertion_used_elsewhere_is_used(server: Authorization) -> None:
    created = await signing_client(server)
    assertion = assertion_of(server, created)
    assert (await ask(server, assertion, "/oauth/introspect", token="x")).status_code == 200
    for path in ("/oauth/introspect", "/oauth/revoke", "/oauth/token"):
        assert (await ask(server, assertion, path, token="x")).status_code == 401


@pytest.mark.parametrize(
    ("key", "alg"),
    [
        (RSAKey.generate_key(2048, {"kid": "rsa"}), "RS256"),
        (RSAKey.generate_key(2048, {"kid": "rsa"}), "PS256"),
        (OKPKey.generate_key("Ed25519", {"kid": "ed"}), "EdDSA"),
        (ECKey.generate_key("P-256"), "ES256"),
    ],
)
async def test_every_algorithm_that_the_metadata_names(server: Authorization, key: Any, alg: str) -> None:
    created = await signing_client(server, key)
    response = await ask(server, assertion_of(server, created, key, {"alg": alg}))
    assert response.status_code == 200, response.text


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "someone-else"},
        {"sub": "cli_01h455vb4pex5vsknk084sn02q"},
        {"sub": None},
        {"sub": 5},
        {"aud": "https://other.example.com"},
        {"aud": None},
        {"aud": 7},
        {"aud": [None, {}]},
        {"exp": None},
        {"exp": 1},
        {"exp": "soon"},
        {"exp": True},
        {"exp": 10**30},
        {"nbf": 4_000_000_000},
        {"iat": 4_000_000_000},
        {"jti": None},
        {"jti": ""},
        {"jti": ["x"]},
        {"jti": "x" * 256},
    ],
)
async def test_wrong_claims(server: Authorization, changes: dict[str, Any]) -> None:
    created = await signing_client(server)
    response = await ask(server, assertion_of(server, created, **changes))
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")


async def test_an_assertion_may_not_last_for_years(server: Authorization) -> None:
    created = await signing_client(server)
    now = int(server.house.clock.now().timestamp())
    assert (await ask(server, assertion_of(server, created, exp=now + 86_400))).status_code == 401


async def test_wrong_signatures(server: Authorization) -> None:
    created = await signing_client(server)
    good = assertion_of(server, created)
    unsigned = f"eyJhbGciOiJub25lIn0.{good.split('.')[1]}."
    for assertion in (
        assertion_of(server, created, ECKey.generate_key("P-256", {"kid": "mine"})),
        hmac_signed({"alg": "HS256", "kid": "mine"}, json.loads(jws.extract_compact(good.encode()).payload), KEY),
        assertion_of(server, created, header={"typ": "at+jwt"}),
        unsigned,
        good[:-4],
        good + "A" * 9000,
        "x",
        "a.b.c",
        "\u00e9.\u00e9.\u00e9",
    ):
        response = await ask(server, assertion)
        assert (response.status_code, response.json()["error"]) == (401, "invalid_client"), assertion


async def test_an_assertion_is_no_way_in_for_a_client_with_a_secret(server: Authorization) -> None:
    created = await server.a_client()
    assert (await ask(server, assertion_of(server, created))).status_code == 401


async def test_another_type_of_assertion(server: Authorization) -> None:
    created = await signing_client(server)
    response = await ask(server, assertion_of(server, created), client_assertion_type="urn:saml")
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


async def test_weak_and_broken_keys_sign_nothing(server: Authorization) -> None:
    weak = RSAKey.generate_key(1024, {"kid": "weak"})
    created = await signing_client(server, weak)
    assert (await ask(server, assertion_of(server, created, weak, {"alg": "RS256"}))).status_code == 401
    broken = {"keys": [{"kty": "EC", "crv": "P-256", "x": "eA", "y": "eQ"}]}
    unusable = await server.a_client(auth_method=ClientAuthMethod.PRIVATE_KEY_JWT, jwks=broken)
    assert (await ask(server, assertion_of(server, unusable))).status_code == 401
