"""A gateway in the same process: it deduplicates on the operation id, keeps books of its own, and fails on demand."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING

from domain.payments.decline import DeclineCode
from domain.payments.gateway import Outcome, OutcomeKind, RedirectAction, TokenDescription
from domain.payments.operation import OperationType
from tests.fakes.crash import Crash

if TYPE_CHECKING:
    from uuid import UUID

    from domain.kernel.clock import Clock
    from domain.kernel.money import Money
    from domain.payments.gateway import GatewayRequest
    from domain.payments.method import PaymentMethod

AUTHORIZED_FOR = timedelta(days=7)
CHALLENGED_FOR = timedelta(hours=1)
_DECIDED = frozenset({OutcomeKind.SUCCEEDED, OutcomeKind.FAILED, OutcomeKind.REQUIRES_ACTION})


class Fault(Enum):
    """What can go wrong on the way to a gateway and back."""

    NOT_SENT = auto()
    """Not one byte left."""
    REQUEST_LOST = auto()
    """The caller waited for an answer that nobody wrote."""
    ANSWER_LOST = auto()
    """It was done, and the answer never came."""
    ANSWER_LATER = auto()
    """Taken on; a look-up tells how it ended."""
    CRASH_BEFORE = auto()
    """The caller dies before the request leaves."""
    CRASH_AFTER = auto()
    """It was done, and the caller dies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Money that the gateway moved."""

    operation_id: UUID
    reference: str
    type: OperationType
    amount: Money


@dataclass(slots=True, kw_only=True)
class Book:
    """What the gateway knows of one authorization, in minor units."""

    authorized: int
    captured: int = 0
    refunded: int = 0
    closed: bool = False


class StandInGateway:
    """Satisfies `Gateway` and, as the only one that there is, `Gateways`."""

    def __init__(self, clock: Clock, *, slowest_milliseconds: int = 0) -> None:
        self._clock = clock
        self._slowest = slowest_milliseconds
        self._script: deque[Fault | Outcome] = deque()
        self._look_up_script: deque[Outcome] = deque()
        self._answers: dict[UUID, Outcome] = {}
        self.books: dict[str, Book] = {}
        self.effects: list[Effect] = []
        self.requests: list[GatewayRequest] = []
        self.look_ups: list[GatewayRequest] = []
        self.cards: dict[str, PaymentMethod] = {}
        self.asked_about: list[str] = []
        self.speechless = False

    def get(self, name: str) -> StandInGateway:
        """This one, under the name that builders give to merchants."""
        return {"simulator": self}[name]

    def next(self, *answers: Fault | Outcome) -> None:
        """Answer the next calls so; after those, as a gateway does that is well."""
        self._script.extend(answers)

    def next_look_up(self, *answers: Outcome) -> None:
        """Answer the next look-ups so."""
        self._look_up_script.extend(answers)

    async def execute(self, request: GatewayRequest) -> Outcome:
        """Do what is asked, once for each operation id."""
        self.requests.append(request)
        await self._dawdle()
        scripted = self._script.popleft() if self._script else None
        if isinstance(scripted, Outcome):
            return self._told(request, scripted)
        if scripted is Fault.CRASH_BEFORE:
            raise Crash
        if scripted is Fault.NOT_SENT:
            return Outcome(kind=OutcomeKind.NOT_SENT, response_code="connect_refused")
        if scripted is Fault.REQUEST_LOST:
            return Outcome(kind=OutcomeKind.UNKNOWN, response_code="timeout")
        outcome = self._once(request)
        await self._dawdle()
        if scripted is Fault.CRASH_AFTER:
            raise Crash
        if scripted is Fault.ANSWER_LOST:
            return Outcome(kind=OutcomeKind.UNKNOWN, response_code="timeout")
        if scripted is Fault.ANSWER_LATER:
            return Outcome(kind=OutcomeKind.ACCEPTED, gateway_reference=outcome.gateway_reference)
        return outcome

    async def look_up(self, request: GatewayRequest) -> Outcome:
        """What became of it."""
        self.look_ups.append(request)
        await self._dawdle()
        if self._look_up_script:
            return self._look_up_script.popleft()
        return self._answers.get(request.operation_id, Outcome(kind=OutcomeKind.NOT_FOUND))

    async def describe(self, token: str) -> TokenDescription | None:
        """The card that a test put behind the token; nothing while the gateway is speechless."""
        self.asked_about.append(token)
        await self._dawdle()
        return None if self.speechless else TokenDescription(method=self.cards.get(token))

    def moved(self, kind: OperationType) -> int:
        """How much of a kind was moved in all, in minor units."""
        return sum(effect.amount.minor for effect in self.effects if effect.type is kind)

    async def _dawdle(self) -> None:
        if self._slowest:
            await asyncio.sleep(random.uniform(0, self._slowest) / 1000)

    def _told(self, request: GatewayRequest, outcome: Outcome) -> Outcome:
        if outcome.kind is OutcomeKind.SUCCEEDED:
            done = self._once(request)
            outcome = replace(
                done,
                amount=outcome.amount or done.amount,
                next_action=outcome.next_action,
                method=outcome.method,
                risk_score=outcome.risk_score,
            )
        if outcome.kind in _DECIDED:
            self._answers[request.operation_id] = outcome
        return outcome

    def _once(self, request: GatewayRequest) -> Outcome:
        if request.operation_id not in self._answers:
            self._answers[request.operation_id] = self._decide(request)
        return self._answers[request.operation_id]

    def _decide(self, request: GatewayRequest) -> Outcome:
        reference = request.gateway_reference or f"ref_{len(self.books) + 1}"
        amount = request.amount.minor
        if request.request_3ds:
            self.books[reference] = Book(authorized=0)
            action = RedirectAction(
                url=f"https://acs.example/{reference}", expires_at=self._clock.now() + CHALLENGED_FOR
            )
            return Outcome(kind=OutcomeKind.REQUIRES_ACTION, gateway_reference=reference, next_action=action)
        if request.type is OperationType.AUTHORIZE:
            self.books[reference] = Book(authorized=amount)
        book = self.books[reference]
        if request.type is OperationType.CAPTURE or request.capture:
            refused = book.closed or book.captured + amount > book.authorized
            book.captured += 0 if refused else amount
            book.closed = book.closed or request.final or request.capture
        elif request.type is OperationType.REFUND:
            refused = book.refunded + amount > book.captured
            book.refunded += 0 if refused else amount
        elif request.type is OperationType.VOID:
            refused = book.closed or book.captured > 0
            book.closed = True
        else:
            refused = False
        if refused:
            return Outcome(kind=OutcomeKind.FAILED, response_code="refused", decline_code=DeclineCode.OTHER)
        self.effects.append(
            Effect(operation_id=request.operation_id, reference=reference, type=request.type, amount=request.amount)
        )
        authorizes = request.type is OperationType.AUTHORIZE
        return Outcome(
            kind=OutcomeKind.SUCCEEDED,
            amount=request.amount,
            gateway_reference=reference,
            response_code="00",
            authorization_expires_at=self._clock.now() + AUTHORIZED_FOR if authorizes else None,
        )
