"""Sign in a person for whom a provider has vouched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.acting import actor_of_user
from domain.identity.actor import Realm
from domain.identity.email import normal_email
from domain.identity.errors import Refusal, SignInRefused
from domain.identity.membership import Membership
from domain.identity.permission import MerchantRole, StaffRole
from domain.identity.user import User, UserStatus
from domain.kernel.ids import new_uuid
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from datetime import datetime

    from domain.identity.actor import Actor
    from domain.identity.invitation import Invitation
    from domain.identity.ports import PeoplePorts, PeopleUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPerson:
    """The claims of a validated ID token. `staff_roles` are those of the person's groups (`roles_of_groups`)."""

    realm: Realm
    issuer: str
    subject: str
    email: str | None
    email_verified: bool
    name: str
    staff_roles: frozenset[StaffRole] = frozenset()
    address: str | None = None

    @property
    def trusted_email(self) -> str | None:
        """The address in lower case, if the provider has verified it."""
        return normal_email(self.email) if self.email and self.email_verified else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInPerson:
    """Who came in, and what it may do."""

    user: User
    memberships: list[Membership]
    actor: Actor
    first_time: bool


async def sign_in_person(ports: PeoplePorts, actor: Actor, command: SignInPerson) -> SignedInPerson:
    """Find the person by (iss, sub), else by an open invitation to its verified address, and accept invitations.

    A person is never matched by its address to someone who is linked already. Staff need a role: from their groups,
    anew at each sign-in, or from an invitation. `actor` is the system.

    Raises `SignInRefused` with the reason, `Invalid` for an address that is none, `Contention`.
    """

    async def work(unit: PeopleUnit) -> SignedInPerson:
        now = ports.clock.now()
        # Invitations first: their locks make sign-ins at once of the same new person wait for each other.
        invitations = await _open_invitations(unit, command, now)
        known = await unit.users.by_identity(command.realm, command.issuer, command.subject)
        if known is not None and not known.active:
            raise SignInRefused(Refusal.DISABLED)
        user = await _existing(unit, command, known, invitations)
        first_time = user is None or not user.linked
        fresh = _signed_in(command, user, now)
        for invitation in invitations:
            if isinstance(invitation.role, StaffRole):
                fresh = fresh.grant(invitation.role)
        if command.realm is Realm.STAFF and not fresh.roles:
            raise SignInRefused(Refusal.NO_STAFF_ROLE)
        await (unit.users.add(fresh) if user is None else unit.users.save(fresh))
        memberships = await _accept(unit, fresh, invitations, now)
        if not memberships and command.realm is Realm.MERCHANT:
            raise SignInRefused(Refusal.NOT_INVITED)
        person = actor_of_user(fresh, memberships, command.address)
        await unit.audit.record(
            actor=person,
            action="user.signed_in",
            subject_type="user",
            subject_id=fresh.id,
            merchant_id=None,
            data={"realm": command.realm.value, "issuer": command.issuer, "firstTime": first_time},
        )
        await unit.commit()
        return SignedInPerson(user=fresh, memberships=memberships, actor=person, first_time=first_time)

    return await in_unit(ports.units, actor, "identity.sign_in", work)


async def _open_invitations(unit: PeopleUnit, command: SignInPerson, now: datetime) -> list[Invitation]:
    email = command.trusted_email
    if email is None:
        return []
    return [i for i in await unit.invitations.pending(command.realm, email) if i.open(now)]


async def _existing(
    unit: PeopleUnit, command: SignInPerson, known: User | None, invitations: list[Invitation]
) -> User | None:
    """Whom to sign in: None is a person to be made. Raises `SignInRefused`."""
    if known is not None:
        return known
    merchant = command.realm is Realm.MERCHANT
    email = command.trusted_email
    if email is None and merchant:
        raise SignInRefused(Refusal.EMAIL_NOT_VERIFIED)
    namesake = None if email is None else await unit.users.by_email(command.realm, email)
    if namesake is not None and not namesake.active:
        raise SignInRefused(Refusal.DISABLED)
    # An unlinked person was set up by us and awaits its first sign-in; only an invitation opens that door.
    if namesake is not None and (namesake.linked or not invitations):
        raise SignInRefused(Refusal.EMAIL_TAKEN)
    if merchant and not invitations:
        raise SignInRefused(Refusal.NOT_INVITED)
    return namesake


def _signed_in(command: SignInPerson, user: User | None, now: datetime) -> User:
    email = command.trusted_email
    name = command.name.strip()[:200] or email or "Someone without a name"
    present = user or User(
        id=new_uuid(now), realm=command.realm, email=email, name=name, status=UserStatus.ACTIVE, created_at=now
    )
    roles = command.staff_roles if command.realm is Realm.STAFF else frozenset[StaffRole]()
    return present.link(command.issuer, command.subject).signed_in(now, name=name, email=email, staff_roles=roles)


async def _accept(unit: PeopleUnit, user: User, invitations: list[Invitation], now: datetime) -> list[Membership]:
    for invitation in invitations:
        await unit.invitations.save(invitation.accept())
        if invitation.merchant_id is not None and isinstance(invitation.role, MerchantRole):
            await unit.memberships.put(
                Membership(
                    id=new_uuid(now),
                    merchant_id=invitation.merchant_id,
                    user_id=user.id,
                    role=invitation.role,
                    created_at=now,
                )
            )
        await unit.audit.record(
            actor=actor_of_user(user, ()),
            action="invitation.accepted",
            subject_type="invitation",
            subject_id=invitation.id,
            merchant_id=invitation.merchant_id,
            data={"email": invitation.email, "role": invitation.role.value},
        )
    return await unit.memberships.of_user(user.id)
