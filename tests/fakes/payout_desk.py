"""A merchant who is paid: the verbs of payouts on some units and a clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from app.approved_actions import ActionTable, approved_payout_policies
from domain.approvals.approve_request import ApproveRequest, approve_request
from domain.approvals.ports import ApprovalPorts
from domain.identity.permission import StaffRole
from domain.kernel.ids import new_uuid
from domain.kernel.money import Money
from domain.settlements.approve_payout import ApprovePayout, approve_payout
from domain.settlements.cancel_payout import CancelPayout, cancel_payout
from domain.settlements.confirm_payout import ConfirmPayout, confirm_payout
from domain.settlements.create_due_payouts import CreateDuePayouts, create_due_payouts
from domain.settlements.create_payout import CreatePayout, create_payout
from domain.settlements.fail_payout import FailPayout, fail_payout
from domain.settlements.hold_payout import HoldPayout, hold_payout
from domain.settlements.payout_ports import PayoutPorts
from domain.settlements.reject_payout import RejectPayout, reject_payout
from domain.settlements.release_payout import ReleasePayout, release_payout
from domain.settlements.return_payout import ReturnPayout, return_payout
from domain.settlements.set_payout_policy import SetPayoutPolicy, set_payout_policy
from tests.builders.bank_accounts import a_bank_account
from tests.builders.identity import a_staff_actor
from tests.builders.money import EUR, eur
from tests.builders.payment_files import a_payment_file
from tests.fakes.desk import JOBS
from tests.fakes.settlement_desk import SettlementDesk

if TYPE_CHECKING:
    from uuid import UUID

    from domain.approvals.approval_request import ApprovalRequest
    from domain.identity.actor import Actor
    from domain.kernel.money import Currency
    from domain.merchants.merchant import Merchant
    from domain.settlements.bank_account import BankAccount
    from domain.settlements.payout import Payout
    from domain.settlements.settlement import Settlement
    from tests.fakes.clock import SettableClock

HOUSE_ACCOUNT = "eur-main"


class PayoutDesk:
    """Somebody of finance operations asks, somebody else decides. Every request has a key of its own."""

    def __init__(self, units: Any, merchant: Merchant, clock: SettableClock) -> None:
        self.units = units
        self.merchant = merchant
        self.clock = clock
        self.settlements = SettlementDesk(units, merchant, clock)
        self.actor = a_staff_actor(StaffRole.FINANCE_OPERATIONS)
        self.approver = replace(a_staff_actor(StaffRole.APPROVER), name="Edsger Dijkstra")
        self.ports = PayoutPorts(clock=clock, units=units)
        actions = ActionTable(approved_payout_policies(self.ports))
        self.approvals = ApprovalPorts(clock=clock, units=units, actions=actions)

    async def settled(self, amount: Money | None = None) -> Settlement:
        """So much is captured, settled and available now: 100 euros unless told otherwise."""
        amount = amount or eur(100)
        async with self.units.begin(JOBS, "desk") as unit:
            begun = await unit.settlement_accounts.claim(self.merchant.id, amount.currency)
        if begun is None:
            await self.schedule(amount.currency)
        await self.settlements.capture(amount)
        done = await self.settlements.close(await self.settlements.oldest(amount.currency))
        self.clock.pass_by(1)
        return done

    async def schedule(self, currency: Currency = EUR, **values: Any) -> None:
        """When the merchant is paid in a currency, with an account that begins if there is none."""
        given: dict[str, Any] = {"minimum_payout": Money(0, currency), **values}
        await self.settlements.set_schedule(None, **given)

    async def bank_account(self, **values: Any) -> BankAccount:
        """Where euros go, unless told otherwise."""
        account = a_bank_account(merchant_id=self.merchant.id, **values)
        async with self.units.begin(JOBS, "desk") as unit:
            saved = await unit.bank_accounts.add(account)
            await unit.commit()
        return saved

    async def payable(self, currency: Currency = EUR) -> Money:
        """What may be paid out now."""
        async with self.units.begin(JOBS, "desk") as unit:
            return await unit.payout_funds.payable(self.merchant.id, currency)

    async def create(self, amount: Money | None = None, actor: Actor | None = None, **more: Any) -> Payout:
        """Ask for money in euros to be paid, all of it unless an amount is given."""
        values: dict[str, Any] = {
            "idempotency_key": f"payout-{uuid4()}",
            "merchant_id": self.merchant.id,
            "currency": amount.currency if amount else EUR,
            "amount": amount,
        }
        command = CreatePayout(**{**values, **more})
        return (await create_payout(self.ports, actor or self.actor, command)).payout

    async def create_due(self, **values: Any) -> int:
        """What the job does."""
        return await create_due_payouts(self.ports, JOBS, CreateDuePayouts(**values))

    async def approve(self, payout: Payout, actor: Actor | None = None) -> Payout:
        """Somebody else says yes."""
        return await approve_payout(self.ports, actor or self.approver, ApprovePayout(payout_id=payout.id))

    async def reject(self, payout: Payout, actor: Actor | None = None, reason: str = "The amount is wrong") -> Payout:
        """Somebody else says no."""
        command = RejectPayout(payout_id=payout.id, reason=reason)
        return await reject_payout(self.ports, actor or self.approver, command)

    async def cancel(self, payout: Payout, actor: Actor | None = None, reason: str = "Not needed any more") -> Payout:
        """Take it back."""
        return await cancel_payout(self.ports, actor or self.actor, CancelPayout(payout_id=payout.id, reason=reason))

    async def hold(self, payout: Payout, actor: Actor | None = None, reason: str = "A doubt") -> Payout:
        """Stop it for now."""
        return await hold_payout(self.ports, actor or self.actor, HoldPayout(payout_id=payout.id, reason=reason))

    async def release(self, payout: Payout, actor: Actor | None = None) -> Payout:
        """Let it go on."""
        return await release_payout(self.ports, actor or self.actor, ReleasePayout(payout_id=payout.id))

    async def file(self, payout: Payout) -> UUID:
        """Put it into a file, which nobody has delivered yet."""
        at = self.clock.now()
        file = a_payment_file(
            file_id=new_uuid(at),
            message_id=f"PYF{uuid4().hex[:26].upper()}",
            currency=payout.currency,
            amounts_minor=[payout.amount.minor],
            at=at,
        )
        async with self.units.begin(JOBS, "desk") as unit:
            await unit.payment_files.add(file, b"sealed")
            known = await unit.payouts.for_update(payout.id)
            await unit.file_payouts.keep_filed([known.put_in_file(file.id, file.execution_on, at)])
            await unit.commit()
        return file.id

    async def send(self, payout: Payout) -> Payout:
        """The bank has it in a file."""
        file_id = await self.file(payout)
        async with self.units.begin(JOBS, "desk") as unit:
            known = await unit.payouts.for_update(payout.id)
            sent = await unit.payouts.save(known.send(file_id, self.clock.now()))
            await unit.commit()
        return sent

    async def confirm(self, payout: Payout, entry_id: UUID | None = None, actor: Actor = JOBS) -> Payout:
        """A statement has the debit."""
        command = ConfirmPayout(
            payout_id=payout.id,
            bank_account=HOUSE_ACCOUNT,
            bank_entry_id=entry_id or new_uuid(self.clock.now()),
            booked_on=date(2026, 3, 4),
        )
        return await confirm_payout(self.ports, actor, command)

    async def fail(self, payout: Payout, code: str = "AC04", actor: Actor = JOBS) -> Payout:
        """It will not leave."""
        command = FailPayout(payout_id=payout.id, code=code, message="Closed account")
        return await fail_payout(self.ports, actor, command)

    async def give_back(
        self, payout: Payout, entry_id: UUID | None = None, actor: Actor = JOBS, code: str = "AC04"
    ) -> Payout:
        """A statement has it back."""
        command = ReturnPayout(
            payout_id=payout.id,
            bank_account=HOUSE_ACCOUNT,
            bank_entry_id=entry_id or new_uuid(self.clock.now()),
            booked_on=date(2026, 3, 6),
            code=code,
            message="Closed account",
        )
        return await return_payout(self.ports, actor, command)

    async def paid(self, amount: Money | None = None) -> Payout:
        """A payout all the way."""
        return await self.confirm(await self.send(await self.approve(await self.create(amount))))

    async def ask_for_policy(self, limit: Money, actor: Actor | None = None) -> ApprovalRequest:
        """So much shall need no person."""
        command = SetPayoutPolicy(automatic_up_to=limit, reason="As the board wants it")
        return await set_payout_policy(self.ports, actor or self.actor, command)

    async def approve_policy(self, request: ApprovalRequest, actor: Actor | None = None) -> ApprovalRequest:
        """Somebody else wants that too."""
        return await approve_request(self.approvals, actor or self.approver, ApproveRequest(request_id=request.id))

    async def want_no_person(self, limit: Money) -> None:
        """Up to so much needs no person from now on."""
        await self.approve_policy(await self.ask_for_policy(limit))

    async def get(self, payout: Payout) -> Payout:
        """One as it is."""
        async with self.units.begin(JOBS, "desk") as unit:
            return await unit.payouts.get(payout.id)
