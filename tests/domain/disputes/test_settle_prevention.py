"""Of a payment that was refunded to prevent a dispute the warnings say so, and of no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.disputes.early_fraud_warning import WarningStatus
from domain.disputes.settle_prevention import SettlePrevention, settle_prevention
from domain.payments.refund import RefundReason
from tests.builders.disputes import a_warning_notice
from tests.builders.money import eur
from tests.fakes.desk import JOBS
from tests.fakes.gateway import Fault

if TYPE_CHECKING:
    from tests.fakes.dispute_desk import DisputeDesk
    from tests.fakes.tables import Tables


async def test_only_what_was_meant_to_prevent_does(desk: DisputeDesk, tables: Tables) -> None:
    payment = await desk.desk.captured()
    warning = await desk.be_warned(a_warning_notice(payment))
    assert warning is not None
    other = await desk.be_warned(a_warning_notice(await desk.desk.captured(), notice_id="ntc_other"))
    assert other is not None
    asked = (await desk.desk.refund(payment, eur(10))).refund
    desk.desk.gateway.next(Fault.NOT_SENT)
    failed = (await desk.desk.refund(payment, eur(10), reason=RefundReason.DISPUTE_PREVENTION)).refund
    for refund in (asked, failed):
        await settle_prevention(desk.ports, JOBS, SettlePrevention(refund=refund))
        assert tables.warnings[warning.id].status is WarningStatus.OPEN
    meant = (await desk.desk.refund(payment, reason=RefundReason.DISPUTE_PREVENTION)).refund
    for _ in range(2):
        (settled,) = await settle_prevention(desk.ports, JOBS, SettlePrevention(refund=meant))
        assert (settled.status, settled.refund_id, settled.version) == (WarningStatus.REFUNDED, meant.id, 2)
    assert tables.warnings[other.id].status is WarningStatus.OPEN
