"""Who pays in the benchmark, and the payments that they make."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from adapters.currencies import currency_of
from domain.fraud.facts import trace_of
from domain.kernel.ids import new_uuid
from domain.payments.customer import Customer
from domain.payments.method import CardBrand, CardFunding, PaymentMethod, PaymentMethodType
from domain.payments.origin import Origin
from domain.payments.payment import CaptureMode, Payment, PaymentStatus
from domain.payments.screening import Arrival

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.fraud.velocity import Dimension
    from domain.merchants.merchant import Merchant

KNOWN_BUYERS = 500
BUSY_ADDRESS = "198.18.0.1"
_SINCE = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Somebody with a card, an address and a device; `number` tells one from the other."""

    number: int

    def arrival(self, merchant: Merchant, at: datetime, address: str | None = None) -> Arrival:
        """A new payment of 50 euros; from another address if one is given."""
        payment = Payment(
            id=new_uuid(at),
            merchant_id=merchant.id,
            status=PaymentStatus.PROCESSING,
            capture_mode=CaptureMode.AUTOMATIC,
            currency=currency_of("EUR"),
            amount_minor=50_00,
            method=PaymentMethod(
                type=PaymentMethodType.CARD,
                token="tok_visa",  # noqa: S106 - a name
                brand=CardBrand.VISA,
                last4="4242",
                bin="424242",
                country="DE",
                funding=CardFunding.CREDIT,
                fingerprint=f"fp_{self.number}",
            ),
            gateway=merchant.gateway,
            created_at=at,
            updated_at=at,
        )
        customer = Customer(
            id=UUID(int=self.number + 1),
            merchant_id=merchant.id,
            email=f"buyer{self.number}@shop.example.com",
            country="DE",
            created_at=_SINCE,
        )
        origin = Origin(
            ip_address=address or f"203.0.{self.number // 250}.{1 + self.number % 250}",
            device_id=f"device-{self.number}",
            billing_country="DE",
            shipping_country="DE",
        )
        return Arrival(payment=payment, merchant=merchant, customer=customer, origin=origin)


def hashes_of(buyer: Buyer, merchant: Merchant, address: str | None = None) -> Mapping[Dimension, int]:
    """Under which numbers a buyer's payments are counted."""
    return trace_of(buyer.arrival(merchant, _SINCE, address), _SINCE).hashes
