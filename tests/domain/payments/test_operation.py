"""Every arrow of the operation's machine, and the growing intervals at which a gateway is asked."""

from __future__ import annotations

import pytest

from domain.kernel.ids import new_uuid
from domain.kernel.machine import TransitionNotAllowed
from domain.payments.operation import (
    FIRST_CHECK_SECONDS,
    TRANSITIONS,
    Operation,
    OperationStatus,
    OperationType,
    begin_operation,
)
from tests.builders.moments import MORNING, after
from tests.builders.money import eur
from tests.builders.payments import a_payment, an_operation

S = OperationStatus
ARROWS = {S.PENDING: {S.SUCCEEDED, S.FAILED, S.UNKNOWN}, S.UNKNOWN: {S.SUCCEEDED, S.FAILED}}


def test_the_table_knows_every_status() -> None:
    assert set(TRANSITIONS) == set(S)


@pytest.mark.parametrize("target", S)
@pytest.mark.parametrize("current", S)
def test_every_cell_of_the_table(current: OperationStatus, target: OperationStatus) -> None:
    operation = an_operation(status=current)

    def conclude() -> Operation:
        return operation.conclude(target, after(5), reference="ref_1", response_code="00")

    assert (target in TRANSITIONS[current]) == (target in ARROWS.get(current, set()))
    if target not in ARROWS.get(current, set()):
        with pytest.raises(TransitionNotAllowed):
            conclude()
        return
    concluded = conclude()
    assert concluded.status is target
    assert (concluded.gateway_reference, concluded.response_code) == ("ref_1", "00")
    assert (concluded.completed_at, concluded.next_check_at) == (after(5), None)


@pytest.mark.parametrize("status", S)
def test_which_are_open(status: OperationStatus) -> None:
    assert an_operation(status=status).open == (status in {S.PENDING, S.UNKNOWN})


def test_a_new_operation_is_found_by_the_first_check_if_its_maker_dies() -> None:
    payment = a_payment()
    operation_id = new_uuid(MORNING)
    operation = begin_operation(payment, operation_id, OperationType.CAPTURE, eur(40), after(1), final=True)
    assert (operation.id, operation.merchant_id, operation.payment_id) == (
        operation_id,
        payment.merchant_id,
        payment.id,
    )
    assert (operation.status, operation.gateway, operation.amount) == (S.PENDING, "simulator", eur(40))
    assert (operation.final, operation.capture, operation.confirms) == (True, False, False)
    assert operation.next_check_at == after(1 + FIRST_CHECK_SECONDS)
    assert operation.in_flight


def test_doubts_grow_apart_to_an_hour_and_never_cease() -> None:
    operation = an_operation()
    gaps: list[int] = []
    for _ in range(12):
        operation = operation.doubt(MORNING, "timeout")
        assert operation.next_check_at is not None
        gaps.append(int((operation.next_check_at - MORNING).total_seconds()))
    assert gaps == sorted(gaps)
    assert gaps[0] == 2
    assert gaps[-1] == gaps[-2] == 3600
    assert (operation.status, operation.response_code, operation.open) == (S.UNKNOWN, "timeout", True)


@pytest.mark.parametrize("status", [S.SUCCEEDED, S.FAILED])
def test_what_is_known_is_not_doubted(status: OperationStatus) -> None:
    with pytest.raises(TransitionNotAllowed):
        an_operation(status=status).doubt(after(5), None)


def test_what_was_taken_on_stays_pending_and_is_no_longer_in_flight() -> None:
    accepted = an_operation().accept(after(1), "ref_1")
    assert (accepted.status, accepted.accepted_at, accepted.gateway_reference) == (S.PENDING, after(1), "ref_1")
    assert not accepted.in_flight
    assert accepted.open
    again = accepted.accept(after(9), None)
    assert (again.accepted_at, again.gateway_reference) == (after(1), "ref_1")
    assert again.next_check_at is not None
    assert again.next_check_at > after(9)


def test_whoever_else_wants_to_ask_waits_half_a_minute_at_least() -> None:
    checked = an_operation().checked(after(30))
    assert checked.next_check_at == after(60)
    assert checked.checks == 1
    assert an_operation(checks=5).checked(after(30)).next_check_at == after(30 + 900)


def test_an_answer_without_a_reference_keeps_the_one_before() -> None:
    operation = an_operation(gateway_reference="ref_1")
    assert operation.conclude(S.FAILED, after(1), reference=None, response_code="no").gateway_reference == "ref_1"
