"""What the mutations of disputes take."""

from datetime import datetime

import strawberry

from api.describing import attribute
from api.disputes.enums import Audience, DisputeCategory, DisputeStage, EvidenceKind, Network, NoticeType
from api.money import MoneyInput
from api.payments.inputs import KEY
from api.scalars import CurrencyCode, DecimalText


@strawberry.input(description="A dispute to concede.")
class AcceptDisputeInput:
    """For `acceptDispute`."""

    idempotency_key: str = attribute(KEY)
    dispute_id: strawberry.ID = attribute("The dispute.")


@strawberry.input(description="A text of evidence.")
class EvidenceTextInput:
    """Of one kind."""

    kind: EvidenceKind = attribute("What it is meant to prove.")
    text: str | None = attribute("The text, at most 20,000 characters; null takes it away.", default=None)


@strawberry.input(description="Texts of evidence for the present stage.")
class StageDisputeEvidenceInput:
    """For `stageDisputeEvidence`. Needs no key: the same texts again change nothing."""

    dispute_id: strawberry.ID = attribute("The dispute.")
    texts: list[EvidenceTextInput] = attribute("These change, one at most of each kind; the others stay.")


@strawberry.input(description="Evidence to hand in.")
class SubmitDisputeEvidenceInput:
    """For `submitDisputeEvidence`."""

    idempotency_key: str = attribute(KEY)
    dispute_id: strawberry.ID = attribute("The dispute.")


@strawberry.input(description="Who works on a dispute.")
class AssignDisputeInput:
    """For `assignDispute`."""

    dispute_id: strawberry.ID = attribute("The dispute.")
    assignee_id: strawberry.ID | None = attribute("The person; nobody when left out.", default=None)


@strawberry.input(description="A note.")
class AddDisputeNoteInput:
    """For `addDisputeNote`."""

    dispute_id: strawberry.ID = attribute("The dispute.")
    text: str = attribute("The text, at most 5,000 characters.")
    audience: Audience | None = attribute("Who reads it; only staff write for staff alone.", default=Audience.MERCHANT)


@strawberry.input(description="What a merchant does not fight about.")
class SetDisputePolicyInput:
    """For `setDisputePolicy`."""

    merchant_id: strawberry.ID | None = attribute("The merchant; may be left out by who acts for one.", default=None)
    currency: CurrencyCode = attribute("The currency that this is about.")
    accept_up_to: DecimalText | None = attribute(
        "Chargebacks up to this amount are accepted, in major units; none when it is left out.", default=None
    )
    categories: list[DisputeCategory] | None = attribute("Those with these claims; any when left out.", default=None)


@strawberry.input(description="An early fraud warning to act upon.")
class PreventDisputeInput:
    """For `preventDispute`."""

    idempotency_key: str = attribute(KEY)
    early_fraud_warning_id: strawberry.ID = attribute("The warning.")


@strawberry.input(description="What a network said by letter, by telephone or in a portal of its own.")
class RecordDisputeNoticeInput:
    """For `recordDisputeNotice`."""

    idempotency_key: str = attribute(KEY)
    payment_id: strawberry.ID = attribute("The payment that it is about.")
    case_reference: str | None = attribute(
        "The case at the gateway. Left out, the payment's dispute that fits by network case or amount, or a new one.",
        default=None,
    )
    type: NoticeType = attribute("What was said.")
    stage: DisputeStage = attribute("The stage that it is about.")
    network: Network = attribute("The network.")
    reason_code: str = attribute("The network's reason code.")
    amount: MoneyInput | None = attribute(
        "What is disputed, in the payment's currency; all of the payment when left out.", default=None
    )
    dispute_amount: MoneyInput | None = attribute("The same as the issuer claims it.", default=None)
    network_case_id: str | None = attribute("The network's id of the case.", default=None)
    arn: str | None = attribute("The acquirer reference number, at most 24 letters and digits.", default=None)
    respond_by: datetime | None = attribute("The deadline, when the network named one.", default=None)
    occurred_at: datetime | None = attribute("When the network said it; now when left out.", default=None)
