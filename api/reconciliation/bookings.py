"""What a bank has booked of a payout, as the payout's own merchant may see it."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Optional, TypeAlias
from uuid import UUID

import strawberry

from api.context import Reading
from api.derivation import derived
from api.fields import batched
from api.money import Money, shown
from domain.identity.permission import Permission
from domain.reconciliation import bank_match as matches
from domain.reconciliation.return_reasons import return_reason_text

if TYPE_CHECKING:
    from api.reconciliation.statements import BankEntry
    from api.settlements.payouts import Payout

EntryOf: TypeAlias = Annotated["BankEntry", strawberry.lazy("api.reconciliation.statements")]


async def _entries(rows: list["PayoutBooking"], reading: Reading) -> list[Optional[EntryOf]]:  # noqa: UP045 - an element type
    from api.reconciliation.statements import bank_entry  # noqa: PLC0415 - an entry shows its payout

    found = await reading.reads.reconciliation.entries_by_id(reading.scope, {row.entity.entry_id for row in rows})
    return [None if (one := found.get(row.entity.entry_id)) is None else bank_entry(one) for row in rows]


@strawberry.type(description="What a bank has booked of a payout.")
class PayoutBooking:
    """Of the bank's entry just what its payout's merchant may know."""

    entity: strawberry.Private[matches.BankMatch]
    amount: Money = derived("What came back, or less than zero: what left.", shown, "entity.amount")
    booked_on: date = derived("The day on which the bank booked it.", "entity.booked_on")
    value_on: date | None = derived("The day from which it counts for interest.", "entity.value_on")
    reference: str | None = derived("The bank's name for it (AcctSvcrRef).", "entity.bank_reference")
    return_reason: str | None = derived(
        "Why it came back (ISO 20022, ExternalReturnReason1Code).", "entity.return_reason"
    )
    return_reason_text: str | None = derived("The same in words.", return_reason_text, "entity.return_reason")
    entry: EntryOf | None = batched(
        Permission.RECONCILIATION_READ, "The entry of the bank statement. Staff only.", "entity.entry_id"
    )(_entries)


async def bookings(rows: list["Payout"], reading: Reading) -> list[PayoutBooking | None]:
    """The debits that confirmed them."""
    return await _bookings([row.entity.bank_entry_id for row in rows], reading)


async def returns(rows: list["Payout"], reading: Reading) -> list[PayoutBooking | None]:
    """The credits that brought them back."""
    return await _bookings([row.entity.return_entry_id for row in rows], reading)


async def _bookings(ids: list[UUID | None], reading: Reading) -> list[PayoutBooking | None]:
    wanted = {id_ for id_ in ids if id_ is not None}
    found = await reading.reads.reconciliation.matches_of(reading.scope, wanted) if wanted else {}
    return [None if id_ is None or id_ not in found else PayoutBooking(entity=found[id_]) for id_ in ids]
