"""A request that a second person decides: what was asked for, by whom, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from domain.approvals.errors import (
    ApproverIsNoPerson,
    ApproverIsRequester,
    ApproverLacksRole,
    CancelerIsNotRequester,
    RequestExpired,
)
from domain.approvals.events import ApprovalEvent, ApprovalEventType
from domain.approvals.party import Party, party_of
from domain.identity.actor import ActorKind
from domain.identity.permission import Permission
from domain.kernel.ids import PLATFORM, new_uuid
from domain.kernel.machine import advance
from domain.kernel.text import clean_text, optional_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from domain.approvals.approval_action import ApprovalAction
    from domain.approvals.proposal import Proposal
    from domain.identity.actor import Actor, Role
    from domain.kernel.events import JsonValue
    from domain.kernel.money import Money

LIFETIME = timedelta(days=7)
# Whoever approves also carries out; a job only takes over what that has surely given up.
FIRST_TRY_SECONDS = 60
_TRY_SECONDS = (60, 300, 900, 3600)


class ApprovalStatus(StrEnum):
    """Whether it was decided, and what became of it then."""

    REQUIRES_REVIEW = "REQUIRES_REVIEW"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


_S = ApprovalStatus
TRANSITIONS: dict[ApprovalStatus, frozenset[ApprovalStatus]] = {
    _S.REQUIRES_REVIEW: frozenset({_S.APPROVED, _S.REJECTED, _S.CANCELED, _S.EXPIRED}),
    _S.APPROVED: frozenset({_S.SUCCEEDED, _S.FAILED}),
    _S.REJECTED: frozenset(),
    _S.CANCELED: frozenset(),
    _S.EXPIRED: frozenset(),
    _S.SUCCEEDED: frozenset(),
    _S.FAILED: frozenset(),
}
_ONCE_APPROVED = frozenset({_S.APPROVED, _S.SUCCEEDED, _S.FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRequest:
    """`role` is who has to approve (None: anybody who may decide), `command` what else is known of what to do.

    `amount` is None for what has none; `merchant_id` is `PLATFORM` for what concerns all merchants.

    `operation_id` is the operation that does it. `reason` is that of a rejection or cancellation, `failure` why what
    was approved could not be done. `tries` and `next_try_at` are for a job, which carries out what was approved and
    not done. `version` counts the events; `events` are those not yet saved.
    """

    id: UUID
    merchant_id: UUID
    action: ApprovalAction
    status: ApprovalStatus
    amount: Money | None = None
    subject_type: str
    subject_id: UUID
    operation_id: UUID
    command: Mapping[str, JsonValue] = field(default_factory=dict)
    role: Role | None = None
    requested_by: Party
    decided_by: Party | None = None
    reason: str | None = None
    failure: str | None = None
    requested_at: datetime
    expires_at: datetime
    decided_at: datetime | None = None
    finished_at: datetime | None = None
    tries: int = 0
    next_try_at: datetime | None = None
    version: int = 0
    events: tuple[ApprovalEvent, ...] = ()

    @property
    def money(self) -> Money:
        """What it is about, of an action that moves money."""
        if self.amount is None:
            message = f"request {self.id} to {self.action} has no amount"
            raise AssertionError(message)
        return self.amount

    @property
    def concerns(self) -> UUID | None:
        """The merchant that it concerns; the platform's own requests concern none."""
        return None if self.merchant_id == PLATFORM else self.merchant_id

    def approve(self, actor: Actor, at: datetime) -> ApprovalRequest:
        """It may be done.

        Raises `NotFound`, `Forbidden`, `TransitionNotAllowed`, `RequestExpired`, `ApproverIsNoPerson`,
        `ApproverIsRequester` and `ApproverLacksRole`.
        """
        status = self._ensure_decidable(actor, _S.APPROVED)
        if at >= self.expires_at:
            raise RequestExpired(self.expires_at)
        if self.role is not None and not actor.holds(self.role, self.merchant_id):
            raise ApproverLacksRole(self.role)
        return self._change(
            status,
            at,
            decided_by=party_of(actor),
            decided_at=at,
            next_try_at=at + timedelta(seconds=FIRST_TRY_SECONDS),
        )

    def reject(self, actor: Actor, at: datetime, reason: str) -> ApprovalRequest:
        """It must not be done, whoever was to approve it.

        Raises `NotFound`, `Forbidden`, `TransitionNotAllowed`, `ApproverIsNoPerson`, `ApproverIsRequester` and
        `Invalid`.
        """
        status = self._ensure_decidable(actor, _S.REJECTED)
        clean_text(reason, ("reason",))
        return self._change(
            status, at, {"reason": reason}, decided_by=party_of(actor), decided_at=at, finished_at=at, reason=reason
        )

    def cancel(self, actor: Actor, at: datetime, reason: str | None = None) -> ApprovalRequest:
        """Who asked for it takes it back, also a program.

        Raises `NotFound`, `Forbidden`, `TransitionNotAllowed`, `CancelerIsNotRequester` and `Invalid`.
        """
        actor.require(Permission.APPROVALS_READ, self.merchant_id)
        status = self._next(_S.CANCELED)
        if not self.requested_by.is_same(actor):
            raise CancelerIsNotRequester(self.requested_by.name)
        optional_text(reason, ("reason",))
        return self._change(
            status, at, {"reason": reason}, decided_by=party_of(actor), decided_at=at, finished_at=at, reason=reason
        )

    def overdue(self, at: datetime) -> bool:
        """Whether nobody has decided it in time."""
        return self.status is _S.REQUIRES_REVIEW and self.expires_at <= at

    def expire(self, at: datetime) -> ApprovalRequest:
        """Nobody decided it in time; raise `TransitionNotAllowed`."""
        return self._change(self._next(_S.EXPIRED), at, finished_at=at)

    def succeed(self, at: datetime) -> ApprovalRequest:
        """It was done; raise `TransitionNotAllowed`."""
        return self._change(self._next(_S.SUCCEEDED), at, finished_at=at, next_try_at=None)

    def fail(self, at: datetime, failure: str) -> ApprovalRequest:
        """It could not be done, for a reason that will not go away; raise `TransitionNotAllowed`."""
        return self._change(
            self._next(_S.FAILED), at, {"failure": failure}, finished_at=at, next_try_at=None, failure=failure
        )

    def tried(self, at: datetime) -> ApprovalRequest:
        """Somebody is about to carry it out: whoever else wants to, waits, each time longer. No event."""
        seconds = _TRY_SECONDS[min(self.tries, len(_TRY_SECONDS) - 1)]
        return replace(self, tries=self.tries + 1, next_try_at=at + timedelta(seconds=seconds))

    def approved_by(self, actor: Actor) -> bool:
        """Whether this actor has approved it, whatever became of it since."""
        return self.status in _ONCE_APPROVED and self.decided_by is not None and self.decided_by.is_same(actor)

    def _ensure_decidable(self, actor: Actor, target: ApprovalStatus) -> ApprovalStatus:
        actor.require(Permission.APPROVALS_DECIDE, self.merchant_id)
        status = self._next(target)
        if actor.kind is not ActorKind.USER:
            raise ApproverIsNoPerson
        if self.requested_by.is_same(actor):
            raise ApproverIsRequester
        return status

    def _next(self, target: ApprovalStatus) -> ApprovalStatus:
        return advance(TRANSITIONS, "request", self.status, target)

    def _change(
        self,
        status: ApprovalStatus,
        at: datetime,
        data: Mapping[str, JsonValue] | None = None,
        **values: Any,  # noqa: ANN401 - the fields of this class
    ) -> ApprovalRequest:
        return replace(
            self,
            **values,
            status=status,
            version=self.version + 1,
            events=(*self.events, ApprovalEvent(type=ApprovalEventType[status.name], occurred_at=at, data=data or {})),
        )


def new_request(proposal: Proposal, role: Role | None, actor: Actor, at: datetime) -> ApprovalRequest:
    """The actor asks for approval, for a week."""
    amount = proposal.amount
    created = ApprovalEvent(
        type=ApprovalEventType.CREATED,
        occurred_at=at,
        data={
            "action": proposal.action.value,
            "amount_minor": amount and amount.minor,
            "currency": amount and amount.currency.code,
            f"{proposal.subject_type}_id": str(proposal.subject_id),
        },
    )
    return ApprovalRequest(
        id=new_uuid(at),
        merchant_id=proposal.merchant_id,
        action=proposal.action,
        status=_S.REQUIRES_REVIEW,
        amount=amount,
        subject_type=proposal.subject_type,
        subject_id=proposal.subject_id,
        operation_id=proposal.operation_id,
        command=proposal.command,
        role=role,
        requested_by=party_of(actor),
        requested_at=at,
        expires_at=at + LIFETIME,
        version=1,
        events=(created,),
    )
