"""A warning is open, then refunded or disputed, and never goes back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.disputes.early_fraud_warning import TRANSITIONS, WarningNotActionable, WarningStatus, new_warning
from domain.disputes.events import WarningEventType
from domain.kernel.errors import Invalid
from domain.kernel.ids import new_uuid
from domain.kernel.machine import TransitionNotAllowed
from tests.builders.disputes import a_warning, a_warning_notice
from tests.builders.moments import MORNING, after
from tests.builders.money import eur

S = WarningStatus


@pytest.mark.parametrize(
    ("path", "values"),
    [
        (("noticeId",), {"notice_id": ""}),
        (("noticeId",), {"notice_id": "x" * 129}),
        (("paymentReference",), {"payment_reference": " "}),
        (("amount", "amount"), {"amount": eur(0)}),
    ],
)
def test_what_a_notice_may_say(path: tuple[str, ...], values: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refusal:
        a_warning_notice(**values)
    assert refusal.value.path == path


def test_a_new_one_is_open() -> None:
    notice = a_warning_notice()
    warning_id, merchant_id, payment_id = (new_uuid(MORNING) for _ in range(3))
    warning = new_warning(notice, warning_id, merchant_id, payment_id, after(9))
    assert (warning.status, warning.refund_id, warning.version) == (S.OPEN, None, 1)
    assert (warning.notice_id, warning.amount, warning.reported_at, warning.created_at) == (
        notice.notice_id, eur(100), MORNING, after(9),
    )  # fmt: skip
    (event,) = warning.events
    assert (event.type, event.data) == (
        WarningEventType.CREATED,
        {
            "payment_id": str(payment_id),
            "amount_minor": 10000,
            "currency": "EUR",
            "fraud_type": "STOLEN_CARD",
        },
    )


@pytest.mark.parametrize("present", S)
@pytest.mark.parametrize("target", S)
def test_every_pair(present: WarningStatus, target: WarningStatus) -> None:
    assert (target in TRANSITIONS[present]) == (list(S).index(target) > list(S).index(present))


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (S.OPEN, None),
        (S.REFUNDED, "was refunded for this warning already"),
        (S.DISPUTED, "answer the dispute instead"),
    ],
)
def test_when_a_refund_would_help(status: WarningStatus, reason: str | None) -> None:
    warning = a_warning(status=status)
    if reason is None:
        warning.ensure_actionable()
        assert warning.refusal() is None
        return
    with pytest.raises(WarningNotActionable, match=reason):
        warning.ensure_actionable()


def test_a_refund() -> None:
    refund_id = new_uuid(MORNING)
    refunded = a_warning().refunded(refund_id, after(9))
    assert (refunded.status, refunded.refund_id, refunded.version, refunded.updated_at) == (
        S.REFUNDED, refund_id, 2, after(9),
    )  # fmt: skip
    assert refunded.events[-1].data == {"status": "REFUNDED", "refund_id": str(refund_id)}
    for warning in (refunded, a_warning(status=S.DISPUTED)):
        with pytest.raises(TransitionNotAllowed):
            warning.refunded(refund_id, after(10))


@pytest.mark.parametrize("status", [S.OPEN, S.REFUNDED])
def test_a_dispute_comes_also_after_a_refund(status: WarningStatus) -> None:
    dispute_id, refund_id = new_uuid(MORNING), new_uuid(MORNING)
    disputed = a_warning(status=status, refund_id=refund_id).disputed(dispute_id, after(9))
    assert (disputed.status, disputed.refund_id) == (S.DISPUTED, refund_id)
    assert disputed.events[-1].data == {"status": "DISPUTED", "dispute_id": str(dispute_id)}
    again = replace(disputed, events=())
    assert again.disputed(new_uuid(MORNING), after(10)) is again
