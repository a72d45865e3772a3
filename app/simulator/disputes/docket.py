"""The gateway's docket: every case and warning, and the notices that tell of them in their order."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from app.simulator.cards import CARDS
from app.simulator.disputes.case import RETURNED, Case, CaseState, new_case
from app.simulator.disputes.due import PLOTS, Due, Pace, complaint
from app.simulator.disputes.notices import dispute_notice, warning_notice
from app.simulator.memory import stored
from app.simulator.payment import Refused
from domain.disputes.notice import NoticeType
from domain.disputes.stage import DisputeStage

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from app.simulator.disputes.case import NextStage, Opening
    from app.simulator.disputes.console_request import Alarm
    from app.simulator.memory import Entry, Memory, Stored
    from app.simulator.payment import Payment
    from domain.kernel.clock import Clock


_NEWS = {"notices", "due", "done", "delivered"}


class NoSuchCase(Exception):
    """There is no case of that reference."""


class Docket:
    """Takes one step after the other; nothing is told before it is on disk.

    Every step raises `Refused` when the rules forbid it, and `NoSuchCase`.
    """

    def __init__(self, memory: Memory, clock: Clock, pace: Pace) -> None:
        self._memory = memory
        self._clock = clock
        self._pace = pace
        self._cases: dict[str, Case] = {}
        self._notices: list[tuple[dict[str, Any], Stored]] = []
        self._due: dict[str, Due] = {}
        self._delivered = 0
        self._watches: list[asyncio.Event] = []
        memory.share(self._remember)

    def watch(self) -> asyncio.Event:
        """An event that is set whenever something happened."""
        event = asyncio.Event()
        self._watches.append(event)
        return event

    def case(self, reference: str) -> Case:
        """The case of that reference."""
        try:
            return self._cases[reference]
        except KeyError:
            raise NoSuchCase(reference) from None

    async def cases(self) -> list[Case]:
        """Every case, in the order of their opening."""
        cases = list(self._cases.values())
        await self._memory.all_stored()
        return cases

    async def open(self, payment: Payment, opening: Opening, done: Due | None = None) -> Case:
        """Open a case."""
        disputed = sum(
            case.amount_minor
            for case in self._cases.values()
            if case.payment_reference == payment.reference and case.state not in RETURNED
        )
        now = self._clock.now()
        case = new_case(payment, opening, disputed, now)
        await self._keep({**told(case, NoticeType.OPENED, now), "done": done and done.id})
        return case

    async def advance(self, payment: Payment, reference: str, change: NextStage) -> Case:
        """Open the next stage."""
        now = self._clock.now()
        case = self.case(reference).advance(change, payment.captured_minor, now)
        await self._keep(told(case, NoticeType.OPENED, now))
        return case

    async def decide(self, reference: str, outcome: CaseState, done: Due | None = None) -> Case:
        """Decide the present stage."""
        case = self.case(reference).decide(outcome)
        await self._keep({**told(case, NoticeType[outcome.name], self._clock.now()), "done": done and done.id})
        return case

    async def withdraw(self, reference: str) -> Case:
        """The cardholder gives up."""
        return await self._end(reference, NoticeType.WITHDRAWN, Case.withdraw)

    async def prevent(self, reference: str) -> Case:
        """An inquiry is settled."""
        return await self._end(reference, NoticeType.PREVENTED, Case.prevent)

    async def warn(self, payment: Payment, alarm: Alarm, done: Due | None = None) -> dict[str, Any]:
        """Tell a warning, which is all that there is of it."""
        if not 0 < (alarm.amount_minor or payment.captured_minor) <= payment.captured_minor:
            raise Refused("exceeds_captured", f"Of this payment, {payment.captured_minor} minor units were captured.")
        notice = warning_notice(payment, alarm, self._clock.now())
        await self._keep({"notices": [notice], "done": done and done.id})
        return notice

    async def notices(self, after: int, limit: int) -> list[dict[str, Any]]:
        """The notices that follow a number, each with its own."""
        page = self._notices[after : after + limit]
        if page:
            await stored(page[-1][1])
        return [{"number": number, **notice} for number, (notice, _) in enumerate(page, start=after + 1)]

    @property
    def count(self) -> int:
        """How many notices there are."""
        return len(self._notices)

    @property
    def delivered(self) -> int:
        """Up to which notice the webhook was told, or given up on."""
        return self._delivered

    async def note_delivered(self, number: int) -> None:
        """The webhook was told of this notice, or given up on."""
        await self._keep({"delivered": number})

    def next_due(self) -> Due | None:
        """What happens next."""
        return min(self._due.values(), key=lambda due: due.at, default=None)

    async def drop(self, due: Due) -> None:
        """It does not happen any more."""
        await self._keep({"done": due.id})

    def after_operation(self, before: Payment | None, after: Payment | None, now: datetime) -> Entry:
        """What an operation on a payment brings with it: more of its journal entry."""
        if after is None:
            return {}
        if after.captured_minor and not (before and before.captured_minor):
            card = CARDS.get(after.token)
            plotted = card is not None and card.behaviour in PLOTS
            return {"due": [complaint(after.reference, now + self._pace.after_capture).as_json()]} if plotted else {}
        if before is None or not before.refunded_minor < after.refunded_minor == after.captured_minor:
            return {}
        prevented = [
            case.prevent()
            for case in self._cases.values()
            if case.payment_reference == after.reference and case.stage is DisputeStage.INQUIRY and case.waits
        ]
        return {
            "cases": [case.as_json() for case in prevented],
            "notices": [dispute_notice(case, NoticeType.PREVENTED, now) for case in prevented],
        }

    async def _end(self, reference: str, kind: NoticeType, step: Callable[[Case], Case]) -> Case:
        case = step(self.case(reference))
        await self._keep(told(case, kind, self._clock.now()))
        return case

    async def _keep(self, entry: Entry) -> None:
        await stored(self._memory.keep(entry))

    def _remember(self, entry: Entry, future: Stored) -> None:
        for value in entry.get("cases") or ():
            case = Case.from_json(value)
            self._cases[case.reference] = case
        self._notices.extend((notice, future) for notice in entry.get("notices") or ())
        for value in entry.get("due") or ():
            due = Due.from_json(value)
            self._due[due.id] = due
        if entry.get("done"):
            self._due.pop(entry["done"], None)
        self._delivered = entry.get("delivered", self._delivered)
        if entry.keys() & _NEWS:
            for watch in self._watches:
                watch.set()


def told(case: Case, kind: NoticeType, now: datetime) -> Entry:
    """A case in its new state, and the notice of it."""
    return {"cases": [case.as_json()], "notices": [dispute_notice(case, kind, now)]}
