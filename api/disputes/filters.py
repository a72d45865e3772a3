"""The filters of disputes, warnings and notices, as requests give them and as the domain takes them."""

from typing import TypeVar
from uuid import UUID

import strawberry

from api.context import Context
from api.describing import attribute
from api.disputes.enums import (
    DisputeCategory,
    DisputeStage,
    DisputeStatus,
    FraudType,
    Network,
    NoticeState,
    WarningStatus,
)
from api.identifiers import optional_id
from api.money import codes_of
from api.scalars import CurrencyCode
from api.spans import DateTimeRange, DecimalRange, moments, scaled
from domain.disputes import filter as dispute_filter
from domain.disputes.notice import LONGEST_REFERENCE
from domain.kernel.errors import Invalid
from domain.kernel.ids import Prefix, split_id
from domain.kernel.text import clean_text

_OPEN_STATES = (NoticeState.UNMATCHED, NoticeState.REFUSED)
Value = TypeVar("Value")


@strawberry.input(description="Which disputes. Everything given must hold; a list means any of.")
class DisputeFilter:
    """Texts match exactly unless the field is called text."""

    merchant_ids: list[strawberry.ID] | None = attribute("Of these merchants.", default=None)
    payment_id: strawberry.ID | None = attribute("About this payment.", default=None)
    stage: list[DisputeStage] | None = attribute("At these stages.", default=None)
    status: list[DisputeStatus] | None = attribute("In these statuses.", default=None)
    category: list[DisputeCategory] | None = attribute("With these claims.", default=None)
    network: list[Network] | None = attribute("Under the rules of these networks.", default=None)
    reason_code: list[str] | None = attribute("With these reason codes, as the network writes them.", default=None)
    currency: list[CurrencyCode] | None = attribute("In these currencies.", default=None)
    amount: DecimalRange | None = attribute("Of amounts in major units, in whatever currency.", default=None)
    assignee_id: strawberry.ID | None = attribute("That this person works on.", default=None)
    unassigned: bool | None = attribute("True: that nobody works on; false: that somebody does.", default=None)
    double_loss: bool | None = attribute("Whether the merchant pays twice.", default=None)
    respond_by: DateTimeRange | None = attribute("Whose present stage can be answered until then.", default=None)
    opened_at: DateTimeRange | None = attribute("Whose case began then.", default=None)
    created_at: DateTimeRange | None = attribute("That we heard of then.", default=None)
    case_reference: str | None = attribute("With this name at the gateway.", default=None)
    arn: str | None = attribute("With this acquirer reference number.", default=None)
    text: str | None = attribute(
        "An id of a dispute or of a payment; or, exactly, a case reference, a network's case id, or an acquirer"
        " reference number.",
        default=None,
    )


@strawberry.input(description="Which early fraud warnings. Everything given must hold; a list means any of.")
class EarlyFraudWarningFilter:
    """For `earlyFraudWarnings`."""

    merchant_ids: list[strawberry.ID] | None = attribute("Of these merchants.", default=None)
    payment_id: strawberry.ID | None = attribute("About this payment.", default=None)
    status: list[WarningStatus] | None = attribute("In these statuses.", default=None)
    network: list[Network] | None = attribute("Passed on by these networks.", default=None)
    fraud_type: list[FraudType] | None = attribute("For these kinds of fraud.", default=None)
    reported_at: DateTimeRange | None = attribute("Reported then.", default=None)


@strawberry.input(description="Which notices.")
class DisputeNoticeFilter:
    """For `disputeNotices`."""

    state: list[NoticeState] | None = attribute(
        "Of which this became; those that tell of no dispute when left out.", default=None
    )


def wanted_disputes(given: DisputeFilter | None, context: Context) -> dispute_filter.DisputeFilter:
    """The domain's filter; raise `Invalid` that names the path. The merchants narrow the scope instead."""
    if given is None:
        return dispute_filter.DisputeFilter()
    named, reference = _text(given.text)
    return dispute_filter.DisputeFilter(
        named=named,
        payment_id=optional_id(Prefix.PAYMENT, given.payment_id, "filter", "paymentId"),
        stage=_tuple(given.stage),
        status=_tuple(given.status),
        category=_tuple(given.category),
        network=_tuple(given.network),
        reason_code=_tuple(given.reason_code),
        currency=codes_of(given.currency, context.currency_of, "filter", "currency"),
        amount=scaled(given.amount, "filter", "amount"),
        assignee_id=optional_id(Prefix.USER, given.assignee_id, "filter", "assigneeId"),
        assigned=None if given.unassigned is None else not given.unassigned,
        double_loss=given.double_loss,
        respond_by=moments(given.respond_by),
        opened_at=moments(given.opened_at),
        created_at=moments(given.created_at),
        case_reference=given.case_reference,
        arn=given.arn,
        reference=reference,
    )


def wanted_warnings(given: EarlyFraudWarningFilter) -> dispute_filter.WarningFilter:
    """The same of warnings."""
    return dispute_filter.WarningFilter(
        payment_id=optional_id(Prefix.PAYMENT, given.payment_id, "filter", "paymentId"),
        status=_tuple(given.status),
        network=_tuple(given.network),
        fraud_type=_tuple(given.fraud_type),
        reported_at=moments(given.reported_at),
    )


def wanted_notices(given: DisputeNoticeFilter | None) -> dispute_filter.NoticeFilter:
    """The same of notices."""
    state = None if given is None else given.state
    return dispute_filter.NoticeFilter(state=_OPEN_STATES if state is None else tuple(state))


def _text(text: str | None) -> tuple[UUID | None, str | None]:
    """An id or a reference, never both."""
    if text is None:
        return None, None
    given = clean_text(text, ("filter", "text"), longest=LONGEST_REFERENCE).strip()
    try:
        prefix, value = split_id(given)
    except Invalid:
        return None, given
    return (value, None) if prefix in {Prefix.DISPUTE, Prefix.PAYMENT} else (None, given)


def _tuple(values: list[Value] | None) -> tuple[Value, ...] | None:
    return None if values is None else tuple(values)
