"""The stand-in that tests use instead of a gateway keeps the promises of the port."""

from __future__ import annotations

import pytest

from domain.payments.gateway import OutcomeKind
from domain.payments.operation import OperationType
from tests.builders.money import eur
from tests.builders.payments import a_request, an_operation
from tests.fakes.clock import SettableClock
from tests.fakes.crash import Crash
from tests.fakes.gateway import Fault, StandInGateway

AUTHORIZE = a_request(an_operation(type=OperationType.AUTHORIZE), gateway_reference=None)


@pytest.fixture
def gateway() -> StandInGateway:
    return StandInGateway(SettableClock())


async def test_one_operation_id_has_one_effect_and_one_answer(gateway: StandInGateway) -> None:
    first = await gateway.execute(AUTHORIZE)
    assert [await gateway.execute(AUTHORIZE) for _ in range(3)] == [first] * 3
    assert await gateway.look_up(AUTHORIZE) == first
    assert len(gateway.effects) == 1


async def test_a_look_up_has_no_effect(gateway: StandInGateway) -> None:
    assert (await gateway.look_up(AUTHORIZE)).kind is OutcomeKind.NOT_FOUND
    assert gateway.effects == []


@pytest.mark.parametrize(
    ("fault", "effects"),
    [(Fault.NOT_SENT, 0), (Fault.REQUEST_LOST, 0), (Fault.ANSWER_LOST, 1), (Fault.ANSWER_LATER, 1)],
)
async def test_faults_with_and_without_effect(gateway: StandInGateway, fault: Fault, effects: int) -> None:
    gateway.next(fault)
    assert (await gateway.execute(AUTHORIZE)).kind is not OutcomeKind.SUCCEEDED
    assert len(gateway.effects) == effects
    found = await gateway.look_up(AUTHORIZE)
    assert found.kind is (OutcomeKind.SUCCEEDED if effects else OutcomeKind.NOT_FOUND)


@pytest.mark.parametrize(("fault", "effects"), [(Fault.CRASH_BEFORE, 0), (Fault.CRASH_AFTER, 1)])
async def test_a_caller_may_die(gateway: StandInGateway, fault: Fault, effects: int) -> None:
    gateway.next(fault)
    with pytest.raises(Crash):
        await gateway.execute(AUTHORIZE)
    assert len(gateway.effects) == effects


async def test_it_never_gives_more_than_it_has(gateway: StandInGateway) -> None:
    reference = (await gateway.execute(AUTHORIZE)).gateway_reference

    async def ask(kind: OperationType, minor: str) -> OutcomeKind:
        request = a_request(an_operation(type=kind, amount=eur(minor)), gateway_reference=reference)
        return (await gateway.execute(request)).kind

    assert await ask(OperationType.CAPTURE, "40.01") is OutcomeKind.FAILED
    assert await ask(OperationType.CAPTURE, "30") is OutcomeKind.SUCCEEDED
    assert await ask(OperationType.VOID, "40") is OutcomeKind.FAILED
    assert await ask(OperationType.REFUND, "30.01") is OutcomeKind.FAILED
    assert await ask(OperationType.REFUND, "30") is OutcomeKind.SUCCEEDED
    assert gateway.moved(OperationType.CAPTURE) == gateway.moved(OperationType.REFUND) == 3000
