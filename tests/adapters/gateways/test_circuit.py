"""The circuit breaker around a gateway that does as it is told."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from adapters.gateways.circuit import CircuitBreaker
from domain.payments.gateway import GatewayRequest, Outcome, OutcomeKind, TokenDescription
from tests.adapters.gateways.requests import an_authorization

UNKNOWN, SUCCEEDED, FAILED = OutcomeKind.UNKNOWN, OutcomeKind.SUCCEEDED, OutcomeKind.FAILED


class SettableClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    async def sleep(self, milliseconds: int) -> None:
        self.moment += timedelta(milliseconds=milliseconds)

    def pass_seconds(self, seconds: int) -> None:
        self.moment += timedelta(seconds=seconds)


class ObedientGateway:
    """Answers every call with `kind`, once `gate` is open, and counts the calls."""

    def __init__(self) -> None:
        self.kind = SUCCEEDED
        self.calls = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def execute(self, request: GatewayRequest) -> Outcome:
        return await self._answer()

    async def look_up(self, request: GatewayRequest) -> Outcome:
        return await self._answer()

    async def describe(self, token: str) -> TokenDescription | None:
        return TokenDescription(method=None) if (await self._answer()).kind is SUCCEEDED else None

    async def _answer(self) -> Outcome:
        self.calls += 1
        kind = self.kind
        await self.gate.wait()
        return Outcome(kind=kind)


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
async def inner() -> ObedientGateway:
    return ObedientGateway()


@pytest.fixture
async def breaker(inner: ObedientGateway, clock: SettableClock) -> CircuitBreaker:
    return CircuitBreaker(inner, clock, failures=3, open_for=timedelta(seconds=10), most_in_flight=4)


async def _break(breaker: CircuitBreaker, inner: ObedientGateway) -> None:
    inner.kind = UNKNOWN
    for _ in range(3):
        assert (await breaker.execute(an_authorization())).kind is UNKNOWN
    assert breaker.is_open
    inner.calls = 0


@pytest.mark.parametrize("kind", [UNKNOWN, OutcomeKind.NOT_SENT])
async def test_opens_after_consecutive_failures(
    breaker: CircuitBreaker, inner: ObedientGateway, kind: OutcomeKind
) -> None:
    inner.kind = kind
    await breaker.execute(an_authorization())
    await breaker.look_up(an_authorization())
    inner.kind = FAILED
    await breaker.execute(an_authorization())
    inner.kind = kind
    await breaker.execute(an_authorization())
    await breaker.execute(an_authorization())
    assert not breaker.is_open
    await breaker.look_up(an_authorization())
    assert breaker.is_open


async def test_refuses_at_once_while_open(breaker: CircuitBreaker, inner: ObedientGateway) -> None:
    await _break(breaker, inner)
    for outcome in (await breaker.execute(an_authorization()), await breaker.look_up(an_authorization())):
        assert (outcome.kind, outcome.response_code) == (OutcomeKind.NOT_SENT, "circuit_open")
    assert inner.calls == 0


async def test_one_probe_closes_it(breaker: CircuitBreaker, inner: ObedientGateway, clock: SettableClock) -> None:
    await _break(breaker, inner)
    clock.pass_seconds(10)
    inner.kind = SUCCEEDED
    inner.gate.clear()
    probe = asyncio.create_task(breaker.execute(an_authorization()))
    await asyncio.sleep(0)
    assert (await breaker.execute(an_authorization())).response_code == "circuit_open"
    assert inner.calls == 1
    inner.gate.set()
    assert (await probe).kind is SUCCEEDED
    assert (await breaker.execute(an_authorization())).kind is SUCCEEDED


async def test_a_failed_probe_opens_it_again(
    breaker: CircuitBreaker, inner: ObedientGateway, clock: SettableClock
) -> None:
    await _break(breaker, inner)
    clock.pass_seconds(10)
    assert (await breaker.execute(an_authorization())).kind is UNKNOWN
    assert breaker.is_open
    clock.pass_seconds(9)
    assert (await breaker.execute(an_authorization())).response_code == "circuit_open"
    assert inner.calls == 1


async def test_a_canceled_probe_leaves_room_for_the_next(
    breaker: CircuitBreaker, inner: ObedientGateway, clock: SettableClock
) -> None:
    await _break(breaker, inner)
    clock.pass_seconds(10)
    inner.gate.clear()
    probe = asyncio.create_task(breaker.execute(an_authorization()))
    await asyncio.sleep(0)
    probe.cancel()
    with pytest.raises(asyncio.CancelledError):
        await probe
    inner.gate.set()
    inner.kind = SUCCEEDED
    assert (await breaker.execute(an_authorization())).kind is SUCCEEDED


async def test_look_ups_pass_half_open_and_close_it(
    breaker: CircuitBreaker, inner: ObedientGateway, clock: SettableClock
) -> None:
    await _break(breaker, inner)
    clock.pass_seconds(10)
    inner.kind = OutcomeKind.NOT_FOUND
    assert (await breaker.look_up(an_authorization())).kind is OutcomeKind.NOT_FOUND
    inner.kind = SUCCEEDED
    outcomes = await asyncio.gather(*(breaker.execute(an_authorization()) for _ in range(2)))
    assert [outcome.kind for outcome in outcomes] == [SUCCEEDED, SUCCEEDED]


async def test_at_most_so_many_calls_wait(breaker: CircuitBreaker, inner: ObedientGateway) -> None:
    inner.gate.clear()
    waiting = [asyncio.create_task(breaker.execute(an_authorization())) for _ in range(4)]
    await asyncio.sleep(0)
    for _ in range(5):
        refused = await breaker.execute(an_authorization())
        assert (refused.kind, refused.response_code) == (OutcomeKind.NOT_SENT, "gateway_busy")
    inner.gate.set()
    assert {outcome.kind for outcome in await asyncio.gather(*waiting)} == {SUCCEEDED}
    assert not breaker.is_open
    assert (await breaker.execute(an_authorization())).kind is SUCCEEDED


NO_SUCH_TOKEN = TokenDescription(method=None)


async def test_nothing_is_described_while_the_gateway_is_down(
    breaker: CircuitBreaker, inner: ObedientGateway, clock: SettableClock
) -> None:
    assert await breaker.describe("tok_1") == NO_SUCH_TOKEN
    await _break(breaker, inner)
    assert await breaker.describe("tok_1") is None
    assert inner.calls == 0
    clock.pass_seconds(10)
    inner.kind = SUCCEEDED
    assert await breaker.describe("tok_1") == NO_SUCH_TOKEN


async def test_descriptions_that_fail_keep_no_payment(
    breaker: CircuitBreaker, inner: ObedientGateway, clock: SettableClock
) -> None:
    inner.kind = UNKNOWN
    assert [await breaker.describe("tok_1") for _ in range(5)] == [None] * 5
    assert inner.calls == 3
    assert not breaker.is_open
    inner.kind = SUCCEEDED
    assert (await breaker.execute(an_authorization())).kind is SUCCEEDED
    assert await breaker.describe("tok_1") is None
    clock.pass_seconds(10)
    assert await breaker.describe("tok_1") == NO_SUCH_TOKEN
    assert await breaker.describe("tok_1") == NO_SUCH_TOKEN


async def test_one_description_at_a_time_tries_again(
    breaker: CircuitBreaker, inner: ObedientGateway, clock: SettableClock
) -> None:
    inner.kind = UNKNOWN
    for _ in range(3):
        await breaker.describe("tok_1")
    clock.pass_seconds(10)
    inner.calls = 0
    inner.kind = SUCCEEDED
    inner.gate.clear()
    probe = asyncio.create_task(breaker.describe("tok_1"))
    await asyncio.sleep(0)
    assert await breaker.describe("tok_2") is None
    assert inner.calls == 1
    inner.gate.set()
    assert await probe == NO_SUCH_TOKEN
    assert await breaker.describe("tok_2") == NO_SUCH_TOKEN


async def test_descriptions_that_wait_take_no_effect_s_place(breaker: CircuitBreaker, inner: ObedientGateway) -> None:
    inner.gate.clear()
    waiting = [asyncio.create_task(breaker.describe("tok_1")) for _ in range(4)]
    await asyncio.sleep(0)
    assert await breaker.describe("tok_1") is None
    effect = asyncio.create_task(breaker.execute(an_authorization()))
    await asyncio.sleep(0)
    assert inner.calls == 5
    inner.gate.set()
    assert (await effect).kind is SUCCEEDED
    assert await asyncio.gather(*waiting) == [NO_SUCH_TOKEN] * 4
