"""By hand, references need not agree; money must."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain.identity.permission import Permission
from domain.kernel.errors import Forbidden, Invalid
from domain.kernel.idempotency import IdempotencyConflict
from domain.reconciliation.errors import MatchRefused, ReconciliationItemStateForbids
from domain.reconciliation.match_item import MatchItem, match_item
from domain.reconciliation.reconciliation_item import ItemStatus, Resolution
from domain.reconciliation.record_remittance import RecordRemittance, record_remittance
from domain.reconciliation.resolve_item import ResolveItem, resolve_item
from domain.settlements.payout import PayoutStatus
from tests.builders.bank_statements import Line, Sheet, a_credit, a_debit, a_file
from tests.builders.money import eur
from tests.fakes.crash import Crash
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


def asked(item: ReconciliationItem, **values: Any) -> MatchItem:
    given: dict[str, Any] = {"idempotency_key": "one", "item_id": item.id, **values}
    return MatchItem(**given)


async def test_a_payout_without_its_reference(
    desk: ReconciliationDesk, payouts: PayoutDesk, memory: MemoryUnits
) -> None:
    payout = await payouts.send(await payouts.approve(await payouts.create()))
    item = await an_item(desk, memory, a_debit("100.00", None))
    command = asked(item, payout_id=payout.id, note="The bank left it out")
    done = await match_item(desk.ports, desk.actor, command)
    assert (done.item.status, done.item.note, done.replayed) == (ItemStatus.MATCHED, "The bank left it out", False)
    assert (await payouts.get(payout)).status is PayoutStatus.PAID
    (match,) = memory.tables.reconciliation.matches.values()
    assert (match.by_hand, match.matched_by_name) == (True, "Clara")
    said = memory.tables.audit[-1]
    assert (said.action, said.actor_name, said.data["note"]) == (
        "reconciliation.match_item",
        "Clara",
        "The bank left it out",
    )
    again = await match_item(desk.ports, desk.actor, command)
    assert (again.replayed, again.item.id) == (True, item.id)
    with pytest.raises(IdempotencyConflict):
        await match_item(desk.ports, desk.actor, asked(item, payout_id=payout.id, note="Another"))
    with pytest.raises(ReconciliationItemStateForbids):
        await match_item(desk.ports, desk.actor, asked(item, payout_id=payout.id, idempotency_key="two"))


async def test_killed_half_way_the_same_request_completes_it(
    desk: ReconciliationDesk, payouts: PayoutDesk, memory: MemoryUnits
) -> None:
    payout = await payouts.send(await payouts.approve(await payouts.create()))
    item = await an_item(desk, memory, a_debit("100.00", None))
    memory.die_at("payout.confirm.committed")
    with pytest.raises(Crash):
        await match_item(desk.ports, desk.actor, asked(item, payout_id=payout.id))
    done = await match_item(desk.ports, desk.actor, asked(item, payout_id=payout.id))
    assert (done.item.status, memory.tables.balance_minor("bank:eur-main")) == (ItemStatus.MATCHED, -10_000)


async def test_another_amount_is_refused(desk: ReconciliationDesk, payouts: PayoutDesk, memory: MemoryUnits) -> None:
    payout = await payouts.send(await payouts.approve(await payouts.create()))
    item = await an_item(desk, memory, a_debit("99.00", None))
    with pytest.raises(MatchRefused, match="amounts differ"):
        await match_item(desk.ports, desk.actor, asked(item, payout_id=payout.id))
    assert (await payouts.get(payout)).status is PayoutStatus.IN_TRANSIT
    assert memory.tables.claims == {key: claim for key, claim in memory.tables.claims.items() if key[2] != "one"}


async def test_a_remittance(desk: ReconciliationDesk, memory: MemoryUnits) -> None:
    item = await an_item(desk, memory, a_credit("98.50", "No word of it"))
    command = RecordRemittance(gateway="acquirer", reference="ACQ-1", gross=eur(100), costs=eur("1.50"))
    remittance = await record_remittance(desk.ports, desk.actor, command)
    done = await match_item(desk.ports, desk.actor, asked(item, remittance_id=remittance.id))
    assert (done.item.status, memory.tables.balance_minor("bank:eur-main")) == (ItemStatus.MATCHED, 9850)


async def test_refusals(desk: ReconciliationDesk, memory: MemoryUnits) -> None:
    item = await an_item(desk, memory, a_credit("98.50", "No word of it"))
    with pytest.raises(Invalid):
        await match_item(desk.ports, desk.actor, asked(item))
    reader = a_clerk(Permission.RECONCILIATION_READ)
    with pytest.raises(Forbidden):
        await match_item(desk.ports, reader, asked(item, payout_id=item.id))
    assert memory.tables.reconciliation.matches == {}


async def test_an_entry_that_has_moved_a_payout_is_nothing_else(
    desk: ReconciliationDesk, payouts: PayoutDesk, memory: MemoryUnits
) -> None:
    """One credit, of which somebody says that it returned two payouts, makes money available once."""
    first, second = [
        await payouts.confirm(await payouts.send(await payouts.approve(await payouts.create(eur(40)))))
        for _ in range(2)
    ]
    item = await an_item(desk, memory, a_credit("40.00", "No word of it"))
    memory.die_at("payout.return.committed")
    with pytest.raises(Crash):
        await match_item(desk.ports, desk.actor, asked(item, payout_id=first.id))
    with pytest.raises(MatchRefused, match="has moved the payout"):
        await match_item(desk.ports, desk.actor, asked(item, payout_id=second.id, idempotency_key="two"))
    resolving = ResolveItem(idempotency_key="three", item_id=item.id, resolution=Resolution.OTHER, note="Whatever")
    with pytest.raises(MatchRefused, match="has moved the payout"):
        await resolve_item(desk.ports, desk.actor, resolving)
    assert (await payouts.get(second)).status is PayoutStatus.PAID
    desk.clock.pass_by(7 * 86_400)
    await desk.match()
    assert memory.tables.reconciliation.items[item.id].status is ItemStatus.MATCHED
    assert memory.tables.balance_minor("bank:eur-main") == -4_000
