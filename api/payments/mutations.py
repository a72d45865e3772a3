"""The mutations of payments: read the input, run the verb, show the result."""

from uuid import UUID

import strawberry

from api.approvals.types import approval_required
from api.context import Context
from api.fields import mutation
from api.identifiers import optional_id
from api.money import amount_of
from api.payments.children import capture, refund
from api.payments.inputs import (
    CapturePaymentInput,
    ConfirmPaymentInput,
    CreatePaymentInput,
    RefundPaymentInput,
    VoidPaymentInput,
)
from api.payments.results import (
    CapturePaymentPayload,
    CapturePaymentResult,
    ConfirmPaymentPayload,
    ConfirmPaymentResult,
    CreatePaymentPayload,
    CreatePaymentResult,
    RefundPaymentPayload,
    RefundPaymentResult,
    VoidPaymentPayload,
    VoidPaymentResult,
)
from api.payments.types import payment
from domain.approvals.approval_request import ApprovalRequest
from domain.identity.permission import Permission
from domain.kernel.errors import Invalid
from domain.kernel.ids import Prefix, parse_id
from domain.payments.capture_payment import CapturePayment, capture_payment
from domain.payments.confirm_payment import ConfirmPayment, confirm_payment
from domain.payments.create_payment import CreatePayment, NewCustomer, create_payment
from domain.payments.origin import Origin
from domain.payments.payment import CaptureMode
from domain.payments.refund import RefundReason
from domain.payments.refund_payment import RefundPayment, refund_payment
from domain.payments.void_payment import VoidPayment, void_payment


@mutation(Permission.PAYMENTS_WRITE, "Create a payment. A decline is a successful answer: see the payment's status.")
async def create(context: Context, input: CreatePaymentInput) -> CreatePaymentResult:  # noqa: A002 - GraphQL's word
    """Run `create_payment`."""
    method = input.payment_method
    if not method.token:
        rule = "Only card tokens are taken so far; give paymentMethod.token."
        raise Invalid(("paymentMethod",), rule)
    pairs = input.metadata or []
    if len({pair.key for pair in pairs}) != len(pairs):
        raise Invalid(("metadata",), "Give each key of the metadata once.")
    command = CreatePayment(
        idempotency_key=input.idempotency_key,
        merchant_id=context.actor.only_merchant
        if input.merchant_id is None
        else parse_id(Prefix.MERCHANT, input.merchant_id, ("merchantId",)),
        amount=amount_of(input.amount, context.currency_of, "amount"),
        capture_mode=input.capture_mode or CaptureMode.AUTOMATIC,
        token=method.token,
        customer=_customer(input),
        origin=_origin(input),
        reference=input.reference,
        description=input.description,
        metadata={pair.key: pair.value for pair in pairs},
        return_url=input.return_url,
    )
    result = await create_payment(context.payments, context.actor, command)
    return CreatePaymentPayload(payment=payment(result.payment), replayed=result.replayed)


@mutation(Permission.PAYMENTS_WRITE, "Go on with a payment after the customer's next action.")
async def confirm(context: Context, input: ConfirmPaymentInput) -> ConfirmPaymentResult:  # noqa: A002
    """Run `confirm_payment`."""
    command = ConfirmPayment(idempotency_key=input.idempotency_key, payment_id=_payment_id(input.payment_id))
    result = await confirm_payment(context.payments, context.actor, command)
    return ConfirmPaymentPayload(payment=payment(result.payment), replayed=result.replayed)


@mutation(Permission.PAYMENTS_WRITE, "Capture authorized money, all of it or a part.")
async def capture_(context: Context, input: CapturePaymentInput) -> CapturePaymentResult:  # noqa: A002
    """Run `capture_payment`."""
    amount = input.amount and amount_of(input.amount, context.currency_of, "amount")
    command = CapturePayment(
        idempotency_key=input.idempotency_key,
        payment_id=_payment_id(input.payment_id),
        amount=amount,
        final=input.final is not False,
    )
    result = await capture_payment(context.payments, context.actor, command)
    return CapturePaymentPayload(
        capture=capture(result.capture), payment=payment(result.payment), replayed=result.replayed
    )


@mutation(Permission.PAYMENTS_WRITE, "Give an authorization back before anything of it is captured.")
async def void(context: Context, input: VoidPaymentInput) -> VoidPaymentResult:  # noqa: A002
    """Run `void_payment`."""
    command = VoidPayment(
        idempotency_key=input.idempotency_key,
        payment_id=_payment_id(input.payment_id),
        reason=input.reason,
    )
    result = await void_payment(context.payments, context.actor, command)
    return VoidPaymentPayload(payment=payment(result.payment), replayed=result.replayed)


@mutation(
    Permission.REFUNDS_WRITE,
    "Give captured money back, all of it or a part. Where a policy wants a second person, ask for approval instead.",
)
async def refund_(context: Context, input: RefundPaymentInput) -> RefundPaymentResult:  # noqa: A002
    """Run `refund_payment`."""
    amount = input.amount and amount_of(input.amount, context.currency_of, "amount")
    command = RefundPayment(
        idempotency_key=input.idempotency_key,
        payment_id=_payment_id(input.payment_id),
        amount=amount,
        reason=input.reason or RefundReason.CUSTOMER_REQUEST,
    )
    result = await refund_payment(context.payments, context.actor, command)
    if isinstance(result, ApprovalRequest):
        return approval_required(result)
    return RefundPaymentPayload(refund=refund(result.refund), payment=payment(result.payment), replayed=result.replayed)


def _payment_id(text: str) -> UUID:
    return parse_id(Prefix.PAYMENT, text, ("paymentId",))


def _customer(given: CreatePaymentInput) -> NewCustomer | None:
    customer = given.customer
    if customer is None:
        return None
    return NewCustomer(
        id=optional_id(Prefix.CUSTOMER, customer.id, "customer", "id"),
        email=customer.email,
        name=customer.name,
        country=customer.country,
    )


def _origin(given: CreatePaymentInput) -> Origin | None:
    origin = given.origin
    if origin is None:
        return None
    try:
        return Origin(
            ip_address=origin.ip_address,
            device_id=origin.device_id,
            customer_account=origin.customer_account,
            shipping_address=origin.shipping_address,
            billing_country=origin.billing_country,
            shipping_country=origin.shipping_country,
        )
    except Invalid as error:
        raise error.under("origin") from None


@strawberry.type
class PaymentMutations:
    """The fields that payments add to Mutation."""

    create_payment = create
    confirm_payment = confirm
    capture_payment = capture_
    void_payment = void
    refund_payment = refund_
