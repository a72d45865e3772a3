"""Many at once on real PostgreSQL: no invariant breaks, no deadlock surfaces, nothing is answered twice."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any

import pytest

from adapters.postgres.verification.books import open_books
from domain.disputes.beginning import DisputeResult
from domain.disputes.errors import DisputeStateForbids
from domain.disputes.notice import DisputeNotice, NoticeType
from domain.disputes.stage import DisputeStage, DisputeStatus
from domain.identity.permission import MerchantRole
from domain.kernel.errors import DomainError
from domain.payments.gateway import OutcomeKind
from tests.builders.disputes import a_notice, a_notice_of, a_warning_notice
from tests.builders.identity import an_actor
from tests.builders.moments import after
from tests.builders.money import eur
from tests.fakes.clock import PatientClock
from tests.fakes.desk import Desk
from tests.fakes.dispute_desk import DisputeDesk
from tests.fakes.gateway import Fault, StandInGateway

if TYPE_CHECKING:
    from collections.abc import Awaitable

    import asyncpg

    from adapters.postgres.database import Database
    from adapters.postgres.unit import PostgresUnits
    from domain.disputes.dispute import Dispute
    from domain.merchants.merchant import Merchant
    from domain.payments.payment import Payment

    Owner = asyncpg.Connection

T, S = NoticeType, DisputeStage
WORKERS = 20
REFUSALS = {"INVALID_STATE", "AMOUNT_EXCEEDS_LIMIT", "IDEMPOTENCY_IN_PROGRESS"}


@pytest.fixture
def desk(units: PostgresUnits, merchant: Merchant) -> DisputeDesk:
    """At gateways that take their time."""
    clock = PatientClock()
    desk = DisputeDesk(Desk(units, merchant, StandInGateway(clock, slowest_milliseconds=3), clock))
    desk.gateway.slowest_milliseconds = 3
    return desk


async def assert_agreement(database: Database, owner: Owner) -> None:
    """What `paydesk verify` says, and nothing is open."""
    async with open_books(database) as books:
        assert await books.violations() == []
    assert await owner.fetchval("SELECT count(*) FROM disputes WHERE response_pending") == 0
    assert await owner.fetchval("SELECT count(*) FROM operations WHERE status IN ('PENDING', 'UNKNOWN')") == 0


def notices_of(payment: Payment, case: str, amount: int) -> list[DisputeNotice]:
    """All that a network says of a case, in the end that the merchant has lost."""
    said = [
        (T.OPENED, S.INQUIRY),
        (T.OPENED, S.CHARGEBACK),
        (T.WON, S.CHARGEBACK),
        (T.LOST, S.CHARGEBACK),
        (T.OPENED, S.PRE_ARBITRATION),
        (T.WON, S.PRE_ARBITRATION),
        (T.LOST, S.ARBITRATION),
    ]
    return [
        a_notice_of(payment, type_, stage, minutes=minutes, case_reference=case, amount=eur(amount))
        for minutes, (type_, stage) in enumerate(said)
    ]


async def attempt(asked: Awaitable[object], unexpected: list[BaseException]) -> None:
    try:
        await asked
    except DomainError as error:
        # A refusal is an answer; a database that gave up on us is not.
        if error.code not in REFUSALS:
            unexpected.append(error)


async def test_notices_of_one_payment_race_with_its_refunds_and_captures(
    desk: DisputeDesk, database: Database, owner: Owner
) -> None:
    payments = await asyncio.gather(*(desk.desk.authorized() for _ in range(3)))
    for payment in payments:
        await desk.desk.capture(payment, eur(50), final=False)
    waiting = [
        (payment, notice)
        for payment in payments
        for case in ("first", "second")
        for notice in notices_of(payment, f"{case}-{payment.id}", 30)
        for _ in range(2)
    ]
    random.shuffle(waiting)
    unexpected: list[BaseException] = []

    async def worker(number: int) -> None:
        while waiting:
            payment, notice = waiting.pop()
            chance = random.random()
            if chance < 0.2:
                desk.desk.gateway.next(random.choice([Fault.ANSWER_LOST, Fault.REQUEST_LOST, Fault.NOT_SENT]))
            if number % 2:
                amount = eur(random.randint(1, 15))
                asked = (
                    desk.desk.refund(payment, amount)
                    if chance < 0.6
                    else desk.desk.capture(payment, amount, final=False)
                )
                await attempt(asked, unexpected)
            await attempt(desk.hear(notice), unexpected)

    await asyncio.gather(*(worker(number) for number in range(WORKERS)))
    desk.desk.gateway._script.clear()
    while await desk.desk.resolve(after_seconds=7200):
        pass
    assert unexpected == []
    rows = await owner.fetch("SELECT status, stage, withdrawn_minor, fee_minor FROM disputes")
    assert [tuple(row) for row in rows] == [("LOST", "ARBITRATION", 3000, 1500)] * 6
    held = await owner.fetch("SELECT disputed_minor + double_loss_minor AS held, captured_minor FROM payments")
    assert {row["held"] for row in held} == {6000}
    # Each in whichever order it came, and with no entry more than in any other.
    posted = await owner.fetch(
        "SELECT kind, count(*) AS entries FROM ledger_entries WHERE dispute_id IS NOT NULL GROUP BY kind ORDER BY kind"
    )
    assert [tuple(row) for row in posted] == [("DISPUTE", 6 * 3), ("DISPUTE_REVERSAL", 6 * 2)]
    await assert_agreement(database, owner)


async def test_two_analysts_submit_at_once(desk: DisputeDesk, database: Database, owner: Owner) -> None:
    merchant = desk.desk.merchant
    people = [an_actor(merchant, role=MerchantRole.OPERATOR) for _ in range(2)]
    for _ in range(8):
        dispute = await desk.staged()
        results = await asyncio.gather(*(desk.submit(dispute, person) for person in people), return_exceptions=True)
        assert sum(isinstance(result, DisputeResult) for result in results) == 1
        assert sum(isinstance(result, DisputeStateForbids) for result in results) == 1
    assert (len(desk.gateway.answers), desk.gateway.calls) == (8, 8)
    await assert_agreement(database, owner)


async def test_the_same_submission_a_hundred_times_is_one(desk: DisputeDesk, database: Database, owner: Owner) -> None:
    dispute = await desk.staged()
    results = await asyncio.gather(*(desk.submit(dispute, idempotency_key="k") for _ in range(100)))
    assert sum(not result.replayed for result in results) == 1
    assert {result.dispute.status for result in results} == {DisputeStatus.UNDER_REVIEW}
    assert desk.gateway.calls == 1
    await assert_agreement(database, owner)


async def test_everybody_does_everything_at_once(desk: DisputeDesk, database: Database, owner: Owner) -> None:
    """Staging, submitting, accepting, deciding and the clock, over a few disputes."""
    disputes = [await desk.opened(respond_by=after(999_999)) for _ in range(4)]
    unexpected: list[BaseException] = []

    def anything(dispute: Dispute) -> Awaitable[object]:
        chance = random.random()
        if chance < 0.35:
            return desk.staged(dispute)
        if chance < 0.65:
            return desk.submit(dispute)
        if chance < 0.75:
            return desk.accept(dispute)
        if chance < 0.9:
            stage = random.choice([S.CHARGEBACK, S.PRE_ARBITRATION, S.ARBITRATION])
            return desk.hear_of(dispute, random.choice([T.OPENED, T.UNDER_REVIEW, T.WON]), stage)
        return random.choice([desk.watch, desk.resolve, desk.accept_by_policy])()

    async def worker() -> None:
        for _ in range(12):
            if random.random() < 0.2:
                desk.gateway.fail_next(random.choice([OutcomeKind.UNKNOWN, OutcomeKind.FAILED]))
            await attempt(anything(random.choice(disputes)), unexpected)

    await desk.accept_up_to(eur(40))
    await asyncio.gather(*(worker() for _ in range(WORKERS)))
    desk.gateway.forgive()
    while await desk.resolve(after_seconds=7200):
        pass
    assert unexpected == []
    assert desk.gateway.answers
    await assert_agreement(database, owner)


async def test_due_jobs_of_two_workers_say_it_once(desk: DisputeDesk, database: Database, owner: Owner) -> None:
    for _ in range(6):
        await desk.opened(respond_by=after(100 * 3600))
    for seconds, done in ((30 * 3600, 6), (50 * 3600, 6), (20 * 3600 + 1, 6)):
        desk.desk.clock.pass_by(seconds)
        assert sum(await asyncio.gather(*(desk.watch() for _ in range(2)))) == done
    changes = await owner.fetch(
        "SELECT data ->> 'change' AS change, data ->> 'hours' AS hours, count(*) AS times FROM events"
        " WHERE data ->> 'change' IN ('due_soon', 'expired') GROUP BY 1, 2 ORDER BY 1, 2"
    )
    assert [tuple(row) for row in changes] == [("due_soon", "24", 6), ("due_soon", "72", 6), ("expired", None, 6)]
    await assert_agreement(database, owner)


async def test_jobs_of_two_workers_answer_and_match_once(desk: DisputeDesk, database: Database, owner: Owner) -> None:
    for _ in range(6):
        await desk.opened()
    await desk.accept_up_to(eur(40))
    assert sum(await asyncio.gather(*(desk.accept_by_policy() for _ in range(3)))) == 6
    # As the stand-in will call its next payment.
    reference = f"ref_{len(desk.desk.gateway.books) + 1}"
    assert await desk.hear(a_notice(payment_reference=reference)) is None
    await desk.desk.captured()
    assert sum(await asyncio.gather(*(desk.match() for _ in range(3)))) == 1
    assert (desk.gateway.calls, await owner.fetchval("SELECT count(*) FROM disputes")) == (6, 7)
    await assert_agreement(database, owner)


async def test_a_warned_payment_is_refunded_once_while_it_is_disputed(
    desk: DisputeDesk, database: Database, owner: Owner
) -> None:
    unexpected: list[BaseException] = []
    for _ in range(6):
        payment = await desk.desk.captured()
        warning = await desk.be_warned(a_warning_notice(payment))
        assert warning is not None
        opened = a_notice_of(payment, T.OPENED, S.CHARGEBACK, case_reference=f"case-{payment.id}")
        prevented = [desk.prevent(warning) for _ in range(3)]
        asked = [desk.hear(opened), *prevented, desk.be_warned(a_warning_notice(payment))]
        random.shuffle(asked)
        await asyncio.gather(*(attempt(one, unexpected) for one in asked))
    assert unexpected == []
    statuses = await owner.fetch("SELECT DISTINCT status FROM early_fraud_warnings")
    assert [row["status"] for row in statuses] == ["DISPUTED"]
    assert not await owner.fetchval("SELECT count(*) FROM payments WHERE refunded_minor > captured_minor")
    await assert_agreement(database, owner)


async def test_a_letter_and_the_gateway_s_notice_at_once_are_one_case(
    desk: DisputeDesk, database: Database, owner: Owner
) -> None:
    unexpected: list[BaseException] = []
    for number in range(8):
        payment = await desk.desk.captured()
        network: dict[str, str | None] = {"network_case_id": f"90000000{number}" if number % 2 else None}
        told = [
            a_notice_of(payment, type_, S.CHARGEBACK, minutes=minutes, case_reference=f"case-{payment.id}", **network)
            for minutes, type_ in enumerate((T.OPENED, T.UNDER_REVIEW, T.LOST))
        ]
        letters: list[dict[str, Any]] = [
            {"type": type_, "occurred_at": after(0), "amount": eur(40)} for type_ in (T.OPENED, T.LOST)
        ]
        asked = [desk.hear(notice) for notice in told] + [desk.record(payment, **letter) for letter in letters]
        random.shuffle(asked)
        await asyncio.gather(*(attempt(one, unexpected) for one in asked))
    assert unexpected == []
    rows = await owner.fetch("SELECT status, withdrawn_minor, fee_minor, case_reference FROM disputes")
    assert [tuple(row)[:3] for row in rows] == [("LOST", 4000, 1500)] * 8
    assert all(row["case_reference"].startswith("case-") for row in rows)
    posted = await owner.fetch("SELECT kind, count(*) AS n FROM ledger_entries WHERE dispute_id IS NOT NULL GROUP BY 1")
    assert [tuple(row) for row in posted] == [("DISPUTE", 8)]
    await assert_agreement(database, owner)


async def test_one_case_of_two_payments_at_once_is_one_of_both(
    desk: DisputeDesk, database: Database, owner: Owner
) -> None:
    """A gateway that contradicts itself, at the same moment."""
    for number in range(5):
        payments = [await desk.desk.captured() for _ in range(2)]
        said = [a_notice_of(paid, T.OPENED, S.CHARGEBACK, case_reference=f"case-{number}") for paid in payments]
        heard = await asyncio.gather(*(desk.hear(notice) for notice in said))
        assert sum(dispute is None for dispute in heard) == 1
    refusals = await owner.fetch("SELECT DISTINCT refusal FROM dispute_notices WHERE state = 'REFUSED'")
    assert [row["refusal"] for row in refusals] == ["The case is about another payment."]
    await assert_agreement(database, owner)
