"""What a gateway is asked and what it answers, in one vocabulary for all gateways."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.kernel.money import Money
    from domain.payments.decline import DeclineCode
    from domain.payments.method import PaymentMethod
    from domain.payments.operation import OperationType


class OutcomeKind(StrEnum):
    """How an operation ended, as far as anyone knows."""

    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    """Definitely refused, by the issuer or the gateway; no money moved and none will."""
    REQUIRES_ACTION = "REQUIRES_ACTION"
    """The customer has to do something first (3-D Secure)."""
    ACCEPTED = "ACCEPTED"
    """Taken on, and decided later: ask again."""
    UNKNOWN = "UNKNOWN"
    """Nobody can tell: the connection broke or the deadline passed after the first byte was sent."""
    NOT_FOUND = "NOT_FOUND"
    """The answer to a look-up of an operation that the gateway has never seen."""
    NOT_SENT = "NOT_SENT"
    """Not one byte of the request left: the gateway was never asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedirectAction:
    """Send the customer to this page, then confirm the payment."""

    url: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayRequest:
    """One call. `operation_id` is the idempotency key: the gateway executes it at most once, however often it is sent.

    `gateway_reference` names the authorization that a capture, void, refund or confirmation is about.
    `capture` takes the money with the authorization; `final` releases what a capture leaves over;
    `confirms` makes an authorization go on after the customer's action; `request_3ds` makes it wait for one: the
    customer has to pass 3-D Secure whatever the gateway thinks of the card.
    """

    operation_id: UUID
    merchant_id: UUID
    type: OperationType
    amount: Money
    token: str | None = None
    gateway_reference: str | None = None
    capture: bool = False
    final: bool = False
    confirms: bool = False
    request_3ds: bool = False
    return_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A gateway's answer, or the lack of one.

    `amount` is what the gateway says that it moved; `response_code` is its own word, kept as it came.
    """

    kind: OutcomeKind
    amount: Money | None = None
    gateway_reference: str | None = None
    response_code: str | None = None
    decline_code: DeclineCode | None = None
    message: str | None = None
    next_action: RedirectAction | None = None
    method: PaymentMethod | None = None
    risk_score: int | None = None
    authorization_expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenDescription:
    """What a gateway knows of the card behind a token; no `method` when it knows no such token."""

    method: PaymentMethod | None


class Gateway(Protocol):
    """One gateway. No method raises for what a network can do: that is an `Outcome` too, or nothing.

    Each keeps a total deadline of its own, from connecting to the last byte of the body.
    """

    async def execute(self, request: GatewayRequest) -> Outcome:
        """Ask for an effect. The kind is never NOT_FOUND."""
        ...

    async def look_up(self, request: GatewayRequest) -> Outcome:
        """Ask what became of a request sent earlier, without causing any effect. The kind may be NOT_FOUND."""
        ...

    async def describe(self, token: str) -> TokenDescription | None:
        """Tell of the card behind a token, without any effect; nothing when that cannot be said now."""
        ...


class Gateways(Protocol):
    """All gateways by name."""

    def get(self, name: str) -> Gateway:
        """The gateway of that name; raise `KeyError` for one that is not set up."""
        ...
