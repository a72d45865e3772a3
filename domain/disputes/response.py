"""The merchant's answer to a stage, on its way to the gateway, which deduplicates on its id."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.kernel.machine import advance
from domain.payments.operation import FIRST_CHECK_SECONDS, TRANSITIONS, OperationStatus, seconds_until_check

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.disputes.dispute import Dispute
    from domain.disputes.gateway import ResponseKind
    from domain.disputes.stage import DisputeStage


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeResponse:
    """Kept before the gateway is called; `sha256` is that of the evidence it carries. Statuses are an operation's."""

    id: UUID
    merchant_id: UUID
    dispute_id: UUID
    payment_id: UUID
    stage: DisputeStage
    kind: ResponseKind
    status: OperationStatus
    gateway: str
    sha256: str | None = None
    response_code: str | None = None
    requested_by: str
    requested_at: datetime
    completed_at: datetime | None = None
    checks: int = 0
    next_check_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether its outcome is still to come."""
        return bool(TRANSITIONS[self.status])

    @property
    def in_flight(self) -> bool:
        """Whether the first word of it is still to come."""
        return self.status is OperationStatus.PENDING

    def conclude(self, status: OperationStatus, at: datetime, response_code: str | None) -> DisputeResponse:
        """The outcome is known for good; raise `TransitionNotAllowed` when it was known before."""
        return replace(
            self,
            status=advance(TRANSITIONS, "response", self.status, status),
            completed_at=at,
            next_check_at=None,
            response_code=response_code,
        )

    def doubt(self, at: datetime, response_code: str | None) -> DisputeResponse:
        """Nobody can tell what became of it: ask the gateway, at growing intervals."""
        unknown = OperationStatus.UNKNOWN
        status = unknown if self.status is unknown else advance(TRANSITIONS, "response", self.status, unknown)
        return replace(self._checked(at), status=status, response_code=response_code)

    def checked(self, at: datetime) -> DisputeResponse:
        """Someone is about to ask the gateway: whoever else wants to, waits an interval."""
        return self._checked(at, floor=FIRST_CHECK_SECONDS)

    def _checked(self, at: datetime, floor: int = 0) -> DisputeResponse:
        due = at + timedelta(seconds=max(seconds_until_check(self.checks), floor))
        return replace(self, checks=self.checks + 1, next_check_at=due)


def begin_response(
    dispute: Dispute, response_id: UUID, kind: ResponseKind, by: str, at: datetime, *, sha256: str | None = None
) -> DisputeResponse:
    """An answer that is about to be handed over; if its maker dies, the first check finds it."""
    return DisputeResponse(
        id=response_id,
        merchant_id=dispute.merchant_id,
        dispute_id=dispute.id,
        payment_id=dispute.payment_id,
        stage=dispute.stage,
        kind=kind,
        status=OperationStatus.PENDING,
        gateway=dispute.gateway,
        sha256=sha256,
        requested_by=by,
        requested_at=at,
        next_check_at=at + timedelta(seconds=FIRST_CHECK_SECONDS),
    )
