"""What the demo tells people and programs to sign in with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import asyncpg

from adapters.postgres.identity.rows import client_of
from app.demo.identity_provider.config import IdentityProviderConfig
from app.demo.layout import DemoLayout
from app.demo.ports import DemoPorts
from app.demo.secret_file import kept_secrets
from app.demo.seed.credentials import credentials
from domain.identity.permission import CLIENT_SCOPES, MerchantRole, StaffRole
from domain.kernel.ids import Prefix, parse_id
from tests.app.demo.seed.conftest import fill

if TYPE_CHECKING:
    from pathlib import Path


def test_they_are_made_once_for_a_directory_and_differ_between_two(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    first = credentials(here)
    assert credentials(here) == first
    secrets = {one["client_secret"] for one in first["clients"]} | {one["password"] for one in first["users"]}
    assert len(secrets) == len(first["clients"]) + len(first["users"])
    other = credentials(there)
    assert secrets.isdisjoint(one["client_secret"] for one in other["clients"])
    assert [one["client_id"] for one in other["clients"]] == [one["client_id"] for one in first["clients"]]


def test_every_role_and_scope_is_among_them(tmp_path: Path) -> None:
    known = credentials(tmp_path)
    assert {user["role"] for user in known["users"] if user["realm"] == "STAFF"} == set(StaffRole)
    merchants = {user["merchant_id"] for user in known["users"] if user["realm"] == "MERCHANT"}
    assert len(merchants) == 2
    for merchant in merchants:
        roles = {user["role"] for user in known["users"] if user["merchant_id"] == merchant}
        assert roles >= {MerchantRole.OWNER, MerchantRole.OPERATOR, MerchantRole.FINANCE, MerchantRole.VIEWER}
    assert [set(client["scopes"]) == CLIENT_SCOPES for client in known["clients"]] == [True] * 6 + [False]
    assert not any(scope.endswith(":write") for scope in known["clients"][-1]["scopes"])
    assert all(user["merchant_id"] is None for user in known["users"] if user["realm"] == "STAFF")


def test_the_identity_provider_takes_the_users(tmp_path: Path) -> None:
    layout = DemoLayout(
        data=tmp_path,
        ports=DemoPorts(web=8000, identity_provider=8001, simulator=8002),
        secrets=kept_secrets(tmp_path / "secrets.json"),
    )
    users = credentials(tmp_path)["users"]
    config = IdentityProviderConfig.model_validate_json(json.dumps(layout.provider_config(users)))
    found = config.user_with_email(users[0]["email"])
    assert found is not None
    assert (found.password, found.name) == (users[0]["password"], "Ada Marlow")


async def test_the_database_knows_the_clients_by_these_secrets(database_url: str, tmp_path: Path) -> None:
    await fill(database_url, tmp_path, empty=True)
    connection = await asyncpg.connect(database_url)
    try:
        stored = {client.id: client for client in map(client_of, await connection.fetch("SELECT * FROM api_clients"))}
    finally:
        await connection.close()
    told = credentials(tmp_path)["clients"]
    assert len(told) == len(stored)
    for client in told:
        kept = stored[parse_id(Prefix.CLIENT, client["client_id"])]
        assert kept.knows(client["client_secret"])
        assert not kept.knows(client["client_secret"] + "x")
        assert kept.merchant_id == parse_id(Prefix.MERCHANT, client["merchant_id"])
        assert kept.scopes == set(client["scopes"])
