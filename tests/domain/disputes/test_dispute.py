"""What a dispute is, and what may be done about it when."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.disputes.errors import DisputeStateForbids
from domain.disputes.events import DisputeEventType
from domain.disputes.stage import ANSWERABLE, CLOSED, DisputeStage, DisputeStatus
from tests.builders.files import a_dispute
from tests.builders.moments import after
from tests.builders.money import eur


@pytest.mark.parametrize(
    "broken",
    [
        {"withdrawn_minor": 10, "double_loss_minor": 11},
        {"withdrawn_minor": 10, "double_loss_minor": -1},
        {"withdrawn_minor": -1},
        {"fee_minor": -1},
        {"amount_minor": 0},
        {"stage": DisputeStage.ARBITRATION},
        {"status": DisputeStatus.WON},
    ],
)
def test_what_breaks_an_invariant_never_exists(broken: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match="breaks an invariant"):
        replace(a_dispute(), **broken)


@pytest.mark.parametrize("status", DisputeStatus)
def test_when_it_can_be_answered(status: DisputeStatus) -> None:
    dispute = a_dispute(status=status)
    assert dispute.closed == (status in CLOSED)
    refusal = dispute.answer_refusal()
    assert (refusal is None) == (status in ANSWERABLE)
    assert dispute.accept_refusal() == refusal
    for ensure in (dispute.ensure_answerable, dispute.ensure_acceptable):
        if refusal is None:
            ensure()
        else:
            with pytest.raises(DisputeStateForbids) as forbidden:
                ensure()
            assert forbidden.value.message == refusal


@pytest.mark.parametrize("status", DisputeStatus)
def test_nothing_is_answered_while_an_answer_is_on_its_way(status: DisputeStatus) -> None:
    dispute = a_dispute(status=status, response_pending=True)
    assert "on its way" in (dispute.answer_refusal() or "")
    assert dispute.accept_refusal() == dispute.answer_refusal()


def test_an_inquiry_can_be_answered_and_not_accepted() -> None:
    inquiry = a_dispute(stage=DisputeStage.INQUIRY)
    inquiry.ensure_answerable()
    with pytest.raises(DisputeStateForbids, match="has taken no money yet"):
        inquiry.ensure_acceptable()
    # The other reasons come first.
    expired = a_dispute(stage=DisputeStage.INQUIRY, status=DisputeStatus.EXPIRED)
    assert "time to answer has passed" in (expired.accept_refusal() or "")


def test_a_change_carries_one_more_event() -> None:
    dispute = a_dispute(version=3)
    changed = dispute.change(after(1), DisputeEventType.UPDATED, {"change": "x"}, fee_minor=1500)
    assert (changed.version, changed.updated_at, changed.fee_minor) == (4, after(1), 1500)
    assert [(event.type, event.occurred_at, event.data) for event in changed.events] == [
        (DisputeEventType.UPDATED, after(1), {"change": "x"})
    ]
    assert (dispute.version, dispute.events) == (3, ())


def test_what_was_lost_twice() -> None:
    assert not a_dispute(withdrawn_minor=4000).double_loss
    assert a_dispute(withdrawn_minor=4000, double_loss_minor=1).double_loss
    assert a_dispute().money(4000) == eur(40)
    dispute = a_dispute()
    assert dispute.record is dispute.stages[-1]
