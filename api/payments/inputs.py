"""What the mutations of payments take."""

import strawberry

from api.describing import attribute
from api.money import MoneyInput
from api.payments.enums import CaptureMode, RefundReason
from api.payments.filters import MetadataInput
from api.scalars import CountryCode

KEY = "1 to 255 characters, new for each thing that you want done: the same key with the same input has one effect."


@strawberry.input(description="A Pix charge.")
class PixInput:
    """Nothing is needed beyond the amount."""

    expires_in_minutes: int = attribute("For how long the charge can be paid.", default=60)


@strawberry.input(description="A bank transfer.")
class SepaTransferInput:
    """Nothing is needed beyond the amount."""

    expires_in_days: int = attribute("For how long the transfer is awaited.", default=14)


@strawberry.input(description="A voucher, paid in cash.")
class VoucherInput:
    """Nothing is needed beyond the amount."""

    expires_in_days: int = attribute("For how long the voucher can be paid.", default=3)


@strawberry.input(description="How the customer pays: exactly one of these.", one_of=True)
class PaymentMethodInput:
    """Card numbers are never taken."""

    token: str | None = attribute("A token that stands for a card at the gateway.", default=strawberry.UNSET)
    pix: PixInput | None = attribute("A Pix charge.", default=strawberry.UNSET)
    sepa: SepaTransferInput | None = attribute("A bank transfer.", default=strawberry.UNSET)
    voucher: VoucherInput | None = attribute("A cash voucher.", default=strawberry.UNSET)


@strawberry.input(description="Who pays: a known customer by id, or one that is found or made by e-mail address.")
class CustomerInput:
    """Within a merchant, an e-mail address is one customer."""

    id: strawberry.ID | None = attribute("A known customer.", default=None)
    email: str | None = attribute("The e-mail address.", default=None)
    name: str | None = attribute("The name.", default=None)
    country: CountryCode | None = attribute("The country.", default=None)


@strawberry.input(description="Where a payment comes from; later it shows that earlier ones were the same customer's.")
class PaymentOriginInput:
    """Personal data; each part may be left out."""

    ip_address: str | None = attribute("The customer's IP address, version 4 or 6.", default=None)
    device_id: str | None = attribute("What your shop knows the device by, at most 128 characters.", default=None)
    customer_account: str | None = attribute("The customer's account at your shop.", default=None)
    shipping_address: str | None = attribute("Where the goods go, on one line.", default=None)
    billing_country: CountryCode | None = attribute("The country of the billing address.", default=None)
    shipping_country: CountryCode | None = attribute("The country that the goods go to.", default=None)


@strawberry.input(description="A new payment.")
class CreatePaymentInput:
    """For `createPayment`."""

    idempotency_key: str = attribute(KEY)
    merchant_id: strawberry.ID | None = attribute(
        "The merchant that is paid; may be left out by who acts for one merchant alone.", default=None
    )
    amount: MoneyInput = attribute("The amount to authorize.")
    capture_mode: CaptureMode | None = attribute("Whether to capture at once.", default=CaptureMode.AUTOMATIC)
    payment_method: PaymentMethodInput = attribute("How the customer pays.")
    customer: CustomerInput | None = attribute("Who pays.", default=None)
    origin: PaymentOriginInput | None = attribute("Where it comes from.", default=None)
    reference: str | None = attribute("Your own reference, at most 255 characters.", default=None)
    description: str | None = attribute("Your own description, at most 1,000 characters.", default=None)
    metadata: list[MetadataInput] | None = attribute("Your own data, at most 50 pairs.", default=None)
    return_url: str | None = attribute("Where the customer goes back to after a next action.", default=None)


@strawberry.input(description="A payment whose customer has acted.")
class ConfirmPaymentInput:
    """For `confirmPayment`."""

    idempotency_key: str = attribute(KEY)
    payment_id: strawberry.ID = attribute("The payment.")


@strawberry.input(description="A capture.")
class CapturePaymentInput:
    """For `capturePayment`."""

    idempotency_key: str = attribute(KEY)
    payment_id: strawberry.ID = attribute("The payment.")
    amount: MoneyInput | None = attribute("How much; all that is left when left out.", default=None)
    final: bool | None = attribute("Whether to release what this capture leaves over.", default=True)


@strawberry.input(description="A void.")
class VoidPaymentInput:
    """For `voidPayment`."""

    idempotency_key: str = attribute(KEY)
    payment_id: strawberry.ID = attribute("The payment.")
    reason: str | None = attribute("Why, for the timeline.", default=None)


@strawberry.input(description="A refund.")
class RefundPaymentInput:
    """For `refundPayment`."""

    idempotency_key: str = attribute(KEY)
    payment_id: strawberry.ID = attribute("The payment.")
    amount: MoneyInput | None = attribute("How much; all that is left when left out.", default=None)
    reason: RefundReason | None = attribute("Why.", default=RefundReason.CUSTOMER_REQUEST)
