"""Pay out what is available to a merchant, now and not when the schedule says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.errors import Invalid
from domain.kernel.idempotency import KeyClaim, input_hash
from domain.kernel.ids import new_uuid
from domain.kernel.unit import in_unit
from domain.settlements.beginning_payouts import Beginning, begin_payout
from domain.settlements.paying_out import ensure_payee

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.kernel.money import Currency, Money
    from domain.settlements.payout import Payout
    from domain.settlements.payout_ports import PayoutPorts, PayoutUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePayout:
    """`amount` is None for all that is payable in the currency; the schedule's minimum does not count."""

    idempotency_key: str
    merchant_id: UUID
    currency: Currency
    amount: Money | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutResult:
    """`replayed` when the same key had created it before."""

    payout: Payout
    replayed: bool


async def create_payout(ports: PayoutPorts, actor: Actor, command: CreatePayout) -> PayoutResult:
    """The payout: approved by policy, or waiting for another person; the same for the same key again.

    Raises `NotFound`, `Forbidden`, `Invalid`, `PayeeSuspended`, `PayoutsOnHold`, `NoUsableBankAccount`,
    `InsufficientBalance`, `NothingPayable`, `IdempotencyConflict` and `Unavailable`.
    """
    actor.require(Permission.PAYOUTS_WRITE, command.merchant_id)
    if command.amount is not None and command.amount.currency != command.currency:
        raise Invalid(("amount", "currency"), "Give the amount in the currency that is paid out.")

    async def work(unit: PayoutUnit) -> PayoutResult:
        at = ports.clock.now()
        merchant = await unit.merchants.get(command.merchant_id)
        # The account's lock comes first: of two payouts at once, the second sees what the first has left.
        account = await unit.settlement_accounts.for_update(command.merchant_id, command.currency)
        payout_id = new_uuid(at)
        claim = KeyClaim(
            merchant_id=command.merchant_id,
            mutation="createPayout",
            key=command.idempotency_key,
            input_hash=input_hash(command),
            payment_id=payout_id,
            operation_id=payout_id,
            claimed_at=at,
        )
        if (earlier := await unit.keys.claim(claim)) is not None:
            earlier.ensure_same(claim)
            return PayoutResult(payout=await unit.payouts.get(earlier.operation_id), replayed=True)
        ensure_payee(merchant, account)
        beginning = Beginning(payout_id=payout_id, amount=command.amount, reason=command.reason)
        payout = await begin_payout(unit, actor, account, beginning, at)
        await unit.commit()
        return PayoutResult(payout=payout, replayed=False)

    return await in_unit(ports.units, actor, "payout.create", work)
