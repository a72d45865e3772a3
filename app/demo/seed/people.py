"""Who works in the demo: the company's staff, the people of two merchants, and every merchant's machines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from app.demo.seed.identifiers import fixed_uuid
from app.demo.seed.merchants import MERCHANTS, DemoMerchant
from domain.identity.acting import actor_of_client, actor_of_user
from domain.identity.actor import Realm
from domain.identity.api_client import ApiClient, ClientAuthMethod, ClientStatus
from domain.identity.invitation import Invitation, InvitationStatus
from domain.identity.membership import Membership
from domain.identity.permission import CLIENT_SCOPES, MerchantRole, Permission, StaffRole
from domain.identity.secret import digest
from domain.identity.user import User, UserStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.identity.actor import Actor

# Staff have signed in before. The demo lets every user follow to the issuer's port of the day.
_ISSUER = "http://localhost:8001"
_STAFF_SINCE = datetime(2024, 2, 1, 8, tzinfo=UTC)
# A demo that somebody opens again next year should still let everybody in.
_INVITATION_LASTS = timedelta(days=5 * 365)
READ_ONLY = frozenset(
    {
        Permission.PAYMENTS_READ,
        Permission.CUSTOMERS_READ,
        Permission.MERCHANTS_READ,
        Permission.BALANCES_READ,
        Permission.LEDGER_READ,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """Somebody who can sign in; staff has no merchant, and gets its role from the provider's groups."""

    name: str
    email: str
    role: StaffRole | MerchantRole
    merchant: DemoMerchant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoMachine:
    """A merchant's client, and what it may do."""

    merchant: DemoMerchant
    name: str
    scopes: frozenset[Permission]

    def client(self, secret: str) -> ApiClient:
        """The client with its secret's digest."""
        created = self.merchant.merchant.created_at + timedelta(hours=3)
        return ApiClient(
            id=fixed_uuid(f"client {self.merchant.slug} {self.name}", created),
            merchant_id=self.merchant.merchant.id,
            name=self.name,
            scopes=self.scopes,
            auth_method=ClientAuthMethod.SECRET_BASIC,
            status=ClientStatus.ACTIVE,
            created_at=created,
            secret_hash=digest(secret),
        )


_KAFFEEWERK, _HARBOUR = (merchant for merchant in MERCHANTS if merchant.slug in {"kaffeewerk", "harbour"})


def _staff(name: str, role: StaffRole) -> DemoPerson:
    return DemoPerson(name=name, email=f"{_address(name)}@paydesk.example.com", role=role)


def _of(merchant: DemoMerchant, name: str, role: MerchantRole) -> DemoPerson:
    return DemoPerson(name=name, email=f"{_address(name)}@{merchant.slug}.example.org", role=role, merchant=merchant)


def _address(name: str) -> str:
    return name.lower().replace(" ", ".")


PEOPLE: tuple[DemoPerson, ...] = (
    _staff("Ada Marlow", StaffRole.ADMIN),
    _staff("Samir Haddad", StaffRole.SUPPORT),
    _staff("Rosa Lindqvist", StaffRole.RISK_ANALYST),
    _staff("Ines Valdano", StaffRole.RISK_ANALYST),
    _staff("Dario Conti", StaffRole.DISPUTE_ANALYST),
    _staff("Fiona Achterberg", StaffRole.FINANCE_OPERATIONS),
    _staff("Viktor Sandoval", StaffRole.APPROVER),
    _staff("Aiko Tanabe", StaffRole.AUDITOR),
    _of(_KAFFEEWERK, "Lena Brandt", MerchantRole.OWNER),
    _of(_KAFFEEWERK, "Deniz Aydin", MerchantRole.DEVELOPER),
    _of(_KAFFEEWERK, "Jonas Falk", MerchantRole.OPERATOR),
    _of(_KAFFEEWERK, "Marie Koller", MerchantRole.FINANCE),
    _of(_KAFFEEWERK, "Tom Reuter", MerchantRole.VIEWER),
    _of(_HARBOUR, "Harriet Pine", MerchantRole.OWNER),
    _of(_HARBOUR, "Owen Clarke", MerchantRole.OPERATOR),
    _of(_HARBOUR, "Priya Nair", MerchantRole.FINANCE),
    _of(_HARBOUR, "Callum Reid", MerchantRole.VIEWER),
)
MACHINES: tuple[DemoMachine, ...] = (
    *(DemoMachine(merchant=merchant, name="Shop backend", scopes=CLIENT_SCOPES) for merchant in MERCHANTS),
    DemoMachine(merchant=_KAFFEEWERK, name="Reporting", scopes=READ_ONLY),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Machines and people as they are stored.

    Merchants' people are there before their first sign-in, since they have worked for weeks; the invitation lets them
    in.
    """

    clients: tuple[ApiClient, ...]
    users: tuple[User, ...]
    memberships: tuple[Membership, ...]
    invitations: tuple[Invitation, ...]

    def staff(self, role: StaffRole) -> Actor:
        """Who has the role at the company, or the first who has."""
        return self.colleagues(role)[0]

    def colleagues(self, role: StaffRole) -> list[Actor]:
        """Everybody who has the role at the company."""
        return [actor_of_user(user, ()) for user in self.users if role in user.roles]

    def people_of(self, merchant: DemoMerchant, role: MerchantRole) -> list[Actor]:
        """Who has the role at the merchant, if anybody has."""
        mine = {one.user_id: one for one in self.memberships if one.merchant_id == merchant.merchant.id}
        return [
            actor_of_user(user, [mine[user.id]], merchant.address)
            for user in self.users
            if user.id in mine and mine[user.id].role is role
        ]

    def backend_of(self, merchant: DemoMerchant) -> Actor:
        """The merchant's first machine, its shop."""
        client = next(client for client in self.clients if client.merchant_id == merchant.merchant.id)
        return actor_of_client(client, client.scopes, merchant.address)

    def workers_of(self, merchant: DemoMerchant) -> list[Actor]:
        """Who does by hand there what is done by hand: the operators, or the shop where there are none."""
        return self.people_of(merchant, MerchantRole.OPERATOR) or [self.backend_of(merchant)]


def cast(secret_of: Callable[[DemoMachine], str], now: datetime) -> Cast:
    """All of them; `secret_of` knows each machine's secret."""
    joined = [_join(person, person.merchant, now) for person in PEOPLE if person.merchant is not None]
    employed = (_employ(person) for person in PEOPLE if person.merchant is None)
    return Cast(
        clients=tuple(machine.client(secret_of(machine)) for machine in MACHINES),
        users=(*employed, *(user for user, _, _ in joined)),
        memberships=tuple(membership for _, membership, _ in joined),
        invitations=tuple(invitation for _, _, invitation in joined),
    )


def _employ(person: DemoPerson) -> User:
    assert isinstance(person.role, StaffRole), "staff have a staff role"
    return User(
        id=fixed_uuid(f"user {person.email}", _STAFF_SINCE),
        realm=Realm.STAFF,
        email=person.email,
        name=person.name,
        status=UserStatus.ACTIVE,
        created_at=_STAFF_SINCE,
        issuer=_ISSUER,
        subject=f"demo|{person.email}",
        staff_roles=frozenset({person.role}),
        last_sign_in_at=_STAFF_SINCE,
    )


def _join(person: DemoPerson, merchant: DemoMerchant, now: datetime) -> tuple[User, Membership, Invitation]:
    assert isinstance(person.role, MerchantRole), "a merchant's people have a merchant's role"
    since = merchant.merchant.created_at + timedelta(days=1)
    user = User(
        id=fixed_uuid(f"user {person.email}", since),
        realm=Realm.MERCHANT,
        email=person.email,
        name=person.name,
        status=UserStatus.ACTIVE,
        created_at=since,
    )
    membership = Membership(
        id=fixed_uuid(f"membership {person.email}", since),
        merchant_id=merchant.merchant.id,
        user_id=user.id,
        role=person.role,
        created_at=since,
    )
    invitation = Invitation(
        id=fixed_uuid(f"invitation {person.email}", now),
        merchant_id=merchant.merchant.id,
        email=person.email,
        role=person.role,
        status=InvitationStatus.PENDING,
        created_at=now,
        expires_at=now + _INVITATION_LASTS,
    )
    return user, membership, invitation
