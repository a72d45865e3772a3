"""A notice is one thing that a network said about a case, as a gateway or a person passes it on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.disputes.stage import DisputeStage
from domain.kernel.errors import Invalid
from domain.kernel.text import clean_text, optional_text

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.disputes.network import Network
    from domain.kernel.money import Money

LONGEST_REFERENCE = 128
LONGEST_ARN = 24
"""23 digits with Visa and Mastercard."""


class NoticeType(StrEnum):
    """What the network said."""

    OPENED = "OPENED"
    """A stage was opened against the merchant."""
    UNDER_REVIEW = "UNDER_REVIEW"
    """It has the merchant's evidence."""
    WON = "WON"
    """It decided for the merchant at this stage."""
    LOST = "LOST"
    """It decided against the merchant at this stage."""
    WITHDRAWN = "WITHDRAWN"
    """The cardholder or the issuer gave the case up."""
    PREVENTED = "PREVENTED"
    """An inquiry was settled, by a refund as a rule, and no chargeback follows."""


VERDICTS = frozenset({NoticeType.WON, NoticeType.LOST, NoticeType.WITHDRAWN, NoticeType.PREVENTED})


class NoticeSource(StrEnum):
    """How a notice came."""

    WEBHOOK = "WEBHOOK"
    POLLING = "POLLING"
    MANUAL = "MANUAL"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeNotice:
    """Each notice tells the whole case as of its stage, so that any of them may come first.

    `notice_id` is the gateway's: the same id is the same notice however often it comes. `case_reference` is the
    gateway's name of the case, `network_case_id` and `arn` (acquirer reference number) are the network's.
    `amount` is what is disputed at this stage, in the payment's currency; `dispute_amount` is the same in the currency
    that the issuer claims it in. `respond_by` is the moment by which the merchant has to answer.

    Raises `Invalid` for a text or an amount that breaks its rule.
    """

    id: UUID
    gateway: str
    notice_id: str
    source: NoticeSource
    type: NoticeType
    stage: DisputeStage
    case_reference: str
    payment_reference: str
    network: Network
    network_case_id: str | None = None
    arn: str | None = None
    reason_code: str
    amount: Money
    dispute_amount: Money | None = None
    respond_by: datetime | None = None
    occurred_at: datetime
    received_at: datetime

    @property
    def by_hand(self) -> bool:
        """Whether somebody took it down, so that no gateway has told of the case by it."""
        return self.source is NoticeSource.MANUAL

    @property
    def names_case(self) -> bool:
        """Whether it says which case it is about: who takes one down may not know, and then it is named by its id."""
        return not (self.by_hand and self.case_reference == self.notice_id)

    def __post_init__(self) -> None:
        for name, text in (
            ("noticeId", self.notice_id),
            ("caseReference", self.case_reference),
            ("paymentReference", self.payment_reference),
            ("reasonCode", self.reason_code),
        ):
            clean_text(text, (name,), longest=LONGEST_REFERENCE)
        optional_text(self.network_case_id, ("networkCaseId",), longest=LONGEST_REFERENCE)
        if self.arn is not None and not (self.arn.isascii() and self.arn.isalnum() and len(self.arn) <= LONGEST_ARN):
            raise Invalid(("arn",), f"An acquirer reference number has at most {LONGEST_ARN} letters and digits.")
        if self.amount.minor <= 0:
            raise Invalid(("amount", "amount"), "The disputed amount must be more than zero.")
        if self.type is NoticeType.PREVENTED and self.stage is not DisputeStage.INQUIRY:
            raise Invalid(("type",), "Only an inquiry can be prevented from becoming a chargeback.")
