from __future__ import annotations

import base64
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from joserfc import jwt
from joserfc.jwk import KeySet

from domain.identity.api_client import ClientAuthMethod
from domain.identity.disable_api_client import DisableApiClient, disable_api_client
from domain.identity.permission import CLIENT_SCOPES
from tests.domain.identity.installation import SYSTEM
from tests.web.oauth.authorization import AUDIENCE, URL, Authorization, endpoints_of, http_of

if TYPE_CHECKING:
    import httpx2

    from domain.identity.create_api_client import CreatedApiClient

FORM = {"content-type": "application/x-www-form-urlencoded"}
GRANT = {"grant_type": "client_credentials"}
BY_SECRET = [ClientAuthMethod.SECRET_BASIC, ClientAuthMethod.SECRET_POST]


def error_of(response: httpx2.Response, status: int) -> str:
    assert response.status_code == status, response.text
    assert response.headers["cache-control"] == "no-store"
    return response.json()["error"]


@pytest.mark.parametrize("method", BY_SECRET)
async def test_a_token_as_rfc_9068_wants_it(server: Authorization, method: ClientAuthMethod) -> None:
    created = await server.a_client(auth_method=method)
    response = await server.token_response(created)
    assert response.headers["cache-control"] == "no-store"
    body = response.json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 600)
    assert body["scope"] == "payments:read payments:write"

    keys = KeySet.import_key_set((await server.http.get("/oauth/jwks")).json())
    token = jwt.decode(body["access_token"], keys, algorithms=["ES256"])
    assert token.header == {"alg": "ES256", "typ": "at+jwt", "kid": keys.keys[0].kid}
    now = int(server.house.clock.now().timestamp())
    assert token.claims == {
        "iss": URL,
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + 600,
        "sub": created.client.client_id,
        "client_id": created.client.client_id,
        "jti": token.claims["jti"],
        "scope": "payments:read payments:write",
    }
    actor = await server.bearer.authenticate(f"Bearer {body['access_token']}")
    assert (actor.id, actor.permissions) == (created.client.id, created.client.scopes)


async def test_fewer_scopes_when_asked(server: Authorization) -> None:
    created = await server.a_client()
    token = await server.token(created, scope="payments:read")
    assert (await server.bearer.authenticate(f"Bearer {token}")).permissions == {"payments:read"}


@pytest.mark.parametrize("scope", ["ledger:read", "payments:read nonsense", "openid", " ", "päyments", "a\x00b"])
async def test_scopes_that_the_client_does_not_have(server: Authorization, scope: str) -> None:
    response = await server.token_response(await server.a_client(), scope=scope)
    assert error_of(response, 400) == "invalid_scope"
    assert await server.house.rows("SELECT FROM access_tokens") == []


@pytest.mark.parametrize("method", BY_SECRET)
async def test_a_wrong_secret(server: Authorization, method: ClientAuthMethod) -> None:
    created = await server.a_client(auth_method=method)
    wrong = type(created)(client=created.client, secret="wrong")
    response = await server.token_response(wrong)
    assert error_of(response, 401) == "invalid_client"
    assert response.headers["www-authenticate"].startswith("Basic ")


async def test_a_client_that_does_not_exist_is_answered_as_a_wrong_secret(server: Authorization) -> None:
    created = await server.a_client()
    responses = [
        await server.http.post("/oauth/token", data=GRANT, auth=(client_id, "wrong"))
        for client_id in (created.client.client_id, "cli_01h455vb4pex5vsknk084sn02q", "nobody", "")
    ]
    assert {error_of(response, 401) for response in responses} == {"invalid_client"}
    assert responses[0].text == responses[1].text == responses[2].text


async def test_the_right_secret_in_the_wrong_way(server: Authorization) -> None:
    created = await server.a_client(auth_method=ClientAuthMethod.SECRET_POST)
    assert created.secret is not None
    response = await server.http.post("/oauth/token", data=GRANT, auth=(created.client.client_id, created.secret))
    assert error_of(response, 401) == "invalid_client"


async def test_a_disabled_client(server: Authorization) -> None:
    created = await server.a_client()
    await disable_api_client(server.house, SYSTEM, DisableApiClient(client_id=created.client.id))
    assert error_of(await server.token_response(created), 401) == "invalid_client"


async def test_two_ways_at_once_and_two_clients_at_once(server: Authorization) -> None:
    created, other = await server.a_client(), await server.a_client()
    assert created.secret is not None
    auth = (created.client.client_id, created.secret)
    for extra in ({"client_secret": created.secret}, {"client_assertion": "x"}, {"client_id": other.client.client_id}):
        response = await server.http.post("/oauth/token", data=GRANT | extra, auth=auth)
        assert error_of(response, 400) == "invalid_request"
    same = await server.http.post("/oauth/token", data=GRANT | {"client_id": created.client.client_id}, auth=auth)
    assert same.status_code == 200


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b'{"grant_type":"client_credentials"}', {"content-type": "application/json"}),
        (b"grant_type=client_credentials", {}),
        (b"grant_type=client_credentials&grant_type=client_credentials", FORM),
        (b"grant_type=client_credentials&scope=a&scope=b", FORM),
        (b"grant_type=client_credentials&scope", FORM),
        (b"grant_type=%ff%fe", FORM),
        (b"\xff\xfe=\x00", FORM),
        (b"&".join(b"p%d=1" % number for number in range(100)), FORM),
        (b"", FORM),
        (b"grant_type=", FORM),
        (b"scope=payments:read", FORM),
        (b"--x\r\n", {"content-type": "multipart/form-data; boundary=x"}),
    ],
)
async def test_malformed_requests(server: Authorization, content: bytes, headers: dict[str, str]) -> None:
    created = await server.a_client()
    assert created.secret is not None
    for path in ("/oauth/token", "/oauth/revoke", "/oauth/introspect"):
        response = await server.http.post(
            path, content=content, headers=headers, auth=(created.client.client_id, created.secret)
        )
        assert error_of(response, 400) == "invalid_request"


async def test_parameters_in_the_address_and_bodies_too_large(server: Authorization) -> None:
    in_address = await server.http.post("/oauth/token?grant_type=client_credentials", content=b"a=b", headers=FORM)
    assert error_of(in_address, 400) == "invalid_request"
    large = await server.http.post("/oauth/token", content=b"a=" + b"b" * 40_000, headers=FORM)
    assert error_of(large, 413) == "invalid_request"


@pytest.mark.parametrize("grant", ["password", "authorization_code", "refresh_token", 'x"\\\n\u00e9'])
async def test_other_grants(server: Authorization, grant: str) -> None:
    response = await server.token_response(await server.a_client(), grant_type=grant)
    assert error_of(response, 400) == "unsupported_grant_type"
    assert all(" " <= c <= "~" and c not in '"\\' for c in response.json().get("error_description", ""))


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic " + base64.b64encode(b"\xff\xff").decode(),
        "Bearer x",
        "Basic bm9jb2xvbg==",
    ],
)
async def test_malformed_credentials(server: Authorization, header: str) -> None:
    response = await server.http.post("/oauth/token", data=GRANT, headers={"authorization": header})
    assert error_of(response, 401) == "invalid_client"


async def test_no_credentials(server: Authorization) -> None:
    assert error_of(await server.http.post("/oauth/token", data=GRANT), 401) == "invalid_client"


async def post_about(server: Authorization, path: str, created: CreatedApiClient, **form: str) -> httpx2.Response:
    assert created.secret is not None
    return await server.http.post(path, data=form, auth=(created.client.client_id, created.secret))


async def introspected(server: Authorization, created: CreatedApiClient, token: str) -> dict[str, Any]:
    response = await post_about(server, "/oauth/introspect", created, token=token)
    assert response.status_code == 200, response.text
    return response.json()


async def test_introspection_of_ones_own_token_only(server: Authorization) -> None:
    created, other = await server.a_client(), await server.a_client()
    token = await server.token(created)
    assert (await introspected(server, created, token))["active"] is True
    assert (await introspected(server, created, token))["client_id"] == created.client.client_id
    assert await introspected(server, other, token) == {"active": False}
    for nonsense in ("x", "a.b.c", token[:-4] + "AAAA", "\u00e9"):
        assert await introspected(server, created, nonsense) == {"active": False}
    server.house.clock.advance(timedelta(seconds=600))
    assert await introspected(server, created, token) == {"active": False}


async def test_revocation_of_ones_own_token_only(server: Authorization) -> None:
    created, other = await server.a_client(), await server.a_client()
    token = await server.token(created)
    for nonsense in (token, "nonsense"):
        assert (await post_about(server, "/oauth/revoke", other, token=nonsense)).status_code == 200
    assert (await introspected(server, created, token))["active"] is True
    for _ in range(2):
        assert (await post_about(server, "/oauth/revoke", created, token=token)).status_code == 200
    assert await introspected(server, created, token) == {"active": False}


async def test_what_revocation_and_introspection_refuse(server: Authorization) -> None:
    created = await server.a_client()
    for path in ("/oauth/revoke", "/oauth/introspect"):
        assert error_of(await post_about(server, path, created, token_type_hint="access_token"), 400)
        assert error_of(await server.http.post(path, data={"token": "x"}), 401) == "invalid_client"
        wrong = await server.http.post(path, data={"token": "x"}, auth=(created.client.client_id, "wrong"))
        assert error_of(wrong, 401) == "invalid_client"


async def test_metadata_is_what_rfc_8414_wants(server: Authorization) -> None:
    document = (await server.http.get("/.well-known/oauth-authorization-server")).json()
    AuthorizationServerMetadata(document).validate()
    assert document["issuer"] == URL
    assert document["token_endpoint"] == f"{URL}/oauth/token"
    assert document["scopes_supported"] == sorted(CLIENT_SCOPES)
    for endpoint in ("token", "revocation", "introspection"):
        path = document[f"{endpoint}_endpoint"].removeprefix(URL)
        assert (await server.http.post(path)).status_code == 400
        assert "private_key_jwt" in document[f"{endpoint}_endpoint_auth_methods_supported"]


async def test_the_key_set_has_no_private_part(server: Authorization) -> None:
    response = await server.http.get("/oauth/jwks")
    [key] = response.json()["keys"]
    assert set(key) == {"kty", "crv", "x", "y", "kid", "alg", "use"}
    assert "max-age" in response.headers["cache-control"]


async def test_the_private_key_is_sealed_at_rest(server: Authorization) -> None:
    private = (await server.keyring.signing_key()).as_dict(private=True)["d"]
    [row] = await server.house.rows("SELECT signing_keys::text AS everything FROM signing_keys")
    assert str(private) not in row["everything"]


async def test_limits_say_when_to_come_back(server: Authorization) -> None:
    created = await server.a_client()
    assert created.secret is not None
    auth = (created.client.client_id, created.secret)
    for limits in ({"per_address": 3}, {"per_client": 3}):
        async with http_of(endpoints_of(server, **limits)) as http:
            codes = [(await http.post("/oauth/token", data=GRANT, auth=auth)).status_code for _ in range(3)]
            assert codes == [200] * 3
            refused = await http.post("/oauth/token", data=GRANT, auth=auth)
            assert error_of(refused, 429) == "temporarily_unavailable"
            server.house.clock.advance(timedelta(seconds=int(refused.headers["retry-after"])))
            assert (await http.post("/oauth/token", data=GRANT, auth=auth)).status_code == 200


async def test_wrong_secrets_are_limited_and_never_lock_the_right_one_out(server: Authorization) -> None:
    created = await server.a_client()
    assert created.secret is not None
    right, wrong = ((created.client.client_id, secret) for secret in (created.secret, "wrong"))
    async with http_of(endpoints_of(server, per_client=3)) as http:

        async def ask(path: str, auth: tuple[str, str]) -> int:
            return (await http.post(path, data=GRANT | {"token": "x"}, auth=auth)).status_code

        paths = ["/oauth/token", "/oauth/revoke", "/oauth/introspect"]
        codes = [await ask(path, wrong) for path in paths * 4]
        assert codes == [401] * 10 + [429] * 2
        assert [await ask(path, right) for path in [*paths, "/oauth/token"]] == [200] * 3 + [429]


async def test_a_client_beyond_its_limit_changes_nothing(server: Authorization) -> None:
    created = await server.a_client()
    assert created.secret is not None
    auth = (created.client.client_id, created.secret)
    async with http_of(endpoints_of(server, per_client=1)) as http:
        token = (await http.post("/oauth/token", data=GRANT, auth=auth)).json()["access_token"]
        for path in ("/oauth/token", "/oauth/revoke"):
            assert (await http.post(path, data=GRANT | {"token": token}, auth=auth)).status_code == 429
    assert len(await server.house.rows("SELECT FROM access_tokens")) == 1
    assert (await introspected(server, created, token))["active"] is True
