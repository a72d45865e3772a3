"""The gateway's book: every operation once, every payment, every effect; in memory and in the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.simulator.cards import CARDS, Behaviour
from app.simulator.memory import stored
from app.simulator.payment import Payment
from app.simulator.request import OperationRequest, RequestType
from app.simulator.rules import LATE_REFUND_FAILURE, decide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.simulator.disputes.docket import Docket
    from app.simulator.memory import Entry, Memory, Stored
    from domain.kernel.clock import Clock


class OperationIdReused(Exception):
    """The operation id stands for another request already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One operation that was decided, and the moment from which it is on disk (None: since the start)."""

    request: OperationRequest
    document: dict[str, Any]
    http_status: int
    fails_at: datetime | None
    stored: Stored

    def document_at(self, now: datetime) -> dict[str, Any]:
        """The answer as of now: a pending refund fails in the end."""
        return self.document | LATE_REFUND_FAILURE if self.fails_at and now >= self.fails_at else self.document

    @property
    def behaviour(self) -> Behaviour:
        """How its first answer is given."""
        card = CARDS.get(self.request.token or "")
        fresh = self.request.type is RequestType.AUTHORIZE and not self.request.confirms
        return card.behaviour if card and fresh else Behaviour.APPROVE


class Book:
    """Decides operations one after the other; nothing is told before it is on disk."""

    def __init__(self, memory: Memory, clock: Clock, public_url: str, docket: Docket) -> None:
        self._memory = memory
        self._clock = clock
        self._public_url = public_url
        self._docket = docket
        self._records: dict[str, Record] = {}
        self._payments: dict[str, Payment] = {}
        self._effects: list[dict[str, Any]] = []
        memory.share(self._remember)

    async def perform(self, request: OperationRequest) -> tuple[Record, bool]:
        """Decide an operation, or find what was decided before; also whether it was decided now.

        Raises `OperationIdReused` when the id was used for another request.
        """
        record = self._records.get(request.operation_id)
        fresh = record is None
        if record is None:
            record = self._decide(request)
        elif record.request != request:
            raise OperationIdReused(request.operation_id)
        await stored(record.stored)
        return record, fresh

    async def look_up(self, operation_id: str) -> dict[str, Any] | None:
        """What is known of an operation by now."""
        record = self._records.get(operation_id)
        if record is None:
            return None
        await stored(record.stored)
        return record.document_at(self._clock.now())

    async def effects(self) -> list[dict[str, Any]]:
        """All money moved or reserved so far, in order."""
        effects = list(self._effects)
        await self._memory.all_stored()
        return effects

    def payment(self, reference: str) -> Payment | None:
        """The payment of that reference."""
        return self._payments.get(reference)

    def disputable(self) -> Iterator[Payment]:
        """The payments of which something was captured, the newest first."""
        return (payment for payment in reversed(self._payments.values()) if payment.captured_minor)

    async def answer_challenge(self, payment: Payment, *, passed: bool) -> Payment:
        """Keep the customer's answer; raise `Refused` when it comes twice or too late."""
        answered = payment.authenticate(self._clock.now(), passed=passed)
        await stored(self._memory.keep({"payment": answered.as_json()}))
        return answered

    def now(self) -> datetime:
        """The gateway's time."""
        return self._clock.now()

    def _decide(self, request: OperationRequest) -> Record:
        now = self._clock.now()
        payment = self._payments.get(request.gateway_reference or "")
        decision = decide(request, payment, now, self._public_url)
        entry: Entry = {
            "request": request.as_json(),
            "document": decision.document,
            "http_status": decision.http_status,
            "fails_at": decision.fails_at and decision.fails_at.isoformat(),
            "effects": [
                {
                    "operation_id": request.operation_id,
                    "effect": str(kind),
                    "amount_minor": amount,
                    "currency": request.currency,
                    "gateway_reference": decision.document["gateway_reference"],
                    "at": now.isoformat(),
                }
                for kind, amount in decision.effects
            ],
            "payment": decision.payment and decision.payment.as_json(),
            **self._docket.after_operation(payment, decision.payment, now),
        }
        self._memory.keep(entry)
        return self._records[request.operation_id]

    def _remember(self, entry: Entry, future: Stored) -> None:
        if entry.get("payment"):
            payment = Payment.from_json(entry["payment"])
            self._payments[payment.reference] = payment
        if "request" not in entry:
            return
        request = OperationRequest.from_json(entry["request"])
        fails_at = entry["fails_at"]
        self._records[request.operation_id] = Record(
            request=request,
            document=entry["document"],
            http_status=entry["http_status"],
            fails_at=datetime.fromisoformat(fails_at) if fails_at else None,
            stored=future,
        )
        self._effects.extend(entry["effects"])
