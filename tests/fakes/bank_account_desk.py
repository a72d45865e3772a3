"""One merchant and the payments company's people, at work on where the money goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from app.approved_actions import ActionTable, approved_bank_accounts
from domain.approvals.approval_request import ApprovalRequest
from domain.approvals.approve_request import ApproveRequest, approve_request
from domain.approvals.ports import ApprovalPorts
from domain.approvals.reject_request import RejectRequest, reject_request
from domain.identity.actor import system_actor
from domain.identity.permission import MerchantRole, StaffRole
from domain.settlements.add_bank_account import AddBankAccount, add_bank_account
from domain.settlements.bank_account_ports import BankAccountPorts
from domain.settlements.remove_bank_account import RemoveBankAccount, remove_bank_account
from domain.settlements.reveal_bank_account import RevealBankAccount, RevealedBankAccount, reveal_bank_account
from domain.settlements.sweep_bank_accounts import SweepBankAccounts, sweep_bank_accounts
from domain.settlements.verify_bank_account import VerifyBankAccount, verify_bank_account
from tests.builders.bank_accounts import IBAN, NUMBERS, VAULT, an_entry
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.money import eur

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.kernel.money import Currency
    from domain.kernel.unit import Units
    from domain.merchants.merchant import Merchant
    from domain.settlements.bank_account import BankAccount
    from domain.settlements.bank_account_ports import BankAccountUnit
    from domain.settlements.earlier_change import BankAccountResult
    from tests.fakes.clock import SettableClock

JOBS = system_actor("jobs")
EUR = eur(0).currency


class BankAccountDesk:
    """Every request has a key of its own unless one is given."""

    def __init__(self, units: Units[Actor, BankAccountUnit], merchant: Merchant, clock: SettableClock) -> None:
        self.merchant = merchant
        self.clock = clock
        self.finance = an_actor(merchant, role=MerchantRole.FINANCE)
        self.owner = an_actor(merchant)
        self.staff = a_staff_actor(StaffRole.FINANCE_OPERATIONS)
        self.ports = BankAccountPorts(clock=clock, units=units, numbers=NUMBERS, vault=VAULT)
        actions = ActionTable(approved_bank_accounts(self.ports))
        self.approvals = ApprovalPorts(clock=clock, units=units, actions=actions)

    async def add(
        self, number: str = IBAN, actor: Actor | None = None, currency: Currency = EUR, **more: Any
    ) -> BankAccountResult | ApprovalRequest:
        """Ask for money in euros to be paid to a German account, unless told otherwise."""
        entry = an_entry(number, currency=currency.code, **more.pop("entry", {}))
        values: dict[str, Any] = {
            "idempotency_key": f"add-{uuid4()}",
            "merchant_id": self.merchant.id,
            "currency": currency,
            "holder_name": "Blue Bicycle GmbH",
            "entry": entry,
        }
        return await add_bank_account(self.ports, actor or self.finance, AddBankAccount(**{**values, **more}))

    async def asked(self, number: str = IBAN, **more: Any) -> ApprovalRequest:
        """The request for approval of such."""
        request = await self.add(number, **more)
        assert isinstance(request, ApprovalRequest), request
        return request

    async def approve(self, request: ApprovalRequest, actor: Actor | None = None) -> ApprovalRequest:
        """The owner says yes."""
        return await approve_request(self.approvals, actor or self.owner, ApproveRequest(request_id=request.id))

    async def reject(self, request: ApprovalRequest, reason: str = "Nobody told me") -> ApprovalRequest:
        """The owner says no."""
        command = RejectRequest(request_id=request.id, reason=reason)
        return await reject_request(self.approvals, self.owner, command)

    async def approved(self, number: str = IBAN, **more: Any) -> BankAccount:
        """An account that waits to be verified."""
        request = await self.asked(number, **more)
        await self.approve(request)
        return await self.account(request.subject_id)

    async def verify(
        self, account: BankAccount, actor: Actor | None = None, *, verified: bool = True, note: str | None = "Called"
    ) -> BankAccount:
        """Staff say how it ended."""
        command = VerifyBankAccount(bank_account_id=account.id, verified=verified, note=note)
        return await verify_bank_account(self.ports, actor or self.staff, command)

    async def cooling(self, number: str = IBAN, **more: Any) -> BankAccount:
        """An account that waits for the clock alone."""
        return await self.verify(await self.approved(number, **more))

    async def active(self, number: str = IBAN, **more: Any) -> BankAccount:
        """An account that is paid to, three days later."""
        account = await self.cooling(number, **more)
        self.clock.pass_by(72 * 3600)
        await self.sweep()
        return await self.account(account.id)

    async def remove(
        self, account: BankAccount, actor: Actor | None = None, **more: Any
    ) -> BankAccountResult | ApprovalRequest:
        """Ask for nothing to be paid there any more."""
        values: dict[str, Any] = {"idempotency_key": f"remove-{uuid4()}", "bank_account_id": account.id}
        values["reason"] = "Closed"
        command = RemoveBankAccount(**{**values, **more})
        return await remove_bank_account(self.ports, actor or self.finance, command)

    async def reveal(
        self, account: BankAccount, actor: Actor | None = None, reason: str = "To call the bank"
    ) -> RevealedBankAccount:
        """Read its number in full."""
        command = RevealBankAccount(bank_account_id=account.id, reason=reason)
        return await reveal_bank_account(self.ports, actor or self.finance, command)

    async def sweep(self) -> int:
        """What the job does."""
        return await sweep_bank_accounts(self.ports, JOBS, SweepBankAccounts())

    async def account(self, account_id: UUID) -> BankAccount:
        """The account as it is."""
        async with self.ports.units.begin(JOBS, "desk") as unit:
            return await unit.bank_accounts.get(account_id)

    async def usable(self, currency: Currency = EUR) -> BankAccount | None:
        """Where money goes now."""
        async with self.ports.units.begin(JOBS, "desk") as unit:
            return await unit.bank_accounts.usable(self.merchant.id, currency, self.clock.now())
