"""Remittances of gateways in the graph."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Optional, TypeAlias

import strawberry

from api.context import Reading
from api.derivation import derived
from api.describing import attribute
from api.fields import batched
from api.ledger.types import LedgerEntry, ledger_entry
from api.money import Money, shown
from api.node import Node, identifier
from api.reconciliation.enums import RemittanceStatus
from api.scalars import CurrencyCode
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix
from domain.reconciliation import remittance as remittances

if TYPE_CHECKING:
    from api.reconciliation.statements import BankEntry

EntryOf: TypeAlias = Annotated["BankEntry", strawberry.lazy("api.reconciliation.statements")]
READ = Permission.RECONCILIATION_READ


async def _entries(rows: list["Remittance"], reading: Reading) -> list[Optional[EntryOf]]:  # noqa: UP045 - an element type
    from api.reconciliation.statements import bank_entry  # noqa: PLC0415 - each shows the other

    wanted = {row.entity.bank_entry_id for row in rows if row.entity.bank_entry_id is not None}
    found = await reading.reads.reconciliation.entries_by_id(reading.scope, wanted) if wanted else {}
    shown_entries = {id_: bank_entry(one) for id_, one in found.items()}
    return [None if (id_ := row.entity.bank_entry_id) is None else shown_entries.get(id_) for row in rows]


async def _booked(rows: list["Remittance"], reading: Reading) -> list[LedgerEntry | None]:
    wanted = {row.entity.ledger_entry_id for row in rows if row.entity.ledger_entry_id is not None}
    found = await reading.reads.ledger.entries(reading.scope, wanted) if wanted else {}
    shown_entries = {id_: ledger_entry(one) for id_, one in found.items()}
    return [None if (id_ := row.entity.ledger_entry_id) is None else shown_entries.get(id_) for row in rows]


@strawberry.type(description="What a gateway says it pays out to us: what it has collected, less its costs.")
class Remittance(Node):
    """The bank's entry carries its reference and the net amount."""

    entity: strawberry.Private[remittances.Remittance]
    id: strawberry.ID = identifier(Prefix.REMITTANCE)
    status: RemittanceStatus = derived("Whether it has come.", "entity.status")
    gateway: str = derived("The gateway.", "entity.gateway")
    reference: str = derived("What the gateway calls it.", "entity.reference")
    gross: Money = derived("What the gateway has collected.", shown, "entity.gross")
    costs: Money = derived("What it and the networks keep.", shown, "entity.costs")
    net: Money = derived("What comes.", shown, "entity.net")
    expected_on: date | None = derived("The day on which it is to come, if known.", "entity.expected_on")
    recorded_by: str = derived("The name of whoever wrote it down.", "entity.recorded_by_name")
    created_at: datetime = derived("When it was written down.", "entity.created_at")
    matched_at: datetime | None = derived("When a statement had it.", "entity.matched_at")
    bank_entry: EntryOf | None = batched(READ, "The bank's entry, once there is one.", "entity.bank_entry_id")(_entries)
    ledger_entry: LedgerEntry | None = batched(
        Permission.LEDGER_READ, "What it posted, once it has come.", "entity.ledger_entry_id"
    )(_booked)


def remittance(entity: remittances.Remittance) -> Remittance:
    """A remittance as the graph shows it."""
    return Remittance(entity=entity)


@strawberry.type(description="The remittances of one status in one currency.")
class RemittanceTotal:
    """Where there are any."""

    status: RemittanceStatus = attribute("The status.")
    currency: CurrencyCode = attribute("The currency.")
    count: int = attribute("How many there are.")
    net: Money = attribute("What comes, or came, in all.")
