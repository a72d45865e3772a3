"""The gateway simulator's own dispute desk, set to work in the past: what it decides goes to its journal.

So both sides of every seeded case come from the rules by which both go on with it.
"""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adapters.gateways.simulator_notices import Reception, read_notice
from app.demo.seed.gateway_side import asked_of
from app.demo.seed.merchants import GATEWAY
from app.simulator.book import Book
from app.simulator.disputes.agenda import Agenda
from app.simulator.disputes.docket import Docket
from app.simulator.disputes.due import Pace
from app.simulator.disputes.response_request import ResponseRequest
from app.simulator.disputes.responses import Responses
from app.simulator.journal import Journal
from app.simulator.memory import Memory
from domain.disputes.early_fraud_warning import WarningNotice
from domain.disputes.gateway import DisputeRequest, Notices, ResponseKind
from domain.disputes.notice import DisputeNotice, NoticeSource
from domain.payments.gateway import GatewayRequest, Outcome, OutcomeKind, TokenDescription

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from random import Random

    from app.demo.seed.story_clock import StoryClock
    from app.simulator.disputes.case import Case, CaseState, NextStage, Opening
    from app.simulator.disputes.console_request import Alarm
    from app.simulator.payment import Payment

_PAGE = 100


class NetworkSide:
    """Satisfies the gateways of payments and of disputes; what plays issuers and networks is beside that."""

    def __init__(self, payments: Iterable[Payment], clock: StoryClock, dice: Random) -> None:
        self._clock = clock
        self._dice = dice
        self._pages = _Pages([{"payment": payment.as_json()} for payment in payments])
        memory, pace = Memory(self._pages), Pace()
        self._docket = Docket(memory, clock, pace)
        self._book = Book(memory, clock, "", self._docket)
        self._responses = Responses(memory, clock, self._docket, pace)
        self._agenda = Agenda(self._docket, self._book, clock)
        memory.open()

    def journal(self) -> list[dict[str, Any]]:
        """What the simulator has to remember of all this. Its webhook has told every notice."""
        return [*self._pages.written, {"delivered": self._docket.count}]

    async def open(self, reference: str, opening: Opening) -> Case:
        """A cardholder disputes the payment of that reference."""
        return await self._docket.open(self._payment(reference), opening)

    async def advance(self, case_reference: str, change: NextStage) -> Case:
        """The issuer takes a case to its next stage."""
        payment = self._payment(self._docket.case(case_reference).payment_reference)
        return await self._docket.advance(payment, case_reference, change)

    async def decide(self, case_reference: str, outcome: CaseState) -> Case:
        """The network decides."""
        return await self._docket.decide(case_reference, outcome)

    async def withdraw(self, case_reference: str) -> Case:
        """The cardholder gives up."""
        return await self._docket.withdraw(case_reference)

    async def warn(self, reference: str, alarm: Alarm) -> None:
        """The issuer calls a payment fraud."""
        await self._docket.warn(self._payment(reference), alarm)

    async def settle(self) -> None:
        """Let happen what happens by itself after an answer."""
        while (due := self._docket.next_due()) is not None:
            self._clock.at = max(self._clock.at, due.at)
            await self._agenda.do(due)

    async def execute(self, request: GatewayRequest) -> Outcome:
        """Move money."""
        self._pass()
        record, _ = await self._book.perform(asked_of(request))
        assert record.document["status"] == "succeeded", record.document
        return Outcome(
            kind=OutcomeKind.SUCCEEDED,
            amount=request.amount,
            gateway_reference=record.document["gateway_reference"],
            response_code=record.document["response_code"],
        )

    async def look_up(self, request: GatewayRequest) -> Outcome:
        """Nobody asks: nothing of this is in doubt."""
        raise AssertionError(request)

    async def describe(self, token: str) -> TokenDescription | None:
        """Nobody asks: its payments are made without a word to it."""
        raise AssertionError(token)

    async def respond(self, request: DisputeRequest) -> Outcome:
        """Take an answer to a dispute."""
        self._pass()
        document = await self._responses.respond(_received(request))
        assert document["status"] == "succeeded", document
        return Outcome(kind=OutcomeKind.SUCCEEDED)

    async def look_up_response(self, request: DisputeRequest) -> Outcome:
        """Nobody asks, as above."""
        raise AssertionError(request)

    async def notices(self, cursor: str | None, received_at: datetime) -> Notices:
        """What it has to tell, as its list tells it."""
        after = int(cursor or 0)
        told = await self._docket.notices(after, _PAGE)
        reception = Reception(gateway=GATEWAY, source=NoticeSource.POLLING, received_at=received_at)
        read = [read_notice(document, reception) for document in told]
        return Notices(
            disputes=tuple(notice for notice in read if isinstance(notice, DisputeNotice)),
            warnings=tuple(notice for notice in read if isinstance(notice, WarningNotice)),
            cursor=str(after + len(told)),
            more=after + len(told) < self._docket.count,
        )

    def _payment(self, reference: str) -> Payment:
        payment = self._book.payment(reference)
        assert payment is not None, reference
        return payment

    def _pass(self) -> None:
        """A call takes its time."""
        self._clock.at += timedelta(microseconds=self._dice.randint(160_000, 1_900_000))


class _Pages(Journal):
    """A journal that nobody has to wait for: it is on disk when the seed is."""

    def __init__(self, past: list[dict[str, Any]]) -> None:
        super().__init__(Path(os.devnull))
        self._past = past
        self.written: list[dict[str, Any]] = []

    def open(self) -> list[dict[str, Any]]:
        """The payments that the desk has to know."""
        return self._past

    def append(self, entry: dict[str, Any]) -> asyncio.Future[None]:
        """Take the entry on."""
        self.written.append(entry)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        future.set_result(None)
        return future


def _received(request: DisputeRequest) -> ResponseRequest:
    """The answer as it arrives at the simulator; files have no part in the seed."""
    assert not request.files
    return ResponseRequest(
        response_id=str(request.response_id),
        case_reference=request.case_reference,
        stage=request.stage,
        accepts=request.kind is ResponseKind.ACCEPT,
        texts={kind.value: text for kind, text in request.texts.items()},
    )
