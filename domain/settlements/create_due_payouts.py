"""Pay out what is available wherever a schedule wants that, at least the schedule's minimum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.ids import Prefix, format_id, new_uuid
from domain.kernel.unit import in_unit
from domain.merchants.merchant import MerchantStatus
from domain.settlements.beginning_payouts import Beginning, begin_payout

if TYPE_CHECKING:
    from datetime import datetime

    from domain.identity.actor import Actor
    from domain.settlements.payout_ports import PayoutPorts, PayoutUnit
    from domain.settlements.ports import AccountKey


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateDuePayouts:
    """So many accounts are looked up at once."""

    batch: int = 100


async def create_due_payouts(ports: PayoutPorts, actor: Actor, command: CreateDuePayouts) -> int:
    """How many payouts were created, one for an account at most: while one waits for a decision, no other begins.

    Passed over are accounts on hold, suspended merchants, those without a usable bank account, and those of whose
    bank account the last that was heard is that its bank did not take a payout: a person pays there next. Safe on
    several workers: each account is looked at again under its lock. What went wrong with some is raised as an
    `ExceptionGroup` once all have had their turn.
    """
    at = ports.clock.now()
    after: AccountKey | None = None
    errors: list[Exception] = []
    created = 0
    while found := await _due(ports, actor, at, after, command.batch):
        for key in found:
            try:
                created += await _create(ports, actor, key, at)
            except Exception as error:  # noqa: BLE001 - the others are paid all the same
                error.add_note(format_id(Prefix.MERCHANT, key[0]))
                errors.append(error)
        after = found[-1]
    if errors:
        message = "some payouts could not be created"
        raise ExceptionGroup(message, errors)
    return created


async def _due(
    ports: PayoutPorts, actor: Actor, at: datetime, after: AccountKey | None, limit: int
) -> list[AccountKey]:
    async def work(unit: PayoutUnit) -> list[AccountKey]:
        return await unit.payout_funds.due(at, after, limit)

    return await in_unit(ports.units, actor, "payout.due", work)


async def _create(ports: PayoutPorts, actor: Actor, key: AccountKey, at: datetime) -> bool:
    merchant_id, currency = key

    async def work(unit: PayoutUnit) -> bool:
        merchant = await unit.merchants.get(merchant_id)
        account = await unit.settlement_accounts.for_update(merchant_id, currency)
        wanted = account.schedule.automatic_payouts and account.hold is None
        if not wanted or merchant.status is not MerchantStatus.ACTIVE:
            return False
        payable = await unit.payout_funds.payable(merchant_id, currency)
        if payable.minor < max(account.schedule.minimum_payout.minor, 1):
            return False
        bank_account = await unit.bank_accounts.usable(merchant_id, currency, at)
        if bank_account is None or await unit.payout_funds.stopped(merchant_id, currency, bank_account.id):
            return False
        await begin_payout(unit, actor, account, Beginning(payout_id=new_uuid(at), amount=payable), at)
        await unit.commit()
        return True

    return await in_unit(ports.units, actor, "payout.create_due", work)
