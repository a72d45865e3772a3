"""Entries that are known move payouts and remittances on; the others are items."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from domain.ledger.account import AVAILABLE, NETWORK_COSTS, bank, gateway_clearing
from domain.reconciliation.bank_match import MatchKind
from domain.reconciliation.reconciliation_item import ItemReason, ItemStatus
from domain.reconciliation.record_remittance import RecordRemittance, record_remittance
from domain.settlements.payout import PayoutStatus
from tests.builders.bank_statements import Detail, Line, Sheet, a_credit, a_debit, a_file, a_return
from tests.builders.money import eur
from tests.fakes.crash import Crash

if TYPE_CHECKING:
    from domain.settlements.payout import Payout
    from tests.fakes.clock import SettableClock
    from tests.fakes.payout_desk import PayoutDesk
    from tests.fakes.reconciliation_desk import ReconciliationDesk
    from tests.fakes.unit import MemoryUnits

R = ItemReason


async def sent(payouts: PayoutDesk) -> Payout:
    return await payouts.send(await payouts.approve(await payouts.create()))


async def booked(desk: ReconciliationDesk, *lines: Line, reference: str = "STM-1") -> None:
    await desk.imported(a_file(Sheet(lines=lines, reference=reference)))
    await desk.match()


def reasons(memory: MemoryUnits) -> list[ItemReason]:
    return [one.reason for one in memory.tables.reconciliation.items.values()]


async def test_a_debit_confirms_its_payout(desk: ReconciliationDesk, payouts: PayoutDesk, memory: MemoryUnits) -> None:
    payout = await sent(payouts)
    await booked(desk, a_debit("100.00", payout.end_to_end_id))
    paid = await payouts.get(payout)
    (match,) = memory.tables.reconciliation.matches.values()
    assert (paid.status, paid.bank_entry_id) == (PayoutStatus.PAID, match.entry_id)
    assert (match.kind, match.merchant_id, match.by_hand) == (MatchKind.PAYOUT, payout.merchant_id, False)
    assert reasons(memory) == []
    assert memory.tables.balance_minor("bank:eur-main") == -10_000
    assert await desk.match() == 0


async def test_a_return_makes_the_money_available_again(
    desk: ReconciliationDesk, payouts: PayoutDesk, memory: MemoryUnits
) -> None:
    payout = await sent(payouts)
    # Both in one statement, in its order.
    await booked(desk, a_debit("100.00", payout.end_to_end_id), a_return("100.00", payout.end_to_end_id, "AC04"))
    returned = await payouts.get(payout)
    assert (returned.status, returned.failure_code) == (PayoutStatus.RETURNED, "AC04")
    assert returned.failure_message == "The account is closed."
    assert memory.tables.balance_minor("bank:eur-main") == 0
    assert memory.tables.balance_minor(AVAILABLE.name) == -10_000


async def test_a_reversal_without_a_code_is_a_return_for_no_given_reason(
    desk: ReconciliationDesk, payouts: PayoutDesk
) -> None:
    payout = await payouts.paid()
    back = Line(amount="100.00", side="CRDT", reversal=True, details=(Detail(end_to_end_id=payout.end_to_end_id),))
    await booked(desk, back)
    assert (await payouts.get(payout)).failure_code == "MS03"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (a_debit("99.00", "{id}"), R.AMOUNT_DIFFERS),
        (a_debit("100.00", "PYO0"), R.NO_SUCH_PAYOUT),
        (a_debit("100.00", None), R.NO_REFERENCE),
        (a_debit("100.00", "NOTPROVIDED"), R.NO_REFERENCE),
        (a_debit("100.00", "{id}", reversal=True), R.AMBIGUOUS),
        (a_return("100.00", "{id}"), R.NOT_YET_PAID),
        (a_return("100.00", "{id}", None), R.AMBIGUOUS),
        (a_credit("5.00", "Who knows"), R.NO_SUCH_REMITTANCE),
        (a_credit("5.00", None), R.NO_REFERENCE),
    ],
)
async def test_what_does_not_match_is_an_item(
    desk: ReconciliationDesk, payouts: PayoutDesk, memory: MemoryUnits, line: Line, reason: ItemReason
) -> None:
    payout = await sent(payouts)
    detail = line.details[0]
    named = detail.end_to_end_id and detail.end_to_end_id.replace("{id}", payout.end_to_end_id)
    given = Line(
        amount=line.amount,
        side=line.side,
        reversal=line.reversal,
        details=(Detail(end_to_end_id=named, return_reason=detail.return_reason, text=detail.text),),
    )
    await booked(desk, given)
    assert reasons(memory) == [reason]
    assert (await payouts.get(payout)).status is PayoutStatus.IN_TRANSIT


async def test_a_second_debit_is_an_item(desk: ReconciliationDesk, payouts: PayoutDesk, memory: MemoryUnits) -> None:
    payout = await sent(payouts)
    await booked(desk, a_debit("100.00", payout.end_to_end_id), a_debit("100.00", payout.end_to_end_id))
    assert reasons(memory) == [R.ALREADY_PAID]
    (item,) = memory.tables.reconciliation.items.values()
    assert (item.suspect_id, item.suspect_owner_id) == (payout.id, payout.merchant_id)
    assert memory.tables.balance_minor("bank:eur-main") == -10_000


async def test_a_payout_that_was_not_sent_yet_is_tried_again(
    desk: ReconciliationDesk, payouts: PayoutDesk, memory: MemoryUnits, clock: SettableClock
) -> None:
    approved = await payouts.approve(await payouts.create())
    await booked(desk, a_debit("100.00", approved.end_to_end_id))
    assert reasons(memory) == [R.NOT_IN_TRANSIT]
    await payouts.send(approved)
    assert await desk.match() == 0
    clock.pass_by(int(timedelta(minutes=5).total_seconds()))
    assert await desk.match() == 1
    (item,) = memory.tables.reconciliation.items.values()
    assert (item.status, (await payouts.get(approved)).status) == (ItemStatus.MATCHED, PayoutStatus.PAID)


async def test_a_remittance_is_known_by_its_reference_and_net(desk: ReconciliationDesk, memory: MemoryUnits) -> None:
    command = RecordRemittance(gateway="acquirer", reference="ACQ-1", gross=eur(100), costs=eur("1.50"))
    await record_remittance(desk.ports, desk.actor, command)
    await booked(desk, a_credit("98.50", "Payout ACQ-1 of January"), a_credit("98.50", "ACQ-1"))
    assert reasons(memory) == [R.ALREADY_MATCHED]
    balance = memory.tables.balance_minor
    assert (balance(bank("eur-main").name), balance(NETWORK_COSTS.name)) == (9850, 150)
    assert balance(gateway_clearing("acquirer").name) == -10_000


@pytest.mark.parametrize(
    "point",
    ["payout.confirm.committed", "entry.match.before_commit", "entry.match.committed", "match.keep.before_commit"],
)
async def test_a_killed_worker_is_followed_by_another(
    desk: ReconciliationDesk, payouts: PayoutDesk, memory: MemoryUnits, point: str
) -> None:
    payout = await sent(payouts)
    await desk.imported(a_file(Sheet(lines=(a_debit("100.00", payout.end_to_end_id), a_debit("1.00", "PYO0")))))
    memory.die_at(point)
    with pytest.raises(Crash):
        await desk.match()
    await desk.match()
    assert (await payouts.get(payout)).status is PayoutStatus.PAID
    assert (len(memory.tables.reconciliation.matches), reasons(memory)) == (1, [R.NO_SUCH_PAYOUT])
    assert memory.tables.balance_minor("bank:eur-main") == -10_000
