"""Who somebody is, in the graph."""

from datetime import datetime

import strawberry

from api.context import Reading
from api.describing import attribute
from api.fields import batched
from api.found import in_order
from api.identity.enums import MerchantRole, Permission, Realm, StaffRole
from api.merchants.types import Merchant, merchant
from api.node import Node
from domain.identity import api_client as clients
from domain.identity import membership as memberships
from domain.identity import permission as rules
from domain.identity import user as users
from domain.kernel.ids import Prefix, format_id


@strawberry.type(description="A person who can sign in.")
class User(Node):
    """Of either realm."""

    realm: Realm = attribute("Where the person belongs.")
    email: str | None = attribute("The e-mail address that the identity provider has verified.")
    name: str = attribute("The name.")
    staff_roles: list[StaffRole] = attribute("What the person is at the payments company.")
    created_at: datetime = attribute("Since when the person is known.")
    last_sign_in_at: datetime | None = attribute("When the person last signed in.")


def user(entity: users.User) -> User:
    """A person as the graph shows it."""
    return User(
        id=strawberry.ID(format_id(Prefix.USER, entity.id)),
        realm=entity.realm,
        email=entity.email,
        name=entity.name,
        staff_roles=sorted(entity.roles),
        created_at=entity.created_at,
        last_sign_in_at=entity.last_sign_in_at,
    )


@strawberry.type(description="A machine that calls the API with credentials of its own.")
class ApiClient(Node):
    """An OAuth2 client."""

    name: str = attribute("The name.")
    merchant_id: strawberry.ID | None = attribute("The merchant that it acts for; none for the platform's own.")
    scopes: list[Permission] = attribute("What it may do.")
    created_at: datetime = attribute("When it was created.")


def api_client(entity: clients.ApiClient) -> ApiClient:
    """A client as the graph shows it."""
    merchant_id = entity.merchant_id
    return ApiClient(
        id=strawberry.ID(format_id(Prefix.CLIENT, entity.id)),
        name=entity.name,
        merchant_id=None if merchant_id is None else strawberry.ID(format_id(Prefix.MERCHANT, merchant_id)),
        scopes=sorted(entity.scopes),
        created_at=entity.created_at,
    )


async def _merchants(rows: list["Membership"], reading: Reading) -> list[Merchant]:
    found = await reading.reads.merchants.merchants(reading.scope, {row.entity.merchant_id for row in rows})
    return in_order(found, (row.entity.merchant_id for row in rows), merchant, "The merchant")


@strawberry.type(description="What a person is at one merchant.")
class Membership:
    """A role at a merchant."""

    entity: strawberry.Private[memberships.Membership]
    id: strawberry.ID = attribute("The membership's id.")
    role: MerchantRole = attribute("The role.")
    permissions: list[Permission] = attribute("What the role may do.")
    created_at: datetime = attribute("Since when.")
    merchant: Merchant = batched(rules.Permission.MERCHANTS_READ, "The merchant.")(_merchants)


def membership(entity: memberships.Membership) -> Membership:
    """A membership as the graph shows it."""
    return Membership(
        entity=entity,
        id=strawberry.ID(format_id(Prefix.MEMBERSHIP, entity.id)),
        role=entity.role,
        permissions=sorted(rules.MERCHANT_ROLES[entity.role]),
        created_at=entity.created_at,
    )


@strawberry.type(description="Whoever asks.")
class Viewer:
    """A person or a machine."""

    user: User | None = attribute("The person, when one is signed in.")
    client: ApiClient | None = attribute("The machine, when one calls.")
    realm: Realm = attribute("Where the viewer belongs.")
    memberships: list[Membership] = attribute("What the person is at which merchants.")
    permissions: list[Permission] = attribute("All that the viewer may do somewhere.")
