"""Which disputes, warnings and notices a list is about, and in which order disputes stand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.disputes.category import DisputeCategory
    from domain.disputes.early_fraud_warning import FraudType, WarningStatus
    from domain.disputes.kept_notice import NoticeState
    from domain.disputes.network import Network
    from domain.disputes.stage import DisputeStage, DisputeStatus
    from domain.kernel.span import Span


class DisputeOrder(StrEnum):
    """Newest first unless asked otherwise. Amounts of all currencies compare by their major unit.

    By deadline, those that wait for an answer stand first, in the order of their deadlines, and then all others in the
    order in which they came: no order leaves a dispute out.
    """

    CREATED_AT_DESC = "CREATED_AT_DESC"
    CREATED_AT_ASC = "CREATED_AT_ASC"
    RESPOND_BY_ASC = "RESPOND_BY_ASC"
    AMOUNT_DESC = "AMOUNT_DESC"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeFilter:
    """Everything given must hold; a tuple means any of. `amount` is in ten-thousandths of the major unit.

    `named` is the id of a dispute or of its payment. `reference` is any of the names that gateways and networks have
    for a case: the gateway's case reference, the network's case id, or the acquirer reference number.
    """

    named: UUID | None = None
    payment_id: UUID | None = None
    stage: tuple[DisputeStage, ...] | None = None
    status: tuple[DisputeStatus, ...] | None = None
    category: tuple[DisputeCategory, ...] | None = None
    network: tuple[Network, ...] | None = None
    reason_code: tuple[str, ...] | None = None
    currency: tuple[str, ...] | None = None
    assignee_id: UUID | None = None
    assigned: bool | None = None
    double_loss: bool | None = None
    amount: Span[int] | None = None
    respond_by: Span[datetime] | None = None
    opened_at: Span[datetime] | None = None
    created_at: Span[datetime] | None = None
    case_reference: str | None = None
    arn: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningFilter:
    """Everything given must hold; a tuple means any of."""

    payment_id: UUID | None = None
    status: tuple[WarningStatus, ...] | None = None
    network: tuple[Network, ...] | None = None
    fraud_type: tuple[FraudType, ...] | None = None
    reported_at: Span[datetime] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFilter:
    """A tuple means any of."""

    state: tuple[NoticeState, ...]
