"""Every arrow of the refund's machine."""

from __future__ import annotations

import pytest

from domain.kernel.machine import TransitionNotAllowed
from domain.payments.refund import TRANSITIONS, RefundStatus
from tests.builders.payments import a_refund

S = RefundStatus
ARROWS = {(S.PENDING, S.SUCCEEDED), (S.PENDING, S.FAILED), (S.SUCCEEDED, S.FAILED)}


def test_the_table_has_these_arrows_and_no_others() -> None:
    assert {(current, target) for current, targets in TRANSITIONS.items() for target in targets} == ARROWS
    assert set(TRANSITIONS) == set(S)


@pytest.mark.parametrize("current", S)
def test_success(current: RefundStatus) -> None:
    refund = a_refund(status=current)
    if (current, S.SUCCEEDED) not in ARROWS:
        with pytest.raises(TransitionNotAllowed):
            refund.succeed(returned_fee_minor=0)
        return
    done = refund.succeed(returned_fee_minor=70, fee_minor=30)
    assert (done.status, done.returned_fee_minor, done.fee_minor) == (S.SUCCEEDED, 70, 30)
    assert done.failure_code is None


@pytest.mark.parametrize("current", S)
def test_failure(current: RefundStatus) -> None:
    refund = a_refund(status=current, returned_fee_minor=70, fee_minor=30)
    if (current, S.FAILED) not in ARROWS:
        with pytest.raises(TransitionNotAllowed):
            refund.fail("closed")
        return
    failed = refund.fail("account_closed")
    assert (failed.status, failed.failure_code) == (S.FAILED, "account_closed")
    assert (failed.returned_fee_minor, failed.fee_minor) == (0, 0)
