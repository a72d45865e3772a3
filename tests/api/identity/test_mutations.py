"""The team through the graph: people are invited, machines are made and shut out."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from joserfc.jwk import ECKey

if TYPE_CHECKING:
    from tests.api.graph import Graph

INVITE = """mutation($i: InviteUserInput!) { inviteUser(input: $i) { __typename
    ... on UserError { code path } ... on InviteUserPayload { invitationId email role expiresAt } } }"""
CREATE = """mutation($i: CreateApiClientInput!) { createApiClient(input: $i) { __typename
    ... on UserError { code path message } ... on CreateApiClientPayload { secret client { id name scopes } } } }"""
DISABLE = """mutation($i: DisableApiClientInput!) { disableApiClient(input: $i) { __typename
    ... on UserError { code path } ... on DisableApiClientPayload { client { id } } } }"""


async def test_a_person_is_invited_once(graph: Graph) -> None:
    given = {"email": "Eve@Blue.example", "role": "OPERATOR"}
    invited = (await graph.run(INVITE, {"i": given}))["inviteUser"]
    assert (invited["__typename"], invited["email"], invited["role"]) == (
        "InviteUserPayload",
        "eve@blue.example",
        "OPERATOR",
    )
    assert invited["invitationId"].startswith("inv_")
    again = (await graph.run(INVITE, {"i": given}))["inviteUser"]
    assert (again["__typename"], again["code"]) == ("InvalidState", "INVALID_STATE")
    wrong = (await graph.run(INVITE, {"i": {**given, "email": "nobody"}}))["inviteUser"]
    assert (wrong["code"], wrong["path"]) == ("INVALID_INPUT", ["input", "email"])


async def test_a_machine_with_a_secret(graph: Graph) -> None:
    given = {"name": "till", "scopes": ["PAYMENTS_READ", "PAYMENTS_WRITE"]}
    made = (await graph.run(CREATE, {"i": given}))["createApiClient"]
    assert made["client"]["scopes"] == ["PAYMENTS_READ", "PAYMENTS_WRITE"]
    assert len(made["secret"]) >= 43
    kept = await graph.database.fetchval("SELECT secret_hash FROM api_clients WHERE name = 'till'")
    assert kept == hashlib.sha256(made["secret"].encode()).digest()
    client = {"clientId": made["client"]["id"]}
    assert (await graph.run(DISABLE, {"i": client}))["disableApiClient"]["client"] == {"id": made["client"]["id"]}
    assert (await graph.run(DISABLE, {"i": client}))["disableApiClient"]["code"] == "INVALID_STATE"
    assert (await graph.run(DISABLE, {"i": client}, actor=graph.rival))["disableApiClient"]["code"] == "NOT_FOUND"


async def test_a_machine_with_a_key(graph: Graph) -> None:
    key = ECKey.generate_key("P-256", {"kid": "k1", "alg": "ES256", "use": "sig"})
    given = {"name": "signer", "scopes": ["PAYMENTS_READ"], "authMethod": "PRIVATE_KEY_JWT"}
    public = json.dumps({"keys": [key.as_dict(private=False)]})
    made = (await graph.run(CREATE, {"i": {**given, "jwks": public}}))["createApiClient"]
    assert (made["__typename"], made["secret"]) == ("CreateApiClientPayload", None)
    assert await graph.database.fetchval("SELECT auth_method FROM api_clients WHERE name = 'signer'") == (
        "private_key_jwt"
    )
    private = json.dumps({"keys": [key.as_dict(private=True)]})
    for jwks in (private, "[]", "no json", '{"keys": []}'):
        refused = (await graph.run(CREATE, {"i": {**given, "jwks": jwks}}))["createApiClient"]
        assert (refused["code"], refused["path"]) == ("INVALID_INPUT", ["input", "jwks"])


@pytest.mark.parametrize("given", [{"scopes": ["TEAM_WRITE"]}, {"scopes": []}, {"authMethod": "PRIVATE_KEY_JWT"}])
async def test_a_machine_that_cannot_be(graph: Graph, given: dict[str, Any]) -> None:
    before = await graph.counts()
    answer = (await graph.run(CREATE, {"i": {"name": "till", "scopes": ["PAYMENTS_READ"], **given}}))["createApiClient"]
    assert answer["code"] == "INVALID_INPUT"
    assert await graph.counts() == before
