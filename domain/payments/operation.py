"""An operation is one call to one gateway; its id is the key on which the gateway deduplicates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.kernel.machine import advance

if TYPE_CHECKING:
    from uuid import UUID

    from domain.kernel.money import Money
    from domain.payments.payment import Payment


class OperationType(StrEnum):
    """What the gateway is asked to do."""

    AUTHORIZE = "AUTHORIZE"
    CAPTURE = "CAPTURE"
    VOID = "VOID"
    REFUND = "REFUND"


class OperationStatus(StrEnum):
    """What is known of the call."""

    PENDING = "PENDING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"


TRANSITIONS: dict[OperationStatus, frozenset[OperationStatus]] = {
    OperationStatus.PENDING: frozenset({OperationStatus.SUCCEEDED, OperationStatus.FAILED, OperationStatus.UNKNOWN}),
    OperationStatus.UNKNOWN: frozenset({OperationStatus.SUCCEEDED, OperationStatus.FAILED}),
    OperationStatus.SUCCEEDED: frozenset(),
    OperationStatus.FAILED: frozenset(),
}

# A crash between the beats leaves a pending operation: nobody asks the gateway before the first call's own
# deadline has surely passed. Afterwards the questions grow apart, to an hour at most, and never cease.
FIRST_CHECK_SECONDS = 30
_CHECK_SECONDS = (2, 5, 15, 60, 300, 900, 3600)


def seconds_until_check(checks: int) -> int:
    """How long to wait for the next question after so many."""
    return _CHECK_SECONDS[min(checks, len(_CHECK_SECONDS) - 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One call to one gateway, kept before it is made.

    `accepted_at` tells a call that the gateway took on for later from one that nobody has answered.
    `confirms` marks the authorization that goes on after the customer's action; `request_3ds` has the gateway ask the
    customer for one.
    """

    id: UUID
    merchant_id: UUID
    payment_id: UUID
    type: OperationType
    status: OperationStatus
    gateway: str
    amount: Money
    requested_at: datetime
    capture: bool = False
    final: bool = False
    confirms: bool = False
    request_3ds: bool = False
    gateway_reference: str | None = None
    response_code: str | None = None
    accepted_at: datetime | None = None
    completed_at: datetime | None = None
    checks: int = 0
    next_check_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether its outcome is still to come."""
        return bool(TRANSITIONS[self.status])

    @property
    def in_flight(self) -> bool:
        """Whether the first answer is still to come."""
        return self.status is OperationStatus.PENDING and self.accepted_at is None

    def conclude(
        self, status: OperationStatus, at: datetime, *, reference: str | None, response_code: str | None
    ) -> Operation:
        """The outcome is known for good; raise `TransitionNotAllowed` when it was known before."""
        return replace(
            self,
            status=advance(TRANSITIONS, "operation", self.status, status),
            completed_at=at,
            next_check_at=None,
            gateway_reference=reference or self.gateway_reference,
            response_code=response_code,
        )

    def doubt(self, at: datetime, response_code: str | None) -> Operation:
        """Nobody can tell what became of it: ask the gateway, at growing intervals."""
        return replace(
            self,
            status=OperationStatus.UNKNOWN
            if self.status is OperationStatus.UNKNOWN
            else advance(TRANSITIONS, "operation", self.status, OperationStatus.UNKNOWN),
            response_code=response_code,
            **self._next_check(at),
        )

    def accept(self, at: datetime, reference: str | None) -> Operation:
        """The gateway took it on and will decide later."""
        return replace(
            self,
            accepted_at=self.accepted_at or at,
            gateway_reference=reference or self.gateway_reference,
            **self._next_check(at),
        )

    def checked(self, at: datetime) -> Operation:
        """Someone is about to ask the gateway: whoever else wants to, waits an interval."""
        return replace(self, **self._next_check(at, floor=FIRST_CHECK_SECONDS))

    def _next_check(self, at: datetime, floor: int = 0) -> dict[str, int | datetime]:
        seconds = max(seconds_until_check(self.checks), floor)
        return {"checks": self.checks + 1, "next_check_at": at + timedelta(seconds=seconds)}


def begin_operation(  # noqa: PLR0913 - an operation's columns
    payment: Payment,
    operation_id: UUID,
    kind: OperationType,
    amount: Money,
    at: datetime,
    *,
    capture: bool = False,
    final: bool = False,
    confirms: bool = False,
    request_3ds: bool = False,
) -> Operation:
    """A call that is about to be made for a payment; if its maker dies, the first check finds it."""
    return Operation(
        id=operation_id,
        merchant_id=payment.merchant_id,
        payment_id=payment.id,
        type=kind,
        status=OperationStatus.PENDING,
        gateway=payment.gateway,
        amount=amount,
        requested_at=at,
        capture=capture,
        final=final,
        confirms=confirms,
        request_3ds=request_3ds,
        next_check_at=at + timedelta(seconds=FIRST_CHECK_SECONDS),
    )
