"""Balances and entries as the graph shows them."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Optional, TypeAlias

import strawberry

from api.context import Reading
from api.derivation import derived
from api.describing import attribute
from api.enums import described
from api.fields import batched
from api.money import Money, money, shown
from api.node import Node, identifier
from api.scalars import CurrencyCode
from domain.identity.permission import Permission
from domain.kernel.errors import NotFound
from domain.kernel.ids import Prefix
from domain.ledger import balance as balances
from domain.ledger import entry as entries
from domain.ledger.entry import EntryKind

if TYPE_CHECKING:
    from api.disputes.types import Dispute
    from api.settlements.payouts import Payout
    from api.settlements.types import Settlement

DisputeOf: TypeAlias = Annotated["Dispute", strawberry.lazy("api.disputes.types")]
PayoutOf: TypeAlias = Annotated["Payout", strawberry.lazy("api.settlements.payouts")]
SettlementOf: TypeAlias = Annotated["Settlement", strawberry.lazy("api.settlements.types")]

described(
    EntryKind,
    "The fact that a ledger entry records.",
    CAPTURE="A capture and its fee.",
    REFUND="A refund, and the fee that the plan gives back with it.",
    REFUND_RETURNED="A refund that the customer's bank sent back.",
    DISPUTE="Funds that a network withdrew for a dispute, and the dispute's fee.",
    DISPUTE_REVERSAL="Disputed funds that the network gave back.",
    ADJUSTMENT="A correction that staff asked for and somebody else approved.",
    SETTLEMENT="The closing of a settlement: what was pending becomes available.",
    RESERVE_HOLD="What a settlement keeps back as a reserve.",
    RESERVE_RELEASE="A reserve that was kept long enough.",
    PAYOUT="A payout that was approved and is on its way.",
    PAYOUT_PAID="A payout that the bank has carried out.",
    PAYOUT_FAILED="A payout that did not leave; its money is available again.",
    PAYOUT_RETURNED="A payout that the payee's bank sent back.",
    REMITTANCE="Money that a gateway sent to the bank, and its costs.",
    SUSPENSE="What a bank booked and nothing matches, until somebody knows more.",
)


class PostingDirection(StrEnum):
    """Debit or credit."""

    DEBIT = "DEBIT"
    CREDIT = "CREDIT"


described(
    PostingDirection,
    "The side of an account on which a posting stands.",
    DEBIT="What the account receives.",
    CREDIT="What the account gives.",
)


@strawberry.type(description="What a merchant is owed in one currency; negative is owed by it.")
class Balance:
    """Credits less debits of the merchant's own accounts."""

    currency: CurrencyCode = attribute("The currency.")
    pending: Money = attribute("Captured and not yet settled.")
    available: Money = attribute("Settled and ready to be paid out.")
    reserved: Money = attribute("Held back.")
    in_transit: Money = attribute("On its way to the merchant's bank, which has not confirmed it yet.")
    negative: Money = attribute(
        "What the merchant owes: how far pending and available are below zero together, else zero."
    )


def balance(entity: balances.Balance) -> Balance:
    """A balance as the graph shows it."""
    return Balance(
        currency=CurrencyCode(entity.pending.currency.code),
        pending=shown(entity.pending),
        available=shown(entity.available),
        reserved=shown(entity.reserved),
        in_transit=shown(entity.in_transit),
        negative=shown(entity.negative),
    )


@strawberry.type(description="One side of an entry: an amount on an account.")
class Posting:
    """The amount is never negative; the direction says on which side it stands."""

    account: str = attribute("The account: pending, gateway_clearing:simulator.")
    direction: PostingDirection = attribute("Debit or credit.")
    amount: Money = attribute("The amount, without a sign.")


def _postings(entities: tuple[entries.Posting, ...]) -> list[Posting]:
    return [_posting(entity) for entity in entities]


def _posting(entity: entries.Posting) -> Posting:
    minor = entity.amount.minor
    return Posting(
        account=entity.account.name,
        direction=PostingDirection.DEBIT if minor > 0 else PostingDirection.CREDIT,
        amount=money(abs(minor), entity.amount.currency),
    )


async def _disputes(rows: list["LedgerEntry"], reading: Reading) -> list[Optional[DisputeOf]]:  # noqa: UP045 - an element type
    from api.disputes.types import dispute  # noqa: PLC0415 - a dispute shows its entries, and an entry its dispute

    wanted = {row.entity.dispute_id for row in rows if row.entity.dispute_id is not None}
    found = await reading.reads.disputes.disputes(reading.scope, wanted) if wanted else {}
    what = "The dispute"
    shown = {id_: dispute(found[id_]) if id_ in found else NotFound(what) for id_ in wanted}
    return [shown[id_] if (id_ := row.entity.dispute_id) else None for row in rows]  # pyright: ignore[reportReturnType] - an error concerns its own entry


async def _settlements(rows: list["LedgerEntry"], reading: Reading) -> list[Optional[SettlementOf]]:  # noqa: UP045
    from api.settlements.types import settlement  # noqa: PLC0415 - a settlement shows its entries

    found = await reading.reads.settlements.settlements_of_entries(reading.scope, [row.entity for row in rows])
    shown_once = {id_: settlement(entity) for id_, entity in found.items()}
    return [shown_once.get(row.entity.id) for row in rows]


async def _payouts(rows: list["LedgerEntry"], reading: Reading) -> list[Optional[PayoutOf]]:  # noqa: UP045
    from api.settlements.payouts import payout  # noqa: PLC0415 - a payout shows its entries

    wanted = {row.entity.payout_id for row in rows if row.entity.payout_id is not None}
    found = await reading.reads.payouts.payouts(reading.scope, wanted) if wanted else {}
    shown_once = {id_: payout(entity, reading.actor) for id_, entity in found.items()}
    return [shown_once.get(id_) if (id_ := row.entity.payout_id) else None for row in rows]


@strawberry.type(description="Postings that sum to zero; never changed, only corrected by another entry.")
class LedgerEntry(Node):
    """One fact in the books."""

    entity: strawberry.Private[entries.Entry]
    id: strawberry.ID = identifier(Prefix.ENTRY)
    kind: EntryKind = derived("The fact that it records.", "entity.kind")
    postings: list[Posting] = derived(
        "Its postings; debits and credits of a currency are equal.",
        _postings,
        "entity.postings",
    )
    posted_at: datetime = derived("When it was posted.", "entity.posted_at")
    dispute: DisputeOf | None = batched(Permission.DISPUTES_READ, "The dispute that posted it, if one did.")(_disputes)
    settlement: SettlementOf | None = batched(
        Permission.SETTLEMENTS_READ,
        "The settlement that has it among its lines, else the one that it was posted for; none while it waits for one.",
    )(_settlements)
    payout: PayoutOf | None = batched(Permission.PAYOUTS_READ, "The payout that posted it, if one did.")(_payouts)


def ledger_entry(entity: entries.Entry) -> LedgerEntry:
    """An entry as the graph shows it."""
    return LedgerEntry(entity=entity)
