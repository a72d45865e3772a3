from __future__ import annotations

from typing import Any

import pytest

from domain.identity.api_client import ClientAuthMethod, require_public_keys
from domain.identity.permission import Permission
from domain.kernel.errors import Invalid
from domain.kernel.machine import TransitionNotAllowed
from tests.domain.identity.people import SECRET, a_client

PUBLIC = {"kty": "EC", "crv": "P-256", "x": "eA", "y": "eQ"}


def test_it_knows_its_secret_and_no_other() -> None:
    client = a_client()
    assert client.knows(SECRET)
    assert not client.knows(SECRET + "x")
    assert client.client_id.startswith("cli_")


def test_disabling_is_for_good() -> None:
    disabled = a_client().disable()
    assert not disabled.active
    with pytest.raises(TransitionNotAllowed):
        disabled.disable()


@pytest.mark.parametrize("scopes", [frozenset[Permission](), frozenset({Permission.TEAM_WRITE})])
def test_scopes_that_no_client_has(scopes: frozenset[Permission]) -> None:
    with pytest.raises(Invalid) as refused:
        a_client(scopes=scopes)
    assert refused.value.path == ("scopes",)


@pytest.mark.parametrize(
    "changes",
    [
        {"secret_hash": None},
        {"jwks": {"keys": [PUBLIC]}},
        {"auth_method": ClientAuthMethod.PRIVATE_KEY_JWT},
        {"auth_method": ClientAuthMethod.PRIVATE_KEY_JWT, "jwks": {"keys": [PUBLIC]}},
    ],
)
def test_credentials_fit_the_method(changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        a_client(**changes)


@pytest.mark.parametrize(
    "jwks",
    [
        {},
        {"keys": []},
        {"keys": "x"},
        {"keys": ["x"]},
        {"keys": [PUBLIC] * 11},
        {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]},
        {"keys": [PUBLIC | {"d": "cHJpdmF0ZQ"}]},
    ],
)
def test_key_sets_that_are_refused(jwks: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        require_public_keys(jwks)


def test_a_signing_client_has_public_keys() -> None:
    client = a_client(auth_method=ClientAuthMethod.PRIVATE_KEY_JWT, secret_hash=None, jwks={"keys": [PUBLIC]})
    assert not client.knows(SECRET)
