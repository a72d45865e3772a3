"""A payment: what was authorized, captured and given back, and what may still happen to it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from domain.kernel.errors import Invalid
from domain.kernel.machine import advance
from domain.kernel.money import Currency, Money
from domain.kernel.text import optional_text
from domain.payments.errors import CaptureExceedsAuthorization, PaymentStateForbids, RefundExceedsCaptured
from domain.payments.events import PaymentEvent, PaymentEventType

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.events import JsonValue
    from domain.payments.decline import DeclineCode
    from domain.payments.method import PaymentMethod

MOST_MINOR = 10**12
"""The largest amount of one payment, so that balances of millions of payments still fit 64 bits."""
MOST_EVENTS = 1000
"""From then on nothing more is refunded: what belongs to one payment must stay little enough to load."""
MOST_EVENTS_TO_CAPTURE = 500
"""From then on nothing more is captured, so that refunds keep their room."""
MOST_METADATA = 50
LONGEST_METADATA_KEY = 40
LONGEST_METADATA_VALUE = 500
LONGEST_DESCRIPTION = 1000


class PaymentStatus(StrEnum):
    """Where the payment stands; refunds and disputes are axes beside it."""

    PROCESSING = "PROCESSING"
    REQUIRES_ACTION = "REQUIRES_ACTION"
    IN_REVIEW = "IN_REVIEW"
    AUTHORIZED = "AUTHORIZED"
    PARTIALLY_CAPTURED = "PARTIALLY_CAPTURED"
    CAPTURED = "CAPTURED"
    VOIDED = "VOIDED"
    DECLINED = "DECLINED"
    FAILED = "FAILED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"


_S = PaymentStatus
TRANSITIONS: dict[PaymentStatus, frozenset[PaymentStatus]] = {
    _S.PROCESSING: frozenset({_S.REQUIRES_ACTION, _S.IN_REVIEW, _S.AUTHORIZED, _S.CAPTURED, _S.DECLINED, _S.FAILED}),
    _S.REQUIRES_ACTION: frozenset(
        {
            _S.PROCESSING,
            _S.AUTHORIZED,
            _S.CAPTURED,
            _S.IN_REVIEW,
            _S.DECLINED,
            _S.FAILED,
            _S.CANCELED,
            _S.EXPIRED,
        }
    ),
    _S.IN_REVIEW: frozenset({_S.AUTHORIZED, _S.CAPTURED, _S.VOIDED, _S.EXPIRED}),
    # Back into review when the review that released it is opened again.
    _S.AUTHORIZED: frozenset({_S.IN_REVIEW, _S.PARTIALLY_CAPTURED, _S.CAPTURED, _S.VOIDED, _S.EXPIRED}),
    _S.PARTIALLY_CAPTURED: frozenset({_S.PARTIALLY_CAPTURED, _S.CAPTURED}),
    _S.CAPTURED: frozenset(),
    _S.VOIDED: frozenset(),
    _S.DECLINED: frozenset(),
    _S.FAILED: frozenset(),
    _S.CANCELED: frozenset(),
    _S.EXPIRED: frozenset(),
}


class CaptureMode(StrEnum):
    """Whether the money is taken with the authorization or later, by a capture."""

    AUTOMATIC = "AUTOMATIC"
    MANUAL = "MANUAL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """All `*_minor` are minor units of `currency`.

    `disputed_minor` is what networks hold of the captured money; `double_loss_minor` is what they hold beyond it, since
    it was refunded as well. What a capture or refund under way has reserved is in `capture_pending_minor` and
    `refund_pending_minor`, so two at once can never exceed the total. `fee_minor` is what captures cost, of which
    `returned_fee_minor` was given back; `refund_fee_minor` is what refunds cost. `version` counts the
    events; `events` are those not yet saved.
    """

    id: UUID
    merchant_id: UUID
    status: PaymentStatus
    capture_mode: CaptureMode
    currency: Currency
    amount_minor: int
    authorized_minor: int = 0
    captured_minor: int = 0
    refunded_minor: int = 0
    disputed_minor: int = 0
    double_loss_minor: int = 0
    capture_pending_minor: int = 0
    refund_pending_minor: int = 0
    final_capture_pending: bool = False
    void_pending: bool = False
    unknown_operations: int = 0
    fee_minor: int = 0
    returned_fee_minor: int = 0
    refund_fee_minor: int = 0
    method: PaymentMethod
    customer_id: UUID | None = None
    reference: str | None = None
    description: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    gateway: str
    gateway_reference: str | None = None
    decline_code: DeclineCode | None = None
    decline_message: str | None = None
    next_action_url: str | None = None
    return_url: str | None = None
    risk_score: int | None = None
    created_at: datetime
    updated_at: datetime
    authorized_at: datetime | None = None
    captured_at: datetime | None = None
    authorization_expires_at: datetime | None = None
    next_action_expires_at: datetime | None = None
    version: int = 0
    events: tuple[PaymentEvent, ...] = ()

    def __post_init__(self) -> None:
        captured = self.captured_minor + self.capture_pending_minor
        given_back = self.refunded_minor + self.disputed_minor + self.refund_pending_minor
        # Asserted on each hydration and each change: a row that breaks these must not be acted upon.
        if not (
            0 <= captured <= self.authorized_minor <= self.amount_minor
            and 0 <= given_back <= self.captured_minor
            and self.double_loss_minor >= 0
        ):
            message = f"payment {self.id} breaks an amount invariant"
            raise AssertionError(message)

    @property
    def capturable_minor(self) -> int:
        """What can still be captured now."""
        if self.capture_refusal() is not None:
            return 0
        return self.authorized_minor - self.captured_minor - self.capture_pending_minor

    @property
    def refundable_minor(self) -> int:
        """What can still be refunded now."""
        return 0 if self.version >= MOST_EVENTS else self.remaining_minor

    @property
    def remaining_minor(self) -> int:
        """What of the captured money neither customers nor networks have, nor are about to get."""
        return self.captured_minor - self.refunded_minor - self.disputed_minor - self.refund_pending_minor

    def money(self, minor: int) -> Money:
        """An amount in the payment's currency."""
        return Money(minor, self.currency)

    def change(self, at: datetime, event: PaymentEventType, data: Mapping[str, JsonValue], **values: Any) -> Payment:  # noqa: ANN401
        """A new value that carries one more event. Only the transitions of this context call it."""
        return replace(
            self,
            **values,
            updated_at=at,
            version=self.version + 1,
            events=(*self.events, PaymentEvent(type=event, occurred_at=at, data=data)),
        )

    def next_status(self, target: PaymentStatus) -> PaymentStatus:
        """The target, if the machine has the arrow; raise `TransitionNotAllowed`."""
        return advance(TRANSITIONS, "payment", self.status, target)

    def capture_refusal(self) -> str | None:
        """Why nothing can be captured now; nothing when something can."""
        if self.status not in {_S.AUTHORIZED, _S.PARTIALLY_CAPTURED}:
            held = self.status is _S.IN_REVIEW
            refusal = f"Only an authorized payment can be captured; this one is {self.status}."
            return (
                "This payment is IN_REVIEW; it can be captured once its fraud review is approved." if held else refusal
            )
        if self.final_capture_pending:
            return "A final capture is under way; wait for its outcome."
        if self.void_pending:
            return "A void is under way; wait for its outcome."
        if self.captured_minor + self.capture_pending_minor >= self.authorized_minor:
            return "All that was authorized is captured or about to be."
        if self.version >= MOST_EVENTS_TO_CAPTURE:
            return f"This payment has had {self.version} events, too many to capture more; make a new one for the rest."
        return None

    def void_refusal(self) -> str | None:
        """Why the payment cannot be voided now; nothing when it can."""
        if self.status is _S.REQUIRES_ACTION:
            return None
        if self.status not in {_S.AUTHORIZED, _S.IN_REVIEW}:
            return f"Only an authorized payment of which nothing is captured can be voided; this one is {self.status}."
        if self.capture_pending_minor:
            return "A capture is under way; wait for its outcome."
        if self.void_pending:
            return "A void is under way; wait for its outcome."
        return None

    def refund_refusal(self) -> str | None:
        """Why nothing can be refunded now; nothing when something can."""
        if not self.captured_minor:
            return f"Only captured money can be refunded; this payment is {self.status} with nothing captured."
        if self.version >= MOST_EVENTS:
            return (
                f"This payment has had {MOST_EVENTS} events, the most there may be; pay the rest back by other means."
            )
        if not self.refundable_minor:
            return "All that was captured is refunded, disputed or about to be refunded."
        return None

    def confirm_refusal(self) -> str | None:
        """Why there is nothing to confirm; nothing when there is."""
        if self.status is not _S.REQUIRES_ACTION:
            return f"Only a payment that requires an action can be confirmed; this one is {self.status}."
        return None

    def checked_amount(self, amount: Money) -> int:
        """The minor units of an amount that a caller gave for this payment; raise `Invalid`."""
        if amount.currency != self.currency:
            raise Invalid(("amount", "currency"), f"This payment is in {self.currency.code}.")
        return positive(amount)

    def ensure_capturable(self, amount: Money) -> int:
        """The minor units; raise `PaymentStateForbids`, `CaptureExceedsAuthorization` or `Invalid`."""
        # The state first: all that is left of a payment that cannot be captured is nothing, which is no amount.
        if (refusal := self.capture_refusal()) is not None:
            raise PaymentStateForbids(refusal)
        minor = self.checked_amount(amount)
        if minor > self.capturable_minor:
            raise CaptureExceedsAuthorization(self.money(self.capturable_minor))
        return minor

    def ensure_refundable(self, amount: Money) -> int:
        """The minor units; raise `PaymentStateForbids`, `RefundExceedsCaptured` or `Invalid`."""
        if (refusal := self.refund_refusal()) is not None:
            raise PaymentStateForbids(refusal)
        minor = self.checked_amount(amount)
        if minor > self.refundable_minor:
            raise RefundExceedsCaptured(self.money(self.refundable_minor))
        return minor


def positive(amount: Money) -> int:
    """The minor units of an amount to be moved; raise `Invalid` for nothing, less than nothing and too much."""
    if amount.minor <= 0:
        raise Invalid(("amount", "amount"), "An amount must be more than zero.")
    if amount.minor > MOST_MINOR:
        raise Invalid(("amount", "amount"), f"An amount must be at most {MOST_MINOR} minor units.")
    return amount.minor


def checked_texts(reference: str | None, description: str | None, metadata: Mapping[str, str]) -> None:
    """Raise `Invalid` for a text of a new payment that breaks its rule."""
    optional_text(reference, ("reference",))
    optional_text(description, ("description",), longest=LONGEST_DESCRIPTION, multiline=True)
    if len(metadata) > MOST_METADATA:
        raise Invalid(("metadata",), f"At most {MOST_METADATA} metadata entries are kept.")
    for index, (key, value) in enumerate(metadata.items()):
        optional_text(key, ("metadata", str(index), "key"), longest=LONGEST_METADATA_KEY)
        optional_text(value, ("metadata", str(index), "value"), longest=LONGEST_METADATA_VALUE)
