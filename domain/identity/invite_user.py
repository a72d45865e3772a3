"""Invite a person to a merchant by e-mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.actor import Realm
from domain.identity.email import normal_email
from domain.identity.errors import AlreadyInvited, AlreadyMember
from domain.identity.invitation import LIFETIME, Invitation, InvitationStatus
from domain.identity.permission import Permission
from domain.kernel.ids import new_uuid
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.identity.permission import MerchantRole
    from domain.identity.ports import PeoplePorts, PeopleUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteUser:
    """Whom, where, and as what."""

    merchant_id: UUID
    email: str
    role: MerchantRole


async def invite_user(ports: PeoplePorts, actor: Actor, command: InviteUser) -> Invitation:
    """Keep an invitation that the address's owner accepts by signing in within a week.

    Raises `NotFound` or `Forbidden` (team:write at the merchant), `Invalid` for an address that is none,
    `AlreadyMember`, `AlreadyInvited`.
    """
    actor.require(Permission.TEAM_WRITE, command.merchant_id)
    email = normal_email(command.email)

    async def work(unit: PeopleUnit) -> Invitation:
        now = ports.clock.now()
        user = await unit.users.by_email(Realm.MERCHANT, email)
        if user is not None and user.linked:
            belongs = {m.merchant_id for m in await unit.memberships.of_user(user.id)}
            if command.merchant_id in belongs:
                message = "This person belongs to the merchant already; change the role of the membership instead."
                raise AlreadyMember(message)
        for pending in await unit.invitations.pending(Realm.MERCHANT, email):
            if pending.merchant_id == command.merchant_id:
                if pending.open(now):
                    message = "An invitation to this address is open; wait for it, or revoke it first."
                    raise AlreadyInvited(message)
                await unit.invitations.save(pending.expire())
        invitation = Invitation(
            id=new_uuid(now),
            merchant_id=command.merchant_id,
            email=email,
            role=command.role,
            status=InvitationStatus.PENDING,
            created_at=now,
            expires_at=now + LIFETIME,
        )
        await unit.invitations.add(invitation)
        await unit.audit.record(
            actor=actor,
            action="invitation.created",
            subject_type="invitation",
            subject_id=invitation.id,
            merchant_id=command.merchant_id,
            data={"email": email, "role": command.role.value},
        )
        await unit.commit()
        return invitation

    return await in_unit(ports.units, actor, "identity.invite_user", work)
