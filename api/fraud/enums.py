"""The words of fraud, each with what it means."""

from api.enums import described
from domain.fraud.backtest import BacktestStatus
from domain.fraud.deciding import ReviewDecision
from domain.fraud.events import FraudReviewEventType
from domain.fraud.filter import ReviewOrder, ReviewSla
from domain.fraud.list_kind import ListEffect, ListKind
from domain.fraud.listing import RowOutcome
from domain.fraud.review import DeclineReason, ReviewOutcome, ReviewStatus
from domain.fraud.review_actions import ReviewAction
from domain.fraud.rule import RuleAction, RuleStatus
from domain.fraud.rule_set import RuleMode
from domain.fraud.screening import RuleOutcome
from domain.fraud.velocity import Dimension
from domain.payments.screening import ScreeningDecision

__all__ = [
    "BacktestStatus",
    "DeclineReason",
    "Dimension",
    "FraudReviewEventType",
    "ListEffect",
    "ListKind",
    "ReviewAction",
    "ReviewDecision",
    "ReviewOrder",
    "ReviewOutcome",
    "ReviewSla",
    "ReviewStatus",
    "RowOutcome",
    "RuleAction",
    "RuleMode",
    "RuleOutcome",
    "RuleStatus",
    "ScreeningDecision",
]

described(
    ScreeningDecision,
    "What becomes of a payment that was screened.",
    ALLOW="It goes on.",
    REQUEST_3DS="It goes on once the customer has passed 3-D Secure.",
    REVIEW="It is authorized, and held until somebody has decided.",
    BLOCK="It is declined before any gateway is asked.",
)
described(
    ReviewStatus,
    "Where a review stands; a snooze is an overlay, not a status.",
    called="FraudReviewStatus",
    OPEN="Nobody works on it yet.",
    ASSIGNED="Somebody works on it.",
    ESCALATED="Somebody with more say has to take it.",
    APPROVED="The payment was let go.",
    DECLINED="The payment was, or is being, voided.",
)
described(
    ReviewSla,
    "How much of its time a waiting review has left.",
    called="FraudReviewSla",
    ON_TIME="There is time.",
    WARNED="Its reviewers have been warned.",
    ESCALATED="It was escalated, since little time is left.",
    OVERDUE="Its time is over, and the payment is about to be voided.",
)
described(
    ReviewOrder,
    "How a list of reviews is sorted. Amounts of all currencies compare in major units.",
    called="FraudReviewOrder",
    DUE_AT_ASC="The most urgent first.",
    OPENED_AT_DESC="The newest first.",
    OPENED_AT_ASC="The oldest first.",
    AMOUNT_DESC="The largest amount first.",
    AMOUNT_ASC="The smallest amount first.",
)
described(
    DeclineReason,
    "Why a payment was declined in review.",
    called="FraudDeclineReason",
    STOLEN_CARD="The card, or its data, is somebody else's.",
    ACCOUNT_TAKEOVER="Somebody else took over the customer's account.",
    CARD_TESTING="Stolen card data were being tried out.",
    FRIENDLY_FRAUD="The customer would dispute what it did buy.",
    SYNTHETIC_IDENTITY="The customer is made up.",
    POLICY_VIOLATION="The merchant does not sell this, there, or to them.",
    OTHER="Anything else; a note says what.",
    NOT_DECIDED_IN_TIME="Nobody decided before the authorization would have lapsed.",
    PAYMENT_ENDED="The payment was voided or lapsed, so that nothing was left to decide.",
)
described(
    ReviewOutcome,
    "What a reviewed payment turned out to be, as far as anyone knows.",
    called="FraudReviewOutcome",
    CONFIRMED_FRAUD="Fraud, as the cardholder, issuer or network says.",
    SUSPECTED_FRAUD="Fraud, as far as can be seen.",
    FALSE_POSITIVE="Legitimate, and it should not have been stopped.",
    LEGITIMATE="Legitimate, and worth the look.",
    UNKNOWN="Nobody can tell.",
)
described(
    FraudReviewEventType,
    "What happened to a review.",
    OPENED="It was opened.",
    ASSIGNED="Somebody took it, or was given it.",
    RELEASED="It was put back into the queue.",
    ESCALATED="It was passed on to somebody with more say.",
    SNOOZED="It was hidden from the queue for a while.",
    SLA_WARNING="Its time is getting short.",
    CLOSED="It was decided.",
    REOPENED="The decision was taken back.",
    OUTCOME_RECORDED="What the payment turned out to be was written down.",
)
described(
    RuleAction,
    "What a rule that matches does.",
    called="FraudRuleAction",
    REQUEST_3DS="It asks for 3-D Secure.",
    ALLOW="It lets the payment go, whatever the author's rules to block and review say.",
    BLOCK="It declines the payment before any gateway is asked.",
    REVIEW="It has somebody look at the payment.",
    SCORE="It adds points; the author's score policy says how many are too many.",
)
described(
    RuleStatus,
    "How far a rule has come.",
    called="FraudRuleStatus",
    DRAFT="It does nothing yet.",
    SHADOW="It is evaluated and recorded, without acting.",
    PUBLISHED="It acts. A newer version may be in draft or shadow beside it.",
    DISABLED="It is neither evaluated nor acts.",
)
described(
    RuleMode,
    "Whether a rule acts or is only recorded.",
    called="FraudRuleMode",
    LIVE="It acts.",
    SHADOW="It is only recorded.",
)
described(
    RuleOutcome,
    "What became of one rule in one screening.",
    called="FraudRuleOutcome",
    MATCHED="Its expression held.",
    NOT_MATCHED="Its expression did not hold.",
    FAILED="It could not be evaluated, and did nothing; see `message`.",
    AWAITING_SCORE="It needs the gateway's risk score, which had not come.",
)
described(
    ListKind,
    "The kind of value that a list holds.",
    called="FraudListKind",
    EMAIL="E-mail addresses.",
    DOMAIN="What stands behind the @ of e-mail addresses.",
    CARD="Cards, by their fingerprints.",
    BIN="The first six to eight digits of card numbers.",
    IP="IP addresses, and networks in CIDR notation (RFC 4632).",
    COUNTRY="Countries (ISO 3166-1).",
    CUSTOMER="Customers, by their ids.",
)
described(
    ListEffect,
    "What being listed does by itself, without any rule.",
    called="FraudListEffect",
    BLOCK="The payment is declined.",
    ALLOW="The payment is let go.",
    NONE="Nothing: rules ask for the list by `in_list`.",
)
described(
    Dimension,
    "What payments can have in common, and are counted by.",
    called="FraudDimension",
    CARD="The card.",
    EMAIL="The customer's e-mail address.",
    IP="The customer's IP address.",
    CUSTOMER="The merchant's customer.",
    DEVICE="The customer's device.",
    MERCHANT="The merchant.",
)
described(
    BacktestStatus,
    "Where a backtest stands.",
    QUEUED="It waits for a worker.",
    RUNNING="A worker is on it.",
    SUCCEEDED="All payments of its range were judged.",
    CANCELED="Somebody stopped it; what it found so far stays.",
    FAILED="It could not be run; see `failure`.",
)
described(
    ReviewAction,
    "A mutation on one fraud review.",
    called="FraudReviewAction",
    CLAIM="`claimFraudReview`.",
    RELEASE="`releaseFraudReview`.",
    ASSIGN="`assignFraudReview`.",
    ESCALATE="`escalateFraudReview`.",
    SNOOZE="`snoozeFraudReview`.",
    ADD_NOTE="`addFraudReviewNote`.",
    APPROVE="`approveFraudReview`.",
    DECLINE="`declineFraudReview`.",
    REOPEN="`reopenFraudReview`.",
    RECORD_OUTCOME="`recordFraudReviewOutcome`.",
)
described(
    ReviewDecision,
    "What somebody decides about a held payment.",
    called="FraudReviewDecision",
    APPROVE="It goes on.",
    DECLINE="It is given back.",
)
described(
    RowOutcome,
    "What became of one value that was to be put on a list, or taken from it.",
    called="ListEntryOutcome",
    ADDED="It is listed now.",
    REPLACED="It was listed already; its reason and expiry are the new ones.",
    REMOVED="It is listed no more.",
    NOT_LISTED="It was not listed.",
    REFUSED="It is no value of the list's kind, or was given twice; see `message`.",
)
