"""How a payout begins: under the account's lock, of what is payable, approved at once where a policy says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.settlements.paying_out import ensure_covered, record_payout
from domain.settlements.payout import PayoutStatus, new_payout
from domain.settlements.payout_errors import NothingPayable, NoUsableBankAccount
from domain.settlements.payout_policy import WINDOW
from domain.settlements.payout_postings import approval_entry

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.kernel.money import Money
    from domain.settlements.payout import Payout
    from domain.settlements.payout_ports import PayoutUnit
    from domain.settlements.settlement_account import SettlementAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """`amount` is None for all that is payable."""

    payout_id: UUID
    amount: Money | None
    reason: str | None = None


async def begin_payout(
    unit: PayoutUnit, actor: Actor, account: SettlementAccount, begun: Beginning, at: datetime
) -> Payout:
    """A payout that waits for approval, or is approved by policy; added to the unit with its entry.

    It pays the oldest settlements that nothing pays yet. The settlement account is locked already. Raises
    `InsufficientBalance`, `NothingPayable`, `NoUsableBankAccount` and `Invalid`.
    """
    merchant_id, currency = account.merchant_id, account.currency
    bank_account = await unit.bank_accounts.usable(merchant_id, currency, at)
    if bank_account is None:
        raise NoUsableBankAccount(currency.code)
    payable = await unit.payout_funds.payable(merchant_id, currency)
    if begun.amount is None and payable.minor <= 0:
        raise NothingPayable(payable)
    amount = begun.amount or payable
    ensure_covered(amount, payable)
    payout = new_payout(
        merchant_id=merchant_id,
        payout_id=begun.payout_id,
        amount=amount,
        bank_account_id=bank_account.id,
        actor=actor,
        reason=begun.reason,
        at=at,
    )
    left_minor = payable.minor - amount.minor
    settlement_id = await unit.paid_settlements.attach(merchant_id, currency, payout.id, left_minor)
    saved = await unit.payouts.add(replace(await _judge(unit, payout, at), settlement_id=settlement_id))
    if saved.status is PayoutStatus.APPROVED:
        await unit.ledger.post((approval_entry(saved, at),))
    await record_payout(unit, actor, "create", saved, {"by_policy": saved.approved_by_policy})
    return saved


async def _judge(unit: PayoutUnit, payout: Payout, at: datetime) -> Payout:
    """Approved, if the policy wants no person for what it has let pass of the account within a day, this included."""
    policy = await unit.payout_policies.of(payout.currency)
    if policy is None:
        return payout
    recent = await unit.payout_funds.approved_by_policy(payout.merchant_id, payout.currency, at - WINDOW)
    sum_minor = recent + payout.amount.minor
    if not policy.covers(sum_minor):
        return payout
    return payout.approve_by_policy(policy.automatic_up_to.minor, sum_minor, at)
