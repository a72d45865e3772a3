"""The gateway's book: every operation once, every payment, every effect; in memory and in the journal."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.simulator.cards import CARDS, Behaviour
from app.simulator.payment import Payment
from app.simulator.request import OperationRequest, RequestType
from app.simulator.rules import LATE_REFUND_FAILURE, decide

if TYPE_CHECKING:
    from app.simulator.journal import Journal
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
    stored: asyncio.Future[None] | None

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

    def __init__(self, journal: Journal, clock: Clock, public_url: str) -> None:
        self._journal = journal
        self._clock = clock
        self._public_url = public_url
        self._records: dict[str, Record] = {}
        self._payments: dict[str, Payment] = {}
        self._effects: list[dict[str, Any]] = []
        self._latest: asyncio.Future[None] | None = None

    def open(self) -> None:
        """Remember what the journal holds; raise `JournalDamaged` when it cannot be read."""
        for entry in self._journal.open():
            self._remember(entry, None)

    async def close(self) -> None:
        """Finish writing."""
        await self._journal.close()

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
        await _stored(record.stored)
        return record, fresh

    async def look_up(self, operation_id: str) -> dict[str, Any] | None:
        """What is known of an operation by now."""
        record = self._records.get(operation_id)
        if record is None:
            return None
        await _stored(record.stored)
        return record.document_at(self._clock.now())

    async def effects(self) -> list[dict[str, Any]]:
        """All money moved or reserved so far, in order."""
        effects = list(self._effects)
        await _stored(self._latest)
        return effects

    def payment(self, reference: str) -> Payment | None:
        """The payment of that reference."""
        return self._payments.get(reference)

    async def answer_challenge(self, payment: Payment, *, passed: bool) -> Payment:
        """Keep the customer's answer; raise `Refused` when it comes twice or too late."""
        answered = payment.authenticate(self._clock.now(), passed=passed)
        await _stored(self._keep({"payment": answered.as_json()}))
        return answered

    def now(self) -> datetime:
        """The gateway's time."""
        return self._clock.now()

    def _decide(self, request: OperationRequest) -> Record:
        now = self._clock.now()
        decision = decide(request, self._payments.get(request.gateway_reference or ""), now, self._public_url)
        entry: dict[str, Any] = {
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
        }
        self._keep(entry)
        return self._records[request.operation_id]

    def _keep(self, entry: dict[str, Any]) -> asyncio.Future[None]:
        # Memory first and in the same step as the journal's queue: the next operation must already see it, and its
        # own line comes after this one.
        self._latest = self._journal.append(entry)
        self._remember(entry, self._latest)
        return self._latest

    def _remember(self, entry: dict[str, Any], stored: asyncio.Future[None] | None) -> None:
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
            stored=stored,
        )
        self._effects.extend(entry["effects"])


async def _stored(future: asyncio.Future[None] | None) -> None:
    if future is not None:
        # Shielded: a client that hangs up must not cancel what others wait for.
        await asyncio.shield(future)
