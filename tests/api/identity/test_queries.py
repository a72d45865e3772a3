from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.identity.actor import ActorKind, Realm
from domain.identity.permission import MERCHANT_ROLES, MerchantRole, Permission
from domain.kernel.ids import new_uuid
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING

if TYPE_CHECKING:
    from tests.api.graph import Graph

QUERY = """
{ viewer { realm permissions user { name email } client { name scopes }
  memberships { role permissions merchant { name } } } }
"""


async def test_a_person_of_a_merchant(graph: Graph) -> None:
    person = new_uuid(MORNING)
    await graph.database.execute(
        "INSERT INTO users (id, realm, email, name, status, created_at)"
        " VALUES ($1, 'MERCHANT', 'ada@blue.example', 'Ada', 'ACTIVE', now())",
        person,
    )
    await graph.database.execute(
        "INSERT INTO memberships (merchant_id, id, user_id, role, created_at) VALUES ($1, $2, $3, 'VIEWER', now())",
        graph.blue.id,
        new_uuid(MORNING),
        person,
    )
    viewer = replace(an_actor(graph.blue, role=MerchantRole.VIEWER), id=person)
    seen = (await graph.run(QUERY, actor=viewer))["viewer"]
    granted = {permission.name for permission in MERCHANT_ROLES[MerchantRole.VIEWER]}
    assert seen["user"] == {"name": "Ada", "email": "ada@blue.example"}
    assert (seen["realm"], set(seen["permissions"]), seen["client"]) == ("MERCHANT", granted, None)
    (membership,) = seen["memberships"]
    assert (membership["role"], membership["merchant"]) == ("VIEWER", {"name": "Blue Bicycle"})
    assert set(membership["permissions"]) == granted


async def test_a_machine(graph: Graph) -> None:
    document = 'mutation { createApiClient(input: { name: "till", scopes: [PAYMENTS_READ] }) { __typename } }'
    assert (await graph.run(document))["createApiClient"] == {"__typename": "CreateApiClientPayload"}
    id_ = await graph.value("SELECT id FROM api_clients")
    machine = replace(an_actor(graph.blue, permissions={Permission.PAYMENTS_READ}), id=id_, kind=ActorKind.CLIENT)
    seen = (await graph.run(QUERY, actor=machine))["viewer"]
    assert seen == {
        "realm": "MERCHANT",
        "permissions": ["PAYMENTS_READ"],
        "user": None,
        "client": {"name": "till", "scopes": ["PAYMENTS_READ"]},
        "memberships": [],
    }


async def test_staff(graph: Graph) -> None:
    seen = (await graph.run(QUERY, actor=graph.staff))["viewer"]
    assert seen["realm"] == Realm.STAFF
    assert seen["permissions"] == [permission.name for permission in Permission]
