"""A payout takes what is available to a merchant to its bank account, once, and with two people's will."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from domain.approvals.errors import ApproverIsNoPerson, ApproverIsRequester
from domain.approvals.party import party_of
from domain.identity.actor import ActorKind
from domain.identity.permission import Permission
from domain.kernel.errors import Invalid
from domain.kernel.ids import Prefix, format_id
from domain.kernel.machine import advance
from domain.kernel.text import clean_text, optional_text
from domain.settlements.payout_attempt import AttemptOutcome, PayoutAttempt
from domain.settlements.payout_errors import (
    NotPaidYet,
    PayoutIsFiled,
    PayoutPaidAlready,
    PayoutReturnedAlready,
)
from domain.settlements.payout_events import PayoutEvent, PayoutEventType

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from domain.approvals.party import Party
    from domain.identity.actor import Actor
    from domain.kernel.events import JsonValue
    from domain.kernel.money import Currency, Money

LONGEST_REASON = 255
LONGEST_MESSAGE = 500
MOST_MINOR = 10**14
_CODE = re.compile(r"[A-Z0-9]{4}")


class PayoutStatus(StrEnum):
    """How far the money has come."""

    AWAITING_APPROVAL = "AWAITING_APPROVAL"
    HELD = "HELD"
    """Nobody can approve it until it is released; its money is still available, and promised to it."""
    APPROVED = "APPROVED"
    """The money is in transit in the ledger, and waits for a payment file."""
    IN_TRANSIT = "IN_TRANSIT"
    """A payment file with it has reached the bank."""
    PAID = "PAID"
    """A bank statement has the debit."""
    REJECTED = "REJECTED"
    CANCELED = "CANCELED"
    FAILED = "FAILED"
    """It never left, and the money is available again."""
    RETURNED = "RETURNED"
    """It left and came back, and is available again."""


_S = PayoutStatus
_E = PayoutEventType
TRANSITIONS: dict[PayoutStatus, frozenset[PayoutStatus]] = {
    _S.AWAITING_APPROVAL: frozenset({_S.APPROVED, _S.REJECTED, _S.CANCELED, _S.HELD}),
    _S.HELD: frozenset({_S.AWAITING_APPROVAL, _S.REJECTED, _S.CANCELED}),
    # Holding takes the approval back: what is held has not moved, and needs a person again.
    _S.APPROVED: frozenset({_S.IN_TRANSIT, _S.CANCELED, _S.FAILED, _S.HELD}),
    _S.IN_TRANSIT: frozenset({_S.PAID, _S.FAILED}),
    _S.PAID: frozenset({_S.RETURNED}),
    _S.REJECTED: frozenset(),
    _S.CANCELED: frozenset(),
    _S.FAILED: frozenset(),
    _S.RETURNED: frozenset(),
}
UNDECIDED = frozenset({_S.AWAITING_APPROVAL, _S.HELD})
"""Their amounts are still available in the ledger, and promised."""
MOVING = frozenset({_S.APPROVED, _S.IN_TRANSIT})
"""Their amounts are in transit in the ledger."""
_ONCE_APPROVED = MOVING | {_S.PAID, _S.FAILED, _S.RETURNED}
_REFUSED = frozenset({_S.REJECTED, _S.CANCELED})
_CLEARED: dict[str, bool | None] = {"approved_by": None, "approved_by_policy": False, "decided_at": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """`amount` is more than zero and at most 10^14 minor units.

    `end_to_end_id` comes back with all that any bank says of it (ISO 20022, Max35Text). `settlement_id` is the newest
    settlement that it pays. `policy_limit_minor` is kept of the policy that approved it at its creation, and
    `policy_sum_minor` what such policies had approved for the account in a day, this included. `reason` is why it was
    created, `decision_reason` why it was rejected or canceled. `failure_code` and `failure_message` are the bank's
    (ExternalReturnReason1Code). `bank_entry_id` is the debit on a statement, `return_entry_id` the credit that brought
    it back. `version` counts the events; `events` and `attempts` are those not yet saved, `attempt_count` counts all
    attempts.
    """

    id: UUID
    merchant_id: UUID
    amount: Money
    status: PayoutStatus
    bank_account_id: UUID
    settlement_id: UUID | None = None
    end_to_end_id: str
    reason: str | None = None
    requested_by: Party
    approved_by: Party | None = None
    approved_by_policy: bool = False
    policy_limit_minor: int | None = None
    policy_sum_minor: int | None = None
    decided_at: datetime | None = None
    decision_reason: str | None = None
    hold_reason: str | None = None
    failure_code: str | None = None
    failure_message: str | None = None
    payment_file_id: UUID | None = None
    execution_on: date | None = None
    bank_entry_id: UUID | None = None
    return_entry_id: UUID | None = None
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None = None
    paid_at: datetime | None = None
    failed_at: datetime | None = None
    returned_at: datetime | None = None
    attempt_count: int = 0
    version: int = 0
    events: tuple[PayoutEvent, ...] = ()
    attempts: tuple[PayoutAttempt, ...] = ()

    def __post_init__(self) -> None:
        if not (self.amount.minor > 0 and self._decided_rightly() and self._went_rightly()):
            message = f"payout {self.id} breaks an invariant"
            raise AssertionError(message)

    @property
    def currency(self) -> Currency:
        """Of its amount."""
        return self.amount.currency

    @property
    def filed(self) -> bool:
        """Whether a payment file has it, so that the bank may know of it."""
        return self.payment_file_id is not None

    def was_approved_by(self, actor: Actor) -> bool:
        """Whether this actor has approved it, whatever became of it since."""
        return self.status in _ONCE_APPROVED and self.approved_by is not None and self.approved_by.is_same(actor)

    def approve(self, actor: Actor, at: datetime) -> Payout:
        """A second person wants it paid.

        Raises `NotFound`, `Forbidden`, `TransitionNotAllowed`, `ApproverIsNoPerson` and `ApproverIsRequester`.
        """
        status = self._ensure_decidable(actor, _S.APPROVED)
        data: dict[str, JsonValue] = {"approved_by": actor.name}
        return self._change(at, _E.APPROVED, data, status=status, approved_by=party_of(actor), decided_at=at)

    def approve_by_policy(self, limit_minor: int, sum_minor: int, at: datetime) -> Payout:
        """The platform's policy wants no person for it, since the sum of a day is within the limit."""
        data: dict[str, JsonValue] = {"policy_limit_minor": limit_minor, "policy_sum_minor": sum_minor}
        values = {"policy_limit_minor": limit_minor, "policy_sum_minor": sum_minor, "decided_at": at}
        return self._change(at, _E.APPROVED, data, status=self._next(_S.APPROVED), approved_by_policy=True, **values)

    def reject(self, actor: Actor, reason: str, at: datetime) -> Payout:
        """A second person does not want it paid.

        Raises `NotFound`, `Forbidden`, `TransitionNotAllowed`, `ApproverIsNoPerson`, `ApproverIsRequester` and
        `Invalid`.
        """
        status = self._ensure_decidable(actor, _S.REJECTED)
        return self._end(status, _E.REJECTED, reason, at)

    def cancel(self, actor: Actor, reason: str, at: datetime) -> Payout:
        """It is not wanted any more; what was approved is available again.

        Raises `NotFound`, `Forbidden`, `PayoutIsFiled`, `TransitionNotAllowed` and `Invalid`.
        """
        actor.require(Permission.PAYOUTS_WRITE, self.merchant_id)
        return self._end(self._stop(_S.CANCELED), _E.CANCELED, reason, at)

    def hold(self, actor: Actor, reason: str, at: datetime) -> Payout:
        """Keep it from going on; an approval is taken back, and its money is available again and promised.

        Raises `NotFound`, `Forbidden`, `PayoutIsFiled`, `TransitionNotAllowed` and `Invalid`.
        """
        actor.require(Permission.PAYOUTS_WRITE, self.merchant_id)
        status = self._stop(_S.HELD)
        clean_text(reason, ("reason",), longest=LONGEST_REASON)
        return self._change(at, _E.HELD, {"reason": reason}, status=status, hold_reason=reason, **_CLEARED)

    def release(self, actor: Actor, at: datetime) -> Payout:
        """Somebody can approve it again; raise `NotFound`, `Forbidden` and `TransitionNotAllowed`."""
        actor.require(Permission.PAYOUTS_WRITE, self.merchant_id)
        return self._change(at, _E.RELEASED, {}, status=self._next(_S.AWAITING_APPROVAL), hold_reason=None)

    def put_in_file(self, file_id: UUID, execution_on: date, at: datetime) -> Payout:
        """A payment file has it from now on, for good. No event: nothing has left yet. Raises `PayoutIsFiled`."""
        if self.filed:
            raise PayoutIsFiled
        self._next(_S.IN_TRANSIT)
        return replace(self, payment_file_id=file_id, execution_on=execution_on, updated_at=at)

    def send(self, file_id: UUID, at: datetime) -> Payout:
        """Its payment file has reached the bank; raise `TransitionNotAllowed`."""
        status = self._next(_S.IN_TRANSIT)
        attempt = self._attempt(AttemptOutcome.DELIVERED, at, payment_file_id=file_id)
        data: dict[str, JsonValue] = {"payment_file_id": str(file_id)}
        return self._change(at, _E.IN_TRANSIT, data, status=status, payment_file_id=file_id, sent_at=at, **attempt)

    def confirm(self, bank_entry_id: UUID, at: datetime) -> Payout:
        """A bank statement has the debit; by the same entry again, nothing changes.

        Raises `PayoutPaidAlready` for another entry, and `TransitionNotAllowed`.
        """
        if self.bank_entry_id is not None:
            if self.bank_entry_id == bank_entry_id:
                return self
            raise PayoutPaidAlready(self.bank_entry_id)
        status = self._next(_S.PAID)
        attempt = self._attempt(AttemptOutcome.PAID, at, bank_entry_id=bank_entry_id)
        data: dict[str, JsonValue] = {"bank_entry_id": str(bank_entry_id)}
        return self._change(at, _E.PAID, data, status=status, bank_entry_id=bank_entry_id, paid_at=at, **attempt)

    def fail(self, code: str, message: str | None, at: datetime) -> Payout:
        """It will not leave; said again for the same reason, nothing changes.

        Raises `Invalid` for a code that has not the form of ISO 20022's, and `TransitionNotAllowed`.
        """
        if self.status is _S.FAILED and self.failure_code == code:
            return self
        values = _failure(code, message)
        status = self._next(_S.FAILED)
        attempt = self._attempt(AttemptOutcome.FAILED, at, code=code, detail=values["failure_message"])
        data: dict[str, JsonValue] = {"code": code, "message": values["failure_message"]}
        return self._change(at, _E.FAILED, data, status=status, failed_at=at, **values, **attempt)

    def return_(self, code: str, message: str | None, bank_entry_id: UUID, at: datetime) -> Payout:
        """It came back; by the same entry again, nothing changes.

        Raises `PayoutReturnedAlready` for another entry, `NotPaidYet`, `Invalid` and `TransitionNotAllowed`.
        """
        if self.return_entry_id is not None:
            if self.return_entry_id == bank_entry_id:
                return self
            raise PayoutReturnedAlready(self.return_entry_id)
        if self.status in MOVING:
            raise NotPaidYet
        values = _failure(code, message)
        status = self._next(_S.RETURNED)
        told = values["failure_message"]
        attempt = self._attempt(AttemptOutcome.RETURNED, at, bank_entry_id=bank_entry_id, code=code, detail=told)
        data: dict[str, JsonValue] = {"code": code, "message": told, "bank_entry_id": str(bank_entry_id)}
        return self._change(
            at, _E.RETURNED, data, status=status, return_entry_id=bank_entry_id, returned_at=at, **values, **attempt
        )

    def _ensure_decidable(self, actor: Actor, target: PayoutStatus) -> PayoutStatus:
        actor.require(Permission.PAYOUTS_APPROVE, self.merchant_id)
        status = self._next(target)
        if actor.kind is not ActorKind.USER:
            raise ApproverIsNoPerson
        if self.requested_by.is_same(actor):
            raise ApproverIsRequester
        return status

    def _stop(self, target: PayoutStatus) -> PayoutStatus:
        status = self._next(target)
        if self.filed:
            raise PayoutIsFiled
        return status

    def _end(self, status: PayoutStatus, event: PayoutEventType, reason: str, at: datetime) -> Payout:
        clean_text(reason, ("reason",), longest=LONGEST_REASON)
        values: dict[str, Any] = {"decision_reason": reason, "hold_reason": None, "decided_at": at}
        return self._change(at, event, {"reason": reason}, status=status, **values)

    def _next(self, target: PayoutStatus) -> PayoutStatus:
        return advance(TRANSITIONS, "payout", self.status, target)

    def _attempt(self, outcome: AttemptOutcome, at: datetime, **values: Any) -> dict[str, Any]:  # noqa: ANN401
        number = self.attempt_count + 1
        told: dict[str, Any] = {"payment_file_id": self.payment_file_id, **values}
        attempt = PayoutAttempt(
            merchant_id=self.merchant_id,
            payout_id=self.id,
            number=number,
            outcome=outcome,
            at=at,
            **told,
        )
        return {"attempt_count": number, "attempts": (*self.attempts, attempt)}

    def _change(
        self,
        at: datetime,
        event: PayoutEventType,
        data: dict[str, JsonValue],
        **values: Any,  # noqa: ANN401 - the fields of this class
    ) -> Payout:
        return replace(
            self,
            **values,
            updated_at=at,
            version=self.version + 1,
            events=(*self.events, PayoutEvent(type=event, occurred_at=at, data=data)),
        )

    def _decided_rightly(self) -> bool:
        """The same as the table's constraints say."""
        person = self.approved_by is not None
        apart = self.approved_by is None or (
            self.approved_by.kind is ActorKind.USER
            and (self.approved_by.kind, self.approved_by.id) != (self.requested_by.kind, self.requested_by.id)
        )
        within = not self.approved_by_policy or (
            self.amount.minor <= (self.policy_sum_minor or 0) <= (self.policy_limit_minor or 0)
        )
        if self.status in UNDECIDED or self.status is _S.REJECTED:
            signed = not person and not self.approved_by_policy
        else:
            signed = self.status is _S.CANCELED or person != self.approved_by_policy
        decided = (self.status not in UNDECIDED) == (self.decided_at is not None)
        told = (self.status in _REFUSED) == (self.decision_reason is not None)
        held = (self.status is _S.HELD) == (self.hold_reason is not None)
        return apart and within and signed and decided and told and held

    def _went_rightly(self) -> bool:
        filed = not self.filed or self.status in _ONCE_APPROVED
        sent = self.sent_at is not None
        left = (self.filed and sent) if self.status in {_S.IN_TRANSIT, _S.PAID, _S.RETURNED} else True
        paid = (self.status in {_S.PAID, _S.RETURNED}) == (self.paid_at is not None) == (self.bank_entry_id is not None)
        back = (self.status is _S.RETURNED) == (self.returned_at is not None) == (self.return_entry_id is not None)
        failed = (self.status is _S.FAILED) == (self.failed_at is not None)
        why = (self.status in {_S.FAILED, _S.RETURNED}) == (self.failure_code is not None)
        return filed and left and paid and back and failed and why


def new_payout(
    *,
    merchant_id: UUID,
    payout_id: UUID,
    amount: Money,
    bank_account_id: UUID,
    actor: Actor,
    reason: str | None,
    at: datetime,
) -> Payout:
    """It waits for somebody's approval. Raises `Invalid` for a reason or an amount that breaks its rule."""
    optional_text(reason, ("reason",), longest=LONGEST_REASON)
    if not 0 < amount.minor <= MOST_MINOR:
        raise Invalid(("amount",), f"Pay out more than zero, and at most {MOST_MINOR} minor units.")
    data: dict[str, JsonValue] = {
        "amount_minor": amount.minor,
        "currency": amount.currency.code,
        "bank_account_id": str(bank_account_id),
        "requested_by": actor.name,
    }
    return Payout(
        id=payout_id,
        merchant_id=merchant_id,
        amount=amount,
        status=_S.AWAITING_APPROVAL,
        bank_account_id=bank_account_id,
        end_to_end_id=end_to_end_id_of(payout_id),
        reason=reason,
        requested_by=party_of(actor),
        created_at=at,
        updated_at=at,
        version=1,
        events=(PayoutEvent(type=_E.CREATED, occurred_at=at, data=data),),
    )


def end_to_end_id_of(payout_id: UUID) -> str:
    """The payout's id in the letters that all banks take: 29 of the 35 that there may be."""
    return format_id(Prefix.PAYOUT, payout_id).replace("_", "").upper()


def _failure(code: str, message: str | None) -> dict[str, Any]:
    if not _CODE.fullmatch(code):
        raise Invalid(
            ("code",), "Give the bank's reason as a code of ISO 20022 (ExternalReturnReason1Code), such as AC04."
        )
    # A bank writes what it likes: it is kept as it came, and cut where it is too long.
    return {"failure_code": code, "failure_message": message and message[:LONGEST_MESSAGE]}
