"""Payouts that did not go by themselves: some of every state, whatever the ninety days gave.

A morning comes after its closings and before the clock pays; an afternoon before payment files are made.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from app.demo.seed.banking import approve_account, ask_for_account, verify_account
from app.demo.seed.terms import (
    ALBORADA,
    ALBORADA_USD,
    ALNOOR,
    HARBOUR,
    HARBOUR_EUR,
    HARBOURS_NEXT_EUR,
    KAFFEEWERK,
    NORTHLINE,
)
from domain.identity.permission import StaffRole
from domain.kernel.ids import new_uuid
from domain.kernel.money import Money
from domain.settlements.approve_payout import ApprovePayout, approve_payout
from domain.settlements.cancel_payout import CancelPayout, cancel_payout
from domain.settlements.close_settlement import CloseSettlement, close_settlement
from domain.settlements.create_payout import CreatePayout, create_payout
from domain.settlements.fail_payout import FailPayout, fail_payout
from domain.settlements.hold_payout import HoldPayout, hold_payout
from domain.settlements.hold_settlements import HoldSettlements, hold_settlements
from domain.settlements.payout import PayoutStatus
from domain.settlements.reject_payout import RejectPayout, reject_payout

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from uuid import UUID

    from app.demo.seed.terms import Terms
    from app.demo.seed.treasury import Treasury
    from domain.approvals.approval_request import ApprovalRequest
    from domain.identity.actor import Actor
    from domain.settlements.payout import Payout

UNDECIDED_SINCE = timedelta(days=8)
"""Nobody has decided about what the clock has begun since then for two merchants, each of which is paid weekly."""
_UNDECIDED = frozenset({(NORTHLINE.merchant.merchant.id, "USD"), (HARBOUR.merchant.merchant.id, "GBP")})
_WAITING = """
SELECT id FROM payouts WHERE status = 'AWAITING_APPROVAL' AND NOT (
    created_at > $1 AND (merchant_id, currency) IN (SELECT * FROM unnest($2::uuid[], $3::text[]))
    AND requested_by_kind = 'SYSTEM'
) ORDER BY id
"""
_NEWEST = """
SELECT id, end_to_end_id FROM payouts WHERE (merchant_id, currency, status) = ($1, $2, $3) AND created_at > $4
ORDER BY id DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Something that our finance people do of a morning, as soon as the account has that much: so long ago at most."""

    terms: Terms
    ago: timedelta
    minor: int
    reason: str
    goes_on: Callable[[Treasury, Payout], Awaitable[object]] | None = None


def _finance(treasury: Treasury) -> Actor:
    return treasury.people.staff(StaffRole.FINANCE_OPERATIONS)


def _second(treasury: Treasury) -> Actor:
    return treasury.people.staff(StaffRole.APPROVER)


async def _rejected(treasury: Treasury, payout: Payout) -> None:
    treasury.clock.at += timedelta(minutes=47)
    command = RejectPayout(payout_id=payout.id, reason="The weekly payout is on Thursday; no advance was agreed.")
    await reject_payout(treasury.payouts, _second(treasury), command)


async def _canceled(treasury: Treasury, payout: Payout) -> None:
    treasury.clock.at += timedelta(minutes=12)
    command = CancelPayout(payout_id=payout.id, reason="Asked for twice by mistake.")
    await cancel_payout(treasury.payouts, _finance(treasury), command)


async def _held(treasury: Treasury, payout: Payout) -> None:
    treasury.clock.at += timedelta(minutes=9)
    command = HoldPayout(payout_id=payout.id, reason="The merchant is to confirm its bank details by phone.")
    await hold_payout(treasury.payouts, _finance(treasury), command)


# The amounts that end in 905 and 903 are those that the simulator's bank books wrongly, and never.
ERRANDS = (
    Errand(
        terms=HARBOUR, ago=timedelta(days=40), minor=500_00, reason="An advance for the merchant.", goes_on=_rejected
    ),
    Errand(
        terms=NORTHLINE, ago=timedelta(days=26), minor=1_000_00, reason="Paid before the trade fair.", goes_on=_canceled
    ),
    Errand(terms=KAFFEEWERK, ago=timedelta(days=17), minor=1_009_05, reason="The first half of the week."),
    Errand(terms=NORTHLINE, ago=timedelta(days=15), minor=2_500_00, reason="Paid before the holidays.", goes_on=_held),
    Errand(terms=ALNOOR, ago=timedelta(days=12), minor=100_903, reason="Paid before the move of the shop."),
)


class PayoutPlots:
    """Remembers which of them have come to pass."""

    def __init__(self, treasury: Treasury) -> None:
        self._treasury = treasury
        self._errands = list(ERRANDS)
        self._failed = self._again = self._on_hold = self._returned = False
        self._new_account: ApprovalRequest | None = None
        self._to_close = [timedelta(days=60), timedelta(days=30)]

    async def morning(self) -> None:
        """What our people begin."""
        for errand in list(self._errands):
            if self._reached(errand.ago) and await self._payable(errand.terms) > errand.minor:
                self._errands.remove(errand)
                payout = await self._create(errand.terms, errand.minor, errand.reason)
                if errand.goes_on is not None:
                    await errand.goes_on(self._treasury, payout)
        if self._failed and not self._again and await self._payable(NORTHLINE):
            self._again = True
            await self._create(NORTHLINE, None, "Again, now that the bank has unblocked the account.")
        if self._to_close and self._reached(self._to_close[0]):
            del self._to_close[0]
            await self._close_by_hand()

    async def decide(self) -> None:
        """A second person approves what waits, but for the two that wait still."""
        treasury = self._treasury
        merchants, currencies = zip(*sorted(_UNDECIDED), strict=True)
        since = treasury.now - UNDECIDED_SINCE
        for row in await treasury.connection.fetch(_WAITING, since, list(merchants), list(currencies)):
            treasury.clock.at += timedelta(minutes=2)
            await approve_payout(treasury.payouts, _second(treasury), ApprovePayout(payout_id=row["id"]))

    async def afternoon(self) -> None:
        """What is stopped between its approval and its file."""
        treasury = self._treasury
        if not self._failed and self._reached(timedelta(days=45)):
            found = await self._newest(NORTHLINE, PayoutStatus.APPROVED)
            if found is not None:
                self._failed = True
                failure = FailPayout(payout_id=found[0], code="AC06", message="The bank has blocked the account.")
                await fail_payout(treasury.payouts, _finance(treasury), failure)
        may_hold = not self._on_hold and self._reached(timedelta(days=14))
        if may_hold and await self._newest(ALBORADA, PayoutStatus.APPROVED) is not None:
            self._on_hold = True
            command = HoldSettlements(
                merchant_id=ALBORADA.merchant.merchant.id,
                currency=ALBORADA.currency,
                reason="Bookings with an airline that has stopped flying: chargebacks are to be expected.",
            )
            await hold_settlements(treasury.settlements, _finance(treasury), command)

    async def at_the_bank(self) -> None:
        """A payment comes back, and the merchant names another account."""
        treasury = self._treasury
        if not self._returned and self._reached(timedelta(days=36)):
            found = await self._newest(HARBOUR_EUR, PayoutStatus.PAID)
            if found is not None:
                self._returned = True
                await treasury.bank.books.give_back(found[1], "AC04")
                return
        if self._returned and self._new_account is None:
            self._new_account = await ask_for_account(treasury, HARBOUR_EUR.merchant, HARBOURS_NEXT_EUR)
            treasury.clock.at += timedelta(minutes=50)
            await approve_account(treasury, HARBOUR_EUR.merchant, self._new_account)
            treasury.clock.at += timedelta(minutes=35)
            await verify_account(treasury, self._new_account, "A cent was sent, and its code came back.")

    def _reached(self, ago: timedelta) -> bool:
        return self._treasury.clock.at >= self._treasury.now - ago

    async def _payable(self, terms: Terms) -> int:
        treasury = self._treasury
        async with treasury.payouts.units.begin(_finance(treasury), "payout.look") as unit:
            return (await unit.payout_funds.payable(terms.merchant.merchant.id, terms.currency)).minor

    async def _create(self, terms: Terms, minor: int | None, reason: str) -> Payout:
        treasury = self._treasury
        treasury.clock.at += timedelta(minutes=4)
        command = CreatePayout(
            idempotency_key=str(new_uuid(treasury.clock.at)),
            merchant_id=terms.merchant.merchant.id,
            currency=terms.currency,
            amount=None if minor is None else Money(minor, terms.currency),
            reason=reason,
        )
        return (await create_payout(treasury.payouts, _finance(treasury), command)).payout

    async def _close_by_hand(self) -> None:
        treasury = self._treasury
        settlement_id: UUID | None = await treasury.connection.fetchval(
            "SELECT id FROM settlements WHERE (merchant_id, currency, status) = ($1, $2, 'OPEN')",
            ALBORADA_USD.merchant.merchant.id,
            ALBORADA_USD.currency.code,
        )
        assert settlement_id is not None, "the next one is always open"
        command = CloseSettlement(idempotency_key=str(settlement_id), settlement_id=settlement_id)
        await close_settlement(treasury.settlements, _finance(treasury), command)
        if await self._payable(ALBORADA_USD) > 0:
            await self._create(ALBORADA_USD, None, "The month's bookings in dollars.")

    async def _newest(self, terms: Terms, status: PayoutStatus) -> tuple[UUID, str] | None:
        treasury = self._treasury
        row = await treasury.connection.fetchrow(
            _NEWEST,
            terms.merchant.merchant.id,
            terms.currency.code,
            status.value,
            treasury.clock.at - timedelta(days=3 if status is PayoutStatus.APPROVED else 10),
        )
        return None if row is None else (row["id"], row["end_to_end_id"])
