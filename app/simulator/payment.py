"""An authorization as the gateway knows it, and the rules that keep its money straight."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

AUTHORIZATION_LASTS = timedelta(days=7)
CHALLENGE_LASTS = timedelta(hours=1)


class Refused(Exception):
    """The gateway's rules forbid what was asked; nothing moved. `code` is the gateway's own word for the rule."""

    def __init__(self, code: str, message: str, decline_code: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.decline_code = decline_code


class PaymentState(StrEnum):
    """Where an authorization stands."""

    AWAITING_CUSTOMER = "awaiting_customer"
    AUTHENTICATED = "authenticated"
    REJECTED = "rejected"
    OPEN = "open"
    """Authorized; captures may follow."""
    CLOSED = "closed"
    """Nothing more can be captured; what was captured can be refunded."""
    VOIDED = "voided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One authorization, in minor units. `expires_at` ends the customer's challenge, then the authorization."""

    reference: str
    token: str
    currency: str
    amount_minor: int
    state: PaymentState
    expires_at: datetime
    captured_minor: int = 0
    refunded_minor: int = 0
    return_url: str | None = None

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Payment:
        """The payment of a journal entry."""
        checked: dict[str, Any] = {
            **value,
            "state": PaymentState(value["state"]),
            "expires_at": datetime.fromisoformat(value["expires_at"]),
        }
        return cls(**checked)

    def as_json(self) -> dict[str, Any]:
        """The form that is journaled."""
        return {**asdict(self), "expires_at": self.expires_at.isoformat()}

    def authenticate(self, now: datetime, *, passed: bool) -> Payment:
        """The customer's answer to the challenge, taken once and in time; raise `Refused` otherwise."""
        if self.state is not PaymentState.AWAITING_CUSTOMER:
            raise Refused("already_answered", "This authentication was answered before.")
        if now >= self.expires_at:
            raise Refused("challenge_expired", "This authentication has expired.")
        return replace(self, state=PaymentState.AUTHENTICATED if passed else PaymentState.REJECTED)

    def confirm(self, now: datetime) -> Payment:
        """Authorize after the challenge; the same payment while the customer is still at it."""
        if self.state is PaymentState.AUTHENTICATED:
            return replace(self, state=PaymentState.OPEN, expires_at=now + AUTHORIZATION_LASTS)
        if self.state is PaymentState.REJECTED or (
            self.state is PaymentState.AWAITING_CUSTOMER and now >= self.expires_at
        ):
            raise Refused("1A", "The customer did not pass authentication.", "authentication_failed")
        if self.state is PaymentState.AWAITING_CUSTOMER:
            return self
        raise Refused("already_authorized", "This authorization was confirmed before.")

    def capture(self, amount_minor: int, now: datetime, *, final: bool) -> tuple[Payment, int]:
        """Take money; also what a final capture releases. More than was authorized is refused."""
        if self.state is not PaymentState.OPEN:
            raise Refused("not_capturable", f"An authorization that is {self.state} cannot be captured.")
        if now >= self.expires_at:
            raise Refused("authorization_expired", "The authorization has expired.")
        remainder = self.amount_minor - self.captured_minor - amount_minor
        if remainder < 0:
            raise Refused("exceeds_authorized", "This is more than what is left of the authorization.")
        state = PaymentState.CLOSED if final or not remainder else PaymentState.OPEN
        return replace(self, state=state, captured_minor=self.captured_minor + amount_minor), remainder if final else 0

    def void(self, amount_minor: int) -> Payment:
        """Give up an authorization whole; once something was captured it is refused."""
        if self.captured_minor:
            raise Refused("already_captured", "What was captured can be refunded, not voided.")
        if self.state is not PaymentState.OPEN:
            raise Refused("not_voidable", f"An authorization that is {self.state} cannot be voided.")
        if amount_minor != self.amount_minor:
            raise Refused("partial_void", "A void is for the whole amount authorized.")
        return replace(self, state=PaymentState.VOIDED)

    def refund(self, amount_minor: int) -> Payment:
        """Give money back; more than what was captured and not yet refunded is refused."""
        if amount_minor > self.captured_minor - self.refunded_minor:
            raise Refused("exceeds_captured", "This is more than what is left to refund.")
        return replace(self, refunded_minor=self.refunded_minor + amount_minor)
