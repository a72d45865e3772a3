"""Actors of every kind."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from domain.identity.actor import Actor, ActorKind, Realm
from domain.identity.permission import MERCHANT_ROLES, STAFF_ROLES, MerchantRole, Permission, StaffRole

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.merchants.merchant import Merchant


def an_actor(
    *merchants: Merchant | UUID,
    role: MerchantRole = MerchantRole.OWNER,
    permissions: Iterable[Permission] | None = None,
) -> Actor:
    """A person of these merchants, with a role's permissions or just the ones given."""
    granted = MERCHANT_ROLES[role] if permissions is None else frozenset(permissions)
    ids = [merchant if isinstance(merchant, UUID) else merchant.id for merchant in merchants]
    return Actor(
        kind=ActorKind.USER,
        id=uuid4(),
        name="Ada Lovelace",
        realm=Realm.MERCHANT,
        grants=dict.fromkeys(ids, granted),
        roles=dict.fromkeys(ids, role) if permissions is None else {},
        address="192.0.2.7",
    )


def a_staff_actor(role: StaffRole = StaffRole.ADMIN) -> Actor:
    """A person of the payments company."""
    return Actor(
        kind=ActorKind.USER,
        id=uuid4(),
        name="Grace Hopper",
        realm=Realm.STAFF,
        everywhere=STAFF_ROLES[role],
        roles_everywhere=frozenset({role}),
    )
