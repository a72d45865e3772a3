"""How an account begins, and how settlements are opened ahead of their cut-offs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.settlements.planning import open_next, plan_after
from domain.settlements.schedule import default_schedule
from domain.settlements.settlement_account import SettlementAccount

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from domain.kernel.money import Currency
    from domain.merchants.merchant import Merchant
    from domain.settlements.ports import SettlementPorts, SettlementUnit
    from domain.settlements.schedule import Schedule

# More are opened by the next run: a transaction stays short whatever the clock was set to.
MOST_AT_ONCE = 100


async def open_account(
    ports: SettlementPorts,
    unit: SettlementUnit,
    actor: Actor,
    merchant: Merchant,
    currency: Currency,
    schedule: Schedule | None = None,
) -> SettlementAccount:
    """An account with its first settlement open, by the default schedule unless another is given.

    Raises `Contention` when somebody else has made it, and `Invalid`.
    """
    at = ports.clock.now()
    new = SettlementAccount(
        merchant_id=merchant.id,
        currency=currency,
        schedule=schedule or default_schedule(merchant.country, currency),
        created_at=at,
        updated_at=at,
    )
    await unit.settlement_accounts.add(new)
    plan = plan_after(new.schedule, at, merchant, ports.business_days)
    account, _ = await open_next(unit, new, None, plan, at)
    await unit.settlement_accounts.save(account)
    data = {"currency": currency.code, "frequency": account.schedule.frequency.value}
    await unit.audit.record(actor, "settlements.open_account", "merchant", merchant.id, merchant.id, data)
    return account


async def open_until_now(
    ports: SettlementPorts, unit: SettlementUnit, account: SettlementAccount, merchant: Merchant
) -> SettlementAccount:
    """The locked account with settlements open until one is cut off in the future: one for each cut-off that passed."""
    at = ports.clock.now()
    newest = await unit.settlements.newest(account.merchant_id, account.currency)
    for _ in range(MOST_AT_ONCE):
        if newest is None or account.open_until is None or account.open_until > at:
            break
        plan = plan_after(account.schedule, account.open_until, merchant, ports.business_days, newest.plan)
        account, newest = await open_next(unit, account, newest, plan, at)
    return account
