"""The call of an operation is the same however often it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.payments.operation import OperationStatus
from domain.payments.perform_operation import PerformOperation, gateway_request, perform_operation
from tests.builders.money import eur
from tests.builders.payments import a_payment, an_operation
from tests.fakes.desk import JOBS
from tests.fakes.gateway import Fault

if TYPE_CHECKING:
    from tests.fakes.desk import Desk
    from tests.fakes.gateway import StandInGateway
    from tests.fakes.tables import Tables


def test_the_operation_s_id_is_the_key() -> None:
    payment = a_payment(return_url="https://shop.example/back", gateway_reference="ref_1")
    operation = an_operation(payment, final=True, confirms=True, capture=True, request_3ds=True)
    request = gateway_request(payment, operation)
    assert request == gateway_request(payment, operation)
    assert (request.operation_id, request.merchant_id, request.type) == (
        operation.id, payment.merchant_id, operation.type,
    )  # fmt: skip
    assert (request.amount, request.token, request.gateway_reference) == (eur(40), "tok_visa", "ref_1")
    assert (request.capture, request.final, request.confirms, request.request_3ds) == (True, True, True, True)
    assert request.return_url == "https://shop.example/back"


@pytest.mark.parametrize("fault", [None, Fault.ANSWER_LOST, Fault.ANSWER_LATER])
async def test_performing_it_twice_has_one_effect(
    desk: Desk, tables: Tables, gateway: StandInGateway, fault: Fault | None
) -> None:
    if fault is not None:
        gateway.next(fault)
    payment = await desk.captured()
    [operation] = tables.operations.values()
    again = PerformOperation(payment=payment, operation=operation)
    assert (await perform_operation(desk.ports, JOBS, again)).status is OperationStatus.SUCCEEDED
    assert len(gateway.effects) == len(tables.entries) == 1


async def test_a_gateway_that_is_not_set_up_is_a_mistake_of_ours(desk: Desk, tables: Tables) -> None:
    payment = await desk.authorized()
    lost = PerformOperation(payment=payment, operation=an_operation(payment, gateway="nowhere"))
    with pytest.raises(KeyError, match="nowhere"):
        await perform_operation(desk.ports, JOBS, lost)
    assert tables.payments[payment.id] == payment
