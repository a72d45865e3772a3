"""Payments that were screened, as a history to count in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from domain.fraud.velocity import Dimension, VelocityQuery
from tests.builders.fraud import a_list, a_rule, a_rule_set, a_screening, a_trace, a_version, an_entry
from tests.builders.merchants import a_merchant
from tests.builders.payments import a_payment
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from uuid import UUID

    from adapters.postgres.unit import PostgresUnit, PostgresUnits
    from domain.fraud.sighting import Seen, Wanted
    from domain.fraud.trace import Trace
    from domain.merchants.merchant import Merchant


def a_query(dimension: Dimension, window: timedelta = timedelta(hours=1), *distinct: Dimension) -> VelocityQuery:
    """A count within an hour."""
    return VelocityQuery(dimension=dimension, window=window, distinct=frozenset(distinct))


async def screen(unit: PostgresUnit, merchant_id: UUID, **values: Any) -> Trace:
    """A payment that is kept and counted in this unit, without being looked at."""
    """Whatever the amount is that is counted."""
    payment = await unit.payments.add(a_payment(merchant_id=merchant_id))
    trace = a_trace(payment, **{"at": payment.created_at, **values})
    await unit.screenings.add(a_screening(payment, screened_at=trace.at), trace)
    return trace


async def screened(units: PostgresUnits, merchant_id: UUID, **values: Any) -> Trace:
    """The same, committed."""
    async with units.begin(JOBS, "test") as unit:
        trace = await screen(unit, merchant_id, **values)
        await unit.commit()
    return trace


async def seen(units: PostgresUnits, trace: Trace, wanted: Wanted) -> Seen:
    """What a new payment sees."""
    async with units.begin(JOBS, "test") as unit:
        return await unit.screenings.look(trace, wanted)


async def another_merchant(units: PostgresUnits) -> Merchant:
    """Committed."""
    merchant = a_merchant()
    async with units.begin(JOBS, "test") as unit:
        await unit.merchants.add(merchant)
        await unit.commit()
    return merchant


async def fill_fraud(units: PostgresUnits, merchant_id: UUID) -> None:
    """At least one row of the merchant in every table of rules, lists and screenings."""
    rule = a_rule(merchant_id=merchant_id)
    async with units.begin(JOBS, "test") as unit:
        await unit.fraud_rules.add(rule, a_version(rule))
        await unit.rule_sets.add(a_rule_set(merchant_id=merchant_id))
        await unit.fraud_lists.add(a_list(merchant_id=merchant_id))
        await unit.fraud_lists.put([an_entry(merchant_id=merchant_id)])
        await screen(unit, merchant_id)
        await unit.commit()
