"""A capture goes the way of its operation."""

from __future__ import annotations

import pytest

from domain.kernel.machine import TransitionNotAllowed
from domain.payments.operation import TRANSITIONS, OperationStatus
from tests.builders.payments import a_capture


@pytest.mark.parametrize("target", OperationStatus)
@pytest.mark.parametrize("current", OperationStatus)
def test_every_cell_of_the_table(current: OperationStatus, target: OperationStatus) -> None:
    capture = a_capture(status=current)
    if target is current:
        assert capture.move(target) is capture
    elif target in TRANSITIONS[current]:
        moved = capture.move(target, fee_minor=85)
        assert (moved.status, moved.fee_minor) == (target, 85)
    else:
        with pytest.raises(TransitionNotAllowed, match="A capture that is"):
            capture.move(target)
