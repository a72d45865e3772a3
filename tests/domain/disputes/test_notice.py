"""What a notice may say."""

from __future__ import annotations

from typing import Any

import pytest

from domain.disputes.notice import NoticeType
from domain.disputes.stage import DisputeStage
from domain.kernel.errors import Invalid
from tests.builders.disputes import a_notice
from tests.builders.money import eur


@pytest.mark.parametrize(
    ("path", "values"),
    [
        (("noticeId",), {"notice_id": ""}),
        (("noticeId",), {"notice_id": "x" * 129}),
        (("caseReference",), {"case_reference": " "}),
        (("caseReference",), {"case_reference": "case 4242 4242 4242 4242"}),
        (("paymentReference",), {"payment_reference": "a\x00b"}),
        (("reasonCode",), {"reason_code": ""}),
        (("networkCaseId",), {"network_case_id": "x" * 129}),
        (("networkCaseId",), {"network_case_id": ""}),
        (("arn",), {"arn": "7" * 25}),
        (("arn",), {"arn": ""}),
        (("arn",), {"arn": "7453 7604"}),
        (("arn",), {"arn": "٧٤٥٣"}),
        (("amount", "amount"), {"amount": eur(0)}),
        (("amount", "amount"), {"amount": eur("-0.01")}),
    ],
)
def test_what_breaks_a_rule_is_refused_with_its_place(path: tuple[str, ...], values: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refusal:
        a_notice(**values)
    assert refusal.value.path == path


@pytest.mark.parametrize("stage", [stage for stage in DisputeStage if stage is not DisputeStage.INQUIRY])
def test_only_an_inquiry_can_be_prevented(stage: DisputeStage) -> None:
    with pytest.raises(Invalid, match="Only an inquiry"):
        a_notice(NoticeType.PREVENTED, stage)
    assert a_notice(NoticeType.PREVENTED, DisputeStage.INQUIRY).type is NoticeType.PREVENTED


def test_what_may_be_left_out() -> None:
    notice = a_notice(network_case_id=None, arn=None, dispute_amount=None, respond_by=None)
    assert (notice.network_case_id, notice.arn, notice.dispute_amount) == (None, None, None)
    assert a_notice(arn="7" * 24).arn == "7" * 24
