"""Many at once on real PostgreSQL: no invariant breaks, no deadlock surfaces, nothing is done twice."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import pytest

from domain.kernel.errors import DomainError
from domain.kernel.idempotency import IdempotencyInProgress
from domain.payments.create_payment import NewCustomer
from domain.payments.errors import CaptureExceedsAuthorization, PaymentStateForbids
from domain.payments.operation import OperationType
from domain.payments.payment import CaptureMode, Payment, PaymentStatus
from domain.payments.results import CaptureResult, PaymentResult, RefundResult
from tests.adapters.postgres.payments.agreement import assert_agreement
from tests.builders.money import eur
from tests.fakes.gateway import Fault

if TYPE_CHECKING:
    from collections.abc import Awaitable

    import asyncpg

    from tests.fakes.desk import Desk
    from tests.fakes.gateway import StandInGateway

    Owner = asyncpg.Connection
Refused = PaymentStateForbids | CaptureExceedsAuthorization
WORKERS = 20


@pytest.mark.parametrize("final", [True, False])
async def test_two_captures_racing_take_no_more_than_there_is(
    desk: Desk,
    gateway: StandInGateway,
    owner: Owner,
    final: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    for _ in range(10):
        payment = await desk.authorized()
        captures = (desk.capture(payment, eur(60), final=final) for _ in range(2))
        results = await asyncio.gather(*captures, return_exceptions=True)
        assert sum(isinstance(result, CaptureResult) for result in results) == 1
        assert sum(isinstance(result, Refused) for result in results) == 1
    assert gateway.moved(OperationType.CAPTURE) == 10 * 6000
    await assert_agreement(owner, gateway)


async def test_the_same_refund_again_and_again_from_twenty_workers_over_a_hundred_payments_succeeds_a_hundred_times(
    desk: Desk, gateway: StandInGateway, owner: Owner
) -> None:
    payments = await asyncio.gather(*(desk.captured() for _ in range(100)))
    # Each payment's requests follow each other, so that several workers have the same one at the same time.
    waiting = [payment for payment in payments for _ in range(4)]

    async def worker() -> int:
        succeeded = 0
        while waiting:
            try:
                await desk.refund(waiting.pop())
                succeeded += 1
            except PaymentStateForbids:
                pass
        return succeeded

    assert sum(await asyncio.gather(*(worker() for _ in range(WORKERS)))) == 100
    assert len([effect for effect in gateway.effects if effect.type is OperationType.REFUND]) == 100
    assert gateway.moved(OperationType.REFUND) == 100 * 10000
    await assert_agreement(owner, gateway)


async def test_a_hundred_identical_creations_are_one_payment(desk: Desk, gateway: StandInGateway, owner: Owner) -> None:
    customer = NewCustomer(email="mary@example.com")
    results = await asyncio.gather(
        *(desk.create(idempotency_key="k", capture_mode=CaptureMode.AUTOMATIC, customer=customer) for _ in range(100))
    )
    assert len({result.payment.id for result in results}) == 1
    assert sum(not result.replayed for result in results) == 1
    assert {result.payment.status for result in results} == {PaymentStatus.CAPTURED}
    assert len(gateway.effects) == 1
    await assert_agreement(owner, gateway)


@pytest.mark.parametrize(("verb", "requests"), [("capture", 100), ("refund", 20), ("void", 20)])
async def test_identical_requests_on_a_payment_are_one_effect(
    desk: Desk, gateway: StandInGateway, owner: Owner, verb: str, requests: int
) -> None:
    payment = await (desk.captured() if verb == "refund" else desk.authorized())
    ask = getattr(desk, verb)
    results = await asyncio.gather(*(ask(payment, idempotency_key="k") for _ in range(requests)))
    assert sum(not result.replayed for result in results) == 1
    assert len({result.payment.version for result in results}) == 1
    assert len(gateway.effects) == 2
    await assert_agreement(owner, gateway)


def any_request(
    desk: Desk, payment: Payment, *, voids: bool
) -> Awaitable[CaptureResult | RefundResult | PaymentResult]:
    chance = random.random()
    amount = eur(random.randint(1, 40))
    if voids and chance < 0.05:
        return desk.void(payment)
    if chance < 0.5:
        return desk.capture(payment, amount, final=random.random() < 0.1)
    return desk.refund(payment, amount)


async def test_everything_at_once_on_few_payments_breaks_nothing(
    desk: Desk, gateway: StandInGateway, owner: Owner
) -> None:
    payments = await asyncio.gather(*(desk.authorized() for _ in range(6)))
    unexpected: list[BaseException] = []
    done = 0

    async def attempt(asked: Awaitable[CaptureResult | RefundResult | PaymentResult]) -> None:
        nonlocal done
        try:
            await asked
            done += 1
        except DomainError as error:
            # A refusal is an answer; a database that gave up on us is not.
            if error.code not in {"INVALID_STATE", "AMOUNT_EXCEEDS_LIMIT"}:
                unexpected.append(error)

    async def worker(number: int) -> None:
        for _ in range(15):
            if random.random() < 0.2:
                gateway.next(random.choice([Fault.ANSWER_LOST, Fault.REQUEST_LOST, Fault.NOT_SENT]))
            await attempt(any_request(desk, random.choice(payments), voids=number % 5 == 0))

    async def resolver() -> None:
        while not finished.is_set():
            await desk.resolve(after_seconds=10)
            await asyncio.sleep(0.01)

    finished = asyncio.Event()
    resolving = [asyncio.create_task(resolver()) for _ in range(2)]
    await asyncio.gather(*(worker(number) for number in range(WORKERS)))
    finished.set()
    await asyncio.gather(*resolving)
    assert unexpected == []
    assert done > 10
    gateway._script.clear()
    while await desk.resolve(after_seconds=7200):
        pass
    await assert_agreement(owner, gateway)


async def test_a_notice_and_a_look_up_and_the_call_itself_record_one_outcome(
    desk: Desk, gateway: StandInGateway, owner: Owner
) -> None:
    payments = await asyncio.gather(*(desk.authorized() for _ in range(5)))
    gateway.next(*[Fault.ANSWER_LOST] * 5)
    await asyncio.gather(*(desk.capture(payment) for payment in payments))
    await asyncio.gather(*(desk.resolve(after_seconds=60) for _ in range(4)))
    assert await owner.fetchval("SELECT count(*) FROM ledger_entries") == 5
    await assert_agreement(owner, gateway)


async def test_a_key_whose_first_request_hangs_is_in_progress(desk: Desk, gateway: StandInGateway) -> None:
    payment = await desk.authorized()
    hanging = asyncio.Event()
    execute = gateway.execute

    async def hang(request: object) -> object:
        await hanging.wait()
        return await execute(request)  # ty: ignore[invalid-argument-type]  # pyright: ignore[reportArgumentType]

    gateway.execute = hang  # ty: ignore[invalid-assignment]  # pyright: ignore[reportAttributeAccessIssue]
    first = asyncio.create_task(desk.capture(payment, idempotency_key="k"))
    await asyncio.sleep(0.1)
    with pytest.raises(IdempotencyInProgress):
        await desk.capture(payment, idempotency_key="k")
    hanging.set()
    assert not (await first).replayed
    assert (await desk.capture(payment, idempotency_key="k")).replayed
