"""What was taken down by hand and what the gateway tells of the same case are one dispute, whichever came first."""

from __future__ import annotations

import asyncio
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from domain.disputes.errors import NoticeNotUnderstood
from domain.disputes.kept_notice import NoticeState
from domain.disputes.network import Network
from domain.disputes.notice import NoticeType
from domain.disputes.stage import DisputeStage, DisputeStatus
from domain.ledger.entry import EntryKind
from tests.builders.disputes import a_notice_of
from tests.builders.moments import after
from tests.builders.money import eur
from tests.fakes.dispute_agreement import assert_disputes_agree

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from domain.disputes.dispute import Dispute
    from domain.payments.payment import Payment
    from tests.fakes.dispute_desk import DisputeDesk
    from tests.fakes.tables import Tables

T, S, D = NoticeType, DisputeStage, DisputeStatus
UNKNOWN: dict[str, Any] = {"network_case_id": None}


@pytest.fixture
async def payment(desk: DisputeDesk) -> Payment:
    return await desk.desk.captured()


class Case:
    """One chargeback over 40 euros, as the gateway tells of it and as somebody takes it down."""

    def __init__(self, desk: DisputeDesk, payment: Payment) -> None:
        self.desk = desk
        self.payment = payment

    async def gateway(self, type_: NoticeType = T.OPENED, stage: DisputeStage = S.CHARGEBACK, **more: Any) -> Any:
        values = {"case_reference": "simd_1", **more}
        return await self.desk.hear(a_notice_of(self.payment, type_, stage, **values))

    async def hand(self, type_: NoticeType = T.OPENED, **more: Any) -> Dispute:
        values: dict[str, Any] = {"amount": eur(40), "occurred_at": after(0), **more}
        return await self.desk.record(self.payment, type=type_, **values)


@pytest.fixture
def case(desk: DisputeDesk, payment: Payment) -> Case:
    return Case(desk, payment)


def assert_one(desk: DisputeDesk, tables: Tables, *, reference: str = "simd_1") -> Dispute:
    """One dispute, under the gateway's name, that took the money and cost the fee once."""
    (dispute,) = tables.disputes.values()
    taken = [entry for entry in tables.entries if entry.kind is EntryKind.DISPUTE]
    assert (dispute.case_reference, len(taken), dispute.fee_minor) == (reference, 1, 1500)
    assert {row.dispute_id for row in tables.notices.values()} == {dispute.id}
    assert {row.state for row in tables.notices.values()} == {NoticeState.APPLIED}
    assert_disputes_agree(tables, desk.gateway)
    return dispute


# What the two say of the network's case, who knows its id or not.
IDS = [("9000000001", "9000000001"), (None, "9000000001"), ("9000000001", None), (None, None)]


@pytest.mark.parametrize(("by_hand", "by_gateway"), IDS)
@pytest.mark.parametrize("hand_first", [True, False])
async def test_in_either_order_it_is_one_case(
    desk: DisputeDesk, tables: Tables, case: Case, by_hand: str | None, by_gateway: str | None, *, hand_first: bool
) -> None:
    steps: list[Callable[[], Awaitable[Any]]] = [
        lambda: case.hand(network_case_id=by_hand),
        lambda: case.gateway(network_case_id=by_gateway),
    ]
    for step in steps if hand_first else reversed(steps):
        await step()
    dispute = assert_one(desk, tables)
    assert (dispute.withdrawn_minor, dispute.network_case_id) == (4000, by_hand or by_gateway)
    # From here on either way of naming it leads to the same.
    manual = next(row.notice.case_reference for row in tables.notices.values() if row.notice.by_hand)
    assert (await case.hand(T.UNDER_REVIEW, case_reference=manual)).status is D.UNDER_REVIEW
    won = await case.gateway(T.WON, minutes=9)
    assert (won.id, won.status, won.withdrawn_minor) == (dispute.id, D.WON, 0)
    assert_one(desk, tables)


@pytest.mark.parametrize(("by_hand", "by_gateway"), IDS)
async def test_in_every_order_of_more_than_two(
    desk: DisputeDesk, tables: Tables, by_hand: str | None, by_gateway: str | None
) -> None:
    """The letter, its answer and what the gateway tells of it, whichever comes first."""
    for order in permutations(range(4)):
        case = Case(desk, await desk.desk.captured())
        reference = f"case-{case.payment.id}"
        told: dict[str, Any] = {"case_reference": reference, "network_case_id": by_gateway}
        steps: list[Callable[[], Awaitable[Any]]] = [
            lambda case=case: case.hand(network_case_id=by_hand),
            lambda case=case: case.hand(T.LOST, network_case_id=by_hand, occurred_at=after(600)),
            lambda case=case, told=told: case.gateway(**told),
            lambda case=case, told=told: case.gateway(T.LOST, minutes=10, **told),
        ]
        for index in order:
            await steps[index]()
        (dispute,) = [one for one in tables.disputes.values() if one.payment_id == case.payment.id]
        taken = [entry for entry in tables.entries if entry.dispute_id == dispute.id]
        assert (dispute.status, dispute.withdrawn_minor, len(taken)) == (D.LOST, 4000, 1), order
        assert dispute.case_reference == reference
    assert_disputes_agree(tables, desk.gateway)


async def test_at_the_same_moment_it_is_one_case(desk: DisputeDesk, tables: Tables, case: Case) -> None:
    steps = [case.hand(network_case_id="9000000001"), case.gateway(), case.hand(), case.gateway(T.UNDER_REVIEW)]
    await asyncio.gather(*steps)
    assert assert_one(desk, tables).status is D.UNDER_REVIEW


async def test_two_who_take_down_the_same_letter(desk: DisputeDesk, tables: Tables, case: Case) -> None:
    first = await case.hand()
    desk.desk.clock.pass_by(60)
    await case.hand()
    assert_one(desk, tables, reference=first.case_reference)
    await case.gateway(T.OPENED, S.PRE_ARBITRATION, minutes=9)
    assert assert_one(desk, tables).stage is S.PRE_ARBITRATION


async def test_the_inquiry_of_a_chargeback_that_came_by_letter(desk: DisputeDesk, tables: Tables, case: Case) -> None:
    await case.hand()
    await case.gateway(T.OPENED, S.INQUIRY, minutes=-9, **UNKNOWN)
    await case.gateway(**UNKNOWN)
    assert [record.stage for record in assert_one(desk, tables).stages] == [S.INQUIRY, S.CHARGEBACK]


async def test_a_name_that_somebody_mistook_for_the_gateway_s(desk: DisputeDesk, tables: Tables, case: Case) -> None:
    await case.hand(case_reference="VROL 9000000001", network_case_id="9000000001")
    await case.gateway()
    assert_one(desk, tables)
    await case.hand(T.UNDER_REVIEW, case_reference="VROL 9000000001")
    await case.hand(T.LOST, case_reference="another", network_case_id="9000000001", occurred_at=after(60))
    assert assert_one(desk, tables).status is D.LOST


@pytest.mark.parametrize(
    "change",
    [
        {"amount": eur(41)},
        {"network_case_id": "9000000002"},
        {"case_reference": "by letter"},
    ],
)
@pytest.mark.parametrize("hand_first", [True, False])
async def test_what_differs_is_another_case(
    tables: Tables, case: Case, change: dict[str, Any], *, hand_first: bool
) -> None:
    by_gateway: dict[str, Any] = {} if "network_case_id" in change else UNKNOWN
    steps: list[Callable[[], Awaitable[Any]]] = [lambda: case.hand(**change), lambda: case.gateway(**by_gateway)]
    for step in steps if hand_first else reversed(steps):
        await step()
    assert len(tables.disputes) == 2


async def test_of_another_network_or_payment_it_is_another_case(desk: DisputeDesk, tables: Tables, case: Case) -> None:
    await case.hand(network=Network.AMEX)
    await Case(desk, await desk.desk.captured()).hand()
    await case.gateway(**UNKNOWN)
    assert len(tables.disputes) == 3


async def test_two_names_of_one_gateway_are_two_cases(tables: Tables, case: Case) -> None:
    """Whatever they have in common: it is the gateway that tells them apart."""
    await case.hand()
    for reference in ("simd_1", "simd_2"):
        await case.gateway(case_reference=reference)
    assert sorted(one.case_reference for one in tables.disputes.values()) == ["simd_1", "simd_2"]


async def test_several_that_fit_are_told_apart_by_whoever_can(tables: Tables, case: Case) -> None:
    for number in (1, 2):
        await case.hand(network_case_id=f"900000000{number}")
    with pytest.raises(NoticeNotUnderstood, match="say by the case reference"):
        await case.hand()
    assert (len(tables.disputes), len(tables.notices)) == (2, 2)
    # A gateway cannot be asked: each of its cases is one of them, and none is a third.
    for reference in ("simd_1", "simd_2"):
        await case.gateway(case_reference=reference, **UNKNOWN)
    assert sorted(one.case_reference for one in tables.disputes.values()) == ["simd_1", "simd_2"]
    assert len([entry for entry in tables.entries if entry.kind is EntryKind.DISPUTE]) == 2


async def test_what_is_over_is_decided_again_and_not_opened_again(tables: Tables, case: Case) -> None:
    await case.gateway(**UNKNOWN)
    await case.gateway(T.WON, minutes=10, **UNKNOWN)
    again = await case.hand(T.WON, occurred_at=after(660))
    assert (len(tables.disputes), again.status) == (1, D.WON)
    # What the letter says was opened before that is what is over.
    assert (await case.hand(occurred_at=after(60))).id == again.id
    assert (await case.hand(occurred_at=after(900))).id != again.id
    assert len(tables.disputes) == 2
    # And the new one, which is open, is meant from here on.
    assert (await case.hand(T.LOST, occurred_at=after(960))).id != again.id
    assert [dispute.status for dispute in tables.disputes.values()] == [D.WON, D.LOST]


async def test_a_corrected_amount_of_the_same_network_case_moves_the_difference(
    desk: DisputeDesk, tables: Tables, case: Case
) -> None:
    await case.hand(network_case_id="9000000001", amount=eur(100), occurred_at=after(60))
    told = await case.gateway()
    assert (told.withdrawn_minor, told.amount_minor, len(tables.disputes)) == (4000, 4000, 1)
    assert_disputes_agree(tables, desk.gateway)
