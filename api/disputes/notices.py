"""What networks said, in the graph."""

from datetime import datetime

import strawberry

from api.derivation import derived
from api.describing import attribute
from api.disputes.enums import DisputeStage, Network, NoticeSource, NoticeState, NoticeType
from api.money import Money, shown
from domain.disputes import kept_notice, notice
from domain.kernel import money
from domain.kernel.ids import Prefix, format_id


def _shown(amount: money.Money | None) -> Money | None:
    return None if amount is None else shown(amount)


@strawberry.type(description="One thing that a network said of a case, as of one stage.")
class DisputeNotice:
    """As a gateway or a person passed it on."""

    entity: strawberry.Private[notice.DisputeNotice]
    gateway: str = derived("The gateway.", "entity.gateway")
    notice_id: str = derived("The gateway's id of the notice: the same however often it comes.", "entity.notice_id")
    source: NoticeSource = derived("How it came.", "entity.source")
    type: NoticeType = derived("What was said.", "entity.type")
    stage: DisputeStage = derived("The stage that it is about.", "entity.stage")
    case_reference: str = derived("The gateway's name of the case.", "entity.case_reference")
    payment_reference: str = derived("The gateway's name of the payment.", "entity.payment_reference")
    network: Network = derived("The network.", "entity.network")
    network_case_id: str | None = derived("The network's id of the case.", "entity.network_case_id")
    arn: str | None = derived("The acquirer reference number.", "entity.arn")
    reason_code: str = derived("The reason code, as it was given.", "entity.reason_code")
    amount: Money = derived("What is disputed.", shown, "entity.amount")
    dispute_amount: Money | None = derived(
        "The same in the currency in which the issuer claims it.", _shown, "entity.dispute_amount"
    )
    respond_by: datetime | None = derived("Until when the merchant has to answer.", "entity.respond_by")
    occurred_at: datetime = derived("When the network said it.", "entity.occurred_at")
    received_at: datetime = derived("When we heard of it.", "entity.received_at")


def dispute_notice(entity: notice.DisputeNotice) -> DisputeNotice:
    """A notice as the graph shows it."""
    return DisputeNotice(entity=entity)


@strawberry.type(description="A notice, and what became of it.")
class KeptDisputeNotice:
    """For staff."""

    notice: DisputeNotice = attribute("The notice.")
    state: NoticeState = attribute("What became of it.")
    refusal: str | None = attribute("Why it was refused, when it was.")
    payment_id: strawberry.ID | None = attribute("The payment that it is about, once it is known.")
    dispute_id: strawberry.ID | None = attribute("The dispute that it tells of, when it does.")


def kept_dispute_notice(entity: kept_notice.KeptNotice) -> KeptDisputeNotice:
    """A kept notice as the graph shows it."""
    payment_id, dispute_id = entity.payment_id, entity.dispute_id
    return KeptDisputeNotice(
        notice=dispute_notice(entity.notice),
        state=entity.state,
        refusal=entity.refusal,
        payment_id=None if payment_id is None else strawberry.ID(format_id(Prefix.PAYMENT, payment_id)),
        dispute_id=None if dispute_id is None else strawberry.ID(format_id(Prefix.DISPUTE, dispute_id)),
    )
