"""How users and clients become actors: the one place where roles and scopes turn into permissions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.identity.actor import Actor, ActorKind, Realm
from domain.identity.permission import MERCHANT_ROLES, STAFF_ROLES, Permission, StaffRole

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.identity.api_client import ApiClient
    from domain.identity.membership import Membership
    from domain.identity.user import User


def actor_of_user(user: User, memberships: Iterable[Membership], address: str | None = None) -> Actor:
    """A person: staff act everywhere by their roles, others at the merchants that they belong to."""
    staff_roles = user.roles if user.realm is Realm.STAFF else frozenset[StaffRole]()
    roles = {} if user.realm is Realm.STAFF else {m.merchant_id: m.role for m in memberships}
    return Actor(
        kind=ActorKind.USER,
        id=user.id,
        name=user.name,
        realm=user.realm,
        everywhere=frozenset[Permission]().union(*(STAFF_ROLES[role] for role in staff_roles)),
        grants={merchant_id: MERCHANT_ROLES[role] for merchant_id, role in roles.items()},
        roles_everywhere=staff_roles,
        roles=roles,
        address=address,
    )


def actor_of_client(client: ApiClient, scopes: frozenset[Permission], address: str | None = None) -> Actor:
    """A machine, with those of the given scopes that the client still has."""
    granted = client.scopes & scopes
    platform = client.merchant_id is None
    return Actor(
        kind=ActorKind.CLIENT,
        id=client.id,
        name=client.name,
        realm=Realm.STAFF if platform else Realm.MERCHANT,
        everywhere=granted if platform else frozenset(),
        grants={} if client.merchant_id is None else {client.merchant_id: granted},
        address=address,
    )
