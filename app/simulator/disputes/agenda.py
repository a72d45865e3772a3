"""Does what is due when its time comes, also what was due while nobody ran."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from app.simulator.cards import CARDS
from app.simulator.disputes.case import CaseState, Opening
from app.simulator.disputes.docket import NoSuchCase
from app.simulator.disputes.due import PLOTS, DueKind
from app.simulator.payment import Refused

if TYPE_CHECKING:
    from app.simulator.book import Book
    from app.simulator.disputes.docket import Docket
    from app.simulator.disputes.due import Due
    from domain.kernel.clock import Clock

_ANSWERED = frozenset({CaseState.ACCEPTED, CaseState.UNDER_REVIEW})


class Agenda:
    """One thing after the other, in the order of their times."""

    def __init__(self, docket: Docket, book: Book, clock: Clock) -> None:
        self._docket = docket
        self._book = book
        self._clock = clock

    async def run(self) -> None:
        """Go on until cancelled."""
        watch = self._docket.watch()
        while True:
            watch.clear()
            due = self._docket.next_due()
            seconds = None if due is None else (due.at - self._clock.now()).total_seconds()
            if due is not None and seconds is not None and seconds <= 0:
                await self.do(due)
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await watch.wait()

    async def do(self, due: Due) -> None:
        """Do one thing, or drop it when the world has gone on."""
        try:
            done = await (self._decide(due) if due.kind is DueKind.DECIDE else self._complain(due))
        except (Refused, NoSuchCase):
            done = False
        if not done:
            await self._docket.drop(due)

    async def _decide(self, due: Due) -> bool:
        case = self._docket.case(due.reference)
        if due.outcome is None or case.stage is not due.stage or case.state not in _ANSWERED:
            return False
        await self._docket.decide(due.reference, due.outcome, due)
        return True

    async def _complain(self, due: Due) -> bool:
        payment = self._book.payment(due.reference)
        card = None if payment is None else CARDS.get(payment.token)
        plot = None if card is None else PLOTS.get(card.behaviour)
        if payment is None or plot is None:
            return False
        if isinstance(plot, Opening):
            await self._docket.open(payment, plot, due)
        else:
            await self._docket.warn(payment, plot, due)
        return True
