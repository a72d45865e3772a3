"""`DisputeQueue`: what disputes and warnings have to be told of, found among what is as it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.disputes.early_fraud_warning import WarningStatus
from domain.kernel.ids import new_uuid
from domain.payments.refund import RefundReason, RefundStatus
from tests.builders.disputes import a_warning
from tests.builders.moments import MORNING, after
from tests.builders.money import eur
from tests.builders.payments import a_payment, a_refund, an_operation
from tests.contracts.cases import add, of
from tests.contracts.house import SYSTEM, House

if TYPE_CHECKING:
    from domain.payments.payment import Payment
    from domain.payments.refund import Refund


async def test_which_payments_lost_less_than_their_disputes_say(house: House, payment: Payment) -> None:
    values: dict[str, Any] = {"withdrawn_minor": 3000, "double_loss_minor": 1000}
    agreeing, misstated, elsewhere = (
        a_payment(
            merchant_id=payment.merchant_id,
            id=new_uuid(after(seconds)),
            captured=eur(100),
            gateway_reference=f"sim_{seconds}",
            refunded_minor=10000 - 6000 + lost,
            disputed_minor=6000 - lost,
            double_loss_minor=lost,
        )
        for seconds, lost in ((1, 2000), (2, 1000), (3, 0))
    )
    async with house.units.begin(SYSTEM, "contract") as unit:
        for one in (agreeing, misstated, elsewhere):
            await unit.payments.add(one)
        await unit.commit()
    await add(house, of(payment), *(of(one, **values) for one in (agreeing, misstated, elsewhere) for _ in range(2)))
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.dispute_queue.misstated(9) == [misstated.id, elsewhere.id]
        assert await unit.dispute_queue.misstated(1) == [misstated.id]


async def test_which_refunds_have_answered_open_warnings(house: House, payment: Payment) -> None:
    warned, told, late = (
        a_payment(merchant_id=payment.merchant_id, captured=eur(100), gateway_reference=f"sim_{number}")
        for number in range(3)
    )
    merchant_id = payment.merchant_id

    def refund(paid: Payment, seconds: int = 5, **values: Any) -> Refund:
        status = {"status": RefundStatus.SUCCEEDED, "reason": RefundReason.DISPUTE_PREVENTION, **values}
        operation = an_operation(merchant_id=merchant_id, payment_id=paid.id)
        return a_refund(operation, id=new_uuid(after(seconds)), created_at=after(seconds), **status)

    answering = refund(warned, 6)
    refunds = [
        refund(warned, reason=RefundReason.FRAUDULENT),
        refund(warned, status=RefundStatus.PENDING),
        refund(warned, status=RefundStatus.FAILED),
        answering,
        refund(warned, 7),
        refund(told),
        refund(late, -5),
    ]
    warnings = [
        *(a_warning(merchant_id=merchant_id, payment_id=warned.id, notice_id=f"efw_{n}") for n in range(2)),
        a_warning(merchant_id=merchant_id, payment_id=late.id, notice_id="efw_late"),
        a_warning(
            merchant_id=merchant_id,
            payment_id=told.id,
            notice_id="efw_told",
            status=WarningStatus.REFUNDED,
            refund_id=new_uuid(MORNING),
        ),
    ]
    async with house.units.begin(SYSTEM, "contract") as unit:
        for one in (warned, told, late):
            await unit.payments.add(one)
        for one in refunds:
            await unit.operations.add(
                an_operation(merchant_id=merchant_id, payment_id=one.payment_id, id=one.operation_id)
            )
            await unit.refunds.add(one)
        for one in warnings:
            assert await unit.warnings.add(one)
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.dispute_queue.prevented(9) == [answering]
        assert await unit.dispute_queue.prevented(0) == []
