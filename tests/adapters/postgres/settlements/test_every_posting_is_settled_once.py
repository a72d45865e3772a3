"""Whatever is captured, refunded, disputed, held, adjusted and closed, in whichever order it commits: nothing is lost."""

from __future__ import annotations

from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.postgres.verification.ledger_checks import LEDGER_CHECKS
from adapters.postgres.verification.reserve_checks import RESERVE_CHECKS
from adapters.postgres.verification.settlement_checks import SETTLEMENT_CHECKS
from domain.identity.actor import Scope
from domain.kernel.errors import DomainError
from domain.kernel.money import Money
from domain.ledger.entry import EntryKind
from domain.settlements.schedule import Frequency
from tests.builders.merchants import a_merchant
from tests.builders.money import EUR, JPY, KWD
from tests.builders.settlements import a_posting, a_reserve
from tests.fakes.clock import SettableClock
from tests.fakes.desk import JOBS
from tests.fakes.settlement_desk import SettlementDesk

if TYPE_CHECKING:
    import asyncpg

    from adapters.postgres.database import Database
    from adapters.postgres.unit import PostgresUnits
    from domain.kernel.money import Currency
    from domain.ledger.entry import Entry
    from domain.settlements.ports import SettlementUnit

POSTED = st.sampled_from(
    [EntryKind.CAPTURE, EntryKind.CAPTURE, EntryKind.REFUND, EntryKind.DISPUTE, EntryKind.DISPUTE_REVERSAL]
)
MINOR = st.integers(1, 10**6)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("post"), POSTED, MINOR),
        st.tuples(st.just("late"), POSTED, MINOR),
        st.tuples(st.just("commit"), st.integers(0, 3), st.none()),
        st.tuples(st.just("pass"), st.integers(1, 100), st.none()),
        st.tuples(st.just("work"), st.none(), st.none()),
        st.tuples(st.just("close"), st.none(), st.none()),
        st.tuples(st.just("adjust"), st.sampled_from([-1, 1]), MINOR),
        st.tuples(st.just("schedule"), st.sampled_from(list(Frequency)), st.integers(0, 3)),
    ),
    min_size=5,
    max_size=30,
)
MOST_LATE = 4
_LOSSES = frozenset({EntryKind.REFUND, EntryKind.DISPUTE})


@dataclass(slots=True)
class Story:
    """What one merchant has posted, and the transactions that are still open."""

    desk: SettlementDesk
    currency: Currency
    stack: AsyncExitStack
    late: list[tuple[SettlementUnit, AsyncExitStack]] = field(default_factory=list)
    owed_minor: int = 0

    def entry(self, kind: EntryKind, minor: int) -> Entry:
        """Posted now, with a fee."""
        signed = -minor if kind in _LOSSES else minor
        fee = minor // 50 if kind is not EntryKind.DISPUTE_REVERSAL else 0
        self.owed_minor += signed - fee
        amount = Money(signed, self.currency)
        return a_posting(self.desk.merchant.id, kind, amount, self.desk.clock.now(), fee_minor=fee)

    async def post_late(self, kind: EntryKind, minor: int) -> None:
        """Posted now, committed some time."""
        if len(self.late) == MOST_LATE:
            await self.commit(0)
        own = AsyncExitStack()
        await self.stack.enter_async_context(own)
        unit = await own.enter_async_context(self.desk.units.begin(JOBS, "late"))
        await unit.ledger.post((self.entry(kind, minor),))
        self.late.append((unit, own))

    async def commit(self, index: int) -> None:
        """One of those that are still open."""
        if self.late:
            unit, own = self.late.pop(index % len(self.late))
            await unit.commit()
            await own.aclose()

    async def work(self) -> None:
        """The clock does what it has to."""
        await self.desk.run(self.desk.clock.now())

    async def close(self) -> None:
        """Somebody closes the next one."""
        try:
            settlement = await self.desk.oldest(self.currency)
            await self.desk.close(settlement)
        except (DomainError, AssertionError):
            # There is none yet, or nothing between this cut-off and the last.
            return

    async def adjust(self, sign: int, minor: int) -> None:
        """Somebody gives or takes."""
        self.owed_minor += sign * minor
        await self.desk.adjust(Money(sign * minor, self.currency))

    async def schedule(self, frequency: Frequency, delay: int) -> None:
        """Another schedule, with a reserve."""
        values: dict[str, Any] = {
            "frequency": frequency,
            "weekday": 3 if frequency is Frequency.WEEKLY else None,
            "day_of_month": 31 if frequency is Frequency.MONTHLY else None,
            "delay_days": delay,
            "minimum_payout": Money(0, self.currency),
            "reserve": a_reserve("12.5", 5),
        }
        await self.desk.set_schedule(**values)

    async def take(self, step: tuple[str, Any, Any]) -> None:
        """One step."""
        name, first, second = step
        if name == "post":
            await self.desk.post(self.entry(first, second))
        elif name == "late":
            await self.post_late(first, second)
        elif name == "pass":
            self.desk.clock.at += timedelta(hours=first)
        else:
            arguments = [one for one in (first, second) if one is not None]
            await getattr(self, name)(*arguments)


async def found(database: Database) -> list[str]:
    """What verification says."""
    async with database.connection(Scope(None)) as connection:
        checks = (*SETTLEMENT_CHECKS, *RESERVE_CHECKS, *LEDGER_CHECKS)
        return [line for check in checks for line in await check.violations(connection)]


async def settle_all(story: Story) -> None:
    """Everything is committed, released and closed, by the clock and then by hand."""
    while story.late:
        await story.commit(0)
    for _ in range(3):
        story.desk.clock.at += timedelta(days=40)
        await story.work()
        await story.close()
    story.desk.clock.pass_by(1)
    while (await story.desk.oldest(story.currency)).number < (await story.desk.newest(story.currency)).number:
        await story.close()
    story.desk.clock.pass_by(1)
    await story.close()


# Each example has a merchant of its own; the database is one for all of them.
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(currency=st.sampled_from([EUR, JPY, KWD]), steps=STEPS)
async def test_every_posting_is_in_one_line_and_the_lines_sum_up(
    database: Database,
    units: PostgresUnits,
    owner: asyncpg.Connection,
    currency: Currency,
    steps: list[tuple[str, Any, Any]],
) -> None:
    merchant = a_merchant(time_zone="America/Sao_Paulo")
    async with units.begin(JOBS, "story") as unit:
        await unit.merchants.add(merchant)
        await unit.commit()
    async with AsyncExitStack() as stack:
        story = Story(SettlementDesk(units, merchant, SettableClock()), currency, stack)
        for step in steps:
            await story.take(step)
        assert await found(database) == []
        await story.desk.post(story.entry(EntryKind.CAPTURE, 1))
        await settle_all(story)
        assert await found(database) == []
    account = await story.desk.account(currency)
    balances: Counter[str] = Counter()
    for row in await owner.fetch(
        "SELECT account, amount_minor FROM ledger_postings WHERE merchant_id = $1", merchant.id
    ):
        balances[row["account"]] -= row["amount_minor"]
    assert (balances["reserve"], balances["pending"]) == (0, account.carried_minor)
    assert balances["available"] + balances["pending"] == story.owed_minor
    loose = await owner.fetchval(
        """SELECT count(*) FROM ledger_postings AS p JOIN ledger_entries AS e ON e.id = p.entry_id
           LEFT JOIN settlement_lines AS l ON (l.entry_id, l.position) = (p.entry_id, p.position)
           WHERE p.merchant_id = $1 AND p.account = 'pending' AND e.kind <> 'SETTLEMENT' AND l.entry_id IS NULL""",
        merchant.id,
    )
    assert loose == 0
