"""Keeps a sick gateway from making everything else sick: fail at once while it is down, never queue behind it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from domain.payments.gateway import Outcome, OutcomeKind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from domain.kernel.clock import Clock
    from domain.payments.gateway import Gateway, GatewayRequest, TokenDescription

OPEN_FOR = timedelta(seconds=10)
_SICK = frozenset({OutcomeKind.NOT_SENT, OutcomeKind.UNKNOWN})


class _Circuit:
    """What is known of the health of one kind of calls."""

    def __init__(self, clock: Clock, failures: int, open_for: timedelta) -> None:
        self._clock = clock
        self._failures = failures
        self._open_for = open_for
        self._consecutive = 0
        self._opened_at: datetime | None = None
        self.probing = False
        self.in_flight = 0

    @property
    def is_closed(self) -> bool:
        """Whether the last calls were answered."""
        return self._opened_at is None

    @property
    def is_open(self) -> bool:
        """Whether calls are refused now; one that is neither closed nor open is tried with a probe."""
        return self._opened_at is not None and self._clock.now() < self._opened_at + self._open_for

    def learn(self, *, sick: bool) -> None:
        """How a call ended."""
        if not sick:
            self._consecutive = 0
            self._opened_at = None
            return
        self._consecutive += 1
        # Calls that were under way when it opened must not push the next probe back, but a failed probe must.
        if self._consecutive >= self._failures and not self.is_open:
            self._opened_at = self._clock.now()


class CircuitBreaker:
    """A gateway around a gateway; refusals are NOT_SENT, so they may be tried again at once elsewhere.

    After `failures` consecutive calls that ended in NOT_SENT or UNKNOWN it is open: every call is refused for
    `open_for`. Then it is half open: one effect at a time goes through as a probe, look-ups go through freely since
    they move nothing, and the first call that is answered closes it. At most `most_in_flight` calls wait for the
    gateway at any time; the others are refused.

    Descriptions of tokens have a circuit and a number of their own, so that they never take an effect's place; they
    are not made either while that of the effects is open.
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
        self._most_in_flight = most_in_flight
        self._effects = _Circuit(clock, failures, open_for)
        self._descriptions = _Circuit(clock, failures, open_for)

    @property
    def is_open(self) -> bool:
        """Whether calls are refused now."""
        return self._effects.is_open

    async def execute(self, request: GatewayRequest) -> Outcome:
        """Ask for an effect, unless the gateway is down or busy."""
        if self._effects.is_closed:
            return await self._call(self._gateway.execute, request)
        if self._effects.is_open or self._effects.probing:
            return _refused("circuit_open", "The gateway is down; it is asked again in a moment.")
        self._effects.probing = True
        try:
            return await self._call(self._gateway.execute, request)
        finally:
            self._effects.probing = False

    async def look_up(self, request: GatewayRequest) -> Outcome:
        """Ask what became of a request, unless the gateway is down or busy."""
        if self._effects.is_open:
            return _refused("circuit_open", "The gateway is down; it is asked again in a moment.")
        return await self._call(self._gateway.look_up, request)

    async def describe(self, token: str) -> TokenDescription | None:
        """Ask about a token, unless the gateway is down or busy."""
        circuit = self._descriptions
        if self._effects.is_open or circuit.is_open or circuit.in_flight >= self._most_in_flight:
            return None
        probes = not circuit.is_closed
        if probes and circuit.probing:
            return None
        circuit.probing = probes
        circuit.in_flight += 1
        try:
            described = await self._gateway.describe(token)
        finally:
            circuit.in_flight -= 1
            circuit.probing = circuit.probing and not probes
        circuit.learn(sick=described is None)
        return described

    async def _call(self, call: Callable[[GatewayRequest], Awaitable[Outcome]], request: GatewayRequest) -> Outcome:
        if self._effects.in_flight >= self._most_in_flight:
            return _refused("gateway_busy", "Too many calls wait for the gateway; try again in a moment.")
        self._effects.in_flight += 1
        try:
            outcome = await call(request)
        finally:
            self._effects.in_flight -= 1
        self._effects.learn(sick=outcome.kind in _SICK)
        return outcome


def _refused(code: str, message: str) -> Outcome:
    return Outcome(kind=OutcomeKind.NOT_SENT, response_code=code, message=message)
