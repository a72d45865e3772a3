"""By the clock: accounts for whoever has something to settle, and an open settlement for whatever comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.ids import Prefix, format_id
from domain.kernel.unit import in_unit
from domain.settlements.opening import open_account, open_until_now

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from domain.kernel.events import JsonValue
    from domain.settlements.ports import AccountKey, SettlementPorts, SettlementUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSettlements:
    """At most so many accounts at a time."""

    limit: int = 100


async def open_settlements(ports: SettlementPorts, actor: Actor, command: OpenSettlements) -> int:
    """How many accounts were made or got settlements; afterwards each has one whose cut-off is still to come.

    Accounts do not wait for each other; what went wrong with some is raised as an `ExceptionGroup` once all have been
    tried.
    """

    async def run_out(unit: SettlementUnit) -> list[AccountKey]:
        return await unit.settlement_queue.run_out(ports.clock.now(), command.limit)

    opened = await _open_accounts(ports, actor, command.limit)
    errors: list[Exception] = []
    for key in await in_unit(ports.units, actor, "settlements.find", run_out):
        try:
            opened += await _go_on(ports, actor, key)
        except Exception as error:  # noqa: BLE001 - raised below, with the others'
            error.add_note(format_id(Prefix.MERCHANT, key[0]))
            errors.append(error)
    if errors:
        message = "some settlements could not be opened"
        raise ExceptionGroup(message, errors)
    return opened


async def _open_accounts(ports: SettlementPorts, actor: Actor, limit: int) -> int:
    async def work(unit: SettlementUnit) -> int:
        keys = await unit.settlement_queue.without_account(limit)
        for merchant_id, currency in keys:
            merchant = await unit.merchants.get(merchant_id)
            await open_account(ports, unit, actor, merchant, currency)
        # Also when nothing was found: how far was looked is kept as well.
        await unit.commit()
        return len(keys)

    return await in_unit(ports.units, actor, "settlements.begin", work)


async def _go_on(ports: SettlementPorts, actor: Actor, key: AccountKey) -> int:
    async def work(unit: SettlementUnit) -> int:
        account = await unit.settlement_accounts.claim(*key)
        if account is None:
            # Somebody else closes or pays: the next run looks again.
            return 0
        merchant = await unit.merchants.get(account.merchant_id)
        ahead = await open_until_now(ports, unit, account, merchant)
        if ahead == account:
            return 0
        await unit.settlement_accounts.save(ahead)
        numbers: list[JsonValue] = [account.next_number, ahead.next_number - 1]
        data: dict[str, JsonValue] = {"currency": account.currency.code, "numbers": numbers}
        await unit.audit.record(actor, "settlements.open", "merchant", merchant.id, merchant.id, data)
        await unit.commit()
        return 1

    return await in_unit(ports.units, actor, "settlements.open", work)
