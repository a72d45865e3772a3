"""Notices in any order, each one to three times, end in the same state and the same ledger."""

from __future__ import annotations

import random
from collections import Counter
from itertools import permutations
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import uuid4

import pytest

from domain.disputes.dispute import Dispute
from domain.disputes.notice import DisputeNotice, NoticeType
from domain.disputes.stage import DisputeStage
from tests.builders.disputes import a_notice_of
from tests.builders.merchants import a_merchant
from tests.builders.moments import after
from tests.builders.money import eur
from tests.fakes.clock import SettableClock
from tests.fakes.desk import Desk
from tests.fakes.dispute_desk import DisputeDesk
from tests.fakes.gateway import StandInGateway
from tests.fakes.unit import MemoryUnits

if TYPE_CHECKING:
    from collections.abc import Sequence

    import asyncpg

    from domain.payments.payment import Payment
    from tests.fakes.tables import Tables

Told: TypeAlias = tuple[NoticeType, DisputeStage, dict[str, Any]]
_T, _S = NoticeType, DisputeStage
_POSTED = """
SELECT e.kind, p.account, p.amount_minor FROM ledger_entries AS e
JOIN ledger_postings AS p ON (p.merchant_id, p.entry_id) = (e.merchant_id, e.id)
WHERE e.dispute_id = $1
"""
# What differs by when a notice was heard, and not by what it said.
_HEARD = {"id", "payment_id", "case_reference", "created_at", "updated_at", "version"}
Posted: TypeAlias = Counter[tuple[str, str, int]]
Ending: TypeAlias = tuple[dict[str, Any], tuple[int, int], Posted]
THROUGH_ALL_STAGES = (
    (_T.OPENED, _S.INQUIRY, {}),
    (_T.OPENED, _S.CHARGEBACK, {}),
    (_T.WON, _S.CHARGEBACK, {}),
    (_T.OPENED, _S.PRE_ARBITRATION, {}),
    (_T.LOST, _S.ARBITRATION, {}),
)
CORRECTED = (
    (_T.OPENED, _S.CHARGEBACK, {}),
    (_T.LOST, _S.CHARGEBACK, {}),
    (_T.WON, _S.CHARGEBACK, {}),
    (_T.OPENED, _S.PRE_ARBITRATION, {}),
    (_T.WITHDRAWN, _S.PRE_ARBITRATION, {}),
)
# The last decision of a stage may come after the stage that followed it.
DECIDED_TWICE = (
    (_T.OPENED, _S.CHARGEBACK, {}),
    (_T.WON, _S.CHARGEBACK, {"dispute_amount": eur(41), "arn": None}),
    (_T.LOST, _S.CHARGEBACK, {"network_case_id": None}),
    (_T.OPENED, _S.PRE_ARBITRATION, {"respond_by": after(9_000_000)}),
    (_T.UNDER_REVIEW, _S.PRE_ARBITRATION, {"arn": None}),
)
OF_OTHER_AMOUNTS = (
    (_T.OPENED, _S.CHARGEBACK, {"amount": eur(30)}),
    (_T.LOST, _S.CHARGEBACK, {"amount": eur(30)}),
    (_T.WON, _S.CHARGEBACK, {"amount": eur(30)}),
    (_T.OPENED, _S.PRE_ARBITRATION, {"amount": eur(20)}),
    (_T.LOST, _S.PRE_ARBITRATION, {"amount": eur(20)}),
)
STORIES = {
    "through all stages": THROUGH_ALL_STAGES,
    "corrected": CORRECTED,
    "decided twice": DECIDED_TWICE,
    "of other amounts": OF_OTHER_AMOUNTS,
}


def notices_of(payment: Payment, told: Sequence[Told]) -> list[DisputeNotice]:
    case = f"simd_{uuid4()}"
    return [
        a_notice_of(payment, type_, stage, minutes=minutes, case_reference=case, notice_id=f"{case}_{minutes}", **more)
        for minutes, (type_, stage, more) in enumerate(told)
    ]


async def heard(desk: DisputeDesk, told: Sequence[Told], order: Sequence[int]) -> str:
    """The reference of a case, heard in that order."""
    notices = notices_of(await desk.desk.captured(eur(100)), told)
    for index in order:
        await desk.hear(notices[index])
    return notices[0].case_reference


async def stored(owner: asyncpg.Connection, case_reference: str) -> Ending:
    """What became of the case, the payment and the ledger."""
    found = await owner.fetchrow("SELECT * FROM disputes WHERE case_reference = $1", case_reference)
    assert found is not None
    state: dict[str, Any] = {str(name): value for name, value in found.items() if name not in _HEARD}
    payment = await owner.fetchrow("SELECT * FROM payments WHERE id = $1", found["payment_id"])
    assert payment is not None
    rows = await owner.fetch(_POSTED, found["id"])
    posted = Counter((str(row["kind"]), str(row["account"]), int(row["amount_minor"])) for row in rows)
    return state, (payment["disputed_minor"], payment["double_loss_minor"]), posted


def remembered(tables: Tables, case_reference: str) -> Ending:
    """The same in memory."""
    (dispute,) = [row for row in tables.disputes.values() if row.case_reference == case_reference]
    payment = tables.payments[dispute.payment_id]
    posted = Counter(
        (entry.kind.value, posting.account.name, posting.amount.minor)
        for entry in tables.entries
        if entry.dispute_id == dispute.id
        for posting in entry.postings
    )
    state = {name: getattr(dispute, name) for name in Dispute.__slots__ if name not in _HEARD}
    return state, (payment.disputed_minor, payment.double_loss_minor), posted


def in_every_order(told: Sequence[Told]) -> list[tuple[int, ...]]:
    """All orders, each notice one to three times, wherever the repetitions fall."""
    chance = random.Random(5)
    orders: list[tuple[int, ...]] = []
    for order in permutations(range(len(told))):
        deliveries = list(order)
        for index in [index for index in order for _ in range(chance.randrange(3))]:
            deliveries.insert(chance.randrange(deliveries.index(index) + 1, len(deliveries) + 1), index)
        orders.append(tuple(deliveries))
    assert len(orders) == 120
    return orders


def balances(posted: Posted) -> Counter[object]:
    """What the entries sum to, by account."""
    sums: Counter[object] = Counter()
    for (_, account, minor), times in posted.items():
        sums[account] += minor * times
    return sums


def compared(ending: Ending, told: Sequence[Told]) -> tuple[object, ...]:
    """All of it. Where amounts differ, one that was taken for granted before its notice came is corrected later on.

    Then the entries differ, and sum to the same.
    """
    state, held, posted = ending
    return state, held, balances(posted) if told is OF_OTHER_AMOUNTS else posted


@pytest.mark.parametrize("told", STORIES.values(), ids=STORIES)
async def test_all_orders_of_five_notices_each_one_to_three_times(told: Sequence[Told]) -> None:
    """In memory, where it takes no time; the stores are compared by their contracts and by the test below."""
    merchant, units = a_merchant(), MemoryUnits()
    units.tables.merchants[merchant.id] = merchant
    clock = SettableClock()
    desk = DisputeDesk(Desk(units, merchant, StandInGateway(clock), clock))
    expected = None
    for order in in_every_order(told):
        found = compared(remembered(units.tables, await heard(desk, told, order)), told)
        expected = expected or found
        assert found == expected, order


async def test_all_orders_of_five_notices_on_postgresql(desk: DisputeDesk, owner: asyncpg.Connection) -> None:
    expected = None
    for order in in_every_order(DECIDED_TWICE):
        found = await stored(owner, await heard(desk, DECIDED_TWICE, order))
        expected = expected or found
        assert found == expected, order


async def test_what_they_end_in(desk: DisputeDesk, owner: asyncpg.Connection) -> None:
    state, held, posted = await stored(owner, await heard(desk, THROUGH_ALL_STAGES, range(5)))
    assert (state["stage"], state["status"]) == ("ARBITRATION", "LOST")
    assert (state["withdrawn_minor"], state["fee_minor"], held) == (4000, 1500, (4000, 0))
    assert posted == Counter(
        {
            ("DISPUTE", "pending", 4000): 2,
            ("DISPUTE", "gateway_clearing:simulator", -4000): 2,
            ("DISPUTE", "pending", 1500): 1,
            ("DISPUTE", "fees_revenue", -1500): 1,
            ("DISPUTE_REVERSAL", "gateway_clearing:simulator", 4000): 1,
            ("DISPUTE_REVERSAL", "pending", -4000): 1,
        }
    )
