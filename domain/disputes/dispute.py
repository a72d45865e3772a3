"""A dispute: one case at a network, with its stages inside, and what may be done about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from domain.disputes.errors import DisputeStateForbids
from domain.disputes.events import DisputeEvent, DisputeEventType
from domain.disputes.stage import ANSWERABLE, CLOSED, DisputeStage, DisputeStatus
from domain.kernel.money import Currency, Money

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.disputes.category import DisputeCategory
    from domain.disputes.network import Network
    from domain.disputes.stage_record import StageRecord
    from domain.kernel.events import JsonValue

_S = DisputeStatus
_CLOSED_REASONS = {
    _S.UNDER_REVIEW: "The evidence is with the network; wait for its decision.",
    _S.WON: "The dispute is won.",
    _S.LOST: "The dispute is lost.",
    _S.ACCEPTED: "The dispute was accepted.",
    _S.EXPIRED: "The time to answer has passed.",
    _S.PREVENTED: "The inquiry was settled; no chargeback follows.",
    _S.WITHDRAWN: "The cardholder or the issuer gave the dispute up.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """`stage`, `status` and `respond_by` are those of the last of `stages`; `*_minor` are of the payment's `currency`.

    `amount_minor` is what the present stage disputes, `dispute_amount` the same in the issuer's currency.
    `withdrawn_minor` is what the network holds now; `double_loss_minor` of it is more than the payment has left, since
    it was refunded as well. `fee_minor` is what the merchant paid for the case.
    `time_zone` is the IANA name in which the merchant reads the deadline. `warned_hours` is the last warning given.
    `response_pending` is set while an answer is on its way to the gateway. `version` counts the events; `events` are
    those not yet saved.
    """

    id: UUID
    merchant_id: UUID
    payment_id: UUID
    gateway: str
    case_reference: str
    network: Network
    network_case_id: str | None = None
    arn: str | None = None
    reason_code: str
    category: DisputeCategory
    stage: DisputeStage
    status: DisputeStatus
    stages: tuple[StageRecord, ...]
    currency: Currency
    amount_minor: int
    dispute_amount: Money | None = None
    fee_minor: int = 0
    withdrawn_minor: int = 0
    double_loss_minor: int = 0
    respond_by: datetime | None = None
    time_zone: str = "UTC"
    warned_hours: int | None = None
    response_pending: bool = False
    assignee_id: UUID | None = None
    opened_at: datetime
    closed_at: datetime | None = None
    created_at: datetime
    updated_at: datetime
    version: int = 0
    events: tuple[DisputeEvent, ...] = ()

    def __post_init__(self) -> None:
        held = 0 <= self.double_loss_minor <= self.withdrawn_minor and self.fee_minor >= 0
        last = self.stages[-1]
        # Asserted on each hydration and each change: a row that breaks these must not be acted upon.
        if not (held and self.amount_minor > 0 and (last.stage, last.status) == (self.stage, self.status)):
            message = f"dispute {self.id} breaks an invariant"
            raise AssertionError(message)

    @property
    def closed(self) -> bool:
        """Whether nothing is waited for, unless a later stage opens."""
        return self.status in CLOSED

    @property
    def double_loss(self) -> bool:
        """Whether the merchant pays twice: it had refunded what was then charged back."""
        return self.double_loss_minor > 0

    def money(self, minor: int) -> Money:
        """An amount in the payment's currency."""
        return Money(minor, self.currency)

    def change(self, at: datetime, event: DisputeEventType, data: Mapping[str, JsonValue], **values: Any) -> Dispute:  # noqa: ANN401
        """A new value that carries one more event. Only the transitions of this context call it."""
        return replace(
            self,
            **values,
            updated_at=at,
            version=self.version + 1,
            events=(*self.events, DisputeEvent(type=event, occurred_at=at, data=data)),
        )

    def answer_refusal(self) -> str | None:
        """Why the merchant cannot answer now; nothing when it can."""
        if self.response_pending:
            return "An answer is on its way to the gateway; wait for its outcome."
        if self.status not in ANSWERABLE:
            return _CLOSED_REASONS[self.status]
        return None

    def accept_refusal(self) -> str | None:
        """Why the dispute cannot be accepted now; nothing when it can."""
        if (refusal := self.answer_refusal()) is not None:
            return refusal
        if self.stage is DisputeStage.INQUIRY:
            return "An inquiry has taken no money yet; refund the payment to settle it, or answer with evidence."
        return None

    def ensure_answerable(self) -> None:
        """Raise `DisputeStateForbids` when the merchant cannot answer now."""
        if (refusal := self.answer_refusal()) is not None:
            raise DisputeStateForbids(refusal)

    def ensure_acceptable(self) -> None:
        """Raise `DisputeStateForbids` when the dispute cannot be accepted now."""
        if (refusal := self.accept_refusal()) is not None:
            raise DisputeStateForbids(refusal)

    @property
    def record(self) -> StageRecord:
        """The present stage."""
        return self.stages[-1]
