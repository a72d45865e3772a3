"""The actor of a request, and the scope of merchants that a permission gives it.

`Actor.scope` is the only place that makes a `Scope`, so a read that takes one has been through a permission check.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.identity.permission import MerchantRole, Permission, StaffRole
from domain.kernel.errors import Forbidden, Invalid, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID


Role = StaffRole | MerchantRole
# No name of one kind is a name of the other: the text alone says which role is meant.
ROLES: dict[str, Role] = {role.value: role for role in (*StaffRole, *MerchantRole)}


class Realm(StrEnum):
    """The two houses: the payments company's staff, and the merchants."""

    STAFF = "STAFF"
    MERCHANT = "MERCHANT"


class ActorKind(StrEnum):
    """What acts: a person, a machine with credentials, or Paydesk's own jobs."""

    USER = "USER"
    CLIENT = "CLIENT"
    SYSTEM = "SYSTEM"


@dataclass(frozen=True, slots=True)
class Scope:
    """The merchants that a statement may touch; `None` means all of them."""

    merchant_ids: frozenset[UUID] | None

    def covers(self, merchant_id: UUID) -> bool:
        """Whether the merchant is within."""
        return self.merchant_ids is None or merchant_id in self.merchant_ids

    def within(self, other: Scope) -> Scope:
        """Only what both cover."""
        return self if other.merchant_ids is None else self.narrow(other.merchant_ids)

    def narrow(self, merchant_ids: Iterable[UUID]) -> Scope:
        """Only those of the given merchants that are within already."""
        return Scope(frozenset(m for m in merchant_ids if self.covers(m)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts and what it may do where.

    `everywhere` holds for all merchants (staff and system); `grants` holds per merchant. `roles_everywhere` and `roles`
    are where a person's permissions come from; machines and the system have none.
    """

    kind: ActorKind
    id: UUID | None
    name: str
    realm: Realm
    everywhere: frozenset[Permission] = frozenset()
    grants: Mapping[UUID, frozenset[Permission]] = field(default_factory=dict)
    roles_everywhere: frozenset[StaffRole] = frozenset()
    roles: Mapping[UUID, MerchantRole] = field(default_factory=dict)
    address: str | None = None

    @property
    def permissions(self) -> frozenset[Permission]:
        """All that the actor may do somewhere."""
        return self.everywhere.union(*self.grants.values())

    def may(self, permission: Permission, merchant_id: UUID) -> bool:
        """Whether the actor has the permission at the merchant."""
        return permission in self.everywhere or permission in self.grants.get(merchant_id, frozenset())

    def holds(self, role: Role, merchant_id: UUID) -> bool:
        """Whether the actor has the role at the merchant: an admin stands in for all staff, an owner for all of it.

        Finance operations stand in for the approver, who may decide nothing that they may not.
        """
        if isinstance(role, StaffRole):
            return not self.roles_everywhere.isdisjoint(_stand_ins(role))
        return self.roles.get(merchant_id) in {role, MerchantRole.OWNER}

    def may_everywhere(self, permission: Permission, scope: Scope) -> bool:
        """Whether the actor has the permission at every merchant of the scope."""
        if permission in self.everywhere:
            return True
        return scope.merchant_ids is not None and all(self.may(permission, m) for m in scope.merchant_ids)

    def require(self, permission: Permission, merchant_id: UUID) -> None:
        """Raise `NotFound` for a merchant that the actor cannot see at all, `Forbidden` for a missing permission."""
        if self.may(permission, merchant_id):
            return
        if self.realm is Realm.MERCHANT and merchant_id not in self.grants:
            what = "The merchant"
            raise NotFound(what)
        raise Forbidden(permission)

    def scope(self, permission: Permission) -> Scope:
        """The merchants at which the actor has the permission; raise `Forbidden` when there is none."""
        if permission in self.everywhere:
            return Scope(None)
        merchants = frozenset(m for m, granted in self.grants.items() if permission in granted)
        if not merchants:
            raise Forbidden(permission)
        return Scope(merchants)

    @property
    def only_merchant(self) -> UUID:
        """The one merchant that the actor acts for; raise `Invalid` when there are several or all."""
        if len(self.grants) != 1:
            raise Invalid(("merchantId",), "You act for several merchants; say which one.")
        return next(iter(self.grants))

    @property
    def visible(self) -> Scope:
        """The merchants that exist for the actor, whatever it may do there: the fence of its transactions."""
        return Scope(None) if self.realm is Realm.STAFF else Scope(frozenset(self.grants))


def _stand_ins(role: StaffRole) -> frozenset[StaffRole]:
    """Who counts as having the role."""
    approver = {StaffRole.FINANCE_OPERATIONS} if role is StaffRole.APPROVER else set[StaffRole]()
    return frozenset({role, StaffRole.ADMIN, *approver})


def system_actor(name: str) -> Actor:
    """Paydesk itself, at work by the clock."""
    return Actor(kind=ActorKind.SYSTEM, id=None, name=name, realm=Realm.STAFF, everywhere=frozenset(Permission))
