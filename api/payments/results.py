"""What the mutations of payments answer with: a payload, or one of the errors that can happen."""

from typing import Annotated, TypeAlias

import strawberry

from api.approvals.types import ApprovalRequired
from api.describing import attribute
from api.errors import (
    AmountExceedsLimit,
    IdempotencyConflict,
    IdempotencyInProgress,
    InvalidInput,
    InvalidState,
    NotFound,
    PermissionDenied,
)
from api.payments.children import Capture, Refund
from api.payments.types import Payment

REPLAYED = "Whether an earlier request with the same key had done it."


@strawberry.type(description="A payment was created; a declined one was, too.")
class CreatePaymentPayload:
    """Of `createPayment`."""

    payment: Payment = attribute("The payment, after the gateway's first answer.")
    replayed: bool = attribute(REPLAYED)


@strawberry.type(description="The gateway was asked again.")
class ConfirmPaymentPayload:
    """Of `confirmPayment`."""

    payment: Payment = attribute("The payment, after the gateway's answer.")
    replayed: bool = attribute(REPLAYED)


@strawberry.type(description="A capture was handed to the gateway.")
class CapturePaymentPayload:
    """Of `capturePayment`."""

    capture: Capture = attribute("The capture, after the gateway's first answer.")
    payment: Payment = attribute("Its payment.")
    replayed: bool = attribute(REPLAYED)


@strawberry.type(description="A void was handed to the gateway, or a payment that waited for its customer is canceled.")
class VoidPaymentPayload:
    """Of `voidPayment`."""

    payment: Payment = attribute("The payment, after the gateway's first answer.")
    replayed: bool = attribute(REPLAYED)


@strawberry.type(description="A refund was handed to the gateway.")
class RefundPaymentPayload:
    """Of `refundPayment`."""

    refund: Refund = attribute("The refund, after the gateway's first answer.")
    payment: Payment = attribute("Its payment.")
    replayed: bool = attribute(REPLAYED)


# What every mutation of a payment can answer with instead of its payload.
Refusal: TypeAlias = (
    InvalidInput | NotFound | PermissionDenied | InvalidState | IdempotencyConflict | IdempotencyInProgress
)
CreatePaymentResult = Annotated[
    CreatePaymentPayload | Refusal,
    strawberry.union("CreatePaymentResult", description="What `createPayment` answers with."),
]
ConfirmPaymentResult = Annotated[
    ConfirmPaymentPayload | Refusal,
    strawberry.union("ConfirmPaymentResult", description="What `confirmPayment` answers with."),
]
CapturePaymentResult = Annotated[
    CapturePaymentPayload | Refusal | AmountExceedsLimit,
    strawberry.union("CapturePaymentResult", description="What `capturePayment` answers with."),
]
VoidPaymentResult = Annotated[
    VoidPaymentPayload | Refusal,
    strawberry.union("VoidPaymentResult", description="What `voidPayment` answers with."),
]
RefundPaymentResult = Annotated[
    RefundPaymentPayload | ApprovalRequired | Refusal | AmountExceedsLimit,
    strawberry.union("RefundPaymentResult", description="What `refundPayment` answers with."),
]
