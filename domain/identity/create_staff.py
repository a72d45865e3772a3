"""Invite a person to the payments company's staff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.actor import Realm
from domain.identity.email import normal_email
from domain.identity.errors import AlreadyInvited
from domain.identity.invitation import LIFETIME, Invitation, InvitationStatus
from domain.identity.permission import Permission
from domain.kernel.errors import Forbidden
from domain.kernel.ids import new_uuid
from domain.kernel.unit import in_unit

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from domain.identity.permission import StaffRole
    from domain.identity.ports import PeoplePorts, PeopleUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateStaff:
    """Whom, and as what."""

    email: str
    role: StaffRole


async def create_staff(ports: PeoplePorts, actor: Actor, command: CreateStaff) -> Invitation:
    """Keep an invitation that gives the role at the next sign-in with this verified address, whatever the groups say.

    Raises `Forbidden` (team:write everywhere), `Invalid` for an address that is none, `AlreadyInvited`.
    """
    if Permission.TEAM_WRITE not in actor.everywhere:
        raise Forbidden(Permission.TEAM_WRITE)
    email = normal_email(command.email)

    async def work(unit: PeopleUnit) -> Invitation:
        now = ports.clock.now()
        for pending in await unit.invitations.pending(Realm.STAFF, email):
            if pending.open(now):
                message = "An invitation to this address is open; it takes effect at the person's next sign-in."
                raise AlreadyInvited(message)
            await unit.invitations.save(pending.expire())
        invitation = Invitation(
            id=new_uuid(now),
            merchant_id=None,
            email=email,
            role=command.role,
            status=InvitationStatus.PENDING,
            created_at=now,
            expires_at=now + LIFETIME,
        )
        await unit.invitations.add(invitation)
        await unit.audit.record(
            actor=actor,
            action="staff.invited",
            subject_type="invitation",
            subject_id=invitation.id,
            merchant_id=None,
            data={"email": email, "role": command.role.value},
        )
        await unit.commit()
        return invitation

    return await in_unit(ports.units, actor, "identity.create_staff", work)
