"""Merchants that are paid by files, on whatever keeps them."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from adapters.banks.business_days import HolidayCalendars
from adapters.banks.file_seal import SecretFileSeal
from adapters.banks.pain001 import Pain001
from domain.identity.actor import system_actor
from domain.kernel.ids import new_uuid
from domain.kernel.money import Money
from domain.settlements.deliver_payment_files import DeliverPaymentFiles, deliver_payment_files
from domain.settlements.file_ports import PaymentFilePorts
from domain.settlements.payout import Payout, new_payout
from domain.settlements.payout_ports import PayoutPorts
from domain.settlements.payout_postings import approval_entry
from domain.settlements.prepare_payment_files import PreparePaymentFiles, prepare_payment_files
from domain.settlements.retry_payment_file import RetryPaymentFile, retry_payment_file
from domain.settlements.schedule import BankCalendar, Frequency, ReserveRule, Schedule
from domain.settlements.settlement_account import Hold, SettlementAccount
from tests.builders.bank_accounts import VAULT, a_bank_account
from tests.builders.identity import a_staff_actor
from tests.builders.merchants import a_merchant
from tests.builders.money import eur
from tests.builders.payment_files import DOLLAR_ACCOUNT, EURO_ACCOUNT
from tests.fakes.payment_files import BankFolder

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.merchants.merchant import Merchant
    from domain.settlements.bank_account import BankAccount
    from domain.settlements.file_ports import PaymentFileDelivery
    from domain.settlements.payment_file import PaymentFile
    from tests.fakes.clock import SettableClock

PREPARING, DELIVERING = system_actor("jobs.prepare_payment_files"), system_actor("jobs.deliver_payment_files")


class PaymentFileDesk:
    """Euros and dollars go out from an account of ours each; `folder` is the bank's."""

    def __init__(self, units: Any, clock: Any, delivery: PaymentFileDelivery | None = None) -> None:
        self.units = units
        self.clock = clock
        self.folder = BankFolder()
        self.requester, self.approver = a_staff_actor(), a_staff_actor()
        self.ports = PaymentFilePorts(
            clock=clock,
            units=units,
            house_accounts=(EURO_ACCOUNT, DOLLAR_ACCOUNT),
            business_days=HolidayCalendars(),
            format=Pain001(),
            delivery=delivery or self.folder,
            seal=SecretFileSeal("a secret"),
            vault=VAULT,
            payouts=PayoutPorts(clock=clock, units=units),
        )

    async def merchant(self, amount: Money | None = None, **values: Any) -> tuple[Merchant, BankAccount]:
        """A new merchant that is paid in euros, or in the currency of an amount, and to where."""
        merchant = a_merchant()
        async with self.units.begin(PREPARING, "desk") as unit:
            await unit.merchants.add(merchant)
            await unit.commit()
        return merchant, await self.account_of(merchant.id, amount, **values)

    async def account_of(self, merchant_id: UUID, amount: Money | None = None, **values: Any) -> BankAccount:
        """Where a merchant that is there is paid from now on."""
        amount = amount or eur(0)
        account = a_bank_account(merchant_id=merchant_id, currency=amount.currency.code, **values)
        async with self.units.begin(PREPARING, "desk") as unit:
            await unit.settlement_accounts.add(_settlement_account(merchant_id, amount, self.clock))
            await unit.bank_accounts.add(account)
            await unit.commit()
        return account

    async def approved(self, account: BankAccount, amount: Money | None = None) -> Payout:
        """A payout that two people want."""
        at = self.clock.now()
        payout = new_payout(
            merchant_id=account.merchant_id,
            payout_id=new_uuid(at),
            amount=amount or eur(40),
            bank_account_id=account.id,
            actor=self.requester,
            reason=None,
            at=at,
        )
        async with self.units.begin(PREPARING, "desk") as unit:
            added = await unit.payouts.add(payout)
            approved = await unit.payouts.save(added.approve(self.approver, at))
            await unit.ledger.post((approval_entry(approved, at),))
            await unit.commit()
        return approved

    async def hold(self, merchant_id: UUID, amount: Money | None = None, *, release: bool = False) -> None:
        """Hold a merchant's account, or let it go on."""
        at = self.clock.now()
        async with self.units.begin(PREPARING, "desk") as unit:
            account = await unit.settlement_accounts.for_update(merchant_id, (amount or eur(0)).currency)
            held = (
                account.release(at)
                if release
                else account.put_on_hold(Hold(reason="Fraud?", held_at=at, held_by_name="Ada"), at)
            )
            await unit.settlement_accounts.save(held)
            await unit.commit()

    async def prepare(self, **values: Any) -> int:
        """As the job does."""
        return await prepare_payment_files(self.ports, PREPARING, PreparePaymentFiles(**values))

    async def deliver(self, **values: Any) -> int:
        """As the job does."""
        return await deliver_payment_files(self.ports, DELIVERING, DeliverPaymentFiles(**values))

    async def retry(self, file: PaymentFile, actor: Actor | None = None) -> PaymentFile:
        """As a person does."""
        return await retry_payment_file(self.ports, actor or self.requester, RetryPaymentFile(payment_file_id=file.id))

    async def payout(self, payout: Payout) -> Payout:
        """As it is now."""
        async with self.units.begin(PREPARING, "desk") as unit:
            return await unit.payouts.get(payout.id)

    async def file_of(self, payout: Payout) -> PaymentFile:
        """The file that has it now."""
        found = await self.payout(payout)
        assert found.payment_file_id is not None, "no file has it"
        async with self.units.begin(PREPARING, "desk") as unit:
            return await unit.payment_files.for_update(found.payment_file_id)

    async def content_of(self, file: PaymentFile) -> bytes:
        """What the file says."""
        async with self.units.begin(PREPARING, "desk") as unit:
            return self.ports.seal.open(file.id, await unit.payment_files.content(file.id))


def _settlement_account(merchant_id: UUID, amount: Money, clock: SettableClock) -> SettlementAccount:
    schedule = Schedule(
        frequency=Frequency.DAILY,
        delay_days=1,
        cut_off_time=time(0),
        calendar=BankCalendar.TARGET2,
        minimum_payout=Money(0, amount.currency),
        automatic_payouts=True,
        reserve=ReserveRule(percent=Decimal(0), days=0),
    )
    at = clock.now()
    return SettlementAccount(
        merchant_id=merchant_id, currency=amount.currency, schedule=schedule, created_at=at, updated_at=at
    )
