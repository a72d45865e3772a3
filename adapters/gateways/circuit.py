"""Keeps a sick gateway from making everything else sick: fail at once while it is down, never queue behind it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.payments.gateway import Outcome, OutcomeKind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from domain.kernel.clock import Clock
    from domain.payments.gateway import Gateway, GatewayRequest

OPEN_FOR = timedelta(seconds=10)
_SICK = frozenset({OutcomeKind.NOT_SENT, OutcomeKind.UNKNOWN})


class CircuitBreaker:
    """A gateway around a gateway; refusals are NOT_SENT, so they may be tried again at once elsewhere.

    After `failures` consecutive calls that ended in NOT_SENT or UNKNOWN it is open: every call is refused for
    `open_for`. Then it is half open: one effect at a time goes through as a probe, look-ups go through freely since
    they move nothing, and the first call that is answered closes it. At most `most_in_flight` calls wait for the
    gateway at any time; the others are refused.
    """

    def __init__(
        self,
        gateway: Gateway,
        clock: Clock,
        failures: int = 5,
        open_for: timedelta = OPEN_FOR,
        most_in_flight: int = 64,
    ) -> None:
        self._gateway = gateway
        self._clock = clock
        self._failures = failures
        self._open_for = open_for
        self._most_in_flight = most_in_flight
        self._in_flight = 0
        self._consecutive = 0
        self._opened_at: datetime | None = None
        self._probing = False

    @property
    def is_open(self) -> bool:
        """Whether calls are refused now."""
        return self._opened_at is not None and self._clock.now() < self._opened_at + self._open_for

    async def execute(self, request: GatewayRequest) -> Outcome:
        """Ask for an effect, unless the gateway is down or busy."""
        if self._opened_at is None:
            return await self._call(self._gateway.execute, request)
        if self.is_open or self._probing:
            return _refused("circuit_open", "The gateway is down; it is asked again in a moment.")
        self._probing = True
        try:
            return await self._call(self._gateway.execute, request)
        finally:
            self._probing = False

    async def look_up(self, request: GatewayRequest) -> Outcome:
        """Ask what became of a request, unless the gateway is down or busy."""
        if self.is_open:
            return _refused("circuit_open", "The gateway is down; it is asked again in a moment.")
        return await self._call(self._gateway.look_up, request)

    async def _call(self, call: Callable[[GatewayRequest], Awaitable[Outcome]], request: GatewayRequest) -> Outcome:
        if self._in_flight >= self._most_in_flight:
            return _refused("gateway_busy", "Too many calls wait for the gateway; try again in a moment.")
        self._in_flight += 1
        try:
            outcome = await call(request)
        finally:
            self._in_flight -= 1
        self._learn(outcome)
        return outcome

    def _learn(self, outcome: Outcome) -> None:
        if outcome.kind not in _SICK:
            self._consecutive = 0
            self._opened_at = None
            return
        self._consecutive += 1
        # Calls that were under way when it opened must not push the next probe back, but a failed probe must.
        if self._consecutive >= self._failures and not self.is_open:
            self._opened_at = self._clock.now()


def _refused(code: str, message: str) -> Outcome:
    return Outcome(kind=OutcomeKind.NOT_SENT, response_code=code, message=message)
