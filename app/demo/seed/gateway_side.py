"""The same history as the gateway tells it: the lines of the simulator's journal.

With them the simulator knows every authorization of the seed, so that it can be captured, voided and refunded, and the
money that the gateway moved is the money that the ledger has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.simulator.journal import write_entries
from app.simulator.payment import AUTHORIZATION_LASTS, Payment, PaymentState
from app.simulator.request import OperationRequest, RequestType
from app.simulator.rules import Decision, EffectKind, decide, document_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from domain.payments.gateway import GatewayRequest


_CHALLENGED = "tok_3ds_required"


class GatewaySide:
    """One payment at the gateway."""

    def __init__(self, reference: str, token: str, journal: list[dict[str, Any]]) -> None:
        self.reference = reference
        self._token = token
        self._journal = journal
        self._payment: Payment | None = None

    def challenge(self, request: GatewayRequest, expires_at: datetime) -> None:
        """The customer is asked to pass 3-D Secure."""
        self._payment = Payment(
            reference=self.reference,
            # The simulator can ask only a cardholder whom it knows.
            token=_CHALLENGED,
            currency=request.amount.currency.code,
            amount_minor=request.amount.minor,
            state=PaymentState.AWAITING_CUSTOMER,
            expires_at=expires_at,
            return_url=request.return_url,
        )
        self._journal.append({"payment": self._payment})

    def approve(self, request: GatewayRequest, at: datetime, **told: object) -> datetime | None:
        """Authorize, and capture if that was asked; returns until when it can be captured.

        `told` is more of the answer, for an operation that is still open.
        """
        asked = asked_of(request)
        payment = Payment(
            reference=self.reference,
            token=self._token,
            currency=asked.currency,
            amount_minor=asked.amount_minor,
            state=PaymentState.OPEN,
            expires_at=at + AUTHORIZATION_LASTS,
            return_url=request.return_url,
        )
        effects = [(EffectKind.AUTHORIZED, asked.amount_minor)]
        if asked.capture:
            payment, _ = payment.capture(asked.amount_minor, at, final=True)
            effects.append((EffectKind.CAPTURED, asked.amount_minor))
        else:
            told["authorization_expires_at"] = payment.expires_at.isoformat()
        document = document_of(asked, "succeeded", gateway_reference=self.reference, response_code="00", **told)
        self._keep(asked, Decision(document=document, effects=tuple(effects), payment=payment), at)
        return None if asked.capture else payment.expires_at

    def move(self, request: GatewayRequest, at: datetime, fails_at: datetime | None = None) -> None:
        """Capture, void or refund by the gateway's own rules; a refund of the failing card fails at `fails_at`."""
        asked = asked_of(request)
        decision = decide(asked, self._payment, at, "")
        assert decision.document["status"] != "failed", decision.document
        self._keep(asked, decision, at, fails_at)

    def _keep(
        self, asked: OperationRequest, decision: Decision, at: datetime, fails_at: datetime | None = None
    ) -> None:
        self._payment = decision.payment
        self._journal.append(
            {
                # Dataclasses as they are: the journal's encoder writes them as `as_json` would, in a tenth of the time.
                "request": asked,
                "document": decision.document,
                "http_status": decision.http_status,
                "fails_at": fails_at and fails_at.isoformat(),
                "effects": [
                    {
                        "operation_id": asked.operation_id,
                        "effect": str(kind),
                        "amount_minor": amount,
                        "currency": asked.currency,
                        "gateway_reference": self.reference,
                        "at": at.isoformat(),
                    }
                    for kind, amount in decision.effects
                ],
                "payment": decision.payment,
            }
        )


class NewJournal:
    """A journal that takes the old one's place when it is complete: a fresh database meets a fresh gateway."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._building = path.with_name(f"{path.name}.new")
        self._building.unlink(missing_ok=True)
        self.add(())

    def add(self, entries: Iterable[dict[str, Any]]) -> None:
        """Go on."""
        write_entries(self._building, entries)

    def finish(self) -> None:
        """From now on the simulator remembers this and nothing else; it must not run meanwhile."""
        self._building.replace(self._path)


def asked_of(request: GatewayRequest) -> OperationRequest:
    """The request as it arrives at the simulator."""
    return OperationRequest(
        operation_id=str(request.operation_id),
        type=RequestType(request.type.value),
        amount_minor=request.amount.minor,
        currency=request.amount.currency.code,
        token=request.token,
        capture=request.capture,
        final=request.final,
        confirms=request.confirms,
        gateway_reference=request.gateway_reference,
        return_url=request.return_url,
    )
