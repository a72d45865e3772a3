"""The words of disputes, each with what it means."""

from api.enums import described
from domain.disputes.actions import DisputeAction, WarningAction
from domain.disputes.category import DisputeCategory
from domain.disputes.compelling_evidence import Lack, MatchingElement
from domain.disputes.early_fraud_warning import FraudType, WarningStatus
from domain.disputes.events import DisputeEventType
from domain.disputes.evidence import EvidenceStatus
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.filter import DisputeOrder
from domain.disputes.gateway import ResponseKind
from domain.disputes.kept_notice import NoticeState
from domain.disputes.network import Network
from domain.disputes.note import Audience
from domain.disputes.notice import NoticeSource, NoticeType
from domain.disputes.stage import DisputeStage, DisputeStatus
from domain.disputes.template import Need

__all__ = [
    "Audience",
    "DisputeAction",
    "DisputeCategory",
    "DisputeEventType",
    "DisputeOrder",
    "DisputeStage",
    "DisputeStatus",
    "EvidenceKind",
    "EvidenceStatus",
    "FraudType",
    "Lack",
    "MatchingElement",
    "Need",
    "Network",
    "NoticeSource",
    "NoticeState",
    "NoticeType",
    "ResponseKind",
    "WarningAction",
    "WarningStatus",
]

described(
    DisputeStage,
    "How far a dispute has come; it only ever goes on to a later stage.",
    INQUIRY="The issuer asks before it takes money: an American Express inquiry, a retrieval request.",
    CHARGEBACK="The issuer takes the money back; the merchant may answer with evidence.",
    PRE_ARBITRATION="The issuer does not accept the evidence.",
    ARBITRATION="The network decides.",
)
described(
    DisputeStatus,
    "Where the present stage of a dispute stands; a later stage begins at NEEDS_RESPONSE again.",
    NEEDS_RESPONSE="The merchant may answer, and nothing is prepared yet.",
    EVIDENCE_STAGED="Evidence is prepared, and not submitted yet.",
    UNDER_REVIEW="The evidence is with the network.",
    WON="The network decided for the merchant.",
    LOST="The network decided against the merchant.",
    ACCEPTED="The merchant conceded.",
    EXPIRED="Nobody answered in time.",
    PREVENTED="An inquiry was settled, and no chargeback follows.",
    WITHDRAWN="The cardholder or the issuer gave it up.",
)
described(
    DisputeCategory,
    "The claim behind a reason code, in one vocabulary for all networks.",
    **{category.name: category.meaning for category in DisputeCategory},
)
described(
    Network,
    "The network whose rules a dispute follows.",
    **{network.name: f"{network.label}." for network in Network},
)
described(
    EvidenceKind,
    "What a piece of evidence is meant to prove.",
    **{kind.name: f"{kind.label}. {kind.shows}" for kind in EvidenceKind},
)
described(
    EvidenceStatus,
    "Whether evidence can still be changed.",
    STAGED="It can.",
    SUBMITTED="The network has it; it never changes.",
)
described(
    Need,
    "How much a field of evidence is needed.",
    REQUIRED="Without it the answer fails as a rule.",
    ONE_OF="One at least of the fields that say so is required.",
    HELPFUL="It strengthens the answer.",
)
described(
    ResponseKind,
    "What the merchant answers to a stage.",
    ACCEPT="The merchant concedes; the funds stay with the cardholder.",
    COUNTER="The merchant sends evidence.",
)
described(
    Audience,
    "Who reads a note.",
    MERCHANT="The merchant and staff.",
    STAFF="Staff alone.",
)
described(
    NoticeType,
    "What a network said.",
    OPENED="A stage was opened against the merchant.",
    UNDER_REVIEW="It has the merchant's evidence.",
    WON="It decided for the merchant at this stage.",
    LOST="It decided against the merchant at this stage.",
    WITHDRAWN="The cardholder or the issuer gave the case up.",
    PREVENTED="An inquiry was settled, by a refund as a rule, and no chargeback follows.",
)
described(
    NoticeSource,
    "How a notice came.",
    WEBHOOK="The gateway sent it.",
    POLLING="The gateway was asked.",
    MANUAL="Somebody wrote it down.",
)
described(
    NoticeState,
    "What became of a notice.",
    APPLIED="It tells of a dispute.",
    UNMATCHED="Its payment is not known yet; it is looked for again and again.",
    REFUSED="It contradicts what is known; see `refusal`.",
)
described(
    DisputeOrder,
    "How a list of disputes is sorted. Amounts of all currencies compare in major units.",
    CREATED_AT_DESC="Newest first.",
    CREATED_AT_ASC="Oldest first.",
    RESPOND_BY_ASC="Those that wait for an answer first, by their deadlines; then all others, oldest first.",
    AMOUNT_DESC="Largest amount first.",
)
described(
    DisputeAction,
    "A mutation on one dispute.",
    ACCEPT="`acceptDispute`.",
    STAGE_EVIDENCE="`stageDisputeEvidence`, and `createEvidenceUpload` for files.",
    SUBMIT_EVIDENCE="`submitDisputeEvidence`.",
    ADD_NOTE="`addDisputeNote`.",
    ASSIGN="`assignDispute`.",
    RECORD_NOTICE="`recordDisputeNotice`, by staff.",
)
described(
    DisputeEventType,
    "What happened to a dispute.",
    CREATED="It was opened.",
    UPDATED="It changed; `change` says what.",
    EVIDENCE_SUBMITTED="The network has the evidence.",
    FUNDS_WITHDRAWN="The network took the money.",
    FUNDS_REINSTATED="The network gave the money back.",
    CLOSED="Nothing is waited for any more, unless a later stage opens.",
)
described(
    FraudType,
    "How a card was misused, in one vocabulary for Visa's TC40 and Mastercard's SAFE.",
    CARD_NOT_PRESENT="Its data were used where no card is shown.",
    STOLEN_CARD="It was stolen.",
    LOST_CARD="It was lost.",
    COUNTERFEIT="It was copied.",
    ACCOUNT_TAKEOVER="Somebody else took over the cardholder's account.",
    NEVER_RECEIVED="It was intercepted on its way to the cardholder.",
    OTHER="Anything else.",
)
described(
    WarningStatus,
    "What became of an early fraud warning.",
    OPEN="A refund would still keep the payment from being disputed.",
    REFUNDED="The payment was refunded before anybody disputed it.",
    DISPUTED="It came to a dispute.",
)
described(WarningAction, "A mutation on one early fraud warning.", PREVENT="`preventDispute`.")
described(
    MatchingElement,
    "What payments can have in common besides the card.",
    IP_ADDRESS="The customer's IP address.",
    DEVICE_ID="The customer's device.",
    CUSTOMER_ACCOUNT="The customer's account at the merchant.",
    SHIPPING_ADDRESS="The address that was delivered to.",
)
described(
    Lack,
    "Why Visa's rule of compelling evidence does not apply.",
    NOT_VISA_10_4="It is for Visa's reason code 10.4 only.",
    NO_CARD_FINGERPRINT="The disputed payment has no card by which others could be found.",
    TOO_FEW_OLD_PAYMENTS="Two earlier payments of the same card are needed, 120 to 365 days old.",
    OLD_PAYMENTS_TOO_RECENT="Some are less than 120 days old.",
    OLD_PAYMENTS_TOO_OLD="Some are more than 365 days old.",
    OLD_PAYMENT_DISPUTED="Some were disputed themselves.",
    OLD_PAYMENT_FRAUD_REPORTED="Some were reported as fraud.",
    TOO_FEW_MATCHING_ELEMENTS="Two elements have to match in all three payments.",
    NO_IP_OR_DEVICE="The IP address or the device has to match in all three payments.",
)
