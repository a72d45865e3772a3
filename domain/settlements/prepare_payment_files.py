"""Put approved payouts into files for the bank, each into one file at most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.kernel.unit import in_unit
from domain.settlements.bank_account import BankAccountStatus
from domain.settlements.fail_payout import FailPayout, fail_payout
from domain.settlements.file_errors import UnfitOrder, UnfitOrders
from domain.settlements.payment_file import new_file_id, new_payment_file
from domain.settlements.payment_order import FileHead, payment_order

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.kernel.events import JsonValue
    from domain.settlements.bank_account import BankAccount
    from domain.settlements.file_ports import PaymentFilePorts, PaymentFileUnit
    from domain.settlements.house_account import HouseAccount
    from domain.settlements.payment_order import PaymentOrder
    from domain.settlements.payout import Payout
    from domain.settlements.schedule import BusinessDays

_LONGEST_CLOSURE = 31
# ClosedAccountNumber, of ISO 20022's ExternalReturnReason1Code.
_GONE = ("AC04", "The bank account was removed or replaced before the payout was sent.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    file_id: UUID
    head: FileHead
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparePaymentFiles:
    """So many payouts in a file at most: a larger one would hold its payouts' locks for too long."""

    most_payouts: int = 1000


async def prepare_payment_files(ports: PaymentFilePorts, actor: Actor, command: PreparePaymentFiles) -> int:
    """How many times payouts were taken to be put into a file.

    A payout waits while its merchant is suspended or its settlements are held, and while no house account has its
    currency. One that no file can hold fails for a reason that it keeps, and keeps no other payout back. What went
    wrong with some accounts is raised as an `ExceptionGroup` once all have had their turn.
    """
    errors: list[Exception] = []
    taken = 0
    for account in ports.house_accounts:
        for currency in account.currencies:
            try:
                while await _prepare(ports, actor, account, currency, command.most_payouts):
                    taken += 1
            except Exception as error:  # noqa: BLE001 - the others are paid all the same
                error.add_note(f"{account.name} {currency}")
                errors.append(error)
    if errors:
        message = "some payment files could not be prepared"
        raise ExceptionGroup(message, errors)
    return taken


async def _prepare(ports: PaymentFilePorts, actor: Actor, account: HouseAccount, currency: str, most: int) -> bool:
    """One file, if there are payouts for it. Payouts that somebody else is changing or filing are passed over."""

    async def work(unit: PaymentFileUnit) -> tuple[bool, list[UnfitOrder]]:
        found = await unit.file_payouts.unfiled(currency, most)
        at = ports.clock.now()
        unfit = [UnfitOrder(payout.id, *_GONE) for payout, place in found if not _is_paid_to(place, at)]
        gone = {one.payout_id for one in unfit}
        orders = [
            payment_order(payout, place, ports.vault.number_of(place))
            for payout, place in found
            if payout.id not in gone
        ]
        draft, refused = await _draft(ports, account, orders, at)
        unfit += refused
        if draft is not None:
            left_out = {one.payout_id for one in unfit}
            await _keep(ports, unit, actor, draft, [payout for payout, _ in found if payout.id not in left_out])
            await unit.commit()
        return bool(found), unfit

    more, unfit = await in_unit(ports.units, actor, "payment_file.prepare", work)
    for one in unfit:
        # Beyond the unit: failing a payout moves money, and the file does not wait for it.
        failure = FailPayout(payout_id=one.payout_id, code=one.code, message=one.reason)
        await fail_payout(ports.payouts, actor, failure)
    return more


async def _draft(
    ports: PaymentFilePorts, account: HouseAccount, orders: Sequence[PaymentOrder], at: datetime
) -> tuple[_Draft | None, list[UnfitOrder]]:
    """The file of all orders that can be in one, and those that cannot."""
    file_id, message_id = new_file_id(at)
    unfit: list[UnfitOrder] = []
    while orders:
        head = FileHead(
            message_id=message_id,
            created_at=at,
            account=account,
            currency=orders[0].amount.currency,
            execution_on=next_business_day(ports.business_days, account, at),
        )
        try:
            return _Draft(file_id=file_id, head=head, content=await ports.format.write(head, orders)), unfit
        except UnfitOrders as refused:
            unfit += refused.orders
            left_out = {one.payout_id for one in refused.orders}
            orders = [order for order in orders if order.payout_id not in left_out]
    return None, unfit


async def _keep(
    ports: PaymentFilePorts, unit: PaymentFileUnit, actor: Actor, draft: _Draft, payouts: Sequence[Payout]
) -> None:
    head = draft.head
    file = new_payment_file(
        file_id=draft.file_id,
        head=head,
        amounts_minor=[payout.amount.minor for payout in payouts],
        content=draft.content,
    )
    await unit.payment_files.add(file, ports.seal.seal(file.id, draft.content))
    await unit.file_payouts.keep_filed(
        [payout.put_in_file(file.id, file.execution_on, head.created_at) for payout in payouts]
    )
    data: dict[str, JsonValue] = {
        "house_account": file.house_account,
        "payouts": file.payout_count,
        "control_sum": file.control_sum.plain,
        "currency": file.currency.code,
        "sha256": file.sha256,
    }
    await unit.audit.record(actor, "payment_files.prepare", "payment_file", file.id, None, data)


def _is_paid_to(account: BankAccount, at: datetime) -> bool:
    return account.status is BankAccountStatus.ACTIVE or account.due(at)


def next_business_day(business_days: BusinessDays, account: HouseAccount, at: datetime) -> date:
    """The first day after today, where the account's bank is, on which that bank works."""
    day = at.astimezone(account.zone).date()
    for _ in range(_LONGEST_CLOSURE):
        day += timedelta(days=1)
        if business_days.is_business_day(account.calendar, day):
            return day
    message = f"the calendar {account.calendar} has no business day in a month"
    raise AssertionError(message)
