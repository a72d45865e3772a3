"""What every verb on payouts does: lock in one order, see that money may leave, keep the change with its entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.kernel.money import Money
from domain.merchants.merchant import MerchantStatus
from domain.settlements.payout import UNDECIDED
from domain.settlements.payout_errors import InsufficientBalance, PayeeSuspended, PayoutsOnHold

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.kernel.events import JsonValue
    from domain.ledger.entry import Entry
    from domain.merchants.merchant import Merchant
    from domain.settlements.payout import Payout
    from domain.settlements.payout_ports import PayoutUnit
    from domain.settlements.settlement_account import SettlementAccount


async def lock_payout(unit: PayoutUnit, payout_id: UUID) -> tuple[Payout, SettlementAccount]:
    """The payout and its account, both locked: the account first, as everywhere. Raises `NotFound`."""
    found = await unit.payouts.get(payout_id)
    account = await unit.settlement_accounts.for_update(found.merchant_id, found.currency)
    return await unit.payouts.for_update(payout_id), account


def ensure_payee(merchant: Merchant, account: SettlementAccount) -> None:
    """Raise `PayeeSuspended` or `PayoutsOnHold` when nothing may be paid to the merchant now."""
    if merchant.status is not MerchantStatus.ACTIVE:
        raise PayeeSuspended
    if account.hold is not None:
        raise PayoutsOnHold(account.hold.reason)


def ensure_covered(amount: Money, payable: Money) -> None:
    """Raise `InsufficientBalance` for more than there is."""
    if amount.minor > payable.minor:
        raise InsufficientBalance(Money(max(payable.minor, 0), payable.currency))


async def ensure_still_covered(unit: PayoutUnit, payout: Payout) -> None:
    """Raise `InsufficientBalance` when what was promised to an undecided payout is not there any more."""
    payable = await unit.payout_funds.payable(payout.merchant_id, payout.currency)
    promised = payout.amount.minor if payout.status in UNDECIDED else 0
    ensure_covered(payout.amount, Money(payable.minor + promised, payable.currency))


async def keep_payout(
    unit: PayoutUnit, actor: Actor, name: str, payout: Payout, data: Mapping[str, JsonValue], entry: Entry | None = None
) -> Payout:
    """Save a changed payout, with its line in the audit log and its entry in the ledger."""
    saved = await unit.payouts.save(payout)
    if entry is not None:
        await unit.ledger.post((entry,))
    await record_payout(unit, actor, name, saved, data)
    return saved


async def record_payout(
    unit: PayoutUnit, actor: Actor, name: str, payout: Payout, data: Mapping[str, JsonValue]
) -> None:
    """A line of the audit log."""
    more = {
        "status": payout.status.value,
        "amount_minor": payout.amount.minor,
        "currency": payout.currency.code,
        **data,
    }
    await unit.audit.record(actor, f"payouts.{name}", "payout", payout.id, payout.merchant_id, more)
