"""The words of payments, each with what it means."""

from api.enums import described
from domain.payments.actions import PaymentAction
from domain.payments.decline import ADVICE, DeclineCode
from domain.payments.events import PaymentEventType
from domain.payments.filter import PaymentOrder
from domain.payments.method import CardBrand, CardFunding, PaymentMethodType, Wallet
from domain.payments.operation import OperationStatus, OperationType
from domain.payments.payment import CaptureMode, PaymentStatus
from domain.payments.refund import RefundReason, RefundStatus

__all__ = [
    "CaptureMode",
    "CardBrand",
    "CardFunding",
    "DeclineCode",
    "OperationStatus",
    "OperationType",
    "PaymentAction",
    "PaymentEventType",
    "PaymentMethodType",
    "PaymentOrder",
    "PaymentStatus",
    "RefundReason",
    "RefundStatus",
    "Wallet",
]

described(
    PaymentStatus,
    "Where a payment stands; refunds and disputes are axes beside it.",
    PROCESSING="The gateway has not answered yet, or nobody knows what it answered.",
    REQUIRES_ACTION="The customer has to do something first; see `nextAction`.",
    IN_REVIEW="Authorized and held for a fraud review; it can be voided meanwhile.",
    AUTHORIZED="The money is set aside and can be captured.",
    PARTIALLY_CAPTURED="A part is captured, the rest can still be.",
    CAPTURED="All that will be captured is captured.",
    VOIDED="The authorization was given back before anything was captured.",
    DECLINED="The issuer refused, or screening blocked it before anybody was asked; see `declineCode`.",
    FAILED="The gateway failed and moved no money.",
    CANCELED="Given up before anything was authorized.",
    EXPIRED="The authorization or the customer's action ran out of time.",
)
described(
    CaptureMode,
    "Whether the money is taken with the authorization or later.",
    AUTOMATIC="Captured in full with the authorization, or as soon as screening or a fraud review lets it pass.",
    MANUAL="Captured later by `capturePayment`, in one or several parts.",
)
described(
    PaymentMethodType,
    "How a customer pays.",
    CARD="A card, or a wallet's token for one.",
    SEPA_TRANSFER="A bank transfer in the SEPA area.",
    PIX="Brazil's instant payment.",
    CASH_VOUCHER="A voucher, paid in cash.",
)
described(
    CardBrand,
    "A card's network.",
    VISA="Visa.",
    MASTERCARD="Mastercard.",
    AMEX="American Express.",
    DISCOVER="Discover.",
)
described(
    CardFunding,
    "Where a cardholder's money comes from.",
    CREDIT="A credit line.",
    DEBIT="A bank account.",
    PREPAID="A balance paid in before.",
)
described(Wallet, "The wallet that handed over a token.", APPLE_PAY="Apple Pay.", GOOGLE_PAY="Google Pay.")
described(
    DeclineCode,
    "Why an issuer or a gateway refused, in one vocabulary for all gateways.",
    **{
        **{code.name: advice for code, advice in ADVICE.items()},
        DeclineCode.FRAUD_SUSPECTED.name: "The issuer suspects fraud, or screening did before it. Do not retry.",
    },
)
described(
    OperationType,
    "What a gateway is asked to do.",
    AUTHORIZE="Set money aside, and take it at once when the capture mode is automatic.",
    CAPTURE="Take authorized money.",
    VOID="Give an authorization back.",
    REFUND="Give captured money back.",
)
described(
    OperationStatus,
    "What is known of a call to a gateway.",
    PENDING="Handed over or about to be.",
    SUCCEEDED="The gateway did it.",
    FAILED="The gateway did not do it and will not.",
    UNKNOWN="Nobody can tell; the gateway is asked at growing intervals.",
)
described(
    RefundStatus,
    "Whether a refund reached the customer.",
    PENDING="Under way.",
    SUCCEEDED="The money is with the customer, or on its way there.",
    FAILED="It did not get there, or came back.",
)
described(
    RefundReason,
    "Why a merchant gives money back.",
    CUSTOMER_REQUEST="The customer asked for it.",
    DUPLICATE="The customer was charged twice.",
    FRAUDULENT="The payment was fraudulent.",
    PRODUCT_NOT_RECEIVED="What was paid for did not arrive.",
    DISPUTE_PREVENTION="To keep the customer from disputing the payment.",
    OTHER="Something else.",
)
described(
    PaymentOrder,
    "How a list of payments is sorted. Amounts of all currencies compare in major units.",
    CREATED_AT_DESC="Newest first.",
    CREATED_AT_ASC="Oldest first.",
    AMOUNT_DESC="Largest amount first.",
    AMOUNT_ASC="Smallest amount first.",
)
described(
    PaymentAction,
    "A mutation on one payment.",
    CONFIRM="`confirmPayment`, after the customer's action.",
    CAPTURE="`capturePayment`.",
    VOID="`voidPayment`.",
    REFUND="`refundPayment`.",
)
described(
    PaymentEventType,
    "What happened to a payment.",
    CREATED="It was created.",
    ACTION_REQUIRED="The customer has to do something first.",
    CONFIRMED="The customer is back, and the gateway is asked again.",
    AUTHORIZED="The money was set aside.",
    HELD_FOR_REVIEW="The money was set aside, or was so before, and is held for a fraud review.",
    RELEASED_FROM_REVIEW="The review was approved: it is authorized, and can be captured.",
    CAPTURE_REQUESTED="A capture was handed to the gateway.",
    CAPTURED="Money was captured.",
    CAPTURE_FAILED="The gateway refused to capture.",
    VOID_REQUESTED="A void was handed to the gateway.",
    VOIDED="The authorization was given back.",
    VOID_FAILED="The gateway refused to void.",
    REFUND_REQUESTED="A refund was handed to the gateway.",
    REFUNDED="Money was given back.",
    REFUND_FAILED="A refund failed.",
    DISPUTE_FUNDS_WITHDRAWN="A network took money back for a dispute.",
    DISPUTE_FUNDS_REINSTATED="A network gave disputed money back.",
    DECLINED="The issuer refused, or screening blocked it before anybody was asked.",
    FAILED="The gateway failed and moved no money.",
    CANCELED="It was given up before anything was authorized.",
    EXPIRED="The authorization or the customer's action ran out of time.",
    OUTCOME_UNKNOWN="A gateway's answer was lost; it is being asked.",
)
