"""The lines of a settlement in the graph, each with what it is of."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Optional, TypeAlias
from uuid import UUID

import strawberry

from api.context import Reading
from api.derivation import derived
from api.fields import batched
from api.ledger.types import LedgerEntry, ledger_entry
from api.money import Money, shown
from api.settlements.enums import LineKind
from domain.identity.permission import Permission
from domain.kernel.errors import NotFound
from domain.settlements import line as lines

if TYPE_CHECKING:
    from api.disputes.types import Dispute
    from api.payments.types import Payment

DisputeOf: TypeAlias = Annotated["Dispute", strawberry.lazy("api.disputes.types")]
PaymentOf: TypeAlias = Annotated["Payment", strawberry.lazy("api.payments.types")]


async def _payments(rows: list["SettlementLine"], reading: Reading) -> list[Optional[PaymentOf]]:  # noqa: UP045 - an element type
    from api.payments.types import payment  # noqa: PLC0415 - a payment shows its settlements

    ids = [row.entity.payment_id for row in rows]
    wanted = {payment_id for payment_id in ids if payment_id is not None}
    found = await reading.reads.payments.payments(reading.scope, wanted) if wanted else {}
    return _where_any(ids, found, payment, "The payment")


async def _disputes(rows: list["SettlementLine"], reading: Reading) -> list[Optional[DisputeOf]]:  # noqa: UP045
    from api.disputes.types import dispute  # noqa: PLC0415 - a dispute shows its settlements

    ids = [row.entity.dispute_id for row in rows]
    wanted = {dispute_id for dispute_id in ids if dispute_id is not None}
    found = await reading.reads.disputes.disputes(reading.scope, wanted) if wanted else {}
    return _where_any(ids, found, dispute, "The dispute")


async def _entries(rows: list["SettlementLine"], reading: Reading) -> list[Optional[LedgerEntry]]:  # noqa: UP045
    ids = [row.entity.entry_id if row.entity.of_ledger else None for row in rows]
    wanted = {entry_id for entry_id in ids if entry_id is not None}
    found = await reading.reads.ledger.entries(reading.scope, wanted) if wanted else {}
    return _where_any(ids, found, ledger_entry, "The ledger entry")


@strawberry.type(description="One posting to what a merchant is owed, or what is carried to the next settlement.")
class SettlementLine:
    """The posting is in this settlement and in no other."""

    entity: strawberry.Private[lines.SettlementLine]
    kind: LineKind = derived("What it is for.", "entity.kind")
    amount: Money = derived("Positive is for the merchant, negative against it.", shown, "entity.amount")
    posted_at: datetime = derived("When it was posted.", "entity.posted_at")
    payment: PaymentOf | None = batched(Permission.PAYMENTS_READ, "The payment that it is of, if it is of one.")(
        _payments
    )
    dispute: DisputeOf | None = batched(Permission.DISPUTES_READ, "The dispute that it is of, if it is of one.")(
        _disputes
    )
    ledger_entry: LedgerEntry | None = batched(
        Permission.LEDGER_READ, "The entry that posted it; none for what is carried over."
    )(_entries)


def settlement_line(entity: lines.SettlementLine) -> SettlementLine:
    """A line as the graph shows it."""
    return SettlementLine(entity=entity)


def _where_any(ids: list[UUID | None], found: Mapping[UUID, Any], show: Callable[[Any], Any], what: str) -> list[Any]:
    """As `in_order`, with nothing where there is no id."""
    shown_once = {key: show(found[key]) if key in found else NotFound(what) for key in ids if key is not None}
    return [None if key is None else shown_once[key] for key in ids]
