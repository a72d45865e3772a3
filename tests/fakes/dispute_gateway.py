"""A gateway's side of disputes: takes each answer once, and can be made to fail."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.disputes.gateway import DisputeRequest, Notices
from domain.payments.gateway import Outcome, OutcomeKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID


class StandInDisputeGateway:
    """Satisfies `DisputeGateway` and `DisputeGateways`; `answers` are those that it took, by their ids.

    The next calls end as `fail_next` says: with that outcome, and with the answer taken all the same when `taken`.
    `before_call` and `after_call` are where a test may die; a call takes `slowest_milliseconds` at most.
    """

    def __init__(self) -> None:
        self.answers: dict[UUID, DisputeRequest] = {}
        self.calls = 0
        self.page = Notices(disputes=(), warnings=(), cursor="0", more=False)
        self.before_call: Callable[[], object] = lambda: None
        self.after_call: Callable[[], object] = lambda: None
        self.slowest_milliseconds = 0
        self._faults: list[tuple[OutcomeKind, bool]] = []

    def fail_next(self, kind: OutcomeKind, *, taken: bool = False) -> None:
        """Let the next call end so."""
        self._faults.append((kind, taken))

    def forgive(self) -> None:
        """Let no further call fail."""
        self._faults.clear()

    def get(self, name: str) -> StandInDisputeGateway:
        """The one gateway there is."""
        assert name == "simulator"
        return self

    def names(self) -> tuple[str, ...]:
        """The one gateway there is."""
        return ("simulator",)

    async def respond(self, request: DisputeRequest) -> Outcome:
        """Take an answer."""
        self.before_call()
        await self._dawdle()
        self.calls += 1
        if self._faults:
            kind, taken = self._faults.pop(0)
            if taken:
                self._take(request)
            return Outcome(kind=kind, response_code="stand_in")
        self._take(request)
        self.after_call()
        return Outcome(kind=OutcomeKind.SUCCEEDED)

    async def look_up_response(self, request: DisputeRequest) -> Outcome:
        """What became of an answer."""
        self.before_call()
        taken = request.response_id in self.answers
        return Outcome(kind=OutcomeKind.SUCCEEDED if taken else OutcomeKind.NOT_FOUND)

    async def notices(self, cursor: str | None, received_at: datetime) -> Notices:
        """What it has to tell."""
        del received_at
        if cursor == self.page.cursor:
            return replace(self.page, disputes=(), warnings=())
        return self.page

    async def _dawdle(self) -> None:
        if self.slowest_milliseconds:
            await asyncio.sleep(random.uniform(0, self.slowest_milliseconds) / 1000)

    def _take(self, request: DisputeRequest) -> None:
        known = self.answers.setdefault(request.response_id, request)
        assert known == request, "an answer is the same however often it is sent"
