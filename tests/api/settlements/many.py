"""Many settlements of the blue merchant, with all that can hang on one, written by the stores."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from domain.approvals.approval_action import ApprovalAction
from domain.approvals.party import party_of
from domain.identity.permission import StaffRole
from domain.kernel.ids import new_uuid
from domain.ledger.entry import EntryKind
from domain.settlements.adjustment import SettlementAdjustment
from domain.settlements.events import SettlementEvent, SettlementEventType
from domain.settlements.line import LineKind
from domain.settlements.settlement import Plan, SettlementStatus
from domain.settlements.totals import Totals
from tests.api.graph import SYSTEM
from tests.builders.approvals import an_approval_request
from tests.builders.identity import a_staff_actor
from tests.builders.moments import MORNING, after
from tests.builders.money import eur
from tests.builders.settlements import a_line, a_posting, a_reserve_hold, a_settlement, a_settlement_account

if TYPE_CHECKING:
    from uuid import UUID

    from domain.settlements.settlement import Settlement
    from tests.api.graph import Graph


async def write_settlements(graph: Graph, many: int, *, payout_ids: tuple[UUID, ...] = ()) -> None:
    """So many closed ones, each of a payment and a dispute of it where there are so many, and one that is open."""
    merchant_id = graph.blue.id
    cases = await graph.database.fetch(
        "SELECT id, payment_id FROM disputes WHERE merchant_id = $1 ORDER BY id LIMIT $2", merchant_id, many
    )
    units: Any = graph.assembly.settlements.units
    async with units.begin(SYSTEM, "tests") as unit:
        await unit.settlement_accounts.add(a_settlement_account(merchant_id, next_number=many + 2))
        for number in range(1, many + 1):
            case = cases[number - 1] if number <= len(cases) else None
            payout_id = payout_ids[number - 1] if number <= len(payout_ids) else None
            settlement = _settlement(merchant_id, number, payout_id)
            await unit.settlements.add(settlement)
            await _write(unit, graph, settlement, case and case["payment_id"], case and case["id"])
        await unit.settlements.add(a_settlement(merchant_id=merchant_id, number=many + 1, id=new_uuid(MORNING)))
        await unit.commit()


def _settlement(merchant_id: UUID, number: int, payout_id: UUID | None) -> Settlement:
    told = SettlementEvent(type=SettlementEventType.OPENED, occurred_at=MORNING, data={"number": number})
    # Several share a date and a net, so that lists have to break ties.
    plan = Plan(cut_off=after(number), settles_on=date(2026, 3, 3 + number % 5), closes_at=after(86_400))
    net = 9_000 + 100 * (number % 3)
    return a_settlement(
        SettlementStatus.CLOSED,
        id=new_uuid(MORNING),
        merchant_id=merchant_id,
        number=number,
        plan=plan,
        totals=Totals(captures_minor=net + 1_000, reserve_held_minor=-1_000),
        line_count=2,
        entry_id=new_uuid(MORNING),
        payout_id=payout_id,
        events=(told,),
    )


async def _write(
    unit: Any, graph: Graph, settlement: Settlement, payment_id: UUID | None, dispute_id: UUID | None
) -> None:
    merchant_id = settlement.merchant_id
    assert settlement.entry_id is not None
    hold = a_reserve_hold(settlement, entry_id=new_uuid(MORNING))
    captured = a_posting(
        merchant_id, EntryKind.DISPUTE, eur(100), MORNING, payment_id=payment_id, dispute_id=dispute_id
    )
    net = replace(a_posting(merchant_id, EntryKind.SETTLEMENT, eur(90), MORNING), id=settlement.entry_id)
    held = replace(a_posting(merchant_id, EntryKind.RESERVE_HOLD, eur(10), MORNING), id=hold.entry_id)
    adjustment = _adjustment(graph, merchant_id)
    adjusted = replace(a_posting(merchant_id, EntryKind.ADJUSTMENT, eur(5), MORNING), id=adjustment.entry_id)
    await unit.ledger.post((captured, net, held, adjusted))
    if settlement.payout_id is not None:
        await unit.ledger.post(
            (a_posting(merchant_id, EntryKind.PAYOUT, eur(90), MORNING, payout_id=settlement.payout_id),)
        )
    await unit.reserve_holds.add(hold)
    await unit.adjustments.add(adjustment)
    line = a_line(settlement, entry_id=captured.id, payment_id=payment_id, dispute_id=dispute_id)
    reserved = a_line(
        settlement, entry_id=hold.entry_id, position=0, kind=LineKind.RESERVE_HOLD, amount=eur(-10), payment_id=None
    )
    await unit.settlement_lines.add((line, reserved))
    request = an_approval_request(
        merchant_id=merchant_id,
        action=ApprovalAction.ADJUST_SETTLEMENT,
        amount=eur(5),
        subject_type="adjustment",
        subject_id=adjustment.id,
        operation_id=adjustment.id,
        command={"amount_minor": 500, "reason": "Goodwill"},
    )
    await unit.approvals.add(replace(request, id=new_uuid(MORNING)))


def _adjustment(graph: Graph, merchant_id: UUID) -> SettlementAdjustment:
    return SettlementAdjustment(
        id=new_uuid(MORNING),
        merchant_id=merchant_id,
        amount=eur(5),
        reason="Goodwill",
        requested_by=party_of(graph.staff),
        approved_by=party_of(a_staff_actor(StaffRole.APPROVER)),
        entry_id=new_uuid(MORNING),
        at=MORNING,
    )
