"""What is counted for a payment, against a recount of all that was there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.fraud.sighting import Wanted
from domain.fraud.trace import Trace
from domain.fraud.velocity import MOST_COUNTED, Dimension, VelocityFigures, VelocityQuery, window_start
from domain.kernel.money import Money
from tests.adapters.postgres.fraud.traffic import a_query, another_merchant, screened, seen
from tests.builders.fraud import a_trace
from tests.builders.moments import MORNING
from tests.builders.money import EUR, JPY, eur

if TYPE_CHECKING:
    import asyncpg

    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant

D = Dimension
SHARED = (D.CARD, D.EMAIL, D.IP, D.CUSTOMER, D.DEVICE)
MERCHANTS = (UUID(int=1), UUID(int=2))
WINDOWS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=24), timedelta(hours=25), timedelta(days=30))
# Odd ones too: that counters are kept by the minute and by the hour must not show in any count.
AGES = st.one_of(
    st.integers(0, 120).map(lambda seconds: timedelta(seconds=seconds)),
    st.integers(0, 26 * 60).map(lambda minutes: timedelta(minutes=minutes, seconds=minutes % 60)),
    st.integers(0, 31 * 24).map(lambda hours: timedelta(hours=hours)),
    st.sampled_from([timedelta(microseconds=-1), *WINDOWS]),
)


def aged(merchant_id: UUID, age: timedelta, amount: Money, hashes: dict[Dimension, int]) -> Trace:
    return Trace(merchant_id=merchant_id, payment_id=uuid4(), at=MORNING - age, amount=amount, hashes=hashes)


TRACES = st.builds(
    aged,
    st.sampled_from(MERCHANTS),
    AGES,
    st.builds(Money, st.integers(1, 10_000), st.sampled_from([EUR, JPY])),
    st.dictionaries(st.sampled_from(SHARED), st.integers(-1, 1)),
)
QUERIES = st.frozensets(
    st.builds(
        VelocityQuery,
        dimension=st.sampled_from(D),
        window=st.sampled_from(WINDOWS),
        distinct=st.frozensets(st.sampled_from(D), max_size=3),
    ),
    max_size=8,
)
_TRACES = """
INSERT INTO fraud_traces (merchant_id, payment_id, at, currency, amount_minor, card, email, ip, customer, device)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
_VOLUMES = """
INSERT INTO fraud_volumes AS v (merchant_id, grain, bucket, currency, slot, payments, sum_minor)
SELECT $1, grain, date_trunc(grain, $2::timestamptz, 'UTC'), $3, $5, 1, $4::bigint
FROM (VALUES ('day'), ('hour'), ('minute')) AS one (grain)
ON CONFLICT (merchant_id, grain, bucket, currency, slot) DO UPDATE
SET payments = v.payments + 1, sum_minor = v.sum_minor + excluded.sum_minor
"""


def recounted(history: list[Trace], trace: Trace, query: VelocityQuery) -> VelocityFigures:
    """As the words say: all that share the value, from the beginning of the window on."""

    def value(one: Trace, dimension: Dimension) -> int | UUID | None:
        return one.merchant_id if dimension is D.MERCHANT else one.hashes.get(dimension)

    wanted = value(trace, query.dimension)
    since = window_start(query.dimension, trace.at, query.window)
    own = [one for one in history if wanted is not None and value(one, query.dimension) == wanted and one.at >= since]
    return VelocityFigures(
        count=len(own),
        sum_minor=sum(one.amount.minor for one in own if one.amount.currency == trace.amount.currency),
        distinct={dimension: len({value(one, dimension) for one in own} - {None}) for dimension in query.distinct},
    )


async def fill(owner: asyncpg.Connection, history: list[Trace]) -> None:
    """Without payments: what is counted hangs on none."""
    await owner.execute("ALTER TABLE fraud_traces DISABLE TRIGGER append_only")
    await owner.execute("DELETE FROM fraud_traces; DELETE FROM fraud_volumes")
    for place, one in enumerate(history):
        amount = (one.amount.currency.code, one.amount.minor)
        await owner.execute(
            _TRACES, one.merchant_id, one.payment_id, one.at, *amount, *(one.hashes.get(name) for name in SHARED)
        )
        await owner.execute(_VOLUMES, one.merchant_id, one.at, *amount, place % 3)


@settings(
    deadline=None,
    max_examples=60,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(history=st.lists(TRACES, max_size=40), trace=TRACES, everywhere=QUERIES, here=QUERIES)
async def test_what_is_counted_is_what_a_recount_finds(
    units: PostgresUnits, owner: asyncpg.Connection, history: list[Trace], trace: Trace, everywhere: Any, here: Any
) -> None:
    await fill(owner, history)
    found = await seen(units, trace, Wanted(everywhere=everywhere, here=here))
    own = [one for one in history if one.merchant_id == trace.merchant_id]
    assert found.everywhere == {
        query: recounted(own if query.dimension is D.MERCHANT else history, trace, query) for query in everywhere
    }
    assert found.here == {query: recounted(own, trace, query) for query in here}


async def test_what_the_store_adds_is_counted_and_the_payment_itself_is_not(
    units: PostgresUnits, merchant: Merchant
) -> None:
    other = await another_merchant(units)
    first = await screened(units, merchant.id, amount=eur(10), at=MORNING - timedelta(minutes=5))
    second = await screened(units, merchant.id, amount=eur(20), email=None, at=MORNING)
    away = await screened(units, other.id, amount=eur(40), email="ada@example.com", at=MORNING)
    history = [first, second, away]
    trace = a_trace(merchant_id=merchant.id, at=MORNING)
    queries = frozenset(
        a_query(dimension, window, D.EMAIL, D.MERCHANT)
        for dimension in D
        for window in (timedelta(minutes=1), timedelta(hours=1), timedelta(days=2))
    )
    found = await seen(units, trace, Wanted(everywhere=queries, here=queries))
    for query in queries:
        own = [one for one in history if one.merchant_id == merchant.id]
        at_merchant = recounted(own, trace, query)
        assert found.here[query] == at_merchant
        everybody = at_merchant if query.dimension is D.MERCHANT else recounted(history, trace, query)
        assert found.everywhere[query] == everybody
    assert found.everywhere[a_query(D.CARD, timedelta(hours=1), D.EMAIL, D.MERCHANT)].count == 3


async def test_of_what_half_a_country_shares_only_the_newest_are_counted(
    units: PostgresUnits, merchant: Merchant, owner: asyncpg.Connection
) -> None:
    """But as many of the merchant's own, however many others have."""
    trace = a_trace(merchant_id=merchant.id, at=MORNING, ip="203.0.113.7")
    await owner.execute(
        "INSERT INTO fraud_traces (merchant_id, payment_id, at, currency, amount_minor, ip, card)"
        " SELECT CASE WHEN n > $2 THEN $3::uuid ELSE gen_random_uuid() END, gen_random_uuid(),"
        " $1::timestamptz - n * interval '1 second', 'EUR', 1, $4, n"
        " FROM generate_series(1, $2 + 100) AS n",
        MORNING,
        MOST_COUNTED,
        merchant.id,
        trace.hashes[D.IP],
    )
    query = a_query(D.IP, timedelta(days=1), D.CARD)
    found = await seen(units, trace, Wanted(everywhere=frozenset({query}), here=frozenset({query})))
    every = VelocityFigures(count=MOST_COUNTED, sum_minor=MOST_COUNTED, distinct={D.CARD: MOST_COUNTED})
    assert found.everywhere[query] == every
    assert found.here[query] == VelocityFigures(count=100, sum_minor=100, distinct={D.CARD: 100})


async def test_amounts_beyond_what_a_number_holds_are_counted_as_the_most_that_it_does(
    units: PostgresUnits, merchant: Merchant
) -> None:
    most = 2**63 - 1
    for _ in range(2):
        await screened(units, merchant.id, amount=Money(most, EUR), at=MORNING)
    queries = frozenset({a_query(D.CARD), a_query(D.MERCHANT)})
    found = await seen(units, a_trace(merchant_id=merchant.id, at=MORNING), Wanted(everywhere=queries, here=queries))
    assert {figures.sum_minor for figures in (*found.everywhere.values(), *found.here.values())} == {most}
