"""The small types that a payment is made of."""

from datetime import datetime
from typing import Annotated

import strawberry

from api.derivation import derived
from api.describing import attribute
from api.money import Money, shown
from api.payments.enums import CardBrand, CardFunding, PaymentAction, PaymentMethodType, Wallet
from api.scalars import CountryCode
from domain.payments import actions, method, origin, payment


@strawberry.type(description="How the customer pays. No card number is ever known here.")
class PaymentMethod:
    """From the gateway's description of a token."""

    entity: strawberry.Private[method.PaymentMethod]
    type: PaymentMethodType = derived("The kind of method.", "entity.type")
    brand: CardBrand | None = derived("The card's network.", "entity.brand")
    last4: str | None = derived("The last four digits of the card number.", "entity.last4")
    expiry_month: int | None = derived("The month in which the card expires, 1 to 12.", "entity.expiry_month")
    expiry_year: int | None = derived("The year in which the card expires.", "entity.expiry_year")
    bin: str | None = derived(
        "The bank identification number: the card number's first six to eight digits.", "entity.bin"
    )
    country: CountryCode | None = derived("The card issuer's country.", "entity.country")
    funding: CardFunding | None = derived("Where the cardholder's money comes from.", "entity.funding")
    wallet: Wallet | None = derived("The wallet that handed over the token.", "entity.wallet")
    fingerprint: str | None = derived("The same for the same card, whatever the token.", "entity.fingerprint")


@strawberry.type(description="Where a payment came from. Personal data.")
class PaymentOrigin:
    """As the merchant told it when the payment was created."""

    entity: strawberry.Private[origin.Origin]
    ip_address: str | None = derived("The customer's IP address.", "entity.ip_address")
    device_id: str | None = derived("What the merchant's shop knows the device by.", "entity.device_id")
    customer_account: str | None = derived("The customer's account at the merchant's shop.", "entity.customer_account")
    shipping_address: str | None = derived("Where the goods went.", "entity.shipping_address")
    billing_country: CountryCode | None = derived("The country of the billing address.", "entity.billing_country")
    shipping_country: CountryCode | None = derived("The country that the goods went to.", "entity.shipping_country")


@strawberry.type(description="A pair that the merchant keeps with the payment.")
class Metadata:
    """One entry of the merchant's own data."""

    key: str = attribute("The key, at most 40 characters.")
    value: str = attribute("The value, at most 500 characters.")


@strawberry.type(description="Send the customer to a page, then confirm the payment.")
class RedirectAction:
    """3-D Secure and the like."""

    url: str = attribute("The page.")
    expires_at: datetime | None = attribute("Until when the customer may act.")


@strawberry.type(description="The customer transfers the amount by bank.")
class BankTransferAction:
    """For SEPA transfers."""

    iban: str = attribute("The account to transfer to.")
    reference: str = attribute("The reference by which the transfer is recognised.")
    expires_at: datetime | None = attribute("Until when the transfer is awaited.")


@strawberry.type(description="The customer pays a Pix charge.")
class PixAction:
    """For Pix."""

    br_code: str = attribute("The BR Code, as text to copy or to show as a QR code.")
    expires_at: datetime | None = attribute("Until when the charge can be paid.")


@strawberry.type(description="The customer pays a voucher in cash.")
class VoucherAction:
    """For cash vouchers."""

    number: str = attribute("The voucher's number.")
    url: str = attribute("The voucher to print or to show.")
    expires_at: datetime | None = attribute("Until when the voucher can be paid.")


NextAction = Annotated[
    RedirectAction | BankTransferAction | PixAction | VoucherAction,
    strawberry.union("NextAction", description="What the customer has to do before the payment goes on."),
]


@strawberry.type(description="Something that can be done with a payment, or why not.")
class AvailableAction:
    """The verbs refuse by the same reasons."""

    action: PaymentAction = attribute("What.")
    allowed: bool = attribute("Whether the mutation would be taken on now.")
    reason: str | None = attribute("Why not, when it is not allowed.")
    max_amount: Money | None = attribute("The most that it can be done for, where it takes an amount.")
    requires_approval: bool = attribute("Whether a second person has to approve it.")


def next_action(entity: payment.Payment) -> RedirectAction | None:
    """What the customer has to do, if anything."""
    url = entity.next_action_url
    return RedirectAction(url=url, expires_at=entity.next_action_expires_at) if url else None


def available_action(entity: actions.AvailableAction) -> AvailableAction:
    """An action as the graph shows it."""
    return AvailableAction(
        action=entity.action,
        allowed=entity.allowed,
        reason=entity.reason,
        max_amount=shown(entity.max_amount) if entity.max_amount else None,
        requires_approval=entity.requires_approval,
    )
