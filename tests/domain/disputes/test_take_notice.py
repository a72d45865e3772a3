"""A notice counts once however often it comes; what contradicts the books is kept, and changes nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from domain.disputes.kept_notice import NoticeState
from domain.disputes.network import Network
from domain.disputes.notice import DisputeNotice, NoticeType
from domain.disputes.stage import DisputeStage, DisputeStatus
from domain.disputes.take_notice import TakeNotice, take_notice
from domain.kernel.errors import Unavailable
from tests.builders.disputes import a_notice, a_notice_of, a_warning_notice
from tests.builders.identity import an_actor
from tests.builders.money import eur, jpy
from tests.fakes.crash import Crash
from tests.fakes.dispute_agreement import assert_disputes_agree
from tests.fakes.transaction import Fenced

if TYPE_CHECKING:
    from domain.payments.payment import Payment
    from tests.fakes.dispute_desk import DisputeDesk
    from tests.fakes.tables import Tables
    from tests.fakes.unit import MemoryUnits

T, S = NoticeType, DisputeStage


@pytest.fixture
async def payment(desk: DisputeDesk) -> Payment:
    return await desk.desk.captured()


def opened(payment: Payment, **more: Any) -> DisputeNotice:
    return a_notice_of(payment, T.OPENED, S.CHARGEBACK, **more)


async def test_the_first_one_opens_the_dispute(desk: DisputeDesk, tables: Tables, payment: Payment) -> None:
    notice = opened(payment)
    dispute = await desk.hear(notice)
    assert dispute is not None
    assert tables.disputes == {dispute.id: dispute}
    (kept,) = tables.notices.values()
    assert (kept.state, kept.notice, kept.dispute_id, kept.payment_id, kept.merchant_id) == (
        NoticeState.APPLIED, notice, dispute.id, payment.id, payment.merchant_id,
    )  # fmt: skip
    (record,) = [record for record in tables.audit if record.action == "disputes.take_notice"]
    assert record.data == {"notice": "OPENED", "stage": "CHARGEBACK", "notice_id": notice.notice_id}
    assert_disputes_agree(tables, desk.gateway)


async def test_again_it_changes_nothing(desk: DisputeDesk, tables: Tables, payment: Payment) -> None:
    notice = opened(payment)
    dispute = await desk.hear(notice)
    before = (dict(tables.disputes), dict(tables.payments), len(tables.events), len(tables.entries), len(tables.audit))
    for again in (notice, replace(notice, id=a_notice().id), replace(notice, amount=eur(1), type=T.LOST)):
        assert await desk.hear(again) is None
    after_it = (
        dict(tables.disputes),
        dict(tables.payments),
        len(tables.events),
        len(tables.entries),
        len(tables.audit),
    )
    assert (after_it, len(tables.notices), dispute is None) == (before, 1, False)


async def test_the_same_id_of_another_gateway_is_another_notice(
    desk: DisputeDesk, tables: Tables, payment: Payment
) -> None:
    notice = opened(payment)
    await desk.hear(notice)
    await desk.hear(replace(notice, id=a_notice().id, gateway="another"))
    assert len(tables.notices) == 2


async def test_many_at_once_open_one_case(desk: DisputeDesk, tables: Tables, payment: Payment) -> None:
    said = [opened(payment, minutes=minutes) for minutes in range(6)] * 3
    await asyncio.gather(*(desk.hear(notice) for notice in said))
    assert (len(tables.disputes), len(tables.notices)) == (1, 6)
    assert_disputes_agree(tables, desk.gateway)


async def test_of_a_payment_that_nobody_knows_it_is_kept(desk: DisputeDesk, tables: Tables, payment: Payment) -> None:
    for unknown in (a_notice(payment_reference="nobody's"), replace(opened(payment), gateway="another")):
        assert await desk.hear(unknown) is None
    assert tables.disputes == {}
    assert {kept.state for kept in tables.notices.values()} == {NoticeState.UNMATCHED}
    assert {kept.payment_id for kept in tables.notices.values()} == {None}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"amount": jpy(4000)}, "The notice is in JPY, and the payment is in EUR."),
        ({"amount": eur("100.01")}, "The notice disputes more than the payment."),
        ({"network": Network.AMEX}, "The case is with VISA, and the notice from AMEX."),
    ],
)
async def test_what_contradicts_the_books_is_kept_with_the_reason(
    desk: DisputeDesk, tables: Tables, payment: Payment, change: dict[str, Any], reason: str
) -> None:
    dispute = await desk.hear(opened(payment))
    before = (dict(tables.disputes), dict(tables.payments), len(tables.events), len(tables.entries))
    refused = a_notice_of(payment, T.LOST, S.CHARGEBACK, minutes=1, **change)
    assert await desk.hear(refused) is None
    assert (dict(tables.disputes), dict(tables.payments), len(tables.events), len(tables.entries)) == before
    kept = tables.notices[refused.id]
    assert (kept.state, kept.refusal, kept.payment_id, kept.merchant_id, kept.dispute_id) == (
        NoticeState.REFUSED, reason, payment.id, payment.merchant_id, None,
    )  # fmt: skip
    # It tells nothing of the case from then on either.
    assert dispute is not None
    won = await desk.hear_of(dispute, T.WON)
    assert won.status is DisputeStatus.WON
    assert_disputes_agree(tables, desk.gateway)


async def test_a_case_of_another_payment(desk: DisputeDesk, tables: Tables, payment: Payment) -> None:
    await desk.hear(opened(payment))
    other = await desk.desk.captured()
    refused = opened(other, minutes=1)
    assert await desk.hear(refused) is None
    assert tables.notices[refused.id].refusal == "The case is about another payment."
    assert (len(tables.disputes), tables.payments[other.id].disputed_minor) == (1, 0)


async def test_the_same_case_reference_of_another_merchant_is_another_case(
    desk: DisputeDesk, tables: Tables, payment: Payment
) -> None:
    await desk.hear(opened(payment))
    other = await desk.desk.captured()
    stranger = replace(other, merchant_id=a_notice().id)
    tables.payments[other.id] = stranger
    tables.merchants[stranger.merchant_id] = replace(desk.desk.merchant, id=stranger.merchant_id)
    assert await desk.hear(opened(other, minutes=1)) is not None
    assert {dispute.merchant_id for dispute in tables.disputes.values()} == {
        payment.merchant_id, stranger.merchant_id,
    }  # fmt: skip


@pytest.mark.parametrize("point", ["dispute.notice.before_commit", "dispute.notice.committed"])
async def test_a_crash_and_then_the_same_notice_again(
    desk: DisputeDesk, units: MemoryUnits, payment: Payment, point: str
) -> None:
    notice = opened(payment)
    units.die_at(point)
    with pytest.raises(Crash):
        await desk.hear(notice)
    assert len(units.tables.notices) == len(units.tables.disputes) == point.endswith("committed")
    await desk.hear(notice)
    assert (len(units.tables.notices), len(units.tables.disputes)) == (1, 1)
    assert_disputes_agree(units.tables, desk.gateway)


async def test_the_database_is_away(desk: DisputeDesk, units: MemoryUnits, payment: Payment) -> None:
    units.raise_at("dispute.notice.before_commit", Unavailable("The database does not answer now."))
    with pytest.raises(Unavailable):
        await desk.hear(opened(payment))
    assert units.tables.notices == {}


async def test_a_dispute_answers_the_warnings_of_its_payment(
    desk: DisputeDesk, tables: Tables, payment: Payment
) -> None:
    for _ in range(2):
        await desk.be_warned(a_warning_notice(payment))
    other = await desk.be_warned(a_warning_notice(await desk.desk.captured()))
    await desk.hear(opened(payment))
    statuses = {warning.id: warning.status.value for warning in tables.warnings.values()}
    assert other is not None
    assert sorted(statuses.values()) == ["DISPUTED", "DISPUTED", "OPEN"]
    assert statuses[other.id] == "OPEN"
    assert_disputes_agree(tables, desk.gateway)


async def test_a_merchant_never_says_what_a_network_said(desk: DisputeDesk, tables: Tables, payment: Payment) -> None:
    """There is no permission to ask for: whoever is fenced to merchants cannot keep what is nobody's yet."""
    with pytest.raises(Fenced):
        await take_notice(desk.ports, an_actor(desk.desk.merchant), TakeNotice(notice=opened(payment)))
    assert tables.notices == {}
