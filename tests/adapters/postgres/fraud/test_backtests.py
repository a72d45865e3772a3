"""Backtests on PostgreSQL: what they read of old payments is what screening saw of them when they were new."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import pytest

from adapters.cel.language import CelLanguage
from adapters.postgres.fraud.backtest_reads import BacktestReads
from adapters.postgres.fraud.link_reads import LINKING, LinkReads
from adapters.postgres.keyset import Key, cursor_of
from app.screening import FraudScreening
from domain.fraud.backtest import LEASE, BacktestStatus
from domain.fraud.cancel_backtest import CancelBacktest, cancel_backtest
from domain.fraud.expression import Needs
from domain.fraud.list_kind import KIND_OF_VARIABLE
from domain.fraud.ports import FraudPorts
from domain.fraud.rule import RuleAction
from domain.fraud.rule_set import RuleSet
from domain.fraud.rule_shelf import RuleShelf
from domain.fraud.run_backtests import RunBacktests, run_backtests
from domain.fraud.variables import VARIABLES
from domain.fraud.velocity import Dimension, VelocityQuery
from domain.identity.actor import Scope
from domain.kernel.errors import NotFound
from domain.kernel.ids import PLATFORM
from domain.kernel.paging import PageRequest
from domain.kernel.unit import in_unit
from domain.payments.create_payment import NewCustomer
from domain.payments.origin import Origin
from domain.payments.screening import ScreeningDecision
from tests.adapters.postgres.fraud.traffic import another_merchant
from tests.builders.backtests import a_backtest
from tests.builders.fraud import an_active_rule, an_entry
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING
from tests.builders.money import eur
from tests.builders.payments import a_method
from tests.fakes.clock import SettableClock
from tests.fakes.desk import JOBS, Desk
from tests.fakes.gateway import StandInGateway

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from adapters.postgres.database import Database
    from adapters.postgres.unit import PostgresUnits
    from domain.fraud.backtest import Backtest, TestedPayment
    from domain.fraud.link import LinkedPayment
    from domain.fraud.ports import FraudUnit
    from domain.kernel.paging import Slice
    from domain.merchants.merchant import Merchant
    from domain.payments.payment import Payment

_DAY = timedelta(days=1)
QUERIES = frozenset(
    VelocityQuery(dimension=dimension, window=window, distinct=frozenset(Dimension) - {dimension})
    for dimension in Dimension
    for window in (timedelta(minutes=1), timedelta(hours=1))
)
EVERYTHING = Needs(variables=frozenset(variable.name for variable in VARIABLES), velocities=QUERIES)
WINDOWS = {timedelta(minutes=1): "1m", timedelta(hours=1): "1h"}


class Shop:
    """A merchant whose payments are judged by rules that want to know everything."""

    def __init__(self, units: PostgresUnits, merchant: Merchant, clock: SettableClock | None = None) -> None:
        clock = clock or SettableClock()
        gateway = StandInGateway(clock)
        gateway.cards["tok_visa"] = a_method(fingerprint="fp_1")
        self.desk = Desk(units, merchant, gateway, clock)
        language = CelLanguage()
        screening = FraudScreening(language, RuleShelf())
        self.desk.ports = type(self.desk.ports)(
            clock=clock, units=units, gateways=self.desk.gateway, screening=screening
        )
        self.ports = FraudPorts(
            clock=clock, units=units, language=language, shelf=screening.shelf, payments=self.desk.ports
        )

    async def sell(self, amount: int = 100, email: str | None = None, **origin: str) -> Payment:
        """A payment, ten seconds after the one before."""
        self.desk.clock.pass_by(10)
        made = await self.desk.create(
            eur(amount),
            customer=NewCustomer(email=email, country="AT") if email else None,
            origin=Origin(**origin) if origin else None,
        )
        return made.payment

    def backtest(self, merchant_id: UUID | None = None, **values: Any) -> Backtest:
        """Over all that was sold."""
        now = self.desk.clock.now()
        whose = self.desk.merchant.id if merchant_id is None else merchant_id
        return a_backtest(**{"merchant_id": whose, "since": now - _DAY, "until": now + _DAY, **values})

    async def want_everything(self) -> None:
        """Rules of the platform and of the merchant that have all velocities counted, and decide nothing."""
        rules = tuple(
            an_active_rule(RuleAction.SCORE, expression=_counting(query), points=1)
            for query in sorted(QUERIES, key=lambda query: (query.dimension, query.window))
        )

        async def work(unit: FraudUnit) -> None:
            for author in (PLATFORM, self.desk.merchant.id):
                await unit.rule_sets.add(RuleSet(merchant_id=author, revision=1, rules=rules, created_at=MORNING))
            await unit.commit()

        await in_unit(self.ports.units, JOBS, "test", work)

    async def queue(self, backtest: Backtest) -> Backtest:
        """For a worker."""

        async def work(unit: FraudUnit) -> None:
            await unit.backtests.add(backtest)
            await unit.commit()

        await in_unit(self.ports.units, JOBS, "test", work)
        return backtest

    async def read(self, backtest: Backtest, needs: Needs = EVERYTHING, limit: int = 100) -> Sequence[TestedPayment]:
        """One batch of it."""

        async def work(unit: FraudUnit) -> Sequence[TestedPayment]:
            return await unit.backtests.payments(backtest, needs, limit)

        return await in_unit(self.ports.units, JOBS, "test", work)


def _counting(query: VelocityQuery) -> str:
    asked = f'velocity("{query.dimension.value}", "{WINDOWS[query.window]}")'
    parts = [f"{asked}.count >= 1000000", f"{asked}.sum_minor >= 1000000000"]
    return " || ".join([*parts, *(f'{asked}.distinct("{one.value}") >= 1000000' for one in sorted(query.distinct))])


async def _links(
    reads: LinkReads, scope: Scope, payment: Payment, by: Collection[Dimension], request: PageRequest
) -> Slice[LinkedPayment]:
    (found,) = await reads.links_of(scope, [payment], by, request)
    return found


@pytest.fixture
def shop(units: PostgresUnits, merchant: Merchant) -> Shop:
    return Shop(units, merchant)


async def test_old_payments_are_read_as_screening_saw_them(
    shop: Shop, units: PostgresUnits, database: Database
) -> None:
    await shop.want_everything()
    other = Shop(units, await another_merchant(units), shop.desk.clock)
    payments = [
        await shop.sell(100, "Mary@Example.com", ip_address="203.0.113.7", device_id="d1", billing_country="DE"),
        await shop.sell(250, "john@example.org", ip_address="203.0.113.7", shipping_country="US"),
        await shop.sell(70),
        await shop.sell(30, "mary@example.com", ip_address="2001:DB8::1", device_id="d1"),
        await shop.sell(30, "john@example.org"),
    ]
    await other.sell(15, "mary@example.com", device_id="d1")
    payments += [await shop.sell(100, "mary@example.com", device_id="d2")]
    async with units.begin(JOBS, "test") as unit:
        found = [await unit.screenings.of_payment(shop.desk.merchant.id, payment.id) for payment in payments]
    mine = {one.payment_id: one for one in await shop.read(shop.backtest())}
    everywhere = {one.payment_id: one for one in await shop.read(shop.backtest(PLATFORM))}
    assert len(everywhere) == len(mine) + 1 == len(payments) + 1
    for payment, screening in zip(payments, found, strict=True):
        assert screening is not None
        for tested, judgement in ((mine, screening.merchant), (everywhere, screening.platform)):
            old = tested[payment.id]
            # The gateway's score had not come yet when the payment was judged.
            assert {**judgement.facts.values, "gateway.score": 5} == {"gateway.score": 5, **old.values}
            assert old.velocities == judgement.facts.velocities, payment
            assert (old.amount_minor, old.currency, old.decided) == (payment.amount_minor, "EUR", screening.decision)
    # The card's payments everywhere, of which one is another merchant's.
    by_card = {query: figures.count for query, figures in everywhere[payments[-1].id].velocities.items()}
    assert by_card[next(q for q in QUERIES if (q.dimension, q.window) == (Dimension.CARD, timedelta(hours=1)))] == 6


async def test_todays_lists_are_asked(shop: Shop, units: PostgresUnits) -> None:
    merchant_id = shop.desk.merchant.id
    payments = [
        await shop.sell(email="mary@example.com", ip_address="203.0.113.7"),
        await shop.sell(email="john@example.com", ip_address="198.51.100.1"),
    ]
    async with units.begin(JOBS, "test") as unit:
        await unit.fraud_lists.put(
            [
                an_entry("john@example.com", merchant_id=merchant_id),
                an_entry("203.0.113.0/24", merchant_id=merchant_id, list_name="blocked_ips"),
                an_entry("mary@example.com", merchant_id=merchant_id, expires_at=MORNING),
                an_entry("mary@example.com", merchant_id=PLATFORM),
            ]
        )
        await unit.commit()
    names = frozenset({"blocked_emails", "blocked_ips"})
    needs = Needs(variables=frozenset(KIND_OF_VARIABLE), lists=names)
    assert ip_address(str((await shop.read(shop.backtest(), needs))[0].values["ip.address"]))
    listed = {one.payment_id: one.listed for one in await shop.read(shop.backtest(), needs)}
    assert listed == {
        payments[0].id: {("blocked_ips", "203.0.113.7")},
        payments[1].id: {("blocked_emails", "john@example.com")},
    }
    by_platform = await shop.read(shop.backtest(PLATFORM), needs)
    assert [one.listed for one in by_platform] == [{("blocked_emails", "mary@example.com")}, frozenset()]


async def test_a_run_from_beginning_to_end(shop: Shop, database: Database) -> None:
    for amount in (100, 200, 300, 400, 500):
        await shop.sell(amount)
    rule = an_active_rule(RuleAction.BLOCK, expression="payment.amount_minor > 25000")
    backtest = await shop.queue(shop.backtest(rules=(rule,)))
    assert await run_backtests(shop.ports, JOBS, RunBacktests(batch=2)) == 1
    reads = BacktestReads(database)
    done = (await reads.backtests_by_id(Scope(None), [backtest.id]))[backtest.id]
    assert (done.status, done.total, done.processed) == (BacktestStatus.SUCCEEDED, 5, 5)
    assert done.tally.would[ScreeningDecision.BLOCK].minor == {"EUR": 120000}
    assert done.tally.rules[0].matched.count == 3
    assert [match.amount_minor for match in done.tally.top] == [50000, 40000, 30000]
    # What PostgreSQL keeps is the whole tally, and no more of it is made by whoever asks again.
    assert await run_backtests(shop.ports, JOBS, RunBacktests(batch=2)) == 0


async def test_two_workers_and_a_silent_one(shop: Shop, database: Database) -> None:
    for amount in range(1, 10):
        await shop.sell(amount)
    backtest = await shop.queue(shop.backtest())
    async with shop.ports.units.begin(JOBS, "test") as unit:
        leased = await unit.backtests.lease(shop.desk.clock.now())
        await unit.commit()
    assert leased is not None
    assert await run_backtests(shop.ports, JOBS, RunBacktests()) == 0
    shop.desk.clock.pass_by(LEASE.seconds)
    ran = await asyncio.gather(*(run_backtests(shop.ports, JOBS, RunBacktests(batch=1)) for _ in range(4)))
    assert sum(ran) == 1
    done = (await BacktestReads(database).backtests_by_id(Scope(None), [backtest.id]))[backtest.id]
    assert (done.status, done.processed, done.tally.all.count) == (BacktestStatus.SUCCEEDED, 9, 9)


async def test_a_cancellation_between_batches(shop: Shop) -> None:
    await shop.sell()
    backtest = await shop.queue(shop.backtest())
    canceled = await cancel_backtest(shop.ports, shop.desk.actor, CancelBacktest(backtest_id=backtest.id))
    assert canceled.status is BacktestStatus.CANCELED
    assert await run_backtests(shop.ports, JOBS, RunBacktests()) == 0


async def test_nobody_sees_anothers(shop: Shop, units: PostgresUnits, database: Database) -> None:
    mine, platforms = await shop.queue(shop.backtest()), await shop.queue(shop.backtest(PLATFORM))
    stranger = an_actor(await another_merchant(units))
    reads, page = BacktestReads(database), PageRequest(limit=10)
    assert not (await reads.backtests(stranger.visible, None, page)).rows
    assert [one.id for one in (await reads.backtests(shop.desk.actor.visible, None, page)).rows] == [mine.id]
    staff = await reads.backtests(Scope(None), None, page)
    assert {one.id for one in staff.rows} == {mine.id, platforms.id}
    of_rule = await reads.backtests(Scope(None), mine.rules[0].rule_id, page)
    assert [one.id for one in of_rule.rows] == [mine.id]
    for hidden in (mine, platforms):
        async with units.begin(stranger, "test") as unit:
            with pytest.raises(NotFound):
                await unit.backtests.for_update(hidden.id)


async def test_links_by_each_dimension(shop: Shop, units: PostgresUnits, database: Database) -> None:
    other = Shop(units, await another_merchant(units), shop.desk.clock)
    first = await shop.sell(email="mary@example.com", ip_address="203.0.113.7", device_id="d1")
    same_email = await shop.sell(email="MARY@example.com")
    elsewhere = await other.sell(device_id="d1")
    reads, page = LinkReads(database), PageRequest(limit=10)
    by = {Dimension.EMAIL, Dimension.DEVICE, Dimension.IP, Dimension.CUSTOMER}
    found = await _links(reads, Scope(None), first, by, page)
    assert [(one.payment.id, one.shares) for one in found.rows] == [
        (elsewhere.id, {Dimension.DEVICE}),
        (same_email.id, {Dimension.EMAIL, Dimension.CUSTOMER}),
    ]
    own = await _links(reads, shop.desk.actor.visible, first, by, page)
    assert [one.payment.id for one in own.rows] == [same_email.id]
    assert not (await _links(reads, Scope(None), first, {Dimension.IP}, page)).rows
    (summaries,) = await reads.link_summaries(Scope(None), [first], LINKING)
    told = {one.dimension: (one.payments, one.merchants, sum(one.by_status.values()), one.capped) for one in summaries}
    assert told == {
        Dimension.CARD: (2, 2, 2, False),
        Dimension.EMAIL: (1, 1, 1, False),
        Dimension.CUSTOMER: (1, 1, 1, False),
        Dimension.DEVICE: (1, 1, 1, False),
    }
    assert await reads.link_summaries(Scope(None), [], LINKING) == []


async def test_links_page_by_page(shop: Shop, database: Database) -> None:
    first = await shop.sell(device_id="d1")
    others = [await shop.sell(device_id="d1") for _ in range(5)]
    reads = LinkReads(database)
    newest = [payment.id for payment in reversed(others)]
    page = await _links(reads, Scope(None), first, {Dimension.DEVICE}, PageRequest(limit=2))
    assert ([one.payment.id for one in page.rows], page.has_next) == (newest[:2], True)
    cursor = cursor_of(Key.ID, 0, page.rows[-1].payment.id)
    rest = await _links(reads, Scope(None), first, {Dimension.DEVICE}, PageRequest(limit=10, cursor=cursor))
    assert ([one.payment.id for one in rest.rows], rest.has_next) == (newest[2:], False)
    back = PageRequest(limit=1, cursor=cursor, backward=True)
    before = await _links(reads, Scope(None), first, {Dimension.DEVICE}, back)
    assert [one.payment.id for one in before.rows] == newest[:1]
