"""What matches nothing is booked between the bank and suspense."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain.identity.permission import Permission
from domain.kernel.errors import Forbidden, Invalid
from domain.kernel.ids import PLATFORM
from domain.ledger.account import SUSPENSE
from domain.ledger.entry import EntryKind
from domain.reconciliation.bank_match import MatchKind
from domain.reconciliation.errors import MatchRefused, ReconciliationItemStateForbids
from domain.reconciliation.reconciliation_item import ItemStatus, Resolution
from domain.reconciliation.resolve_item import ResolveItem, resolve_item
from domain.settlements.payout import PayoutStatus
from tests.builders.bank_statements import Line, Sheet, a_credit, a_debit, a_file
from tests.fakes.reconciliation_desk import a_clerk

if TYPE_CHECKING:
    from domain.reconciliation.reconciliation_item import ReconciliationItem
    from tests.fakes.payout_desk import PayoutDesk
    from tests.fakes.reconciliation_desk import ReconciliationDesk
    from tests.fakes.unit import MemoryUnits


async def an_item(desk: ReconciliationDesk, memory: MemoryUnits, line: Line) -> ReconciliationItem:
    await desk.imported(a_file(Sheet(lines=(line,))))
    await desk.match()
    (item,) = memory.tables.reconciliation.items.values()
    return item


def asked(item: ReconciliationItem, **values: Any) -> ResolveItem:
    given: dict[str, Any] = {
        "idempotency_key": "one",
        "item_id": item.id,
        "resolution": Resolution.OTHER,
        "note": "Looked into",
    }
    return ResolveItem(**{**given, **values})


@pytest.mark.parametrize(("line", "minor"), [(a_credit("5.00", None), 500), (a_debit("5.00", None), -500)])
async def test_the_ledger_s_bank_moves_as_the_bank_did(
    desk: ReconciliationDesk, memory: MemoryUnits, line: Line, minor: int
) -> None:
    item = await an_item(desk, memory, line)
    done = await resolve_item(desk.ports, desk.actor, asked(item))
    entry = memory.tables.entries[-1]
    assert (entry.kind, entry.merchant_id, entry.id) == (EntryKind.SUSPENSE, PLATFORM, done.item.ledger_entry_id)
    assert memory.tables.balance_minor("bank:eur-main") == minor
    assert memory.tables.balance_minor(SUSPENSE.name) == -minor
    (match,) = memory.tables.reconciliation.matches.values()
    assert (match.kind, match.subject_id, match.merchant_id) == (MatchKind.SUSPENSE, item.id, PLATFORM)
    assert (done.item.status, done.item.resolution) == (ItemStatus.RESOLVED, Resolution.OTHER)
    assert (await resolve_item(desk.ports, desk.actor, asked(item))).replayed
    with pytest.raises(ReconciliationItemStateForbids):
        await resolve_item(desk.ports, desk.actor, asked(item, idempotency_key="two"))
    assert memory.tables.audit[-1].data["suspense_minor"] == minor


async def test_a_payout_of_another_amount_is_paid_and_the_rest_is_in_suspense(
    desk: ReconciliationDesk, payouts: PayoutDesk, memory: MemoryUnits
) -> None:
    payout = await payouts.send(await payouts.approve(await payouts.create()))
    item = await an_item(desk, memory, a_debit("99.00", payout.end_to_end_id))
    command = asked(item, resolution=Resolution.AMOUNT_DIFFERENCE, payout_id=payout.id)
    done = await resolve_item(desk.ports, desk.actor, command)
    assert (done.item.status, (await payouts.get(payout)).status) == (ItemStatus.RESOLVED, PayoutStatus.PAID)
    assert memory.tables.balance_minor("bank:eur-main") == -9900
    assert memory.tables.balance_minor(SUSPENSE.name) == -100
    assert memory.tables.balance_minor("payouts_in_transit") == 0


async def test_refusals(desk: ReconciliationDesk, payouts: PayoutDesk, memory: MemoryUnits) -> None:
    waiting = await payouts.create()
    item = await an_item(desk, memory, a_debit("99.00", None))
    with pytest.raises(Invalid):
        await resolve_item(desk.ports, desk.actor, asked(item, note=" "))
    with pytest.raises(Invalid):
        await resolve_item(desk.ports, desk.actor, asked(item, payout_id=waiting.id))
    command = asked(item, resolution=Resolution.AMOUNT_DIFFERENCE, payout_id=waiting.id)
    with pytest.raises(MatchRefused):
        await resolve_item(desk.ports, desk.actor, command)
    with pytest.raises(Forbidden):
        await resolve_item(desk.ports, a_clerk(Permission.RECONCILIATION_READ), asked(item))
    assert memory.tables.balance_minor("bank:eur-main") == 0
